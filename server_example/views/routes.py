"""Every address the server answers: the table of methods, paths and views."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from server_example.views import decide, health, ingest, profiles, snippet, stock
from server_example.views.openapi import served


class Route(NamedTuple):
    method: str
    rule: str
    view: Callable[..., Any]  # answers a Response; where it is busy, the bytes of one
    name: str
    cross_origin: bool = False  # pages of other hosts may call it
    # Asked all the time: the view is given server and request and answers the JSON of a 200. Where the server is the
    # whole app, it is called without Flask in between (see `server_example.lane`).
    busy: bool = False


ROUTES = (
    Route("POST", "/v1/batch", ingest.batch, "batch", cross_origin=True, busy=True),
    Route("POST", "/v1/b", ingest.batch, "b", cross_origin=True, busy=True),
    *(
        Route("POST", f"/v1/{path}", partial(ingest.call, call), path, cross_origin=True, busy=True)
        for call, letter in ingest.CALLS.items()
        for path in (call, letter)
    ),
    Route("POST", "/beacon/v1/batch", ingest.batch, "beacon", cross_origin=True, busy=True),
    Route("GET", "/pixel/v1/track", stock.pixel_track, "pixel_track", cross_origin=True),
    Route("GET", "/pixel/v1/page", stock.pixel_page, "pixel_page", cross_origin=True),
    Route("GET", "/v1/projects/<path:key>/settings", stock.segment_settings, "segment_settings", cross_origin=True),
    Route("GET", "/sourceConfig/", stock.rudder_settings, "rudder_settings", cross_origin=True),
    Route("GET", "/sourceConfig", stock.rudder_settings, "rudder_settings_bare", cross_origin=True),
    Route("POST", "/v1/m", stock.segment_report, "segment_report", cross_origin=True),
    Route("POST", "/rsaMetrics", stock.rudder_report, "rudder_report", cross_origin=True),
    Route("POST", "/v1/decide", decide.decide, "decide", cross_origin=True, busy=True),
    Route("POST", "/v1/explain", decide.explain, "explain", busy=True),
    Route("GET", "/v1/profiles/<path:ref>/export", profiles.export, "export_profile"),
    Route("GET", "/v1/profiles/<path:ref>", profiles.read, "read_profile"),
    Route("DELETE", "/v1/profiles/<path:ref>", profiles.forget, "forget_profile"),
    Route("GET", "/omni.js", snippet.entry, "snippet"),
    Route("GET", "/omni-<path:name>", snippet.part, "snippet_part"),
    Route("GET", "/healthz", health.healthz, "healthz"),
    Route("GET", "/readyz", health.readyz, "readyz"),
    Route("GET", "/metrics", health.metrics, "metrics"),
    Route("GET", "/openapi.json", served.openapi, "openapi"),
)
