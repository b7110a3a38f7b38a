"""What looks like SQL is a text, on both engines."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote

from server_example import ServerConfig, create_app
from tests.server.helpers import BROWSER, SHOP

PAYLOADS = [
    "' OR '1'='1",
    "'; DROP TABLE people; --",
    '" UNION SELECT document FROM people --',
    "1); DELETE FROM events; --",
    "\\'; SELECT pg_sleep(10); --",
    ":name %s %(value)s ? $1 {}",
    "admin'/*",
    "%' AND 1=CAST((SELECT current_user) AS int) AND '%'='",
]


def test_no_id_name_or_reference_is_ever_run_as_sql(config: ServerConfig, database_url: str) -> None:
    app = create_app(replace(config, database_url=database_url))
    client = app.test_client()
    client.post("/v1/identify", json={"userId": "nạn-nhân", "traits": {"city": "Huế"}}, headers=SHOP)
    for payload in PAYLOADS:
        event = {
            "type": "track", "event": payload, "userId": payload, "messageId": payload,
            "properties": {payload: payload}, "context": {"traits": {payload: payload}},
        }  # fmt: skip
        assert client.post("/v1/batch", json={"batch": [event]}, headers=SHOP).get_json()["accepted"] == 1
        assert client.post("/v1/batch", json={"batch": [event]}, headers=SHOP).get_json()["duplicates"] == 1
        found = client.get(f"/v1/profiles/user:{quote(payload, safe='')}", headers=SHOP).get_json()
        assert found["identifiers"] == [f"user:{payload}"]
        assert found["facts"]["events"][payload]["count"] == 1
        for ask in ({"anonymousId": payload}, {"userId": payload}, {"placements": [payload]}):
            assert client.post("/v1/decide", json={"placements": [], **ask}, headers=BROWSER).status_code == 200
        unknown = client.get(f"/v1/profiles/anonymous:{quote(payload, safe='')}", headers=SHOP)
        assert unknown.status_code == 404
        client.delete(f"/v1/profiles/user:{quote(payload, safe='')}", headers=SHOP)
    victim = client.get(f"/v1/profiles/user:{quote('nạn-nhân')}", headers=SHOP).get_json()
    assert victim["facts"]["traits"]["city"] == "Huế"
    app.extensions["omnisdk"].close()
