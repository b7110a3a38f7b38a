"""A shop's folder with its own database, in which commands about files run."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.bulk import Shop


@pytest.fixture
def shop_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database_url: str) -> Shop:
    """An empty shop on each kind of database; its folder is the working directory."""
    return Shop.made(tmp_path, monkeypatch, database_url)


@pytest.fixture
def sqlite_shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """The same on SQLite alone, for what does not touch the database."""
    return Shop.made(tmp_path, monkeypatch, f"sqlite:///{tmp_path / 'omni.db'}")
