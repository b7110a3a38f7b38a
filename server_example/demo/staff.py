"""The counter: staff write down who came in and what they like, and hear what to tell them."""

from __future__ import annotations

from flask import g, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from omnisdk import StoreVisited
from server_example.demo.frame import delivered, pages_in_two_languages, shop, tell
from server_example.demo.phones import readable_phone
from server_example.demo.shelf import CATEGORIES

blueprint = pages_in_two_languages("staff", __name__)
STORE = "thao-dien"


@blueprint.route("/staff", methods=["GET", "POST"])
def desk() -> str | Response | tuple[str, int]:
    if request.method == "GET":
        return render_template("staff.html", form={}, faults={}, recorded=session.pop("recorded", None))
    form = {field: request.form.get(field, "").strip()[:120] for field in ("name", "phone", "interest")}
    faults = {}
    if not form["name"]:
        faults["name"] = "staff.need_name"
    if not readable_phone(form["phone"]):
        faults["phone"] = "checkout.need_phone"
    if form["interest"] not in CATEGORIES:
        faults["interest"] = "staff.need_interest"
    if faults:
        return render_template("staff.html", form=form, faults=faults, recorded=None), 422
    _record(**form)
    return redirect(url_for("staff.desk"), code=303)


def _record(name: str, phone: str, interest: str) -> None:
    """Tell the server of the visit, by the phone number alone, and ask what is right for this person."""
    omni = shop().omni
    omni.identify(phone=phone, traits={"name": name, "first_name": name.split()[-1], "interest": interest})
    omni.track(phone=phone, event=StoreVisited(store_id=STORE, method="staff"))
    stored = delivered()
    decision = omni.decide(phone=phone, placement="home-hero", context={"locale": g.language})
    session["recorded"] = {
        "name": name,
        "offer": decision.content.get("title", "") if decision else "",
        "line": decision.content.get("body", "") if decision else "",
    }
    tell("good" if stored else "bad", "staff.done" if stored else "staff.later", name=name)
