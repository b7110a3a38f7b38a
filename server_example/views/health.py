"""/healthz, /readyz and /metrics, for whoever runs the server. None of them tells anything of a person."""

from __future__ import annotations

from flask import Response

from server_example.views.context import answer, server


def healthz() -> Response:
    """Answer while the process lives; asks nothing of the database."""
    return answer({"status": "ok"})


def readyz() -> Response:
    """Answer whether decisions can be made now: the database reads, and there are rules.

    The faults of a rules file are counted here and in /metrics; their lines, which quote the file, stand in the log.
    """
    opened = server().opened
    rules = opened.rulesets.current
    opened.rulesets.probe()
    return answer({"status": "ready", "rules": {"number": rules.number, "faults": len(opened.rulesets.faults)}})


def metrics() -> Response:
    """Answer the counters in the Prometheus text format."""
    return Response(server().metrics.text(), content_type="text/plain; version=0.0.4; charset=utf-8")
