"""The decision server: an app of its own (`create_app`) or a blueprint in another Flask app (`omni_blueprint`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from server_example.app import create_app, omni_blueprint
    from server_example.config import ServerConfig

__all__ = ["ServerConfig", "create_app", "omni_blueprint"]


def __getattr__(name: str) -> Any:
    """Import on first use: the command must be able to say what is missing where the extra is not installed."""
    if name in ("create_app", "omni_blueprint"):
        from server_example import app

        return getattr(app, name)
    if name == "ServerConfig":
        from server_example.config import ServerConfig

        return ServerConfig
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
