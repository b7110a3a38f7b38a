"""What the stock browser clients of Segment and RudderStack call besides the routes of events.

Read in the sources of @segment/analytics-next 1.84.3 and @rudderstack/analytics-js 3.34.1, and for the pixel in
RudderStack's gateway (gateway/handle_http_pixel.go).
"""

from __future__ import annotations

import re
from typing import Any, Literal
from urllib.parse import SplitResult, urlsplit

from flask import Response, request, url_for

from server_example.services import ingest
from server_example.views import auth, gate
from server_example.views.context import NOT_KEPT, answer, server
from server_example.views.errors import ApiError

# Every page view asks for its settings anew, so the browser may keep them; nobody else, as they tell of this request.
KEPT_BY_THE_BROWSER = "private, max-age=300"
MAX_REPORT_BYTES = 256 * 1024  # what clients tell of their own faults
DEEPEST_NAME = 20  # parts of one name in a pixel's query; an event may have 16 levels

PIXEL = (
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00"
    b",\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x01D\x00;"
)

_THIS_MACHINE = re.compile(r"(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?")
_NOWHERE = urlsplit("")


def segment_settings(key: str) -> Response:
    """Answer where Segment's browser client is to send its events: to this server, as the page reaches it.

    `metrics` keeps the client from reporting its own performance: it would do so by https whatever `protocol` says.
    """
    _require_write_key({"writeKey": key})
    gate.admit(server(), request, "browser")
    scheme, host = _reached_by()
    api_host = host + url_for(".batch").removesuffix("/batch")
    segment_io: dict[str, Any] = {"apiKey": key, "apiHost": api_host, "protocol": scheme}
    return _kept({"integrations": {"Segment.io": segment_io}, "metrics": {"sampleRate": 0, "host": api_host}})


def rudder_settings() -> Response:
    """Answer RudderStack's client that its source is enabled and has no destinations.

    HEAD is its question whether an ad blocker is in the way, which comes without a key.
    """
    if request.method == "HEAD":
        gate.admit(server(), request, None)
        return answer({})
    _require_write_key()
    gate.admit(server(), request, "browser")
    silent = {"errors": {"enabled": False}, "metrics": {"enabled": False}}
    source = {
        "id": "omnisdk",
        "name": "omnisdk",
        "enabled": True,
        "config": {"statsCollection": silent},
        "destinations": [],
    }
    return _kept({"source": source})


def pixel_track() -> Response:
    """Store the track call that the query spells out, and answer an image of one transparent dot."""
    return _pixel("track")


def pixel_page() -> Response:
    """Store the page call that the query spells out, and answer an image of one transparent dot."""
    return _pixel("page")


def _pixel(call: Literal["track", "page"]) -> Response:
    now = server().now()
    _require_write_key()
    gate.admit(server(), request, "browser")
    event = event_of({name: values[0] for name, values in request.args.lists()})
    told = ingest.ingest(server(), event, "browser", now, call)
    for refused in told["rejected"]:  # an error: no neighbour is lost by it, and no client sends an image again
        raise ApiError(400, refused["code"], refused["message"], docs="get-pixelv1track-and-get-pixelv1page")
    # A page that isolates itself (COEP) takes images of another host only with this header.
    headers = {**NOT_KEPT, "Cross-Origin-Resource-Policy": "cross-origin"}
    return Response(PIXEL, content_type="image/gif", headers=headers)


def segment_report() -> Response:
    """Count that a client of Segment reported on itself; the report is not kept."""
    return _counted("segment")


def rudder_report() -> Response:
    """Count that a client of RudderStack reported on itself; the report is not kept."""
    return _counted("rudderstack")


def _counted(client: str) -> Response:
    request.max_content_length = MAX_REPORT_BYTES
    gate.admit(server(), request, None)
    request.get_data(cache=False)  # an unread body would break the kept connection
    server().metrics.count("omni_client_reports_total", client=client)
    return answer({"success": True})


def event_of(query: dict[str, str]) -> dict[str, Any]:
    """Return the event that `query` spells out: dots nest, as in ``context.page.path=/golf``.

    The key is left out. Of two names of which one is inside the other, the first counts.
    """
    event: dict[str, Any] = {}
    for name, value in query.items():
        *outer, last = name.split(".", DEEPEST_NAME)
        place: Any = event
        for part in outer:
            place = place.setdefault(part, {}) if isinstance(place, dict) else None
        if isinstance(place, dict):
            place.setdefault(last, value)
    event.pop("writeKey", None)
    anonymous_id = event.get("anonymousId")
    if isinstance(anonymous_id, str) and len(anonymous_id) > 1 and anonymous_id[0] == anonymous_id[-1] == '"':
        event["anonymousId"] = anonymous_id[1:-1]  # AMP pages send theirs in quotes
    return event


def _require_write_key(body: Any = None) -> None:
    """Let only the write key pass: whatever calls here stands in a page or an e-mail. Raises ApiError (401, 403)."""
    if auth.role(server().config, request, body) == "shop":
        message = "this address is called by pages, where anybody can read its key; the secret key came here"
        hint = "use the write key in pages, and give the server a new OMNI_SECRET_KEY now"
        raise ApiError(403, "SECRET_KEY_IN_BROWSER", message, hint=hint, docs="keys")


def _reached_by() -> tuple[str, str]:
    """Return the scheme and the host by which the page reaches this server.

    A proxy may have ended TLS and put its own name into Host, and ``X-Forwarded-…`` can be anybody's word. So the
    browser is asked. Where it says that page and server share an origin, the page's address has both. And it sends
    ``Sec-Fetch-Site`` only by https, or to its own machine.
    """
    page = _page()
    same_origin = request.headers.get("Sec-Fetch-Site") == "same-origin"
    if same_origin and page.scheme in ("http", "https") and page.netloc:
        return page.scheme, page.netloc
    if _THIS_MACHINE.fullmatch(request.host):
        return request.scheme, request.host
    by_https = request.scheme == "https" or page.scheme == "https" or "Sec-Fetch-Site" in request.headers
    return "https" if by_https else "http", request.host


def _page() -> SplitResult:
    """Return the address of the page that calls, as far as its browser says it."""
    try:
        return urlsplit(request.headers.get("Origin") or request.headers.get("Referer", ""))
    except ValueError:
        return _NOWHERE


def _kept(settings: dict[str, Any]) -> Response:
    response = answer(settings)
    response.headers["Cache-Control"] = KEPT_BY_THE_BROWSER
    return response
