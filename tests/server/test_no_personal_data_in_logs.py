"""A canary through every address and every error of a real server that logs all it can: nothing of a person comes out."""

from __future__ import annotations

import gzip
import json
import logging
import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from omnisdk import clock
from omnisdk.identity import tokens
from server_example import ServerConfig, create_app, logs
from server_example.views.routes import ROUTES
from tests.server.helpers import BROWSER, RULES, SHOP, basic
from tests.support.faulty import FAULT_HEADER, PERSONAL
from tests.support.server import IDENTITY_KEY, SECRET_KEY, SIGNING_KEY, WRITE_KEY, ServerProcess

ROOT = Path(__file__).parents[2]

EMAIL, NAME, USER, DEVICE = "canary.lan+7@shop.example", "Nguyễn Canary Lan", "u-canary-4711", "a-canary-4712"
PHONE, CARD, KEY = "+84 912 555 777", "9704 1234 5678 9012", "sk_canary_0123456789abcdef"
TOKEN = tokens.mint(USER, IDENTITY_KEY, now=clock.now())
FORGED = TOKEN[:-4] + "AAAA"

# What must be nowhere, compared without case, blanks and percent-encoding.
NEEDLES = [
    "canary", "Nguyễn", "912555777", "0912", "970412345678", "12345678", KEY, WRITE_KEY, SECRET_KEY, IDENTITY_KEY, SIGNING_KEY,
    *TOKEN.split("."), FORGED,
]  # fmt: skip

PERSON = {"userId": USER, "anonymousId": DEVICE, "phone": PHONE, "email": EMAIL, "card": CARD, "identityToken": TOKEN}
TRAITS = {"name": NAME, "email": EMAIL, "phone": PHONE, "address": {"street": NAME}, "card": CARD}
EVENT = {
    **PERSON, "type": "track", "event": f"Product Viewed by {NAME}", "messageId": f"m-{USER}", "writeKey": KEY, "traits": TRAITS,
    "properties": {"name": NAME, "email": EMAIL, "total": EMAIL}, "context": {"traits": TRAITS, "ip": "203.0.113.9"},
}  # fmt: skip
BAD_EVENTS: list[Any] = [
    {**EVENT, "type": NAME}, {**EVENT, "event": NAME * 40}, {**EVENT, "userId": USER * 60}, {**EVENT, "timestamp": EMAIL},
    {"type": "track", "event": NAME, "userId": USER}, {**EVENT, "properties": EMAIL}, {**EVENT, "messageId": USER * 20},
    {**EVENT, "identityToken": FORGED, "anonymousId": None}, EMAIL, None, {**EVENT, "properties": {NAME: {EMAIL: [[[[PHONE]]]]}}},
    {**EVENT, "traits": {"x" * 40_000: EMAIL}}, {**EVENT, "event": "Order Completed", "properties": {"total": EMAIL, "products": NAME}},
]  # fmt: skip
ASKED = {
    "placements": ["popup", NAME],
    **PERSON,
    "person": f"email:{EMAIL}",
    "context": {"page": {"url": f"https://a/{EMAIL}"}},
}
BODIES: list[bytes] = [
    json.dumps({"batch": [EVENT, *BAD_EVENTS], "sentAt": EMAIL, "context": {"traits": TRAITS}, "placements": ["popup"]}).encode(),
    json.dumps({**EVENT, "placements": ["popup"]}, ensure_ascii=False).encode(),
    json.dumps({**ASKED, "events": [EVENT, *BAD_EVENTS]}).encode(),
    json.dumps({**ASKED, "placements": EMAIL}).encode(),
    json.dumps({**ASKED, "person": NAME}).encode(),
    json.dumps([EMAIL, NAME, KEY]).encode(),
    f'{{"email": "{EMAIL}", "name": "{NAME}'.encode(),
    f"{EMAIL} {NAME} {PHONE} {TOKEN}".encode(),
    b"",
]  # fmt: skip
REFERENCES = [f"email:{EMAIL}", f"phone:{PHONE}", f"user:{USER}", f"card:{CARD}", NAME, EMAIL, f"user:{NAME}/export"]
KEYS = [BROWSER, SHOP, basic(KEY), {"Authorization": f"Bearer {TOKEN}"}, {}]
PAGE = {
    "Origin": f"https://{EMAIL}",
    "User-Agent": f"Mozilla/5.0 {EMAIL}",
    "Referer": f"https://shop.example/?q={EMAIL}",
}


@pytest.fixture
def server(tmp_path: Path, database_url: str) -> Iterator[ServerProcess]:
    rules = tmp_path / "omni.yaml"
    rules.write_text(RULES, encoding="utf-8")
    process = ServerProcess(
        tmp_path,
        database_url,
        config=rules,
        program=("-m", "tests.support.faulty"),
        command=(),
        extra={"PYTHONPATH": str(ROOT), "OMNI_LOG_LEVEL": "DEBUG", "OMNI_TRUSTED_PROXIES": "1"},
    )
    yield process.start()
    process.stop()


def addresses(rule: str) -> list[str]:
    """Return the addresses of a route, a canary in each place that holds a name."""
    return [re.sub(r"<[^>]+>", quote(ref, safe=""), rule) for ref in REFERENCES] if "<" in rule else [rule]


def found(text: str) -> list[str]:
    squeezed = re.sub(r"[\s().-]|%20", "", text.lower())
    return [needle for needle in NEEDLES if re.sub(r"[\s().-]", "", needle.lower()) in squeezed]


def test_no_address_and_no_error_writes_anything_of_a_person_anywhere(server: ServerProcess) -> None:
    statuses: set[int] = set()
    query = f"?writeKey={KEY}&email={quote(EMAIL)}&anonymousId={DEVICE}&context.traits.name={quote(NAME)}&event={quote(NAME)}"
    with httpx.Client(base_url=server.url, timeout=30) as client:

        def ask(method: str, path: str, **more: Any) -> httpx.Response:
            answer = client.request(method, path, **more)
            statuses.add(answer.status_code)
            return answer

        for route in ROUTES:
            for path in addresses(route.rule):
                for headers in KEYS:
                    for body in BODIES if route.method == "POST" else [None]:
                        ask(
                            route.method,
                            path,
                            content=body,
                            headers={**headers, **(PAGE if headers is BROWSER else {})},
                        )
                ask(route.method, path + query, headers={**SHOP, **PAGE})
                for method in ("PUT", "HEAD", "OPTIONS"):
                    ask(method, path + query, headers={**SHOP, "Access-Control-Request-Method": "POST", **PAGE})
        packed, bomb = gzip.compress(EMAIL.encode()), gzip.compress(EMAIL.encode() * 200_000)
        for body, encoding in ((packed, "gzip"), (packed[:-9], "gzip"), (bomb, "gzip"), (EMAIL.encode(), "gzip")):
            ask("POST", "/v1/batch", content=body, headers={**SHOP, "Content-Encoding": encoding})
        ask("POST", "/v1/batch", content=b"{}", headers={**SHOP, "Content-Encoding": EMAIL})
        for path in (
            f"/{quote(EMAIL)}",
            f"/v1/{USER}/{quote(NAME)}",
            f"/omni-{USER}.js",
            f"/v1//batch/{USER}",
            f"/?{query}",
        ):
            ask("GET", path)
        ask("POST", "/v1/batch", content=b"[" * 200_000 + EMAIL.encode(), headers=SHOP)
        for fault in ("crash", "deadlock", "value", "constraint", "gone"):
            for path, body in (("/v1/track", BODIES[1]), ("/v1/decide", BODIES[2]), ("/v1/explain", BODIES[2])):
                ask("POST", path, content=body, headers={**SHOP, FAULT_HEADER: fault})
            for method, ending in (("GET", ""), ("GET", "/export"), ("DELETE", "")):
                ask(method, f"/v1/profiles/user:{USER}{ending}", headers={**SHOP, FAULT_HEADER: fault})
        for _ in range(40):  # far over the quota
            ask(
                "POST",
                "/v1/batch",
                json={"batch": [EVENT] * 400},
                headers={**BROWSER, "X-Forwarded-For": "203.0.113.9"},
            )
        with socket.create_connection(("127.0.0.1", server.port), timeout=10) as raw:  # what no client library sends
            raw.sendall(
                f"GET /v1/{USER} HTTP/1.1\r\nHost: {EMAIL}\r\nX-{USER}: {NAME}\r\nConnection: close\r\n\r\n".encode()
            )
            assert raw.recv(4096).startswith(b"HTTP/1.1 4")
        metrics = client.get("/metrics").text

    assert statuses >= {200, 204, 400, 401, 403, 404, 405, 413, 429, 500, 503}
    # Everything was really asked, and the log really says what happened.
    assert "omni_quota_refusals_total" in metrics and "omni_events_rejected_total" in metrics
    for line in ("failed: RuntimeError", "Deadlock", "BadValue", "IntegrityError", "unable to open", "DEBUG"):
        assert line in server.log, line
    server.stop()
    assert [line for line in server.log.splitlines() if found(line)] == []
    assert [line for line in metrics.splitlines() if found(line)] == []
    assert found(PERSONAL) != []  # the search finds what it is to find


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (f"mail to {EMAIL}, please", f"mail to {logs.MASK}, please"),
        ("thư tới lan.nguyễn@thư.example.vn!", f"thư tới {logs.MASK}!"),
        ("?email=lan%40shop.example&x=1", f"?email={logs.MASK}&x=1"),
        ("call 0912 555 777 or +84912555777 or (+84) 912-555-777", None),
        ("/v1/profiles/phone:%2B84912555777/export", f"/v1/profiles/phone:{logs.MASK}"),
        (f"card {CARD} and 9704123456789012", f"card {logs.MASK} and {logs.MASK}"),
        (f"token {TOKEN}!", f"token {logs.MASK}!"),
        ("key sk_live_abcdef123", f"key {logs.MASK}"),
        ("postgresql://omni:mật-khẩu@db/omni", f"postgresql://omni:{logs.MASK}@db/omni"),
        ("nobody is user:u1 (or anonymous:a1)", f"nobody is user:{logs.MASK} (or anonymous:{logs.MASK})"),
    ],
)
def test_what_may_be_of_a_person_is_masked(text: str, left: str | None) -> None:
    masked = logs.masked(text)
    assert masked == left if left is not None else not re.search(r"\d{3}", masked)


GLUED = ["(+84) 912 555 777lan@x.vn", f"{'dài' * 40}@x.vn", f"lan@{'d' * 300}.vn", f"9704 1234 5678 9012{EMAIL}"]


@pytest.mark.parametrize("text", GLUED)
def test_what_stands_close_to_something_personal_or_is_very_long_hides_nothing(text: str) -> None:
    assert re.sub(r"[(‹›]", "", logs.masked(text)) in ("hidden", "hiddenhidden")


# Each once took, or may take, the square of the time of its length in a pattern that tries at every character.
SHAPES = [
    "a",
    "a@",
    "1a",
    "a%40",
    "1a%40",
    ".%40",
    "@.",
    "a@b.",
    "eyJ-",
    "eyJa.",
    "://a:",
    "user",
    "+1 ",
    "1234 ",
    "wk_-",
    "ễ@",
]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("before", ["", "x@", "eyJ"])
def test_masking_64_kb_takes_no_second_whatever_they_are(shape: str, before: str) -> None:
    text = (before + shape * 65_536)[:65_536]
    began = time.thread_time()
    logs._masked(text)  # all of it: `masked` looks at the kept part only
    assert time.thread_time() - began < 1


def test_a_record_of_megabytes_is_cut_before_it_is_masked() -> None:
    began = time.thread_time()
    left = logs.masked("a" * 4_000_000)
    assert time.thread_time() - began < 0.5
    assert left.endswith(logs.CUT) and len(left) <= logs.MOST_KEPT + len(logs.CUT)


@pytest.mark.parametrize("personal", [EMAIL, PHONE, CARD, KEY, WRITE_KEY, TOKEN, "mật-khẩu@db"])
def test_nothing_personal_is_left_where_a_long_text_is_cut(personal: str) -> None:
    logs.guard([WRITE_KEY])
    before = "postgresql://omni:" if personal.startswith("mật") else ""
    for shift in range(-len(before + personal) - 3, 4, 5):
        for lines in ("", f"\nValueError: {before}{personal} at last"):
            left = logs.masked(
                "ữ" * (logs.MOST_KEPT + shift - len(lines)) + f" {before}{personal} " + "ệ " * 9_000 + lines
            )
            assert personal[:4] not in left and found(left) == []
            assert len(left) < logs.MOST_KEPT + 100
            assert left.endswith(" at last") == bool(lines)


@pytest.mark.parametrize(
    "text",
    [
        "request 9f2c01ab77de3456 failed: ZeroDivisionError",
        "omni.yaml:12:3: unknown key in a campaign; found 'audence'; did you mean 'audience'?",
        "the rules stay at number 12 until the file is mended",
        "found 2026-11-30 12:00; write a date such as 2026-11-30",
        "OMNI_BIND: 127.0.0.1:8000: Address already in use",
        'File "/srv/shop/server_example/storage/database.py", line 123, in transaction',
        'a page of https://shop.example called, which is not listed; to let it read answers, in omni.yaml: site: {origins: ["https://shop.example"]}',
        "OperationalError: connection to server at \"10.0.0.7\", port 5432 failed: Connection refused",
        "body: 4,194,304 bytes after 0.0123 s",
    ],
)  # fmt: skip
def test_what_an_operator_needs_is_left(text: str) -> None:
    assert logs.masked(text) == text


@pytest.mark.parametrize("name", logs.NAMES)
def test_our_loggers_mask_message_arguments_and_tracebacks_inside_any_app(
    name: str, caplog: pytest.LogCaptureFixture
) -> None:
    logs.guard([WRITE_KEY])
    logger = logging.getLogger(name)
    with caplog.at_level(logging.DEBUG):
        logger.warning("%s wrote to %s with %s", 7, EMAIL, WRITE_KEY)
        try:
            raise ValueError(f"{PHONE} of {EMAIL}")
        except ValueError:
            logger.exception("no use for %(who)s", {"who": EMAIL}, stack_info=True)
        logger.error("%d is a number", EMAIL)  # cannot be made, and must not be printed by the logging itself
    written = "\n".join(logging.Formatter().format(record) for record in caplog.records)
    assert (
        "7 wrote to" in written
        and "Traceback" in written
        and "ValueError" in written
        and "could not be made" in written
    )
    assert found(written) == []


def test_a_host_that_logs_every_statement_logs_none_of_ours(
    config: ServerConfig, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG), caplog.at_level(logging.DEBUG, logger="sqlalchemy"):
        app = create_app(config)
        client = app.test_client()
        assert client.post("/v1/track", json=EVENT, headers=SHOP).get_json()["accepted"] == 1
        for ending in ("", "/export"):
            assert client.get(f"/v1/profiles/user:{USER}{ending}", headers=SHOP).status_code == 200
        app.extensions["omnisdk"].close()
    assert [record.getMessage() for record in caplog.records if found(record.getMessage())] == []


def test_every_logger_we_use_is_guarded() -> None:
    sources = [*(ROOT / "server_example").rglob("*.py"), *(ROOT / "omnisdk").rglob("*.py")]
    text = "\n".join(path.read_text("utf-8") for path in sources)
    used = set(re.findall(r'getLogger\("(omnisdk[\w.]*)"\)', text))
    assert used and used <= set(logs.NAMES)
    others = set(re.findall(r"getLogger\(([^\")]*)\)", text))
    assert others <= {"name", "STATEMENTS", "__name__"}  # of logs.py itself, and of the demo shop, which `serve` masks
