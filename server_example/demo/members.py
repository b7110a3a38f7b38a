"""Who is at the browser and what they belong to: signing in as a ready person, the class schedule, joining the gym."""

from __future__ import annotations

from flask import g, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from omnisdk import MembershipStarted
from server_example.demo import schedule, words
from server_example.demo.frame import account, delivered, pages_in_two_languages, shop, tell, visitor
from server_example.demo.people import ACCOUNTS, GYM

blueprint = pages_in_two_languages("members", __name__)
MONTHLY_FEE = 550_000  # đồng


@blueprint.get("/classes")
def classes() -> str:
    known = account()
    return render_template(
        "classes.html",
        week=list(zip(words.weekdays(g.language), schedule.WEEK, strict=True)),
        trainers=schedule.TRAINERS,
        monthly_fee=MONTHLY_FEE,
        is_member=known is not None and shop().server.is_member(known.user_id, GYM),
    )


@blueprint.post("/classes/join")
def join() -> Response:
    known = account()
    if known is None:
        return redirect(url_for("members.sign_in", next="classes"), code=303)
    shop().omni.track(**visitor(), event=MembershipStarted(membership=GYM))
    delivered()
    tell("good", "classes.joined", name=known.first_name)
    return redirect(url_for("members.classes"), code=303)


@blueprint.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> str | Response:
    if request.method == "GET":
        return render_template("sign_in.html", accounts=ACCOUNTS.values())
    chosen = ACCOUNTS.get(request.form.get("person", ""))
    _leave(unless=chosen.user_id if chosen else "")
    if chosen is None:
        tell("good", "people.left")
        return redirect(url_for("pages.home"), code=303)
    session["user"] = chosen.user_id
    # The shop has checked who this is (here: by a click), so it vouches that this browser is theirs.
    shop().omni.identify(**visitor(), traits=chosen.traits())
    delivered()
    tell("good", "people.welcome", name=chosen.first_name)
    return redirect(url_for("members.classes" if request.form.get("next") == "classes" else "pages.home"), code=303)


def _leave(unless: str) -> None:
    """Forget the person before, unless it is the same one: the next page tells the snippet to begin anew."""
    if session.get("user", unless) != unless:
        language = session.get("language")
        session.clear()
        session.update(language=language, reset=True)
