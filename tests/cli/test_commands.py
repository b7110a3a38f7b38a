from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from server_example.cli.commands import omnisdk
from server_example.config import ServerConfig
from server_example.services import ingest
from server_example.services.server import Server
from tests.server.helpers import NOW, RULES


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A shop's folder as the working directory, with no setting given."""
    for name in ("OMNI_BIND", "OMNI_DATA_DIR", "OMNI_CONFIG", "OMNI_DATABASE_URL", "OMNI_WRITE_KEY", "OMNI_SECRET_KEY",
                 "OMNI_SIGNING_KEY", "OMNI_IDENTITY_KEY"):  # fmt: skip
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def shop(folder: Path) -> Path:
    """The same with rules, and a member who has told her phone."""
    (folder / "omni.yaml").write_text(RULES, encoding="utf-8")
    server = Server(ServerConfig.from_environment(), now=lambda: NOW)
    batch = [
        {"type": "identify", "userId": "lan", "messageId": "m1", "traits": {"phone": "0901234567", "name": "Lan"}},
        {"type": "track", "event": "Membership Started", "userId": "lan", "messageId": "m2",
         "properties": {"membership": "gym"}},
    ]  # fmt: skip
    assert ingest.ingest(server, {"batch": batch}, "shop", NOW)["accepted"] == 2
    server.close()
    return folder


def run(*arguments: str, status: int = 0) -> Result:
    result = CliRunner().invoke(omnisdk, arguments)
    assert result.exit_code == status, (result.output, result.exception)
    return result


def test_init_writes_rules_that_pass_the_check_and_says_what_to_paste(folder: Path) -> None:
    told = run("init", "--name", "Cửa hàng Lan", "--locale", "vi", "--country", "VN", "--currency", "VND").output
    assert "<script>" in told and "/omni.js?key=wk_" in told and "omnisdk serve" in told
    assert "Cửa hàng Lan" in (folder / "omni.yaml").read_text("utf-8")
    assert sorted(path.name for path in (folder / "instance").iterdir()) == [
        "identity.key", "secret.key", "signing.key", "write.key"
    ]  # fmt: skip
    assert "no faults" in run("check").output


def test_check_counts_what_it_read(folder: Path) -> None:
    (folder / "omni.yaml").write_text("segments: {loyal: {orders.count: 5}}\n", "utf-8")
    assert "omni.yaml: 0 campaigns, 1 segment, no faults" in run("check").output


def test_init_leaves_a_file_that_exists_as_it_is(folder: Path) -> None:
    (folder / "omni.yaml").write_text("version: 1 # mine\n")
    assert "exists already" in run("init", status=1).output
    assert (folder / "omni.yaml").read_text() == "version: 1 # mine\n"


def test_check_names_each_fault_by_file_line_and_column_and_fails(folder: Path) -> None:
    text = RULES.replace("kind: popup", "kind: popap").replace("audience: golfers", "audience: golfer")
    (folder / "sai.yaml").write_text(text, encoding="utf-8")
    lines = run("check", "sai.yaml", status=1).output.splitlines()
    assert len(lines) == 2
    assert all(re.match(r"sai\.yaml:\d+:\d+: .+; .+; .+", line) for line in lines)
    assert not (folder / "instance").exists()  # checking makes no keys


def test_check_without_a_file_says_how_to_get_one(folder: Path) -> None:
    assert "omnisdk init" in run("check", status=1).output


def test_check_warns_of_what_is_not_acted_on_yet_and_passes(folder: Path) -> None:
    text = RULES.replace("audience: golfers", "audience: golfers\n    holdout: 5%")
    (folder / "omni.yaml").write_text(text, encoding="utf-8")
    assert "not acted on yet" in run("check").output


def test_tags_take_the_address_browsers_use(folder: Path) -> None:
    told = run("tags", "--url", "https://shop.example/omni").output
    assert re.search(r'src="https://shop\.example/omni/omni\.js\?key=wk_[\w-]+"', told)
    assert re.search(r"script-src: 'sha256-[\w+/]+='", told)


def test_schema_is_json_schema_of_the_events_unless_another_is_named(folder: Path) -> None:
    schema = json.loads(run("schema").output)
    assert "json-schema.org" in schema["$schema"]
    assert "Order Completed" in json.dumps(schema)
    assert json.loads(run("schema", "events").output) == schema
    assert "campaigns" in json.loads(run("schema", "rules").output)["properties"]
    assert "/v1/decide" in json.loads(run("schema", "http").output)["paths"]
    assert "'events', 'rules', 'http'" in run("schema", "htpp", status=2).output


def test_explain_says_why_in_the_language_asked(shop: Path) -> None:
    told = run("explain", "phone:0901 234 567", "--placement", "popup").output
    assert re.search(r"^popup\n  gym-trial  OWNED  \S", told)
    vietnamese = run("explain", "user:lan", "--placement", "popup", "--language", "vi").output
    assert "OWNED" in vietnamese and vietnamese != told
    guarded = run("explain", "user:khách-1", "--placement", "popup", "--path", "/thanh-toan").output
    assert "GUARDED" in guarded


def test_explain_without_a_placement_tells_of_all(shop: Path) -> None:
    told = run("explain", "user:lan").output
    assert {"popup", "home-hero", "sms"} <= set(told.split())


def test_explain_says_when_nobody_is_known_or_the_placement_is_none(shop: Path) -> None:
    told = run("explain", "user:không-ai", "--placement", "popup", "--placement", "pop-up").output
    assert "nobody is known as user:không-ai" in told
    assert "the rules have no placement 'pop-up'" in told
    assert "nobody is known" not in run("explain", "user:lan").output


def test_a_person_is_exported_and_forgotten(shop: Path) -> None:
    exported = json.loads(run("export", "user:lan").output)
    assert [event["messageId"] for event in exported["events"]] == ["m1", "m2"]
    assert run("forget", "user:lan").output == "forgotten: user:lan\n"
    assert "nobody is known as user:lan" in run("export", "user:lan", status=1).output
    assert "nobody is known" in run("forget", "user:lan", status=1).output


def test_a_reference_that_cannot_be_read_is_told_in_a_line(shop: Path) -> None:
    for command in ("explain", "export", "forget"):
        assert "names no person" in run(command, "lan", status=1).output


def test_rebuild_says_that_every_profile_is_the_fold_of_its_events(shop: Path) -> None:
    assert (
        run("rebuild").output.splitlines()[-1].endswith("1 people, 2 events: 0 corrected, 0 brought up to this release")
    )


def test_a_database_out_of_reach_is_told_in_a_line(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMNI_DATABASE_URL", f"sqlite:///{shop}")
    assert "the database is not available" in run("rebuild", status=1).output


def test_serve_without_good_rules_ends_with_their_faults(folder: Path) -> None:
    (folder / "omni.yaml").write_text("version: 1\nplacements: {popup: {kind: popap}}\n")
    told = run("serve", status=1).output
    assert re.search(r"omni\.yaml:2:\d+: ", told)
    assert "omnisdk init" not in told


def test_serve_names_an_address_it_cannot_use(folder: Path) -> None:
    assert "is not HOST:PORT" in run("serve", "--bind", "nowhere", status=1).output


def test_without_the_servers_libraries_the_command_says_what_to_install() -> None:
    script = (
        "import sys\n"
        "sys.modules['flask'] = None; sys.modules['click'] = None\n"
        "from server_example.cli import main\n"
        "main()"
    )
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert ended.stderr == 'omnisdk: click is not installed; run: pip install "omnisdk[server]"\n'


def test_help_lists_the_commands_in_the_order_they_are_needed() -> None:
    told = run("--help").output
    assert told.index("\n  init") < told.index("\n  serve") < told.index("\n  check")
