"""What docs/start-stock.md tells a back end to write is enough: its lines alone, run with the real packages."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.conformance.browser import document
from tests.support.server import SECRET_KEY, ServerProcess

PACKAGES = Path(sys.prefix) / "clients"  # where .ci/clients puts them
STORE = "Quận 1 สาขา"
PYTHON = {
    "Python, Segment": ("segment-analytics-python-2.4.0", "analytics"),
    "Python, RudderStack": ("rudder-sdk-python-2.1.9", "rudder_analytics"),
}
NODE = {
    "Node, Segment": "await analytics.closeAndFlush();",
    "Node, RudderStack": "analytics.flush();",
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    folder = tmp_path_factory.mktemp("stock")
    rules = folder / "omni.yaml"
    rules.write_text("version: 1\nsite: {locale: vi, country: VN, timezone: Asia/Ho_Chi_Minh, currency: VND}\n")
    found = ServerProcess(folder, config=rules).start()
    yield found
    found.stop()


def run(command: list[str], **environment: str) -> None:
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    done = subprocess.run(command, env=kept | environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def person(heading: str) -> str:
    return "khách-" + heading.replace(", ", "-").lower()


def visits(server: ServerProcess, user: str) -> list[str]:
    """Return the stores that the user has visited, as the shop's own key reads them."""
    answer = httpx.get(f"{server.url}/v1/profiles/user:{user}/export", auth=(SECRET_KEY, ""))
    assert answer.status_code == 200, answer.text
    assert all(event["role"] == "shop" for event in answer.json()["events"])
    return [event["properties"]["store"] for event in answer.json()["events"]]


@pytest.mark.parametrize("heading", PYTHON)
def test_the_lines_for_python_are_enough(server: ServerProcess, tmp_path: Path, heading: str) -> None:
    package, name = PYTHON[heading]
    assert (PACKAGES / package).is_dir(), f"{package} is missing: run `sh .ci/clients {Path(sys.executable).parent}`"
    call = f'{name}.track("{person(heading)}", "Store Visited", {{"store": "{STORE}"}})\n{name}.shutdown()\n'
    script = tmp_path / "shop.py"
    script.write_text(document.filled(heading, server.url, SECRET_KEY) + call, encoding="utf-8")
    run([sys.executable, str(script)], PYTHONPATH=str(PACKAGES / package), PYTHONUTF8="1")
    assert visits(server, person(heading)) == [STORE]


@pytest.mark.parametrize("heading", NODE)
def test_the_lines_for_node_are_enough(server: ServerProcess, tmp_path: Path, heading: str) -> None:
    modules = PACKAGES / "node" / "node_modules"
    assert modules.is_dir(), f"the Node clients are missing: run `sh .ci/clients {Path(sys.executable).parent}`"
    node = shutil.which("node", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]))
    assert node, "no Node: `sh .ci/provide` brings one"
    (tmp_path / "node_modules").symlink_to(modules)
    track = f'analytics.track({{ userId: "{person(heading)}", event: "Store Visited", properties: {{ store: "{STORE}" }} }});'
    script = tmp_path / "shop.mjs"
    lines = [document.filled(heading, server.url, SECRET_KEY), track, NODE[heading]]
    script.write_text("\n".join(lines), encoding="utf-8")
    run([node, str(script)])
    assert visits(server, person(heading)) == [STORE]


def test_the_versions_that_the_page_names_are_those_that_are_run() -> None:
    kit = Path(__file__).parent
    for name in ("browser", "node"):
        packages = json.loads((kit / name / "package.json").read_text("utf-8"))["dependencies"]
        for package, version in packages.items():
            assert re.search(rf"`{re.escape(package)}`\s+{re.escape(version)}\b", document.TEXT), package
    for wanted in (kit / "python").glob("*.txt"):
        package, _, version = wanted.stem.rpartition("-")
        assert re.search(rf"`{package}`[^`]*\b{re.escape(version)}\b", document.TEXT), wanted.stem
