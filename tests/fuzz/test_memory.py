"""Bombs against a real server process: clear answers, flat memory, and good requests answered meanwhile."""

from __future__ import annotations

import gc
import io
import weakref
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import EnvironBuilder

from tests.fuzz.bombs import BOMBS, MOST_GROWTH_MIB, attack
from tests.fuzz.laws import endpoint
from tests.server.helpers import SHOP

ROUNDS = 1  # `make fuzz` throws each 50 times


def test_bombs_cost_neither_memory_nor_neighbours_nor_other_requests(tmp_path: Path) -> None:
    tally = attack(tmp_path, ROUNDS)

    assert tally.requests == ROUNDS * (len(BOMBS) + 8)
    assert (tally.unclear, tally.lost) == ([], [])
    assert set(tally.statuses) == {200, 400, 413}
    assert tally.growth_mib <= MOST_GROWTH_MIB, tally
    assert tally.good_requests > 5
    assert tally.good_failed == 0
    assert tally.slowest_good_ms < 5_000, tally


class Body(io.BytesIO):
    """A body that a weak reference can be held to."""


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/batch", b'{"batch": []}'),
        ("/v1/batch", b'{"batch": [{"type": "track", "event": "x", "anonymousId": "a"}, {"type": nil}]}'),
        ("/v1/batch", b"["),
        ("/v1/batch", b'{"batch": 1}'),
        ("/v1/track", b'{"event": "x", "anonymousId": "a"}'),
        ("/v1/decide", b'{"placements": ["popup"]}'),
        ("/v1/decide", b'{"placements": 7}'),
        ("/v1/explain", b'{"placements": ["popup"]}'),
    ],
)  # fmt: skip
def test_an_answered_body_is_gone_without_the_collector(path: str, body: bytes) -> None:
    with endpoint() as laws:
        stream = Body(body)
        environ: dict[str, Any] = EnvironBuilder(
            path=path, method="POST", headers=SHOP, input_stream=stream, content_length=len(body)
        ).get_environ()
        gone = weakref.ref(stream)
        gc.collect()
        gc.disable()
        try:
            b"".join(laws.app.wsgi_app(environ, lambda status, headers: None))
            del stream, environ
            assert gone() is None
        finally:
            gc.enable()
