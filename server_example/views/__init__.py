"""HTTP only: each view reads a request, calls one service and answers. The table of all of them is routes.py."""
