"""``python -m server_example`` is the `omnisdk` command."""

from server_example.cli import main

main()
