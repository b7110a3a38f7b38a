"""Every example works as it stands: sent to a server with the demo's rules it is answered as its answer says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import quote

from flask.testing import FlaskClient

from tests.openapi.full import advised, closed
from tests.openapi.reading import Json, Told, operations, validator
from tests.server.helpers import BROWSER, SHOP, WRITE_KEY

JSON = "application/json"

# What is different each time, and what depends on where the server is: of these only the kind of value is compared.
OF_THE_MOMENT = {"id", "state", "token", "number", "timestamp", "receivedAt", "first_at", "last_at", "since"}
OF_THE_PLACE = {"apiKey", "apiHost", "host", "protocol"}
LONG = {"en", "vi", "th"}  # sentences that the example abridges
ANY = OF_THE_MOMENT | OF_THE_PLACE | LONG


class Try(NamedTuple):
    operation: Told
    name: str
    body: Any
    answer: Any
    asks: bool  # it has an answer to compare with


def tries(document: Json) -> Iterator[Try]:
    """Return every example in the order of the document; of an operation without any, the one of its parameters."""
    for each in operations(document):
        content = each.said.get("requestBody", {}).get("content", {}).get(JSON, {})
        answers = each.said["responses"]["200"].get("content", {}).get(JSON, {}).get("examples", {})
        requests = content.get("examples", {name: {"value": None} for name in answers} or {"": {"value": None}})
        assert set(answers) in (set(requests), set()), each.label
        for name, request in requests.items():
            yield Try(each, name, request["value"], answers.get(name, {}).get("value"), name in answers)


def sent(client: FlaskClient, one: Try) -> Any:
    method, path, said = one.operation
    filled = {
        (each["in"], each["name"]): str(each["example"]) for each in said.get("parameters", ()) if "example" in each
    }
    path = re.sub(r"{(\w+)}", lambda found: quote(filled.get(("path", found[1]), WRITE_KEY), safe=""), path)
    query = {name: value for (place, name), value in filled.items() if place == "query"}
    headers = {name: value for (place, name), value in filled.items() if place == "header"}
    # Where any key will do, the secret key is the one of who names a customer; the rest are visitors' own browsers.
    theirs = SHOP if one.body is not None and "userId" in one.body else BROWSER
    headers |= {"none": {}, "any": theirs, "write": BROWSER, "secret": SHOP}[one.operation.keys]
    return client.open(path, method=method, query_string=query, headers=headers, json=one.body)


def differences(example: Any, answer: Any, place: str = "") -> list[str]:
    """Return where `answer` lacks what `example` has. An answer may have more keys, and lists more entries."""
    if isinstance(example, dict) and isinstance(answer, dict):
        lacking = [f"{place}.{name} is not there" for name in example if name not in answer]
        both = (differences(example[name], answer[name], f"{place}.{name}") for name in example if name in answer)
        return lacking + [one for each in both for one in each]
    if isinstance(example, list) and isinstance(answer, list):
        each_in = (min((differences(wanted, has, f"{place}[]") for has in answer), key=len, default=[f"{place}[]: none"])
                   for wanted in example)  # fmt: skip
        return [one for each in each_in for one in each]
    if place.rpartition(".")[2] in ANY:
        return [] if type(example) is type(answer) else [f"{place}: {answer!r} is no {type(example).__name__}"]
    made = isinstance(example, str) and example.startswith("made-")
    same = answer.startswith("made-") if made and isinstance(answer, str) else example == answer
    return [] if same else [f"{place}: {answer!r}, not {example!r}"]


def test_every_example_is_answered_as_it_says(client: FlaskClient, document: dict[str, Any]) -> None:
    done = 0
    strict = closed(document)
    for one in tries(document):
        response = sent(client, one)
        where = f"{one.operation.label}, {one.name!r}: {response.get_data()[:600]!r}"
        assert response.status_code == 200, where
        assert response.mimetype in one.operation.said["responses"]["200"]["content"], where
        if one.asks:
            answer = response.get_json()
            validator(strict, one.operation.said["responses"]["200"]["content"][JSON]["schema"]).validate(answer)
            if (
                "duplicates" in answer and "The same as" in one.operation.said["description"]
            ):  # its events went to the other form before
                answer["accepted"] += answer["duplicates"]
                answer["duplicates"] = 0
            assert differences(one.answer, answer) == [], where
            done += 1
    assert done > 20


def test_every_example_fits_the_schema_it_illustrates(document: dict[str, Any]) -> None:
    strict, narrow = closed(document), advised(document)
    for one in tries(document):
        path, method = one.operation.path, one.operation.method.lower()
        if one.body is not None:
            advice = document if one.answer.get("rejected") else narrow  # what is refused is only forgiven
            schema = advice["paths"][path][method]["requestBody"]["content"][JSON]["schema"]
            validator(advice, schema).validate(one.body)
        if one.asks:
            schema = strict["paths"][path][method]["responses"]["200"]["content"][JSON]["schema"]
            validator(strict, schema).validate(one.answer)


def test_the_examples_of_fields_fit_them(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    found = [(field, one) for schema in schemas.values() for field in schema.get("properties", {}).values()
             for one in field.get("examples", ())]  # fmt: skip
    assert len(found) > 8
    for field, one in found:
        validator(document, field).validate(one)
