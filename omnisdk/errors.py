"""Every exception of the SDK's surface.

    OmniError
    ├── ConfigurationError      Omni(...) cannot start: no key, no readable URL. Always raised, at setup
    └── UsageError              one call cannot become an event or a question. Raised with Omni(strict=True) only;
        │                       otherwise the call is counted in `omni.stats().faults` and logged once per kind
        ├── MissingId           no user_id, anonymous_id, phone, email or card
        ├── WrongArgument       an argument of a type or value that cannot be sent
        ├── Unserialisable      a value inside the call cannot be written as JSON (a circle, a failing __str__)
        ├── TooLarge            the event is over 32 KB when written as JSON
        └── AfterClose          a call after omni.close()

What goes wrong outside the program (network, server, full queue) is never raised: it is retried, and what is lost is
counted by reason in `omni.stats().lost`.
"""

from __future__ import annotations

from typing import ClassVar


class OmniError(Exception):
    """Base of every exception that the SDK raises to its caller."""


class ConfigurationError(OmniError):
    """The client cannot start with these options. Raised by ``Omni(...)``, whatever `strict` says."""


class UsageError(OmniError):
    """One call cannot be sent as it is. `kind` is the name under which `omni.stats().faults` counts it."""

    kind: ClassVar[str] = "usage"


class MissingId(UsageError):
    """The call names nobody."""

    kind = "missing_id"


class WrongArgument(UsageError):
    """An argument cannot be sent; the message names it, what was found, and what to write instead."""

    kind = "wrong_argument"


class Unserialisable(UsageError):
    """A value inside the call cannot be written as JSON."""

    kind = "unserialisable"


class TooLarge(UsageError):
    """The event is larger than the server accepts."""

    kind = "too_large"


class AfterClose(UsageError):
    """The client was closed before this call."""

    kind = "after_close"
