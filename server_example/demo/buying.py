"""From the product to the order: cart, checkout, order done."""

from __future__ import annotations

import secrets
from decimal import Decimal

from flask import abort, g, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from omnisdk import OrderCompleted
from omnisdk import Product as Bought
from server_example.demo import cart, catalogue
from server_example.demo.cart import Cart
from server_example.demo.frame import Ids, account, delivered, pages_in_two_languages, shop, tell, visitor
from server_example.demo.phones import readable_phone
from server_example.demo.words import pick

blueprint = pages_in_two_languages("buying", __name__)
_ORDER_LETTERS = "ABCDEFGHJKLMNPQRTUVWXY346789"  # those that are read out over a counter without mistakes


@blueprint.get("/cart")
def view() -> str:
    return render_template("cart.html", cart=cart.read(session), coupons=cart.COUPONS)


@blueprint.post("/cart/add")
def add() -> Response:
    product = catalogue.PRODUCTS.get(request.form.get("product_id", ""))
    size = request.form.get("size", "")
    if product is None or (product.options and size not in product.options):
        abort(404)
    cart.put(session, product, size if product.options else "", max(_quantity(), 1))
    tell("good", "cart.added", name=pick(g.language, product.name))
    return redirect(url_for("buying.view"), code=303)


@blueprint.post("/cart/change")
def change() -> Response:
    cart.change(session, request.form.get("line", ""), 0 if "remove" in request.form else _quantity())
    return redirect(url_for("buying.view"), code=303)


@blueprint.post("/cart/coupon")
def coupon() -> Response:
    code = request.form.get("coupon", "").strip().upper()[:20]
    if code in cart.COUPONS:
        session["coupon"] = code
        tell("good", "cart.coupon_on" if cart.read(session).discount else "cart.coupon_idle", code=code)
    else:
        session.pop("coupon", None)
        if code:
            tell("bad", "cart.coupon_off", code=code)
    return redirect(url_for("buying.view"), code=303)


@blueprint.route("/checkout", methods=["GET", "POST"])
def checkout() -> str | Response | tuple[str, int]:
    bought = cart.read(session)
    if not bought.lines:
        return redirect(url_for("buying.view"), code=303)
    # The order has its number from the first look at the checkout: a form sent twice is the same order.
    order_id = session.setdefault("order_id", "SS-" + "".join(secrets.choice(_ORDER_LETTERS) for _ in range(6)))
    known = account()
    form = {"name": known.name, "phone": known.phone} if known else {}
    faults: dict[str, str] = {}
    if request.method == "POST":
        form = {name: value.strip()[:200] for name, value in request.form.items()}
        if form.get("delivery") == "collect":
            bought = bought.collected()
        faults = _faults(form, bought)
        if not faults:
            _place(order_id, bought, form)
            return redirect(url_for("buying.done", order_id=order_id), code=303)
    page = render_template("checkout.html", cart=bought, order_id=order_id, form=form, faults=faults)
    return (page, 422) if faults else page


@blueprint.get("/orders/<order_id>")
def done(order_id: str) -> str:
    """The order just placed, for the browser that placed it. Outside /checkout: here offers may speak again."""
    order = session.get("order")
    if order is None or order["order_id"] != order_id:
        abort(404)
    lines = cart.lines_of(order["lines"])
    return render_template(
        "order.html",
        order=order,
        lines=lines,
        to_send=any(line.product.delivered for line in lines),
        joined=not all(line.product.delivered for line in lines),
    )


def _quantity() -> int:
    text = request.form.get("quantity", "1")
    return min(int(text), cart.MOST_OF_ONE) if text.isascii() and text.isdigit() and len(text) < 4 else 1


def _faults(form: dict[str, str], bought: Cart) -> dict[str, str]:
    """Return the key of the sentence to say, by field."""
    needed = {"name": form.get("name"), "phone": readable_phone(form.get("phone", ""))}
    if bought.delivery or form.get("delivery") == "deliver":
        needed["address"] = form.get("address")
    return {field: f"checkout.need_{field}" for field, value in needed.items() if not value}


def _place(order_id: str, bought: Cart, form: dict[str, str]) -> None:
    """Take the order: the server knows it before this page is answered, so the next page shows no stale offer."""
    # Without cookie and account only the number given is known, and nothing ties it to this browser.
    ids: Ids = visitor() or {"phone": form["phone"]}
    event = OrderCompleted(
        order_id=order_id,
        total=Decimal(bought.total),
        shipping=Decimal(bought.delivery),
        discount=Decimal(bought.discount),
        coupon=bought.coupon if bought.discount else None,
        currency="VND",
        channel="web",
        products=[
            Bought(
                product_id=line.product.product_id,
                name=line.product.name[0],
                category=line.product.category,
                variant=line.size or None,
                price=Decimal(line.product.price),
                quantity=line.quantity,
            )
            for line in bought.lines
        ],
    )
    shop().omni.track(**ids, event=event, message_id=f"order-{order_id}")
    delivered()
    session["order"] = {
        "order_id": order_id,
        "total": bought.total,
        "collect": form.get("delivery") == "collect",
        "phone": form["phone"],
        "address": form.get("address", ""),
        "lines": session["cart"],
    }
    session.pop("order_id", None)
    cart.clear(session)
