"""The options of `Omni`: each one's meaning, unit, default and environment variable, in one table."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TypedDict, Unpack
from urllib.parse import urlsplit

from omnisdk.errors import ConfigurationError

KIB = 1024
MIB = 1024 * KIB

DEFAULT_URL = "http://127.0.0.1:8000"  # where `omnisdk serve` listens unless OMNI_BIND says otherwise


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What `Omni` was given, checked.

    An argument goes before its environment variable, and that before the default.
    """

    secret_key: str  # OMNI_SECRET_KEY. Authenticates this program as the shop's own
    url: str = DEFAULT_URL  # OMNI_URL. The decision server, without a trailing slash
    identity_key: str | None = None  # OMNI_IDENTITY_KEY. Signs identity tokens; needed by identity_token() only
    strict: bool = False  # raise UsageError for a faulty call instead of counting and logging it
    timeout_seconds: float = 0.25  # the deadline of decide(), from call to return
    queue_limit: int = 10_000  # events waiting at most; a further one is lost, counted as queue_full
    queue_limit_bytes: int = 16 * MIB  # the same limit in bytes of JSON
    send_interval_seconds: float = 0.5  # how long an event waits for company before it is sent
    exit_timeout_seconds: float = 2.0  # how long the exit of the program may wait for delivery

    @property
    def host(self) -> str:
        """The host of `url`, without port and brackets."""
        return urlsplit(self.url).hostname or ""

    @property
    def is_loopback(self) -> bool:
        """Whether the server is on this machine: then compressing only costs, and a proxy is never meant."""
        if self.host == "localhost":
            return True
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return False


class Tuning(TypedDict, total=False):
    """The options that few programs need: see `Options`."""

    queue_limit: int
    queue_limit_bytes: int
    send_interval_seconds: float
    exit_timeout_seconds: float


def read_options(
    url: str | None = None,
    secret_key: str | None = None,
    identity_key: str | None = None,
    *,
    strict: bool = False,
    timeout_seconds: float = 0.25,
    environment: Mapping[str, str] | None = None,
    **tuning: Unpack[Tuning],
) -> Options:
    """Return the options from arguments, else from the environment, else the defaults.

    Raises ConfigurationError when there is no secret key or an option is out of its range, TypeError for an unknown
    option.
    """
    environment = os.environ if environment is None else environment
    url = (url or environment.get("OMNI_URL") or DEFAULT_URL).strip().rstrip("/")
    secret_key = (secret_key or environment.get("OMNI_SECRET_KEY") or "").strip()
    identity_key = (identity_key or environment.get("OMNI_IDENTITY_KEY") or "").strip() or None
    _check_url(url)
    if not secret_key:
        raise ConfigurationError(
            "no secret key; found none in Omni(secret_key=…) nor in OMNI_SECRET_KEY; "
            "take the one that starts with sk_ from the server's data directory"
        )
    if secret_key.startswith("wk_"):
        raise ConfigurationError(
            "secret_key is a write key (wk_…), which a browser may hold; the server would doubt every event; "
            "use the secret key, which starts with sk_"
        )
    if not secret_key.isascii() or not secret_key.isprintable():
        raise ConfigurationError(
            "secret_key holds a character that no key has; copy it whole: a server keeps its own in instance/secret.key"
        )
    options = Options(
        secret_key=secret_key,
        url=url,
        identity_key=identity_key,
        strict=strict,
        timeout_seconds=timeout_seconds,
        **tuning,
    )
    _check_numbers(options)
    return options


def _check_url(url: str) -> None:
    try:
        parts = urlsplit(url)
        readable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        readable = False
    if not readable or parts.query or parts.fragment:
        raise ConfigurationError(
            f"url is not the address of a server; found {url!r}; write https://host, with a port and path if needed"
        )


_NUMBERS = (
    "timeout_seconds",
    "queue_limit",
    "queue_limit_bytes",
    "send_interval_seconds",
    "exit_timeout_seconds",
)


def _check_numbers(options: Options) -> None:
    for name in _NUMBERS:
        value = getattr(options, name)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < float("inf"):
            raise ConfigurationError(f"{name} must be a number above 0; found {value!r}")
