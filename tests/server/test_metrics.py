from __future__ import annotations

import threading
from pathlib import Path

from server_example.services.metrics import FAMILIES, Metrics


def lines(metrics: Metrics) -> list[str]:
    return [line for line in metrics.text().splitlines() if not line.startswith("#")]


def test_counters_are_told_with_their_labels() -> None:
    metrics = Metrics()
    metrics.count("omni_events_rejected_total", code="NO_ID")
    metrics.count("omni_events_rejected_total", 2, code='odd "name"\\\n')
    metrics.count("omni_events_accepted_total", 5)
    told = lines(metrics)
    assert 'omni_events_rejected_total{code="NO_ID"} 1' in told
    assert 'omni_events_rejected_total{code="odd \\"name\\"\\\\\\n"} 2' in told
    assert "omni_events_accepted_total 5" in told


def test_every_family_says_what_it_is() -> None:
    text = Metrics().text()
    for family in FAMILIES:
        assert f"# HELP {family.name} {family.meaning}\n# TYPE {family.name} {family.kind}\n" in text


def test_a_histogram_counts_each_duration_in_its_bucket_and_all_above() -> None:
    metrics = Metrics()
    for seconds in (0.001, 0.03, 7.0):
        metrics.observe("omni_request_seconds", seconds, route="/v1/decide")
    told = lines(metrics)
    assert 'omni_request_seconds_bucket{route="/v1/decide",le="0.001"} 1' in told
    assert 'omni_request_seconds_bucket{route="/v1/decide",le="0.025"} 1' in told
    assert 'omni_request_seconds_bucket{route="/v1/decide",le="0.05"} 2' in told
    assert 'omni_request_seconds_bucket{route="/v1/decide",le="5.0"} 2' in told
    assert 'omni_request_seconds_bucket{route="/v1/decide",le="+Inf"} 3' in told
    assert 'omni_request_seconds_count{route="/v1/decide"} 3' in told
    assert 'omni_request_seconds_sum{route="/v1/decide"} 7.031' in told


def test_workers_that_share_a_directory_answer_for_each_other(tmp_path: Path) -> None:
    one, other = Metrics(tmp_path), Metrics(tmp_path)
    one.count("omni_decisions_total", reason="WON")
    other.count("omni_decisions_total", 2, reason="WON")
    other.count("omni_decisions_total", reason="OWNED")
    for metrics in (one, other):
        told = lines(metrics)
        assert 'omni_decisions_total{reason="WON"} 3' in told
        assert 'omni_decisions_total{reason="OWNED"} 1' in told


def test_gauges_tell_of_the_process_that_answers(tmp_path: Path) -> None:
    one, other = Metrics(tmp_path), Metrics(tmp_path)
    one.set("omni_rules_number", 7)
    assert "omni_rules_number 7" in lines(one)
    assert "omni_rules_number 0" in lines(other)


def test_many_threads_lose_no_count() -> None:
    metrics = Metrics()

    def work() -> None:
        for _ in range(500):
            metrics.count("omni_events_accepted_total")

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert "omni_events_accepted_total 4000" in lines(metrics)
