"""The answer behind the drawer: what was decided for this person on this page, and why, in the page's words."""

from __future__ import annotations

import re
from typing import Any

from flask import g, jsonify, request
from werkzeug.wrappers import Response

from server_example.demo.frame import account, pages_in_two_languages, shop, visitor
from server_example.demo.words import say

blueprint = pages_in_two_languages("why", __name__)
_PLACEMENT = re.compile(r"[\w-]{1,40}")
_MOST_PLACEMENTS = 12


@blueprint.get("/why")
def why() -> Response | tuple[Response, int]:
    """Answer ``{person, page, placements: [{placement, campaigns: [{campaign, reason, text}]}]}``.

    The browser says which page and which placements it has; who it is comes from the session and the cookie alone.
    The secret key stays here.
    """
    ids = visitor()
    person = {"userId": ids.get("user_id", ""), "anonymousId": ids.get("anonymous_id", "")}
    placements = [name for name in request.args.getlist("placement") if _PLACEMENT.fullmatch(name)][:_MOST_PLACEMENTS]
    path = request.args.get("path", "/")[:500]
    answer = shop().server.explain(
        {name: value for name, value in person.items() if value},
        placements,
        {"page": {"path": path}, "locale": g.language, "userAgent": request.headers.get("User-Agent", "")},
    )
    if answer is None:
        return jsonify(message=say(g.language, "why.failed")), 503
    known = account()
    return jsonify(
        person=known.name if known else say(g.language, "why.person_nobody"),
        page=path,
        placements=[
            {"placement": placement, "campaigns": [_told(verdict) for verdict in verdicts]}
            for placement, verdicts in answer.items()
        ],
    )


def _told(verdict: dict[str, Any]) -> dict[str, Any]:
    text = verdict["text"].get(g.language) or verdict["text"]["en"]
    return {"campaign": verdict["campaign"], "reason": verdict["reason"], "text": text}
