"""Every sentence is there in both languages, is used, and fits its places."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from server_example.demo import catalogue, schedule, words
from server_example.demo.shelf import CATEGORIES

FOLDER = Path(words.__file__).parent
SOURCES = [*FOLDER.glob("*.py"), *(FOLDER / "templates").glob("*.html")]
# Keys put together from two parts, as `t("badge." ~ product.badge)` does.
PUT_TOGETHER = re.compile(r"""["']([a-z]+\.[a-z_]*)["'] ~""")


@pytest.mark.parametrize("key", words.TEXTS)
def test_each_sentence_is_said_in_both_languages_with_the_same_places(key: str) -> None:
    vietnamese, english = words.TEXTS[key]
    assert vietnamese.strip() and english.strip()
    assert words.places(vietnamese) == words.places(english)


def test_each_sentence_is_used_somewhere() -> None:
    text = "\n".join(path.read_text("utf-8") for path in SOURCES if path.name != "words.py")
    begun = tuple(PUT_TOGETHER.findall(text))
    unused = [key for key in words.TEXTS if f'"{key}"' not in text and f"'{key}'" not in text]
    assert [key for key in unused if not key.startswith(begun) and not key.startswith("checkout.need_")] == []


def test_each_sentence_that_a_page_asks_for_is_there() -> None:
    for path in SOURCES:
        for key in re.findall(r"""\bt\(["']([a-z]+\.[a-z_]+)["'],?\s*[a-z)]""", path.read_text("utf-8")):
            assert key in words.TEXTS, f"{path.name}: {key}"


def test_prices_are_written_as_people_there_write_them() -> None:
    assert words.money("vi", 1_290_000) == "1.290.000\N{NO-BREAK SPACE}₫"
    assert words.money("en", 1_290_000) == "1,290,000\N{NO-BREAK SPACE}₫"
    assert words.money("vi", 0) == "0\N{NO-BREAK SPACE}₫"


def test_a_week_has_seven_named_days() -> None:
    assert words.weekdays("vi") == ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ Nhật")
    assert words.weekdays("en")[0] == "Monday"


@pytest.mark.parametrize("product", catalogue.PRODUCTS.values(), ids=lambda product: product.product_id)
def test_each_product_has_its_shelf_its_picture_and_words_in_both_languages(product: catalogue.Product) -> None:
    assert product.category in CATEGORIES
    assert (FOLDER / "static" / product.picture).is_file()
    assert all(text.strip() for pair in (product.name, product.line, product.story) for text in pair)
    assert product.was == 0 or product.was > product.price > 0
    assert catalogue.by_slug(product.slug) is product


def test_each_class_has_its_trainer_and_each_trainer_a_picture() -> None:
    assert len(schedule.WEEK) == 7
    for day in schedule.WEEK:
        assert [each.at for each in day] == ["05:30", "07:00", "17:30", "19:00"]
        assert all(each.trainer in schedule.TRAINERS for each in day)
    assert all((FOLDER / "static" / trainer.picture).is_file() for trainer in schedule.TRAINERS.values())
