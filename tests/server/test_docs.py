"""The reference pages name every route, error, setting and command there is."""

from __future__ import annotations

import re
from pathlib import Path

import click

from server_example.cli.commands import omnisdk
from server_example.config import SETTINGS
from server_example.services.metrics import FAMILIES
from server_example.views.routes import ROUTES

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "reference"


def page(name: str) -> str:
    return (REFERENCE / name).read_text("utf-8")


def headings(name: str) -> list[str]:
    return re.findall(r"^#+ (.+)$", page(name), re.MULTILINE)


def test_every_route_has_its_heading() -> None:
    known = [part for heading in headings("http.md") for part in heading.split(" and ")]
    for route in ROUTES:
        rule = re.sub(r"<path:(\w+)>", r"{\1}", route.rule)
        assert f"{route.method} {rule}" in known


def test_every_setting_has_its_heading_and_its_default() -> None:
    text = page("settings.md")
    for setting in SETTINGS:
        _, _, section = text.partition(f"\n## {setting.name}\n")
        assert section, setting.name
        default = setting.default.partition(",")[0]
        assert default.lower() in section.partition("\n## ")[0].lower(), setting.name


def test_every_command_has_its_heading_and_every_option_its_word() -> None:
    text = page("cli.md")
    for name, command in omnisdk.commands.items():
        _, _, section = text.partition(f"\n## omnisdk {name}\n")
        assert section, name
        for option in command.params:
            if isinstance(option, click.Option):
                assert option.opts[0] in section.partition("\n## ")[0], (name, option.opts)


def test_every_metric_is_told_of() -> None:
    text = page("http.md")
    assert all(f"`{family.name}" in text for family in FAMILIES)


def test_every_code_of_an_error_is_told_of_and_every_place_pointed_to_exists() -> None:
    text = page("http.md")
    anchors = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings("http.md")}
    sources = [*(ROOT / "server_example/views").glob("*.py"), ROOT / "server_example/services/asking.py"]
    source = "\n".join(path.read_text("utf-8") for path in sources)
    codes = set(re.findall(r"(?:ApiError\(\s*\d+, |BadRequest\()\"([A-Z_]+)\"", source)) | {"NO_KEY", "UNKNOWN_KEY"}
    assert len(codes) > 10
    assert all(f"`{code}`" in text for code in codes)
    pointed = set(re.findall(r'docs="([\w-]+)"', source))
    assert pointed and pointed <= anchors
