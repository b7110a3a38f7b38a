"""The one shape of every error: ``{"code", "message", "request_id"}``, with ``hint`` and ``docs`` where they help."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Mapping
from http import HTTPStatus

import orjson
from flask import Response
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from omnisdk.events import BadBody
from omnisdk.identity.identifiers import BadReference
from server_example.services import faults

log = logging.getLogger("omnisdk.server")

RETRY_AFTER_SECONDS = 2  # for a database that is busy or restarting; clients add their own back-off
DOCS = "docs/reference/http.md"


class ApiError(Exception):
    """An answer other than 200, ready to be sent."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        hint: str | None = None,
        docs: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.hint = hint
        self.docs = docs
        self.headers = headers or {}


def answer(error: ApiError, request_id: str = "") -> Response:
    """Return `error` as the response to the request of this id; 503 says when to come again."""
    body: dict[str, str] = {"code": error.code, "message": error.message, "request_id": request_id}
    if error.hint:
        body["hint"] = error.hint
    if error.docs:
        body["docs"] = f"{DOCS}#{error.docs}"
    response = Response(orjson.dumps(body), error.status, mimetype="application/json", headers=dict(error.headers))
    if error.status == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    if error.status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = 'Bearer realm="omnisdk"'
    return response


def from_exception(error: Exception, request_id: str = "") -> ApiError:
    """Return what to tell the caller of `error`. What nobody foresaw is logged in full, and told as a bare 500."""
    match error:
        case ApiError():
            return error
        case BadBody():
            status = 413 if error.code in ("TOO_MANY_EVENTS", "TOO_LARGE") else 400
            return ApiError(status, error.code, error.message, docs="post-v1batch-and-post-v1b")
        case BadReference():
            return ApiError(400, "BAD_REFERENCE", str(error), docs="naming-a-person")
        case faults.BadRequest():
            return ApiError(400, error.code, error.message, hint=error.hint, docs="post-v1decide")
        case faults.NeedsSecretKey():
            return ApiError(403, "SECRET_KEY_NEEDED", str(error), docs="keys")
        case faults.UnknownPerson():
            return ApiError(404, "UNKNOWN_PERSON", "nobody is known by this reference")
        case faults.StorageUnavailable():
            log.error("request %s: the database is not available: %s", request_id, error)
            return ApiError(503, "STORAGE_UNAVAILABLE", "nothing was stored; send the same request again")
        case faults.NoRules():
            hint = "run `omnisdk check` where the server runs"
            return ApiError(503, "NO_RULES", "the server has never had good rules to decide by", hint=hint)
        case RequestEntityTooLarge():
            return ApiError(413, "BODY_TOO_LARGE", "the body is larger than this server reads", docs="limits")
        case HTTPException():
            return _from_http(error)
    # Where it happened, not the exception's own words: those often quote a value, which may be of a person.
    place = "".join(traceback.format_tb(error.__traceback__))
    log.error("request %s failed: %s\n%s", request_id, type(error).__name__, place)
    return ApiError(500, "INTERNAL_ERROR", "the server failed; its log has the cause under this request_id")


def _from_http(error: HTTPException) -> ApiError:
    status = HTTPStatus(error.code or 500)
    messages = {
        HTTPStatus.NOT_FOUND: "there is no such address on this server",
        HTTPStatus.METHOD_NOT_ALLOWED: "this address does not take this method",
    }
    message = messages.get(status) or str(error.description or status.phrase)
    return ApiError(status, status.name, message, docs="routes" if status in messages else None)
