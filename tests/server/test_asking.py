from __future__ import annotations

import pytest

from server_example.services.asking import path_of, query_of, read


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("https://shop.example/golf?x=1#y", "/golf"),
        ("https://shop.example", "/"),
        ("/vi/thanh-toan", "/vi/thanh-toan"),
        ("https://shop.example/thanh%20to%C3%A1n/", "/thanh%20to%C3%A1n/"),
        ("http://[bad", None),
        ("", None),
        (None, None),
    ],
)
def test_the_path_of_a_page_is_that_of_its_url_when_it_names_none(url: str | None, path: str | None) -> None:
    assert path_of(url) == path


def test_a_path_that_is_sent_counts_before_the_urls() -> None:
    page = {"path": "/a", "url": "https://shop.example/b?q=gậy+golf&q=2&empty="}
    asked = read({"placements": [], "context": {"page": page}})
    assert asked.path == "/a"
    assert asked.query == {"q": "gậy golf", "empty": ""}


def test_the_pages_search_counts_before_the_urls() -> None:
    page = {"search": "?utm_source=zalo", "url": "https://shop.example/b?utm_source=fb"}
    assert read({"placements": [], "context": {"page": page}}).query == {"utm_source": "zalo"}


def test_a_flood_of_parameters_is_read_as_none() -> None:
    assert query_of("&".join(f"a{n}=1" for n in range(500))) == {}


@pytest.mark.parametrize(
    ("context", "timezone"),
    [
        ({"timezone": "Asia/Bangkok", "utcOffset": 0}, "Asia/Bangkok"),
        ({"utcOffset": 420}, "Etc/GMT-7"),
        ({"utcOffset": -300}, "Etc/GMT+5"),
        ({"utcOffset": 0}, "UTC"),
        ({"utcOffset": 330}, None),  # no name of a fixed offset has half hours
        ({"utcOffset": 100_000}, None),
        ({"utcOffset": "420"}, None),
        ({"utcOffset": True}, None),
        ({}, None),
    ],
)
def test_the_timezone_is_named_or_made_from_the_offset(context: dict[str, object], timezone: str | None) -> None:
    from zoneinfo import ZoneInfo

    asked = read({"placements": [], "context": context})
    assert asked.timezone == timezone
    assert timezone is None or ZoneInfo(timezone)


def test_null_is_absent_everywhere() -> None:
    body = {"placements": [], "context": None, "events": None, "userId": None, "person": None, "identityToken": None}
    asked = read(body)
    assert (asked.events, asked.user_id, asked.person, asked.path) == (None, None, None, None)
