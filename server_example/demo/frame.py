"""What every page of the shop has in common: its language, who is there, the snippet's tags and the page's headers."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Literal, TypedDict

from flask import Blueprint, Response, current_app, flash, g, render_template, request, session, url_for
from markupsafe import Markup

from omnisdk import Omni
from server_example.demo import cart, words
from server_example.demo.asking import DecisionServer
from server_example.demo.people import ACCOUNTS, Account
from server_example.demo.shelf import CATEGORIES

_LOCAL_TIME = timezone(timedelta(hours=7))  # Vietnam has one zone and no summer time
_FLUSH_SECONDS = 2.0
_LONGEST_ID = 200
EXTENSION = "sansom"  # where an app keeps its Shop


@dataclass(frozen=True, slots=True)
class Shop:
    """What the pages work with; one for each application."""

    omni: Omni
    server: DecisionServer
    stub: Markup  # the snippet's inline tag
    stub_hash: str  # its SHA-256, as a Content-Security-Policy names it
    write_key: str

    def close(self) -> None:
        """Send what is still queued and let go of the connections."""
        self.omni.close()
        self.server.close()


def shop() -> Shop:
    found: Shop = current_app.extensions[EXTENSION]
    return found


def account() -> Account | None:
    """Return who is signed in at this browser."""
    return ACCOUNTS.get(session.get("user", ""))


class Ids(TypedDict, total=False):
    """Whom an event is about, as the SDK's arguments."""

    user_id: str
    anonymous_id: str
    phone: str


def visitor() -> Ids:
    """Return the ids by which the SDK names who is at this browser: the account, and the snippet's cookie.

    Sent with the secret key, the two together prove that this browser is that customer's; so an id that somebody
    merely typed (a phone number at the checkout) must never stand beside the cookie's.
    """
    known = account()
    ids: Ids = {"user_id": known.user_id} if known else {}
    # After a change of person the cookie is still the former one's until the next page has run omni.reset().
    anonymous_id = None if session.get("reset") else request.cookies.get("omni_aid")
    return {**ids, "anonymous_id": anonymous_id[:_LONGEST_ID]} if anonymous_id else ids


def delivered() -> bool:
    """Wait until the server has what was just tracked, so that the next page's decision knows it."""
    return bool(shop().omni.flush(timeout_seconds=_FLUSH_SECONDS))


def with_query(address: str) -> str:
    """Return `address` with the query of this request. As text: `url_for` would read some names as its own options."""
    query = request.query_string.decode("ascii", "replace")
    return f"{address}?{query}" if query else address


def tell(kind: Literal["good", "bad"], key: str, **values: object) -> None:
    """Show a sentence on the next page."""
    flash(words.say(g.language, key, **values), kind)


def pages_in_two_languages(name: str, import_name: str) -> Blueprint:
    """Return a blueprint whose addresses begin with the language and whose templates have the words of the shop."""
    blueprint = Blueprint(name, import_name, url_prefix=f"/<any({','.join(words.LANGUAGES)}):language>")

    @blueprint.url_value_preprocessor
    def take_language(_: str | None, values: dict[str, Any] | None) -> None:
        g.language = (values or {}).pop("language", words.LANGUAGES[0])
        g.nonce = secrets.token_urlsafe(16)

    @blueprint.url_defaults
    def keep_language(_: str, values: dict[str, Any]) -> None:
        values.setdefault("language", g.get("language", words.LANGUAGES[0]))

    @blueprint.before_request
    def remember() -> None:
        if session.get("language") != g.language:
            session["language"] = g.language
        code = request.args.get("coupon", "").upper()
        if code in cart.COUPONS:
            session["coupon"] = code

    blueprint.context_processor(_template_words)
    blueprint.after_request(_headers)
    blueprint.register_error_handler(404, lambda _: (render_template("not_found.html"), 404))
    return blueprint


def _template_words() -> dict[str, Any]:
    language = g.language

    def asset(path: str) -> str:
        version = int((Path(__file__).parent / "static" / path).stat().st_mtime)
        return url_for("door.static", filename=path, v=version)

    def in_language(other: str) -> str:
        """Return the address of this same page in `other`; a page that only answers a form has none, so its start."""
        if request.method != "GET" or request.endpoint is None or request.url_rule is None:
            return url_for("pages.home", language=other)
        return with_query(url_for(request.endpoint, **{**(request.view_args or {}), "language": other}))

    here = shop()
    known = account()
    return {
        "language": language,
        "languages": words.LANGUAGES,
        "in_language": in_language,
        "t": lambda key, **values: words.say(language, key, **values),
        "w": lambda pair: words.pick(language, pair),
        "money": lambda amount: words.money(language, amount),
        "percent": lambda amount: words.percent(language, amount),
        "asset": asset,
        "categories": CATEGORIES,
        "cart_count": cart.read(session).count,
        "free_from": cart.FREE_DELIVERY_FROM,
        "account": known,
        "identity_token": here.omni.identity_token(known.user_id) if known else "",
        "reset": session.pop("reset", False),
        "omni_stub": here.stub,
        "omni_key": here.write_key,
        "nonce": g.nonce,
        "product_properties": cart.product_properties,
        "today": datetime.now(UTC).astimezone(_LOCAL_TIME),
    }


def _headers(response: Response) -> Response:
    """A strict policy, as a careful shop has it: the snippet works under it."""
    response.headers["Content-Security-Policy"] = (
        f"default-src 'self'; script-src 'self' {shop().stub_hash} 'nonce-{g.nonce}'; style-src 'self'; "
        "img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
    response.headers["Referrer-Policy"] = "strict-origin-when-cross-origin"
    response.headers["X-Content-Type-Options"] = "nosniff"
    # Every page shows who is signed in and what is in the cart.
    response.headers.setdefault("Cache-Control", "private, no-store")
    return response
