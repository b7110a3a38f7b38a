"""The pages to look at: home, a shelf, a product, the privacy choice."""

from __future__ import annotations

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from omnisdk import ConsentChanged
from server_example.demo import catalogue, schedule
from server_example.demo.cart import product_properties
from server_example.demo.frame import delivered, pages_in_two_languages, shop, tell, visitor
from server_example.demo.shelf import CATEGORIES

blueprint = pages_in_two_languages("pages", __name__)
_SHELVES = ",".join(CATEGORIES)


@blueprint.get("/")
def home() -> str:
    return render_template("home.html", products=catalogue.front_window(), trainers=schedule.TRAINERS.values())


@blueprint.get(f"/<any({_SHELVES}):slug>")
def category(slug: str) -> str:
    order = request.args.get("order", "")
    order = order if order in ("up", "down") else ""
    products = catalogue.on_shelf(slug, order)
    return render_template(
        "category.html",
        category=CATEGORIES[slug],
        products=products,
        listed=[product_properties(product) for product in products],
        order=order,
    )


@blueprint.get(f"/<any({_SHELVES}):category>/<slug>")
def product(category: str, slug: str) -> str:
    found = catalogue.by_slug(slug)
    if found is None or found.category != category:
        abort(404)
    return render_template("product.html", product=found, category=CATEGORIES[category], beside=catalogue.beside(found))


@blueprint.route("/privacy", methods=["GET", "POST"])
def privacy() -> str | Response:
    if request.method == "POST":
        ids = visitor()
        kept = False
        if ids:
            wanted = request.form.get("offers") == "yes"
            shop().omni.track(**ids, event=ConsentChanged(purposes={"marketing": wanted}))
            kept = delivered()
        tell("good" if kept else "bad", "privacy.kept" if kept else "privacy.not_kept")
        return redirect(url_for("pages.privacy"), code=303)
    return render_template("privacy.html")


@blueprint.get("/<path:anything>")
def nowhere(anything: str) -> str:
    """Any other address of the shop: its own "not found" page, not the server's."""
    abort(404)
