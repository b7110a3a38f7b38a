"""What a person owns now: products held, memberships, and what orders grant."""

from __future__ import annotations

from omnisdk.profile import memberships
from omnisdk.profile.memberships import Piece, Run
from omnisdk.profile.reading import Reading

_MEMBERSHIP = "membership:"
_PRODUCT = "product:"


def owned(reading: Reading, entitlement: str) -> Run | None:
    """Return since when, and until when if that is known, the person owns `entitlement` now; None when they do not.

    `entitlement` is ``membership:NAME`` or ``product:ID``. A membership runs from its start to its end or `until`; a
    product is owned while any order holds a quantity above 0; what an order grants runs from the order. `renewed` of
    the result is the last start, renewal or purchase: a campaign's `again_after` counts from it.
    """
    return _now(reading, _runs(reading).get(entitlement, ()))


def owns(reading: Reading) -> list[str]:
    """Return all that the person owns now, sorted."""
    return sorted(name for name, runs in _runs(reading).items() if _now(reading, runs))


def membership(reading: Reading, name: str) -> Run | None:
    """Return the membership's run that goes on now, else the last that ended, else the next to begin; None for none."""
    runs = _runs(reading).get(_MEMBERSHIP + name)
    if not runs:
        return None
    begun = [run for run in runs if run.since <= reading.now]
    return begun[-1] if begun else runs[0]


def membership_names(reading: Reading) -> list[str]:
    """Return the memberships that the person has, had or will have."""
    return sorted(name.removeprefix(_MEMBERSHIP) for name in _runs(reading) if name.startswith(_MEMBERSHIP))


def _now(reading: Reading, runs: list[Run] | tuple[()]) -> Run | None:
    for run in runs:
        if run.since <= reading.now and (run.until is None or reading.now < run.until):
            return run
    return None


def _runs(reading: Reading) -> dict[str, list[Run]]:
    """Return the runs of every entitlement, by time; worked out once for each reading."""
    kept: dict[str, list[Run]] | None = reading.kept.get("ownership")
    if kept is None:
        kept = reading.kept["ownership"] = _work_out(reading)
    return kept


def _work_out(reading: Reading) -> dict[str, list[Run]]:
    stated: dict[str, list[Piece]] = {}
    for order in reading.orders:
        for product_id in {line["product_id"] for line, _ in order.lines if "product_id" in line}:
            stated.setdefault(_PRODUCT + product_id, []).append(Piece(order.key, order.time, None))
            if product_id in reading.context.grants:
                entitlement, duration = reading.context.grants[product_id]
                end = None if duration is None else order.time + duration
                stated.setdefault(entitlement, []).append(Piece(order.key, order.time, end))
    told = memberships.told(reading.document, reading.view, reading.now)
    for name, said in told.items():
        stated.setdefault(_MEMBERSHIP + name, []).extend(memberships.pieces(said, reading.zone))
    found = {}
    for entitlement, pieces in stated.items():
        kind, _, name = entitlement.partition(":")
        # No event ends a product: a refund takes it out of its order.
        statements = told[name].statements if kind == "membership" and name in told else ()
        if runs := memberships.runs(pieces, statements, reading.zone):
            found[entitlement] = runs
    return found
