"""The buckets themselves: what is admitted, whoever counts, whatever dies. A quota of n a minute holds n / 2 at once."""

from __future__ import annotations

import fcntl
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnisdk.clock import HOUR, MINUTE, SECOND
from server_example.services import quotas, slots
from server_example.services.metrics import Metrics
from server_example.services.quotas import Quota, Quotas
from tests.server.helpers import NOW

KEY = b"k" * 32
PER_MINUTE = 120  # two a second, sixty at once
AT_ONCE = 60
ADDRESS = "203.0.113.9"

Opener = Callable[..., Quotas]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opener]:
    """Open the quotas of one directory, as often as asked: each has the file open by itself, as a process has."""
    found: list[Quotas] = []

    def open_quotas(per_minute: int = PER_MINUTE, folder: Path = tmp_path, **more: int) -> Quotas:
        limits: dict[Quota, int] = {"address": per_minute, **more}  # type: ignore[typeddict-item, misc]
        found.append(Quotas(folder, KEY, limits, Metrics()))
        return found[-1]

    yield open_quotas
    for one in found:
        one.close()


def admitted(quotas: Quotas, times: int, now: int = NOW, subject: str = ADDRESS) -> int:
    return sum(quotas.take(now, ("address", subject, 1)) is None for _ in range(times))


def test_half_a_minutes_worth_passes_at_once_and_then_the_rate(opened: Opener) -> None:
    bucket = opened()
    assert admitted(bucket, 100) == AT_ONCE
    assert admitted(bucket, 10, NOW + 3 * SECOND) == 6
    assert admitted(bucket, 100, NOW + 5 * MINUTE) == AT_ONCE


def test_a_refusal_says_when_the_same_passes_and_it_does_not_pass_sooner(opened: Opener) -> None:
    bucket = opened()
    assert bucket.take(NOW, ("address", ADDRESS, 50)) is None
    refusal = bucket.take(NOW, ("address", ADDRESS, 30))
    assert refusal is not None and refusal.quota == "address"
    # 20 too many, and one for the work of reading them: 21 events at two a second; and one more for the next try.
    assert refusal.wait == 10_500_000
    again = bucket.take(NOW + refusal.wait - 1_000_000, ("address", ADDRESS, 30))
    assert again is not None
    assert bucket.take(NOW + refusal.wait - 1_000_000 + again.wait, ("address", ADDRESS, 30)) is None


def test_a_batch_larger_than_the_bucket_passes_once_it_is_full(opened: Opener) -> None:
    bucket = opened()
    assert bucket.take(NOW, ("address", ADDRESS, 2_500)) is None
    refusal = bucket.take(NOW + SECOND, ("address", ADDRESS, 1))
    assert refusal is not None
    later = NOW + SECOND + refusal.wait
    assert bucket.take(later, ("address", ADDRESS, 1)) is None
    refusal = bucket.take(later, ("address", ADDRESS, 2_500))
    assert refusal is not None
    assert bucket.take(later + refusal.wait, ("address", ADDRESS, 2_500)) is None


def test_all_of_a_request_is_taken_or_nothing(opened: Opener) -> None:
    bucket = opened(write_key=20)
    for _ in range(10):
        assert bucket.take(NOW, ("address", ADDRESS, 1), ("write_key", "", 1)) is None
    refusal = bucket.take(NOW, ("address", ADDRESS, 1), ("write_key", "", 1))
    assert refusal is not None and refusal.quota == "write_key"
    assert admitted(bucket, 100) == AT_ONCE - 10


def test_each_address_has_its_own_and_zero_is_no_limit(opened: Opener) -> None:
    bucket = opened()
    assert admitted(bucket, 100) == AT_ONCE
    assert admitted(bucket, 100, subject="203.0.113.10") == AT_ONCE
    assert admitted(opened(per_minute=0), 1_000) == 1_000


def test_looking_takes_nothing_and_agrees_with_taking(opened: Opener) -> None:
    bucket, other = opened(), opened()
    assert bucket.wait("address", ADDRESS, NOW) == 0
    assert admitted(bucket, 100) == AT_ONCE
    assert other.wait("address", ADDRESS, NOW) == bucket.wait("address", ADDRESS, NOW) == SECOND // 2
    assert other.wait("address", "203.0.113.10", NOW) == 0
    assert other.wait("address", ADDRESS, NOW + SECOND // 2) == 0


def test_a_restart_forgets_nothing(opened: Opener) -> None:
    first = opened()
    assert admitted(first, 40) == 40
    first.close()
    assert admitted(opened(), 100) == AT_ONCE - 40


def test_a_clock_that_jumps_back_locks_nobody_out(opened: Opener) -> None:
    bucket = opened()
    assert admitted(bucket, 100, NOW + 24 * HOUR) == AT_ONCE  # the clock was a day ahead
    assert bucket.wait("address", ADDRESS, NOW) == 0
    assert admitted(bucket, 100, NOW) == AT_ONCE
    assert admitted(bucket, 10, NOW - SECOND) == 0  # a little back is no new bucket


@given(
    steps=st.lists(
        st.tuples(st.integers(0, 2), st.integers(1, AT_ONCE), st.sampled_from([0, 1, 1_000, 400_000, 7 * SECOND])),
        max_size=40,
    )
)
def test_over_any_time_no_more_than_a_bucket_and_the_rate_is_admitted(
    steps: list[tuple[int, int, int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("law")
    processes = [Quotas(folder, KEY, {"address": PER_MINUTE}, Metrics()) for _ in range(3)]
    now, passed = NOW, []
    for process, cost, pause in steps:
        now += pause
        if processes[process].take(now, ("address", ADDRESS, cost)) is None:
            passed.append((now, cost))
    for start in range(len(passed)):
        total = 0
        for moment, cost in passed[start:]:
            total += cost
            assert total <= AT_ONCE + (moment - passed[start][0]) * PER_MINUTE / MINUTE
    for process in processes:
        process.close()


@given(steps=st.lists(st.tuples(st.integers(1, 2_500), st.integers(0, MINUTE)), min_size=1, max_size=30))
def test_whatever_was_refused_passes_when_it_was_told_to(
    steps: list[tuple[int, int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    bucket = Quotas(tmp_path_factory.mktemp("told"), KEY, {"address": PER_MINUTE}, Metrics())
    now = NOW
    for cost, pause in steps:
        now += pause
        refusal = bucket.take(now, ("address", ADDRESS, cost))
        if refusal is not None:
            now += refusal.wait
            assert bucket.take(now, ("address", ADDRESS, cost)) is None
    bucket.close()


_HAMMER = """
import sys, threading
from pathlib import Path
from server_example.services import slots
from server_example.services.metrics import Metrics
from server_example.services.quotas import Quotas
slots.PATIENCE_SECONDS = 60.0  # nobody stands still here, however busy the machine is
folder, now, per_minute, takes = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
bucket = Quotas(folder, b"k" * 32, {"address": per_minute}, Metrics())
passed = []
def run():
    for _ in range(takes):
        if bucket.take(now, ("address", "203.0.113.9", 1)) is None:
            passed.append(1)
print("ready", flush=True)
sys.stdin.readline()
threads = [threading.Thread(target=run) for _ in range(3)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(len(passed), flush=True)
"""


def hammer(folder: Path, per_minute: int, takes: int) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", _HAMMER, str(folder), str(NOW), str(per_minute), str(takes)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None and process.stdout.readline() == "ready\n"
    return process


def test_threads_of_several_processes_admit_exactly_the_bucket_together(tmp_path: Path) -> None:
    processes = [hammer(tmp_path, 8_000, 1_000) for _ in range(3)]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    assert sum(int(process.communicate(timeout=60)[0]) for process in processes) == 4_000


def test_a_process_killed_in_the_middle_stops_nobody_and_gives_nothing_away(
    tmp_path: Path, opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slots, "PATIENCE_SECONDS", 60.0)
    mine = opened(per_minute=8_000)
    passed = 0
    for _ in range(8):
        other = hammer(tmp_path, 8_000, 10_000_000)
        assert other.stdin is not None
        other.stdin.write("\n")
        other.stdin.flush()
        passed += admitted(mine, 50)
        time.sleep(0.02)
        other.send_signal(signal.SIGKILL)
        other.communicate()
    began = time.monotonic()
    passed += admitted(mine, 5_000)
    assert passed <= 4_000
    assert mine.wait("address", ADDRESS, NOW) > 0
    assert time.monotonic() - began < 30


def test_who_holds_the_lock_and_stands_still_stops_nobody(tmp_path: Path, opened: Opener) -> None:
    bucket = opened()
    assert admitted(bucket, 1) == 1
    stopped = os.open(tmp_path / quotas.FILE, os.O_RDWR)
    fcntl.flock(stopped, fcntl.LOCK_EX)
    began = time.monotonic()
    assert admitted(bucket, 100) == AT_ONCE - 1
    assert time.monotonic() - began < 5  # a quarter of a second once, then two milliseconds each
    text = bucket._metrics.text()
    assert 'omni_quota_failures_total{reason="busy"} 100\n' in text
    os.close(stopped)


def test_a_full_set_drops_the_least_spent_and_refuses_nobody(opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slots, "SETS", 1)
    bucket = opened()
    heavy = [f"203.0.113.{number}" for number in range(slots.WAYS)]
    for subject in heavy:
        assert admitted(bucket, AT_ONCE, subject=subject) == AT_ONCE
    assert all(admitted(bucket, 1, subject=f"198.51.100.{number}") == 1 for number in range(200))
    assert sum(admitted(bucket, 1, subject=subject) == 0 for subject in heavy) >= slots.WAYS - 1


def test_a_directory_that_cannot_be_written_refuses_nobody_and_is_told_once(
    tmp_path: Path, opened: Opener, caplog: pytest.LogCaptureFixture
) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("no directory")
    with caplog.at_level(logging.WARNING):
        bucket = opened(folder=in_the_way)
        assert admitted(bucket, 100) == AT_ONCE
    assert len(caplog.records) == 1 and "quotas are counted by each process alone" in caplog.text
    assert 'omni_quota_failures_total{reason="unwritable"} 1\n' in bucket._metrics.text()


def test_a_full_disk_is_noticed_at_the_start_and_not_by_a_killed_process(
    opened: Opener, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", full)
    with caplog.at_level(logging.WARNING):
        assert admitted(opened(), 100) == AT_ONCE
    assert "No space left on device" in caplog.text


def test_the_file_names_no_address_and_has_a_fixed_size(tmp_path: Path, opened: Opener) -> None:
    bucket = opened()
    for number in range(500):
        assert admitted(bucket, 1, subject=f"203.0.113.{number}") == 1
    data = (tmp_path / quotas.FILE).read_bytes()
    assert len(data) == slots.FILE_BYTES and b"203.0" not in data
    assert (tmp_path / quotas.FILE).stat().st_mode & 0o777 == 0o600


def test_two_new_names_of_one_request_in_one_set_both_count(opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slots, "SETS", 1)
    bucket = opened(write_key=20)
    assert bucket.take(NOW, ("address", ADDRESS, 10), ("write_key", "", 10)) is None
    assert bucket.wait("write_key", "", NOW) > 0
    assert admitted(bucket, 100) == AT_ONCE - 10


def test_threads_of_one_process_count_together_without_a_file(tmp_path: Path, opened: Opener) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    bucket = opened(folder=in_the_way)
    passed: list[int] = []
    threads = [threading.Thread(target=lambda: passed.append(admitted(bucket, 50))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(passed) == AT_ONCE
