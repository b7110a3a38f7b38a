from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from server_example.config import SETTINGS, ConfigError, ServerConfig


def from_environment(folder: Path, **settings: str) -> ServerConfig:
    return ServerConfig.from_environment({"OMNI_DATA_DIR": str(folder), **settings}, env_file=None)


def test_keys_are_made_once_with_their_prefixes_and_only_the_owner_reads_them(tmp_path: Path) -> None:
    folder = tmp_path / "instance"
    first = from_environment(folder)
    assert first.write_key.startswith("wk_") and first.secret_key.startswith("sk_")
    assert len(set(first.keys().values())) == 4
    assert all(len(key) >= 43 for key in first.keys().values())  # 32 random bytes
    files = sorted(folder.iterdir())
    assert [file.name for file in files] == ["identity.key", "secret.key", "signing.key", "write.key"]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert from_environment(folder).keys() == first.keys()


def test_given_keys_are_taken_as_they_are_and_not_written_down(tmp_path: Path) -> None:
    given = {
        "OMNI_WRITE_KEY": "plain",
        "OMNI_SECRET_KEY": "Mật khẩu",
        "OMNI_SIGNING_KEY": "s",
        "OMNI_IDENTITY_KEY": "i",
    }
    assert from_environment(tmp_path, **given).keys() == given
    assert list(tmp_path.iterdir()) == []


def test_an_empty_setting_counts_as_not_given(tmp_path: Path) -> None:
    assert from_environment(tmp_path, OMNI_WRITE_KEY="", OMNI_BIND="").bind == "127.0.0.1:8000"
    assert (tmp_path / "write.key").exists()


def test_processes_that_start_at_the_same_moment_agree_on_the_keys(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from server_example.keys import kept_or_made\n"
        "print('ready', flush=True); sys.stdin.readline()\n"
        f"print(kept_or_made(Path({str(tmp_path / 'instance')!r}), 'secret', 'sk_'))"
    )
    command = [sys.executable, "-c", script]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    processes = [subprocess.Popen(command, **pipes) for _ in range(4)]
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        process.stdin.write("\n")
        process.stdin.flush()
    keys = {process.communicate()[0].strip() for process in processes}
    assert len(keys) == 1 and keys.pop().startswith("sk_")
    assert [file.name for file in (tmp_path / "instance").iterdir()] == ["secret.key"]  # no temporary file stays


def test_the_write_key_may_not_be_the_secret_key_too(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="OMNI_SECRET_KEY: it equals OMNI_WRITE_KEY"):
        from_environment(tmp_path, OMNI_WRITE_KEY="same", OMNI_SECRET_KEY="same")


def test_a_data_directory_that_cannot_be_made_is_told_by_name(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match=r"file.*OMNI_DATA_DIR must be a writable directory"):
        from_environment(tmp_path / "file" / "instance")


def test_an_env_file_fills_in_what_the_environment_leaves_out(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text("OMNI_BIND=0.0.0.0:9000\nOMNI_CONFIG='quy tắc.yaml'\nOTHER=1\n", encoding="utf-8")
    environment = {"OMNI_DATA_DIR": str(tmp_path), "OMNI_BIND": "127.0.0.1:1"}
    config = ServerConfig.from_environment(environment, env_file=env_file)
    assert (config.bind, str(config.rules_file)) == ("127.0.0.1:1", "quy tắc.yaml")


def test_the_database_is_a_file_in_the_data_directory_unless_given(tmp_path: Path) -> None:
    assert from_environment(tmp_path).database_url == f"sqlite:///{tmp_path.absolute() / 'omni.sqlite3'}"
    given = from_environment(tmp_path, OMNI_DATABASE_URL="postgresql://u:secret@db/omni")
    assert given.database_url == "postgresql://u:secret@db/omni"
    assert "secret" not in repr(given)


def test_webhook_urls_are_found_by_placement(tmp_path: Path) -> None:
    config = from_environment(tmp_path, OMNI_WEBHOOK_ZALO_URL="https://zns.example/x")
    assert dict(config.webhook_urls) == {"ZALO": "https://zns.example/x"}


@pytest.mark.parametrize("bind", ["8000", "localhost", "127.0.0.1:", ":8000", "127.0.0.1:http", "127.0.0.1:70000"])
def test_an_unusable_address_is_told_with_its_value(tmp_path: Path, bind: str) -> None:
    with pytest.raises(ConfigError, match=r"OMNI_BIND.*is not HOST:PORT"):
        from_environment(tmp_path, OMNI_BIND=bind).address()


def test_addresses_of_both_kinds_are_read(tmp_path: Path) -> None:
    assert from_environment(tmp_path, OMNI_BIND="[::1]:8000").address() == ("::1", 8000)
    assert from_environment(tmp_path, OMNI_BIND="0.0.0.0:80").address() == ("0.0.0.0", 80)


def test_every_setting_has_a_default_and_a_meaning() -> None:
    assert all(setting.name.startswith("OMNI_") and setting.default and setting.meaning for setting in SETTINGS)
