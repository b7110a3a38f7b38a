"""Whatever is done to a rule file, reading it ends with a ruleset that compiles or with faults, never with an exception."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from omnisdk.engine import compile_rules
from omnisdk.rules.reading import Source, read_source
from tests.rules.helpers import FIXTURES

TEXTS = [(FIXTURES / name).read_text(encoding="utf-8") for name in ("design.yaml", "thai.yaml")]
GROUP = "segments: {loyal: {orders.count: {at_least: 3}}}\n"

# What people and editors do to a file, and what attackers would.
PIECES = st.one_of(
    st.sampled_from(
        [
            "", " ", "  ", "\t", "\n", "\r\n", ":", ": ", "-", "- ", "#", " # ", ",", "{", "}", "[", "]", "'", '"', "|", ">",
            "&a ", "*a", "!!str ", "!x", "%", "@", "`", "<<: ", "---\n", "...\n", "? ", "{{", "}}", "{{ coupon }}", "null",
            "~", "true", "no", "0811", "1E10", "-1", "99999999999999999999", "1.5", "5%", "2026-02-30", "9999-12-31", "7d",
            "\\", "\\x", "\ufeff", "\x00", "\x85", "\u2028", "\ud800", "\ufffd", "🌵", "ก\u0e31", "a: {b: [c, {d: e}]}",
            "any: ", "all: ", "{segments: {starts_with: l}}", "{segments: {exists: true}}", "loyal", "golfers", "not: ", "segments", "owns", "include: [omni.yaml]", "include: [../x]", '"a.b".count(7d)',
        ]
    ),
    st.text(max_size=6),
)  # fmt: skip


@st.composite
def edited(draw: st.DrawFn) -> str:
    text = draw(st.sampled_from(TEXTS))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(text)))
        length = draw(st.sampled_from([0, 0, 1, 2, 5, 20, 200]))
        piece = draw(st.one_of(PIECES, st.integers(0, len(text)).map(lambda start, t=text: t[start : start + 40])))
        text = text[:at] + piece + text[at + length :]
    return text


@settings(max_examples=150)
@given(edited())
def test_an_edited_file_is_read_or_refused_with_places(text: str) -> None:
    loaded = read_source(Source((("omni.yaml", text), ("groups/retail.yaml", GROUP))))
    assert (loaded.ruleset is None) == bool(loaded.faults)
    lines = text.count("\n") + text.count("\r") + text.count("\x85") + text.count("\u2028") + text.count("\u2029") + 2
    for fault in (*loaded.faults, *loaded.warnings):
        assert fault.what
        assert "\n" not in str(fault)
        assert 1 <= fault.line <= lines
        assert fault.column >= 1
    again = read_source(loaded.source)
    assert (again.ruleset, again.faults, again.warnings) == (loaded.ruleset, loaded.faults, loaded.warnings)
    if loaded.ruleset is not None:
        compile_rules(loaded.ruleset)


NAMES = ("vip", "vip-hn", "khách", "khách-quen", "ลูกค้า")
REFERENCES = st.one_of(
    st.sampled_from(NAMES),
    st.builds("{{segments: {}}}".format, st.sampled_from(NAMES)),
    st.builds("{{segments: [{}, {}]}}".format, st.sampled_from(NAMES), st.sampled_from(NAMES)),
    st.builds(
        "{{{}: {{{}: {}}}}}".format,
        st.sampled_from(["segments", "'\"segments\"'"]),
        st.sampled_from(["is", "in", "contains", "starts_with", "not", "exists", "at_least", "within"]),
        st.sampled_from(
            [*NAMES, "[vip, khách]", "vi", "k", "''", "true", "{starts_with: v}", "{exists: false}", "1", "1d"]
        ),
    ),
    st.just("{orders.count: 1}"),
)


@settings(max_examples=200)
@given(st.fixed_dictionaries(dict.fromkeys(NAMES, st.lists(REFERENCES, min_size=1, max_size=2))))
def test_what_the_check_accepts_compiles_however_segments_name_each_other(segments: dict[str, list[str]]) -> None:
    written = "".join(f"  {name}: {{any: [{', '.join(uses)}]}}\n" for name, uses in segments.items())
    loaded = read_source(Source((("omni.yaml", f"segments:\n{written}"),)))
    if loaded.ruleset is None:
        assert loaded.faults
    else:
        compile_rules(loaded.ruleset)


@settings(max_examples=50)
@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    loaded = read_source(Source((("omni.yaml", text),)))
    assert (loaded.ruleset is None) == bool(loaded.faults)
