"""The `omnisdk` command."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command; where the server's libraries are not installed, say the line that installs them."""
    try:
        from server_example.cli.commands import omnisdk
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] in ("omnisdk", "server_example"):
            raise
        print(f'omnisdk: {error.name} is not installed; run: pip install "omnisdk[server]"', file=sys.stderr)
        raise SystemExit(1) from None
    omnisdk(prog_name="omnisdk")
