"""Where nothing may cover the page: cart and checkout, by the person's own events and by the page's path."""

from __future__ import annotations

import re
from typing import Final

from omnisdk.rules.model import INTERRUPTING_KINDS, PAGE_KINDS, Site
from omnisdk.rules.paths import matches

# First words of the paths of cart and checkout, as `normalise_path` gives them: English, Vietnamese and Thai shops.
GUARDED_BY_DEFAULT: Final = frozenset(
    {
        "cart",
        "basket",
        "checkout",
        "checkouts",
        "gio-hang",
        "thanh-toan",
        "dat-hang",
        "ตะกร้า",
        "ตะกร้าสินค้า",
        "ชำระเงิน",
    }
)

_LOCALE = re.compile(r"[a-z]{2}([-_][a-z0-9]{2,4}){0,2}")  # /vi, /en-us, /zh-hant-tw: shops put it before every path


def is_guarded_path(path: str, site: Site) -> bool:
    """Whether the page at the normalised `path` is a cart or checkout page of this site.

    Guarded are the default paths and all below them, also behind a locale, and the site's own `guarded_paths`;
    `open_paths` opens pages again, of either.
    """
    # As a server finds the page: doubled slashes are one, and what follows a semicolon (a session) is no name.
    words = [word.partition(";")[0] for word in path.split("/") if word][:2]
    if len(words) == 2 and _LOCALE.fullmatch(words[0]) is not None:
        guarded = not GUARDED_BY_DEFAULT.isdisjoint(words)
    else:
        guarded = words[:1] != [] and words[0] in GUARDED_BY_DEFAULT
    if not guarded and not any(matches(pattern, path) for pattern in site.guarded_paths):
        return False
    return not any(matches(pattern, path) for pattern in site.open_paths)


def holds_back(kind: str, site: Site, in_checkout: bool, on_guarded_page: bool) -> bool:
    """Whether a creative of `kind` is withheld. Being in checkout concerns everything that interrupts, a guarded page
    the kinds that stand on pages; with ``guard: everything`` no page kind is let through."""
    if kind not in INTERRUPTING_KINDS and (site.guard != "everything" or kind not in PAGE_KINDS):
        return False
    return in_checkout or (on_guarded_page and kind in PAGE_KINDS)
