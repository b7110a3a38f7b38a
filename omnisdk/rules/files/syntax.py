"""The parser's complaints as sentences for people who have never heard of a block mapping."""

from __future__ import annotations

import re
from typing import Any

from omnisdk.rules.files.report import Spot, Wrong, quoted

_QUOTES = "put the text in quotes"

# What the parser says → (what is wrong, hint). The first whose pattern is found in "context | problem" holds.
_SENTENCES: tuple[tuple[str, str, str], ...] = (
    (r"character '\\t'", "a tab where only spaces may stand", "replace tabs with spaces"),
    (r"character '(.)' that cannot start", "a value may not begin with this sign", _QUOTES),
    (
        r"mapping values are not allowed",
        "a second ':' in one line",
        f"{_QUOTES} if the ':' belongs to it, else check the indentation",
    ),
    (r"mapping keys are not allowed", "a '?' may not begin a value here", _QUOTES),
    (r"sequence entries are not allowed", "a list cannot begin here", "begin it on a line of its own, or write [a, b]"),
    (
        r"expected ',' or '\}', but got ':'",
        "a second ':' inside braces",
        f"{_QUOTES}, or close the brace with }} before it",
    ),
    (r"expected ',' or '\]', but got ':'", "a ':' inside brackets", "close the bracket ] before it, or quote the text"),
    (r"expected ',' or '\}'", "a brace { is not closed", "close it with }, and put a text with , : # { } in quotes"),
    (r"expected ',' or '\]'", "a bracket [ is not closed", "close it with ], and put a text with , : # [ ] in quotes"),
    (r"quoted scalar .*(end of stream|document separator)", "a quote is opened and never closed", "close the quote"),
    (
        r"double-quoted scalar .*(escape|hexdecimal|hexadecimal)",
        "an unknown escape after \\",
        "write \\\\ for one backslash, or use single quotes",
    ),
    (r"could not find expected ':'", "a line without ':'", "write key: value, or indent the line under its key"),
    (r"expected <block end>, but found '<scalar>'", "text after the end of a value", f"{_QUOTES}, the whole of it"),
    (
        r"expected <block end>",
        "this line does not fit those around it",
        "give the keys of one mapping the same indentation",
    ),
    (r"expected the node content", "a value may not begin with this sign", _QUOTES),
    (r"(anchor|alias)", "a name is expected after & or *", f"{_QUOTES} that begins with & or *"),
    (r"tag", "tags are not read", f"leave it out; {_QUOTES} that begins with !"),
    (r"(directive|%YAML|incompatible)", "directives are not read", "leave out the line that begins with %"),
    (r"block scalar", "after | or > only the end of the line may follow", "begin the text on the next line, indented"),
    (r"expected '<document start>'", "something after the end of the document", "check the indentation of this line"),
)


def explain(error: Any, text: str, file: str) -> Wrong:
    """Return one of the parser's errors (a MarkedYAMLError) with its place and a hint."""
    said = f"{error.context or ''} | {error.problem or ''}"
    opened = error.context_mark
    mark = error.problem_mark or opened
    if mark is None:
        return Wrong(Spot(file), "the file cannot be read as YAML", str(error.problem), "check it near its beginning")
    if opened is not None and "while parsing a flow" in said:
        for cause in (_comment_between(text, opened.index, mark.index, file), _placeholder_at(text, mark, file)):
            if cause is not None:
                return cause
    what, hint = next(
        ((what, hint) for pattern, what, hint in _SENTENCES if re.search(pattern, said, re.DOTALL)),
        ("the file cannot be read as YAML", str(error.problem or error.context)),
    )
    if opened is not None and what.endswith(("never closed", "without ':'")):
        mark = opened  # the parser points at where it gave up; the person needs the quote, or the line
    elif opened is not None and opened.line < mark.line and "flow" in said:
        hint += f"; it was opened on line {opened.line + 1}"
    return Wrong(Spot(file, mark.line + 1, mark.column + 1), what, _found(text, mark.index), hint)


# Inside braces: a quoted text, a comment that begins after a value, or any other sign.
_IN_FLOW = re.compile(
    r"""(?<=[\[{,:\s])(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*')|(?<=[^\s,\[{])[ \t]+(\#[^\n]*)|[ \t]\#[^\n]*|.""", re.DOTALL
)


def _comment_between(text: str, start: int, end: int, file: str) -> Wrong | None:
    """Return the fault of a text in braces or brackets that a comment cuts, with all that should close them."""
    for match in _IN_FLOW.finditer(text, start, end):
        comment = match[1]
        if comment and any(sign in comment for sign in ",}]"):  # else it is likely meant as a comment
            line = text.count("\n", 0, match.start(1))
            column = match.start(1) - (text.rfind("\n", 0, match.start(1)) + 1)
            what = "a text is cut at ' #', where a comment begins"
            return Wrong(Spot(file, line + 1, column + 1), what, _found(text, match.start(1)), "put it in quotes")
    return None


def _placeholder_at(text: str, mark: Any, file: str) -> Wrong | None:
    if not text.startswith("{{", mark.index):
        return None
    return unquoted_placeholder(Spot(file, mark.line + 1, mark.column + 1), text, mark.index)


def unquoted_placeholder(place: Spot, text: str, index: int) -> Wrong:
    """Return the fault of ``{{ … }}`` at `index` outside quotes, where YAML takes it for braces in braces."""
    return Wrong(
        place, "a text with {{ }} goes in quotes", _found(text, index), 'write "{{ … }}", the whole text in quotes'
    )


def unreadable(error: Any, text: str, file: str) -> Wrong:
    """Return the parser's complaint about a character that YAML forbids (a ReaderError)."""
    at = int(error.position)
    line = text.count("\n", 0, at) + 1
    column = at - (text.rfind("\n", 0, at) + 1) + 1
    code = error.character if isinstance(error.character, int) else ord(str(error.character)[:1] or "\0")
    hint = "delete it; it is invisible in most editors"
    return Wrong(Spot(file, line, column), "a control character", f"found U+{code:04X}", hint)


def _found(text: str, index: int) -> str:
    line = text[index : text.find("\n", index) if "\n" in text[index:] else len(text)].strip()
    return f"found {quoted(line)}" if line else "found the end of the line"
