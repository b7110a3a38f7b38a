from __future__ import annotations

import gzip
import hashlib
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from server_example import install
from tests.server.helpers import WRITE_KEY, assert_error


def test_the_snippet_is_served_with_its_type_and_a_short_life(client: FlaskClient) -> None:
    response = client.get(f"/omni.js?key={WRITE_KEY}")
    assert response.status_code == 200
    assert response.data == (install.snippet_folder() / "omni.js").read_bytes()
    assert response.content_type == "text/javascript; charset=utf-8"
    assert response.headers["Cache-Control"] == "public, max-age=300"
    assert response.headers["Access-Control-Allow-Origin"] == "*"


def test_an_unchanged_file_is_not_sent_again(client: FlaskClient) -> None:
    etag = client.get("/omni.js").headers["ETag"]
    again = client.get("/omni.js", headers={"If-None-Match": etag})
    assert (again.status_code, again.data) == (304, b"")
    assert client.get("/omni.js", headers={"If-None-Match": '"other"'}).status_code == 200


def test_every_part_that_the_snippet_loads_is_there_and_may_be_kept_for_ever(client: FlaskClient) -> None:
    parts = re.findall(r"omni-[\w.-]+\.js\?v=\w+", client.get("/omni.js").text)
    assert parts
    for part in parts:
        response = client.get(f"/{part}")
        assert response.status_code == 200
        assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        stale = client.get(re.sub(r"v=\w+", "v=0123456789ab", part), base_url="http://localhost/")
        assert stale.headers["Cache-Control"] == "public, max-age=300"


@pytest.mark.parametrize(
    ("accepted", "packing"),
    [
        ("br, gzip", "br"),
        ("gzip, deflate", "gzip"),
        ("gzip;q=1.0, br;q=0", "gzip"),
        ("identity", None),
        ("", None),
    ],
)
def test_a_packed_copy_is_sent_where_the_browser_takes_it(
    client: FlaskClient, accepted: str, packing: str | None
) -> None:
    plain = client.get("/omni.js", headers={"Accept-Encoding": "identity"})
    response = client.get("/omni.js", headers={"Accept-Encoding": accepted})
    assert response.headers.get("Content-Encoding") == packing
    assert response.headers["Vary"] == "Accept-Encoding"
    assert (response.headers["ETag"] == plain.headers["ETag"]) is (packing is None)
    if packing == "gzip":
        assert gzip.decompress(response.data) == plain.data


@pytest.mark.parametrize(
    "path", ["/omni-nothing.js", "/omni-..%2f..%2fpackage.json", "/omni-ui.js.br", "/omni-%00.js", "/omni-/etc/passwd"]
)
def test_nothing_but_the_snippets_parts_is_served(client: FlaskClient, path: str) -> None:
    assert_error(client.get(path), 404, "NOT_FOUND")


def test_a_missing_build_is_said_clearly(client: FlaskClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(install, "SNIPPET_FOLDERS", (tmp_path,))
    assert "npm run build" in assert_error(client.get("/omni.js"), 503, "SNIPPET_NOT_BUILT")["hint"]


def test_the_tags_hold_the_stub_and_a_policy_may_name_its_hash() -> None:
    tags = install.script_tags("wk_1&2", "https://shop.example/omni/")
    inline = re.fullmatch(
        r'<script>(.+)</script>\n<script async src="https://shop\.example/omni/omni\.js\?key=wk_1&amp;2"></script>',
        tags,
    )
    assert inline is not None
    digest = hashlib.sha256(inline[1].encode()).hexdigest()
    assert (install.snippet_folder() / "manifest.json").read_text().count(install.csp_hash(inline[1])) == 1
    assert hashlib.sha256((install.snippet_folder() / "stub.js").read_bytes()).hexdigest() == digest
