"""Texts for people: by locale, with placeholders, and never cut in silence. And the addresses beside them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from omnisdk.rules.files.report import Spot, Wrong, quoted, suggestion
from omnisdk.rules.files.tree import Map, Node, Scalar, described
from omnisdk.rules.grammar.known import language_of, languages
from omnisdk.rules.grammar.scope import Key, Scope, filled, uncut
from omnisdk.rules.placeholders import Placeholder, PlaceholderError, parse_text

_LOCALE = re.compile(r"([A-Za-z]{2,3})(?:[-_]([A-Za-z]{4}))?(?:[-_]([A-Za-z]{2}|[0-9]{3}))?")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*):")
SCHEMES = ("https", "http", "tel", "mailto", "sms", "zalo", "line")  # none of them can run code


def read_text(scope: Scope, node: Node) -> Mapping[str, str]:
    """Read a text, or a mapping of texts by locale; one text for all stands under ""."""
    if not isinstance(node, Map):
        return {"": _one(scope, node)}
    texts: dict[str, str] = {}
    for entry in uncut(scope, node, lambda _: True):
        locale = scope.attempt(read_locale, entry.key)
        value = filled(scope, entry, Key(read_text))
        text = scope.attempt(_one, value) if value is not None else None
        if locale is None or text is None:
            continue
        if locale in texts:
            scope.report.fault(
                entry.key, "a locale stands twice", f"found {quoted(entry.key.text)}", "keep one text of it"
            )
        texts[locale] = text
    if not node.entries:
        raise Wrong(node, "a text is expected", "found an empty mapping", 'write "…" or {vi: "…"}')
    return texts


def _one(scope: Scope, node: Node) -> str:
    if not isinstance(node, Scalar):
        raise Wrong(node, "a text is expected", described(node), "put it in quotes if it begins with { or [")
    if node.comment_follows:
        raise Wrong(node, "a text is cut at ' #', where a comment begins", described(node), "put it in quotes")
    if node.empty:
        raise Wrong(node, "a text is expected", "found nothing", 'write a text, "" for none')
    check_placeholders(scope, node, node.text)
    return node.text


def check_placeholders(scope: Scope, node: Scalar, text: str) -> None:
    """Report a placeholder that cannot be read, at its own column where that is known."""
    try:
        parts = parse_text(text)
    except PlaceholderError as error:
        column = node.inset + error.offset if node.inset is not None else node.column
        scope.report.fault(Spot(node.file, node.line, column), error.what, error.found, error.hint)
        return
    for part in parts:
        if isinstance(part, Placeholder) and part.fact is not None and part.filter is not None:
            _check_filter(scope, node, part)


def _check_filter(scope: Scope, node: Scalar, part: Placeholder) -> None:
    from omnisdk.profile.catalogue import parse_fact
    from omnisdk.rules.grammar.operators import KINDS, kind_of

    assert part.fact is not None
    kind = kind_of(parse_fact(part.fact))
    wanted = ("number",) if part.filter == "money" else ("instant", "date")
    if kind not in (*wanted, "any"):
        found = f"{part.fact} is {KINDS[kind]}"
        scope.report.fault(node, f"the filter {part.filter} does not fit", found, "leave the filter out")


def read_locale(_: Scope, node: Node) -> str:
    """Read a locale; returns it as ``vi``, ``en-US`` or ``zh-Hant-TW``."""
    text = node.text.strip() if isinstance(node, Scalar) else ""
    match = _LOCALE.fullmatch(text)
    if match is None:
        raise Wrong(node, "a locale is expected", described(node), "write vi, en or en-US")
    language = match[1].lower()
    if language not in languages():
        meant = language_of(language)
        hint = (
            f"did you mean {quoted(meant)}?"
            if meant
            else suggestion(language, sorted(languages()), none="write vi, en or en-US")
        )
        raise Wrong(node, "unknown language", described(node), hint)
    parts = [language, *([match[2].title()] if match[2] else []), *([match[3].upper()] if match[3] else [])]
    return "-".join(parts)


def read_url(scope: Scope, node: Node) -> str:
    """Read an address to go to or to load: a path of the site, or one with a harmless scheme."""
    if not isinstance(node, Scalar) or node.empty:
        raise Wrong(node, "an address is expected", described(node), "write /path or https://…")
    text = unicodedata.normalize("NFC", node.text.strip())
    if any(ord(sign) < 32 or ord(sign) == 127 for sign in text) or "\\" in text:
        raise Wrong(node, "an address holds no line breaks or backslashes", described(node), "write /path or https://…")
    check_placeholders(scope, node, text)
    if (scheme := _SCHEME.match(text)) and scheme[1].lower() not in SCHEMES:
        raise Wrong(
            node,
            "an address of this kind is not opened",
            described(node),
            f"write /path, or one of: {', '.join(SCHEMES)}",
        )
    return text
