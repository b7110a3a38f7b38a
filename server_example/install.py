"""What a shop pastes into its pages, and where the built snippet is that those tags load."""

from __future__ import annotations

import base64
import hashlib
from html import escape
from pathlib import Path

from server_example.config import ServerConfig

# In an installed package the wheel has put the build beside this module; in a checkout it is the committed one.
SNIPPET_FOLDERS = (Path(__file__).parent / "_snippet", Path(__file__).parents[1] / "snippet" / "dist")


class SnippetNotBuilt(Exception):
    """This installation has no built snippet."""


def snippet_folder() -> Path:
    """Return the folder of the built snippet. Raises SnippetNotBuilt."""
    for folder in SNIPPET_FOLDERS:
        if (folder / "omni.js").is_file():
            return folder
    raise SnippetNotBuilt


def stub() -> str:
    """Return the inline script, which makes `window.omni` queue calls until omni.js is there. Raises SnippetNotBuilt."""
    return (snippet_folder() / "stub.js").read_text("utf-8").strip()


def csp_hash(script: str) -> str:
    """Return the source expression that lets a strict Content-Security-Policy run the inline `script`."""
    digest = hashlib.sha256(script.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def script_tags(write_key: str, base_url: str) -> str:
    """Return the two tags for <head>. `base_url` is the folder that browsers reach the server under."""
    address = escape(f"{base_url.rstrip('/')}/omni.js?key={write_key}")
    return f'<script>{stub()}</script>\n<script async src="{address}"></script>'


def tags(config: ServerConfig, url: str | None) -> str:
    """Return the tags with a line for shops that have a strict CSP. Raises SnippetNotBuilt."""
    base = url or f"http://{config.bind}"
    return f"{script_tags(config.write_key, base)}\n\nWith a strict CSP add to script-src: {csp_hash(stub())}"
