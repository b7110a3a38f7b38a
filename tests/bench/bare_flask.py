"""The ceiling for decisions: a Flask view that reads a body of the same kind and answers 1 KB, on the same server."""

from __future__ import annotations

import orjson
from flask import Flask, Response, request

app = Flask(__name__, static_folder=None)
ANSWER = orjson.dumps({"decisions": [{"placement": f"p{n}", "campaign": None, "reason": "NONE"} for n in range(16)]})


@app.post("/v1/decide")
@app.post("/v1/track")
def bare() -> Response:
    orjson.loads(request.get_data())
    return Response(ANSWER, mimetype="application/json")


@app.get("/readyz")
def ready() -> Response:
    return Response(b"{}", mimetype="application/json")
