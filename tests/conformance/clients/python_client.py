"""Call one real Python client as a shop would, in a process of its own. Run by tests/conformance/running.py.

argv[1] is JSON {"module", "key", "url", "options"}; stdin holds one call per line as JSON. What the client's error
callback was given, and what its calls raised, go to stdout as one JSON object.
"""

import datetime
import decimal
import importlib
import json
import sys

ARGUMENTS = {
    "userId": "user_id",
    "anonymousId": "anonymous_id",
    "previousId": "previous_id",
    "groupId": "group_id",
    "messageId": "message_id",
}

# Values that shops do give to these clients, and that strict JSON or a database cannot hold.
ODD = {
    "nan": float("nan"),
    "infinite": float("-inf"),
    "surrogate": "hỏng \ud800 đây",
    "nul": "a\0b",
    "beyond64": 2**70,
    "decimal": decimal.Decimal("20000.50"),
    "set": {"golf"},
    "bytes": "đồ golf".encode(),
    "naive": datetime.datetime(2026, 9, 21, 14, 13, 20),
    "date": datetime.date(2026, 9, 21),
    7: "a number as key",
}


def main() -> None:
    given = json.loads(sys.argv[1])
    errors = []
    raised = []

    def on_error(error: Exception, batch: list) -> None:
        code, message = getattr(error, "code", None), getattr(error, "message", None)
        told = {"type": type(error).__name__, "code": code, "message": message, "text": str(error)}
        errors.append({**told, "status": getattr(error, "status", None), "events": len(batch)})

    package = importlib.import_module(given["module"])
    client = package.Client(given["key"], host=given["url"], on_error=on_error, **given["options"])
    for line in sys.stdin:
        arguments = json.loads(line)
        call = getattr(client, arguments.pop("call"))
        if arguments.pop("odd", False):
            arguments["properties"] = {**arguments["properties"], **ODD}
        try:
            queued, _ = call(**{ARGUMENTS.get(name, name): value for name, value in arguments.items()})
            if not queued:
                raised.append("not queued")
        except Exception as error:
            raised.append(repr(error))
    client.shutdown()
    json.dump({"version": package.__version__, "errors": errors, "raised": raised}, sys.stdout)


main()
