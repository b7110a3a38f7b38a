"""What is installed from the wheel is enough: no file of the checkout is needed."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(ROOT)],
        check=True,
    )
    [built] = folder.glob("*.whl")
    return built


def test_the_wheel_carries_sdk_server_and_built_snippet(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for name in (
        "omnisdk/py.typed",
        "server_example/storage/migrations/0001_first_tables.py",
        "server_example/_snippet/omni.js",
    ):
        assert name in names
    assert any(name.startswith("server_example/demo/templates/") for name in names)
    assert not [name for name in names if name.startswith(("tests/", "snippet/"))]


def test_the_server_extra_alone_starts_and_decides(wheel: Path, tmp_path: Path) -> None:
    environment = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
    binary = environment / "bin"
    subprocess.run(
        [binary / "pip", "install", "--quiet", "--disable-pip-version-check", f"omnisdk[server] @ file://{wheel}"],
        check=True,
    )
    shop = tmp_path / "shop"
    shop.mkdir()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    clean = {"PATH": f"{binary}:{os.environ['PATH']}", "HOME": str(tmp_path), "OMNI_BIND": f"127.0.0.1:{port}",
             "OMNI_SECRET_KEY": "sk_0123456789abcdef0123456789abcdef"}  # fmt: skip
    subprocess.run([binary / "omnisdk", "init"], cwd=shop, env=clean, check=True, stdout=subprocess.DEVNULL)
    subprocess.run([binary / "omnisdk", "check"], cwd=shop, env=clean, check=True)
    server = subprocess.Popen([binary / "omnisdk", "serve"], cwd=shop, env=clean)
    try:
        answer = None
        for _ in range(300):
            assert server.poll() is None, "the server ended"
            try:
                answer = httpx.post(
                    f"http://127.0.0.1:{port}/v1/decide",
                    json={"userId": "u1", "placements": ["popup"]},
                    auth=("sk_0123456789abcdef0123456789abcdef", ""),
                )
                break
            except httpx.HTTPError:
                time.sleep(0.1)
        assert answer is not None and answer.status_code == 200
        assert answer.json()["decisions"][0]["placement"] == "popup"
        assert httpx.get(f"http://127.0.0.1:{port}/omni.js").status_code == 200
    finally:
        server.terminate()
        server.wait(15)
