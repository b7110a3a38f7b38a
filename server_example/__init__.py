"""The decision server."""
