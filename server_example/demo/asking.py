"""What the shop asks the decision server besides what the SDK does: a reading of a profile, and why it decided so."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

import httpx

_log = logging.getLogger(__name__)
_DEADLINE_SECONDS = 2.0


class DecisionServer:
    """The server at `url`, spoken to over HTTP with the secret key. Every answer may be missing; none raises."""

    def __init__(self, url: str, secret_key: str) -> None:
        self._http = httpx.Client(
            base_url=url, auth=(secret_key, ""), timeout=_DEADLINE_SECONDS, trust_env=False, follow_redirects=False
        )

    def explain(
        self, person: Mapping[str, str], placements: Sequence[str], context: Mapping[str, Any]
    ) -> dict[str, Any] | None:
        """Return the verdicts of every campaign by placement, or None when the server does not answer."""
        answer = self._ask("POST", "/v1/explain", {**person, "placements": list(placements), "context": dict(context)})
        return None if answer is None else answer["placements"]

    def is_member(self, user_id: str, membership: str) -> bool:
        """Return whether the shop itself vouches that `user_id` is in `membership`; False when nobody can say."""
        profile = self._ask("GET", f"/v1/profiles/user:{quote(user_id, safe='')}")
        return profile is not None and f"membership:{membership}" in profile["shop"].get("owns", ())

    def close(self) -> None:
        self._http.close()

    def _ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any] | None:
        try:
            answer = self._http.request(method, path, json=body)
            if answer.status_code == httpx.codes.NOT_FOUND:
                return None  # a person the server has not met
            return dict(answer.raise_for_status().json())
        except (httpx.HTTPError, ValueError) as error:
            _log.warning("%s %s: no answer from the decision server: %s", method, path, error)
            return None
