"""The pages for back-end developers say what is so: their code runs, and every name has its place."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

import omnisdk
from omnisdk import Loss, Omni, UsageError, errors
from omnisdk.client.sync import Omni as Client
from omnisdk.options import Options
from tests.sdk.servers import Server

DOCS = Path(__file__).parents[2] / "docs"
START = (DOCS / "start-backend.md").read_text(encoding="utf-8")
REFERENCE = (DOCS / "reference" / "sdk.md").read_text(encoding="utf-8")
PUBLIC = [name for name in vars(Client) if not name.startswith("_")]


def blocks(page: str) -> list[str]:
    return re.findall(r"^```python\n(.*?)^```", page, re.M | re.S)


@pytest.fixture
def environment(server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """Run in what the page tells its reader to set, and close what it opens."""
    monkeypatch.setenv("OMNI_URL", server.url)
    monkeypatch.setenv("OMNI_SECRET_KEY", "sk_test")
    monkeypatch.setenv("OMNI_IDENTITY_KEY", "k" * 40)
    made: list[Omni] = []

    def make(*arguments: Any, **options: Any) -> Omni:
        made.append(Client(*arguments, **{"timeout_seconds": 5.0, **options}))
        return made[-1]

    monkeypatch.setattr(omnisdk, "Omni", make)
    yield {"__name__": "page"}
    for omni in made:
        omni.close(timeout_seconds=1)


def test_the_first_page_runs_as_written(
    environment: dict[str, Any], server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    with ThreadPoolExecutor(1) as apart:  # the page runs an event loop; browser tests keep one on the main thread
        for block in blocks(START):
            apart.submit(exec, compile(block, "start-backend.md", "exec"), environment).result()
    assert environment["omni"].flush()
    printed = capsys.readouterr().out
    assert "Gốm Bát Tràng giảm 10% GOM10 2026-11-30 17:00:00+00:00" in printed
    assert "track names nobody; pass a user_id, anonymous_id, phone, email or card" in printed
    assert environment["everything_arrived"] is True
    assert environment["token"].count(".") == 2
    events = [event.get("event", event["type"]) for event in server.taken]
    assert events[:3] == ["identify", "Order Completed", "Store Visited"]
    assert "Promotion Viewed" in events
    visitor = environment["app"].test_client()
    visitor.set_cookie("omni_aid", "a1")
    page = visitor.get("/golf", headers={"Accept-Language": "vi"})
    assert "Gốm Bát Tràng" in page.text
    assert server.questions[-1]["anonymousId"] == "a1"
    assert server.questions[-1]["context"]["locale"] == "vi"


def test_the_first_call_stands_within_ten_lines_of_code() -> None:
    code = [line for line in blocks(START)[0].splitlines() if line.strip()]
    assert any("decide(" in line for line in code[:7])
    assert len(code) <= 12


def test_the_reference_runs_as_written(environment: dict[str, Any]) -> None:
    for block in blocks(REFERENCE):
        exec(compile(block, "sdk.md", "exec"), environment)


@pytest.mark.parametrize("name", PUBLIC)
def test_every_verb_has_its_heading(name: str) -> None:
    assert re.search(rf"^### {name}$", REFERENCE, re.M)


@pytest.mark.parametrize("option", [field.name for field in fields(Options)])
def test_every_option_has_its_row(option: str) -> None:
    assert re.search(rf"^\| `{option}` \|", REFERENCE, re.M)


@pytest.mark.parametrize("reason", Loss)
def test_every_loss_has_its_row(reason: Loss) -> None:
    assert re.search(rf"^\| `{reason}` \|", REFERENCE, re.M)


def test_every_error_has_its_row_with_its_kind() -> None:
    for name, error in vars(errors).items():
        if isinstance(error, type) and issubclass(error, errors.OmniError):
            row = re.search(rf"^\| `{name}` \| (.+) \|$", REFERENCE, re.M)
            assert row
            if issubclass(error, UsageError) and error is not UsageError:
                assert row[1].startswith(f"`{error.kind}`")


def test_the_defaults_in_the_reference_are_the_defaults() -> None:
    defaults = Options(secret_key="sk")
    rows = dict(re.findall(r"^\| `(\w+)` \| [^|]+ \| ([^|]+) \|", REFERENCE.split("## Event verbs")[0], re.M))
    for name, written in rows.items():
        default = getattr(defaults, name)
        if isinstance(default, bool) or default is None or name == "secret_key":
            continue
        if isinstance(default, str):
            assert written == f"`{default}`"
        elif "MiB" in written:
            assert default == int(written.split()[0]) * 1024 * 1024
        else:
            assert default == float(written.replace(",", ""))


def test_signatures_in_the_reference_are_the_signatures() -> None:
    """Each parameter that a heading's signature names is one, in that order."""
    import inspect

    for name in PUBLIC:
        section = REFERENCE.split(f"### {name}\n")[1].split("###")[0]
        written = re.search(rf"`{name}\((.*?)\)`", section)
        assert written, name
        named = [part.split("=")[0].strip("* ") for part in written[1].split(",")]
        known = [part for part in inspect.signature(getattr(Client, name)).parameters if part not in ("self", "who")]
        assert [part for part in named if part in known] == known[: len([part for part in named if part in known])]
        assert all(part in known or part in _BY_NAME for part in named if part), (name, named)


_BY_NAME = {"anonymous_id", "phone", "email", "card", "who", "as_above"}


def test_no_page_needs_what_is_not_installed() -> None:
    for block in blocks(START) + blocks(REFERENCE):
        for module in re.findall(r"^(?:from|import) (\w+)", block, re.M):
            assert module in sys.stdlib_module_names | {"omnisdk", "server_example", "flask", "markupsafe"}
