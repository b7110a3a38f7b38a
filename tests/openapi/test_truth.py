"""What the document says is what happens: a short run of what ``python -m tests.openapi`` does at length."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.openapi import full
from tests.openapi.reading import operations

# Trying every edge of every schema takes these some 20 seconds each: that belongs to the full run.
MANY_EDGES = {"Envelope", "TrackCall", "IdentifyCall", "PageCall", "ScreenCall", "GroupCall", "DecideRequest"}


def originals(document: dict[str, Any]) -> set[str]:
    """Return the paths that are not just another form of one before."""
    return {each.path for each in operations(document) if "The same as `" not in each.said["description"]}


def holds(figures: dict[str, Any]) -> None:
    assert full.sound(figures), (figures["failures"], figures["faults_in_the_log"], "\n\n".join(figures["told"]))


def test_requests_of_every_kind_are_answered_as_the_document_says(document: dict[str, Any], tmp_path: Path) -> None:
    figures = full.run(tmp_path, examples=3, phases=("examples", "fuzzing"), only=originals(document))
    holds(figures)
    assert figures["operations"] > 20 and figures["cases"] > 300 and figures["statuses"]["200"] > 100


def test_the_edges_of_the_smaller_schemas_are_where_the_document_says(document: dict[str, Any], tmp_path: Path) -> None:
    large = {each.path for each in operations(document)
             if any(f"'#/components/schemas/{name}'" in repr(each.said.get("requestBody")) for name in MANY_EDGES)}  # fmt: skip
    assert len(large) > 6
    figures = full.run(tmp_path, examples=1, phases=("coverage",), only=originals(document) - large)
    holds(figures)
    assert figures["cases"] > 600


def test_a_document_that_lies_is_found_out(document: dict[str, Any], tmp_path: Path) -> None:
    said = document["paths"]["/healthz"]["get"]
    said["security"] = [{"bearer": ["secret"]}]
    said["responses"]["200"]["headers"]["X-Promised"] = {"required": True, "schema": {"type": "string"}}
    document["components"]["schemas"]["Alive"]["properties"]["status"]["const"] = "well"
    del document["components"]["schemas"]["RulesInForce"]["properties"]["faults"]
    document["components"]["schemas"]["RulesInForce"]["required"].remove("faults")
    del document["paths"]["/metrics"]["get"]["responses"]["200"]
    figures = full.run(
        tmp_path,
        examples=1,
        phases=("examples", "fuzzing"),
        only={"/healthz", "/readyz", "/metrics"},
        document=document,
    )
    assert set(figures["failures"]) >= {
        "ignored_auth", "response_headers_conformance", "response_schema_conformance", "status_code_conformance"
    }  # fmt: skip
    assert "readyz" in "".join(figures["told"])  # an answer with a key that the document does not name
