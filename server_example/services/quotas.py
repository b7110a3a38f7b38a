"""How much may come from one address, and with one key: counted for all processes of a host together.

Each quota is a bucket that holds half a minute's worth and fills up steadily (GCRA: of a bucket only the instant is
kept at which it will be full again; ITU-T I.371, annex A). So over any time t no more than half a minute's worth and
t times the rate is admitted, whatever processes ask, except that a batch larger than the bucket passes when it is full.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Literal, NamedTuple

from omnisdk.events.envelope import MOST_EVENTS
from server_example import keys
from server_example.config import ServerConfig
from server_example.services.metrics import Metrics
from server_example.services.slots import Slots

log = logging.getLogger("omnisdk.server")

FILE = "quotas-1.map"  # with the number of its format
MINUTE = 60_000_000_000  # nanoseconds, the unit in here
KEPT_NAMES = 16_384  # addresses whose hash is kept in memory: making it takes two microseconds

Quota = Literal["address", "write_key", "secret_key", "unknown_keys"]
Charge = tuple[Quota, str, int]  # so many events from the bucket of this address, or "" for the whole key


class Refusal(NamedTuple):
    """Nothing was taken. The same again passes after `wait` microseconds, if nobody else takes it first."""

    quota: Quota
    wait: int


class Bucket(NamedTuple):
    """Nanoseconds: of one event, of a full bucket, and the most that an admitted request can owe."""

    spacing: int
    size: int
    most_owed: int


def bucket_of(per_minute: int) -> Bucket:
    """Return the bucket of a quota: half a minute's worth, and at least one event."""
    spacing = -(-MINUTE // per_minute)  # rounded up, so that never more than `per_minute` pass
    size = max(1, per_minute // 2) * spacing
    return Bucket(spacing, size, max(size, MOST_EVENTS * spacing))


class Quotas:
    """The buckets of one host, as one process sees them. Every method is safe for many threads; not across a fork."""

    def __init__(self, data_dir: Path, key: bytes, per_minute: Mapping[Quota, int], metrics: Metrics) -> None:
        """`per_minute` has the quotas; 0 is none. `key` makes the names in the file unreadable and not to be guessed.

        A directory that cannot be written refuses nobody: this process then counts by itself, and says so once.
        """
        self._buckets = {quota: bucket_of(most) for quota, most in per_minute.items() if most > 0}
        self._metrics = metrics
        self._name: Callable[[Quota, str], int] = lru_cache(KEPT_NAMES)(lambda quota, of: _hashed(key, quota, of))
        self._late = 0
        try:
            self._slots = Slots(data_dir / FILE)
        except OSError as error:
            self._slots = Slots(None)
            metrics.count("omni_quota_failures_total", reason="unwritable")
            log.warning("quotas are counted by each process alone: %s: %s", data_dir / FILE, error.strerror or error)

    def calm(self, now: int) -> bool:
        """Return whether no bucket of anybody is empty, so that nobody has to be asked about."""
        return self._slots.mark <= now * 1_000

    def wait(self, quota: Quota, subject: str, now: int, cost: int = 1) -> int:
        """Return 0 while the bucket of `subject` holds an event, else in how many microseconds it will hold `cost`.

        Takes nothing.
        """
        now *= 1_000
        bucket = self._buckets.get(quota)
        if bucket is None:
            return 0
        full_at, _ = self._slots.find(self._name(quota, subject))
        if not now < full_at + bucket.spacing - bucket.size <= now + bucket.most_owed:
            return 0  # it holds one; or the clock was ahead, as in `take`
        due = min(full_at + cost * bucket.spacing - bucket.size, full_at)
        return -(-(due - now) // 1_000)

    def take(self, now: int, *charges: Charge) -> Refusal | None:
        """Take all of `charges` or, when one of them cannot be paid, none; then say which, and for how long.

        `now` is the clock in microseconds, read just now. A clock that jumped back by more than a bucket's time starts
        that bucket anew. A refused charge of several events costs its address one: it took the work to read them.
        """
        now *= 1_000
        slots, refusal = self._slots, None
        paid: list[tuple[int, int, int, int]] = []  # name, place, when the bucket is full, when it is not empty
        slots.lock()
        try:
            for quota, subject, cost in charges:
                if quota not in self._buckets:
                    continue
                spacing, size, most_owed = self._buckets[quota]
                name = self._name(quota, subject)
                full_at, place = slots.find(name)
                if not now < full_at <= now + most_owed:
                    full_at = now  # full; or the clock was ahead, for no request of ours leads so far
                due = full_at + cost * spacing
                # A charge of more than the bucket ever holds waits until it is full.
                wait = due - size - now if due - full_at <= size else full_at - now
                if wait <= 0:
                    paid.append((name, place, due, due + spacing - size))
                    continue
                if cost > 1 and quota == "address" and full_at + spacing - size <= now:
                    wait += spacing
                    full_at += spacing
                    slots.put(name, place, full_at)
                slots.raise_mark(full_at + spacing - size)
                refusal = Refusal(quota, -(-wait // 1_000))
                break
            else:
                for name, place, due, not_empty_at in paid:
                    slots.put(name, place, due)
                    if not_empty_at > now:
                        slots.raise_mark(not_empty_at)
        finally:
            slots.unlock()
        if slots.late != self._late:
            self._metrics.count("omni_quota_failures_total", slots.late - self._late, reason="busy")
            self._late = slots.late
        return refusal

    def close(self) -> None:
        """Let go of the file."""
        self._slots.close()


def _hashed(key: bytes, quota: str, subject: str) -> int:
    digest = blake2b(f"{quota}\0{subject}".encode("utf-8", "replace"), key=key, digest_size=8).digest()
    return int.from_bytes(digest, "little") or 1  # 0 is an empty place


def quotas_of(config: ServerConfig, metrics: Metrics) -> Quotas:
    """Return the quotas that `config` asks for, in its data directory."""
    per_minute: dict[Quota, int] = {
        "address": config.quota_address,
        "write_key": config.quota_write_key,
        "secret_key": config.quota_secret_key,
        "unknown_keys": config.quota_unknown_keys,
    }
    return Quotas(config.data_dir, keys.derived(config.signing_key, "quotas"), per_minute, metrics)
