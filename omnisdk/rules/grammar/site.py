"""`site:` and what stands beside it: identity, trust, grants, placements, caps."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from omnisdk.rules.files.report import Wrong, closest, quoted, suggestion
from omnisdk.rules.files.tree import Map, Node, Seq, described
from omnisdk.rules.grammar import known
from omnisdk.rules.grammar.operators import check_owned
from omnisdk.rules.grammar.scalars import OneOf, Whole, read_flag, read_path, read_word, scalar
from omnisdk.rules.grammar.scope import Key, ListOf, Read, Scope, read_keys, read_list, read_name
from omnisdk.rules.grammar.texts import read_locale, read_url
from omnisdk.rules.grammar.times import read_duration, read_opening_hours, read_quiet_hours
from omnisdk.rules.model import PAGE_KINDS, SENT_KINDS, Cap, Consent, Grant, Placement, Site

KINDS = ("banner", "bar", "popup", "slide_in", "chat", "form", "push_prompt", "push", "email", "sms", "webhook", "data")


read_paths = ListOf(read_path, "a list of paths")


def read_country(_: Scope, node: Node) -> str:
    text = scalar(node, "a country", "write its two letters, such as VN").text.strip()
    if text.upper() not in known.countries():
        hint = "the United Kingdom is GB" if text.upper() == "UK" else "write its two letters (ISO 3166), such as VN"
        raise Wrong(node, "unknown country", described(node), hint)
    return text.upper()


def read_currency(_: Scope, node: Node) -> str:
    text = scalar(node, "a currency", "write its three letters, such as VND").text.strip()
    if text.upper() not in known.currencies():
        hint = suggestion(text.upper(), sorted(known.tender()), none="write its three letters (ISO 4217), such as VND")
        raise Wrong(node, "unknown currency", described(node), hint)
    return text.upper()


def read_timezone(_: Scope, node: Node) -> str:
    text = scalar(node, "a time zone", "write Asia/Ho_Chi_Minh, say").text.strip()
    if zone_named(text) is None:
        near = closest(text, sorted(available_timezones()))
        hint = f"did you mean {quoted(near)}?" if near else "write an IANA name, such as Asia/Ho_Chi_Minh"
        raise Wrong(node, "unknown time zone", described(node), hint)
    return text


def zone_named(name: str) -> ZoneInfo | None:
    """Return the time zone of an IANA name, or None."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # OSError: a name that is a folder of the zone database
        return None


def read_site_url(scope: Scope, node: Node) -> str:
    text = read_url(scope, node)
    if not text.startswith(("https://", "http://")) or not _host(text):
        raise Wrong(node, "the site's address begins with https://", described(node), "write https://shop.example")
    return text.rstrip("/")


def read_origin(_: Scope, node: Node) -> str:
    """Read an origin as browsers send it: scheme, host and port, in lower case, without a path."""
    text = scalar(node, "an origin", 'write "https://shop.example"').text.strip().lower()
    host = _host(text)
    if not text.startswith(("https://", "http://")) or not host or "*" in text:
        raise Wrong(node, "an origin is a scheme and a host", described(node), 'write "https://shop.example"')
    scheme, rest = text.split("://", 1)
    if rest.rstrip("/") != host:
        raise Wrong(node, "an origin has no path", described(node), f"write {quoted(f'{scheme}://{host}')}")
    return f"{scheme}://{host}"


def _host(text: str) -> str:
    try:
        return urlsplit(text).netloc
    except ValueError:  # half of an IPv6 address
        return ""


def read_consent(scope: Scope, node: Node) -> Consent:
    found = read_keys(scope, node, CONSENT, "consent")
    return Consent(**found)


def read_site(scope: Scope, node: Node) -> Site:
    return Site(**read_keys(scope, node, SITE, "site"))


CONSENT = {
    "mode": Key(OneOf(("assumed", "ask"), "mode of consent"), required=True),
    "purposes": Key(ListOf(read_name, "purposes")),
}

SITE = {
    "enabled": Key(read_flag),
    "name": Key(read_word),
    "url": Key(read_site_url),
    "locale": Key(read_locale),
    "country": Key(read_country),
    "timezone": Key(read_timezone),
    "currency": Key(read_currency),
    "origins": Key(ListOf(read_origin, "origins"), empty="absent"),
    "guarded_paths": Key(read_paths, empty="absent"),
    "open_paths": Key(read_paths, empty="absent"),
    "guard": Key(OneOf(("interruptions", "everything"), "guard")),
    "opening_hours": Key(read_opening_hours),
    "consent": Key(read_consent),
}

IDENTITY = {"require_token": Key(read_flag)}


def read_identity(scope: Scope, node: Node) -> bool:
    """Read `identity:`; returns whether a browser's user id needs a token."""
    return bool(read_keys(scope, node, IDENTITY, "identity").get("require_token", True))


def read_entitlement(_: Scope, node: Node) -> str:
    text = read_word(_, node)
    check_owned(node, text)
    return text


GRANT = {"gives": Key(read_entitlement, required=True), "for": Key(read_duration)}


def read_grant(scope: Scope, node: Node) -> Grant:
    found = read_keys(scope, node, GRANT, "a grant")
    return Grant(found.get("gives", ""), found.get("for"))


def read_size(scope: Scope, node: Node) -> tuple[int, int]:
    if not isinstance(node, Seq) or len(node.items) != 2:
        raise Wrong(node, "a size is a width and a height", described(node), "write [1200, 240], in pixels")
    width, height = (Whole(1, 10_000)(scope, item) for item in node.items)
    return width, height


PLACEMENT = {
    "kind": Key(OneOf(KINDS, "kind"), required=True),
    "size": Key(read_size),
    "size_small": Key(read_size),
    "never_on": Key(read_paths, empty="absent"),
    "quiet_hours": Key(read_quiet_hours),
}

# Keys that mean something for some kinds only; elsewhere they would be believed and do nothing.
_ONLY_FOR = {"size": PAGE_KINDS, "size_small": PAGE_KINDS, "never_on": PAGE_KINDS, "quiet_hours": SENT_KINDS}


def read_placement(scope: Scope, node: Node) -> Placement:
    """Read a placement; its name is put in by the caller."""
    found = read_keys(scope, node, PLACEMENT, "a placement")
    kind = found.get("kind", "data")
    for name in found.keys() & _ONLY_FOR.keys():
        entry = node.entry(name) if hasattr(node, "entry") else None
        if entry is not None and "kind" in found and kind not in _ONLY_FOR[name]:
            where = "placements on a page" if _ONLY_FOR[name] is PAGE_KINDS else "push, email, sms and webhook"
            scope.report.warn(entry.key, f"{name} does nothing here", f"the kind is {kind}", f"it is for {where}")
    return Placement(name="", **{"kind": kind, **found})


CAP = {"at_most": Key(Whole(1, 1_000_000), required=True), "per": Key(read_duration)}
GLOBAL_CAP = {**CAP, "kinds": Key(ListOf(OneOf(KINDS, "kind"), "kinds"))}


_OF_GLOBAL_CAPS = dict.fromkeys(("kinds", "kind"), "kinds: stands in caps: for all campaigns")


def read_cap(scope: Scope, node: Node) -> Cap:
    return Cap(**{"at_most": 1, **read_keys(scope, node, CAP, "a cap", _OF_GLOBAL_CAPS)})


def read_global_cap(scope: Scope, node: Node) -> Cap:
    found: dict[str, Any] = {"at_most": 1, **read_keys(scope, node, GLOBAL_CAP, "a cap")}
    kinds = found.pop("kinds", None)
    return Cap(**found, kinds=None if kinds is None else frozenset(kinds))


def read_global_caps(scope: Scope, node: Node) -> tuple[Cap, ...]:
    return _cap_list(scope, node, read_global_cap)


def read_caps(scope: Scope, node: Node) -> tuple[Cap, ...]:
    return _cap_list(scope, node, read_cap)


def _cap_list(scope: Scope, node: Node, read: Read[Cap]) -> tuple[Cap, ...]:
    if isinstance(node, Map):
        raise Wrong(node, "caps is a list", "found a mapping", "write - {at_most: 3, per: 1d}, one on each line")
    return read_list(scope, node, read, "caps")
