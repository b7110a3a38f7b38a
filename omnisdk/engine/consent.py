"""Whether a marketing campaign may be shown to this person at all."""

from __future__ import annotations

from typing import Any

from omnisdk.profile import consents
from omnisdk.rules.model import Consent

PURPOSE = "marketing"


def stated(document: dict[str, Any]) -> bool | None:
    """Return what the person said last, None when nothing: a browser's yes never undoes a no the shop vouches for."""
    return consents.given(document, "all", PURPOSE)


def is_lacking(consent: Consent, given: bool | None, is_anonymous: bool, is_personal: bool) -> bool:
    """Whether a marketing campaign must be withheld for want of consent. Service messages need none.

    ``assumed`` allows until it is refused, ``ask`` only once given. A visitor without ids has been asked nothing and is
    known by nothing: under ``ask`` they see contextual campaigns only, not those that need to know who they are
    (`is_personal`).
    """
    if consent.mode == "assumed":
        return given is False
    return is_personal if is_anonymous else given is not True
