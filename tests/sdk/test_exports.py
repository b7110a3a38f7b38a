"""What `omnisdk` offers, and what importing it costs."""

from __future__ import annotations

import statistics
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

import omnisdk
from omnisdk.client import decision
from omnisdk.events.catalogue import EVENTS

HEAVY = ("httpx", "pydantic", "asyncio", "phonenumbers", "ruamel", "babel", "flask", "sqlalchemy", "orjson")


def test_all_is_sorted_and_every_name_is_there() -> None:
    assert omnisdk.__all__ == sorted(omnisdk.__all__)
    for name in omnisdk.__all__:
        assert getattr(omnisdk, name) is not None
    assert dir(omnisdk) == omnisdk.__all__


def test_every_known_event_can_be_imported_from_the_top() -> None:
    missing = {model.__name__ for model in EVENTS.values()} - set(omnisdk.__all__)
    assert missing == set()
    assert {"Omni", "Product", "OrderCompleted"} <= set(omnisdk.__all__)


def test_a_misspelt_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="OrderCompletd"):
        omnisdk.OrderCompletd  # type: ignore[attr-defined] # noqa: B018 -- the access is the test


def test_the_codes_of_the_client_are_reasons() -> None:
    for code in (decision.NO_REASON, decision.TIMEOUT, decision.SERVER_UNAVAILABLE):
        assert omnisdk.Reason(code) == code


def test_the_version_is_that_of_the_package() -> None:
    assert omnisdk.__version__ == version("omnisdk")


def test_the_package_says_that_it_is_typed() -> None:
    assert (Path(omnisdk.__file__).parent / "py.typed").is_file()


@pytest.mark.parametrize("statement", ["import omnisdk", "from omnisdk import Omni"])
def test_importing_loads_no_heavy_package(statement: str) -> None:
    script = f"import sys; {statement}; print([name for name in {HEAVY!r} if name in sys.modules])"
    assert _python(script) == "[]"


def test_importing_takes_less_than_100_ms() -> None:
    script = "import time; start = time.perf_counter(); import omnisdk; print(time.perf_counter() - start)"
    assert statistics.median(float(_python(script)) for _ in range(5)) < 0.1


def _python(script: str) -> str:
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", script], capture_output=True, text=True, check=True
    ).stdout.strip()
