"""The server's settings: one table of names, defaults and meanings, and the values one process runs with."""

from __future__ import annotations

import hmac
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from server_example import keys

DEFAULT_BIND = "127.0.0.1:8000"
DEFAULT_DATA_DIR = "./instance"
DEFAULT_RULES_FILE = "omni.yaml"
# Events a minute. An address may be thousands of phones behind one carrier's gateway: a thousand shoppers at once with
# six events a minute each still pass. The whole key stops only what no single host could store anyway.
DEFAULT_QUOTA_ADDRESS = 6_000
DEFAULT_QUOTA_WRITE_KEY = 600_000
DEFAULT_QUOTA_SECRET_KEY = 0
DEFAULT_QUOTA_UNKNOWN_KEYS = 600
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


class Setting(NamedTuple):
    name: str
    default: str  # as the documents show it
    meaning: str


SETTINGS = (
    Setting("OMNI_BIND", DEFAULT_BIND, "address and port that `omnisdk serve` listens on"),
    Setting("OMNI_DATA_DIR", DEFAULT_DATA_DIR, "directory of the embedded database and of the keys made on first run"),
    Setting("OMNI_CONFIG", DEFAULT_RULES_FILE, "the rules file"),
    Setting("OMNI_DATABASE_URL", "SQLite in the data directory", "`sqlite:///…` or `postgresql://…`"),
    Setting("OMNI_WRITE_KEY", "made on first run, `wk_…`", "the browsers' key; public"),
    Setting("OMNI_SECRET_KEY", "made on first run, `sk_…`", "the shop back end's key; never in a page"),
    Setting(
        "OMNI_SIGNING_KEY", "made on first run", "signs the decisions' tokens and keys the hashes of the forgotten"
    ),
    Setting("OMNI_IDENTITY_KEY", "made on first run", "signs identity tokens (JWT, HS256)"),
    Setting("OMNI_QUOTA_ADDRESS", str(DEFAULT_QUOTA_ADDRESS), "events a minute from one address with the write key"),
    Setting("OMNI_QUOTA_WRITE_KEY", str(DEFAULT_QUOTA_WRITE_KEY), "events a minute with the write key in all"),
    Setting("OMNI_QUOTA_SECRET_KEY", str(DEFAULT_QUOTA_SECRET_KEY), "events a minute with the secret key in all"),
    Setting("OMNI_QUOTA_UNKNOWN_KEYS", str(DEFAULT_QUOTA_UNKNOWN_KEYS), "unknown keys a minute from one address"),
    Setting("OMNI_TRUSTED_PROXIES", "0", "how many proxies stand before the server and add to `X-Forwarded-For`"),
    Setting("OMNI_LOG_LEVEL", "INFO", "`DEBUG`, `INFO`, `WARNING` or `ERROR`"),
    Setting("OMNI_SMTP_URL", "none", "where e-mail goes out: `smtp://user:password@host:587`"),
    Setting("OMNI_WEBHOOK_<PLACEMENT>_URL", "none", "where the sends of a `webhook` placement go"),
)

_WEBHOOK = re.compile(r"OMNI_WEBHOOK_(.+)_URL")


class ConfigError(Exception):
    """A setting cannot be used; the message names it, its value (never a key) and what would do."""


@dataclass(frozen=True, slots=True)
class ServerConfig:
    """What one server runs with. Build it by `from_environment`, or by hand where another program embeds the server."""

    data_dir: Path
    write_key: str = field(repr=False)
    secret_key: str = field(repr=False)
    signing_key: str = field(repr=False)
    identity_key: str = field(repr=False)
    database_url: str = field(default="", repr=False)  # may hold a password; "" means SQLite in data_dir
    rules_file: Path = Path(DEFAULT_RULES_FILE)
    bind: str = DEFAULT_BIND
    smtp_url: str | None = field(default=None, repr=False)
    webhook_urls: Mapping[str, str] = field(default_factory=dict, repr=False)  # by placement, upper case, - as _
    # Events a minute; 0 is no limit.
    quota_address: int = DEFAULT_QUOTA_ADDRESS
    quota_write_key: int = DEFAULT_QUOTA_WRITE_KEY
    quota_secret_key: int = field(default=DEFAULT_QUOTA_SECRET_KEY, repr=False)  # no "secret" ever in a log
    quota_unknown_keys: int = DEFAULT_QUOTA_UNKNOWN_KEYS
    trusted_proxies: int = 0
    log_level: str = "INFO"
    # Set by `omnisdk serve` for its workers, so that /metrics of any of them answers for all; None: this process only.
    metrics_dir: Path | None = None

    def __post_init__(self) -> None:
        if not self.database_url:
            object.__setattr__(self, "database_url", f"sqlite:///{(self.data_dir / 'omni.sqlite3').absolute()}")
        for name, key in self.keys().items():
            if not key:
                raise ConfigError(f"{name}: the key is empty; leave the setting out to have one made")
        if hmac.compare_digest(self.write_key.encode(), self.secret_key.encode()):
            raise ConfigError("OMNI_SECRET_KEY: it equals OMNI_WRITE_KEY, which every visitor can read; give another")

    @classmethod
    def from_environment(
        cls, environment: Mapping[str, str] | None = None, *, env_file: Path | None = Path(".env")
    ) -> ServerConfig:
        """Return the settings from `environment` (default: the process's) and, where it has none, from `env_file`.

        An empty value counts as not given. Keys not given are read from the data directory, or made there.
        Raises ConfigError.
        """
        given = given_settings(environment, env_file=env_file)
        data_dir = Path(given.get("OMNI_DATA_DIR", DEFAULT_DATA_DIR))

        def key(name: str, file: str, prefix: str = "") -> str:
            return given.get(name) or keys.kept_or_made(data_dir, file, prefix)

        def whole(name: str, default: int) -> int:
            written = given.get(name, str(default)).replace("_", "")
            if not written.isascii() or not written.isdigit() or len(written) > 12:
                raise ConfigError(f"{name}: {given[name]!r} is no whole number; 0 switches it off")
            return int(written)

        level = given.get("OMNI_LOG_LEVEL", "INFO").upper()
        if level not in LOG_LEVELS:
            raise ConfigError(f"OMNI_LOG_LEVEL: {given['OMNI_LOG_LEVEL']!r} is none of {', '.join(LOG_LEVELS)}")
        try:
            return cls(
                data_dir=data_dir,
                write_key=key("OMNI_WRITE_KEY", "write", "wk_"),
                secret_key=key("OMNI_SECRET_KEY", "secret", "sk_"),
                signing_key=key("OMNI_SIGNING_KEY", "signing"),
                identity_key=key("OMNI_IDENTITY_KEY", "identity"),
                database_url=given.get("OMNI_DATABASE_URL", ""),
                rules_file=Path(given.get("OMNI_CONFIG", DEFAULT_RULES_FILE)),
                bind=given.get("OMNI_BIND", DEFAULT_BIND),
                smtp_url=given.get("OMNI_SMTP_URL"),
                webhook_urls={
                    found[1]: url for name, url in given.items() if (found := _WEBHOOK.fullmatch(name)) is not None
                },
                quota_address=whole("OMNI_QUOTA_ADDRESS", DEFAULT_QUOTA_ADDRESS),
                quota_write_key=whole("OMNI_QUOTA_WRITE_KEY", DEFAULT_QUOTA_WRITE_KEY),
                quota_secret_key=whole("OMNI_QUOTA_SECRET_KEY", DEFAULT_QUOTA_SECRET_KEY),
                quota_unknown_keys=whole("OMNI_QUOTA_UNKNOWN_KEYS", DEFAULT_QUOTA_UNKNOWN_KEYS),
                trusted_proxies=whole("OMNI_TRUSTED_PROXIES", 0),
                log_level=level,
                metrics_dir=Path(given["OMNI_METRICS_DIR"]) if "OMNI_METRICS_DIR" in given else None,
            )
        except keys.KeyUnusable as error:
            raise ConfigError(str(error)) from error

    def keys(self) -> dict[str, str]:
        """Return the four keys by the names of their settings."""
        return {
            "OMNI_WRITE_KEY": self.write_key,
            "OMNI_SECRET_KEY": self.secret_key,
            "OMNI_SIGNING_KEY": self.signing_key,
            "OMNI_IDENTITY_KEY": self.identity_key,
        }

    def address(self) -> tuple[str, int]:
        """Return host and port of `bind`. Raises ConfigError unless it is ``HOST:PORT`` (IPv6: ``[::1]:8000``)."""
        host, colon, port = self.bind.rpartition(":")
        if not colon or not host or not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
            raise ConfigError(f"OMNI_BIND: {self.bind!r} is not HOST:PORT; for example 127.0.0.1:8000")
        return host.strip("[]"), int(port)


def given_settings(
    environment: Mapping[str, str] | None = None, *, env_file: Path | None = Path(".env")
) -> dict[str, str]:
    """Return the settings that are given and not empty, those of `environment` (default: the process's) first."""
    from_file: Mapping[str, str | None] = {}
    if env_file is not None and env_file.is_file():
        from dotenv import dotenv_values  # only where there is such a file

        from_file = dotenv_values(env_file)
    present = os.environ if environment is None else environment
    merged = {**from_file, **{name: value for name, value in present.items() if value}}
    return {name: value for name, value in merged.items() if name.startswith("OMNI_") and value}
