"""docs/reference/reasons.md tells of every reason, in the order of checking, with the sentences people really read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from omnisdk.engine.phrases import LANGUAGES, NOT_SHOWN, PHRASES, PURPOSES, SHOWN
from omnisdk.engine.result import Reason

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "reasons.md").read_text(encoding="utf-8")
SECTIONS = dict(part.split("\n", 1) for part in PAGE.split("\n## ")[1:])


def test_every_reason_has_its_heading_in_the_order_of_checking() -> None:
    assert [*SECTIONS] == [str(reason) for reason in Reason]


@pytest.mark.parametrize("reason", list(Reason))
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_section_shows_the_sentences_of_its_reason(reason: Reason, language: str) -> None:
    (line,) = re.findall(rf"^- {language}: (.+)$", SECTIONS[reason], re.MULTILINE)
    opening = (SHOWN if reason is Reason.WON else NOT_SHOWN)[language]
    assert line.startswith(opening)
    shown = set(line.removeprefix(opening).split(" · "))
    phrases = {name: phrase[language] for name, phrase in PHRASES.items() if name.split(".")[0] == reason}
    real = {name: pattern(text, language) for name, text in phrases.items()}
    assert shown <= set(real.values()), "a sentence that nobody reads"
    missing = {name for name, text in real.items() if text not in shown}
    # A bare sentence, or one with fewer facts, need not stand beside the one that says more.
    assert missing <= {str(reason), "OWNED.what"}


def pattern(text: str, language: str) -> str:
    text = text.replace("{purpose}", PURPOSES["marketing"][language])
    return re.sub(r"{\w+}", "…", text)
