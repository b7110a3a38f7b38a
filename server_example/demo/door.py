"""Addresses without a language: the front door, short links as campaigns print them, and the pictures."""

from __future__ import annotations

from flask import Blueprint, redirect, session, url_for
from werkzeug.wrappers import Response

from server_example.demo.frame import with_query
from server_example.demo.shelf import CATEGORIES
from server_example.demo.words import LANGUAGES

blueprint = Blueprint("door", __name__, static_folder="static", static_url_path="/assets")


@blueprint.get("/")
def front() -> Response:
    return _in_language("pages.home")


@blueprint.get(f"/<any({','.join(CATEGORIES)}):slug>")
def category(slug: str) -> Response:
    return _in_language("pages.category", slug=slug)


@blueprint.get("/classes")
def classes() -> Response:
    return _in_language("members.classes")


@blueprint.get("/cart")
def cart() -> Response:
    return _in_language("buying.view")


def _in_language(endpoint: str, slug: str | None = None) -> Response:
    """Send the visitor to the page in the language used last, the shop's own at first; a coupon in the link goes along."""
    language = session.get("language")
    language = language if language in LANGUAGES else LANGUAGES[0]
    return redirect(with_query(url_for(endpoint, language=language, slug=slug)), code=302)
