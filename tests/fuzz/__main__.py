"""`make fuzz`: the laws over many hostile requests on each engine, and bombs against a real server; the figures as JSON.

``python -m tests.fuzz [CASES [SEED]]``: a line for each engine, one for the memory, and one for
Schemathesis, which asks what the OpenAPI document says. What breaks a law is written to
``tests/fuzz/found``, where the test suite tries it again from then on; the exit status is then 1.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
import time
from dataclasses import asdict
from hashlib import blake2b
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.fuzz.bombs import MOST_GROWTH_MIB, attack
from tests.fuzz.cases import Case, cases
from tests.fuzz.laws import Laws, endpoint
from tests.fuzz.memory import peak_mib, resident_mib
from tests.openapi.full import both
from tests.support.postgres import Postgres

FOUND = Path(__file__).with_name("found")
CASES = 20_000
ROUNDS = 50  # of each bomb
ROUND = 1_000  # hypothesis remembers what it has tried; a new round forgets, so that memory is the server's
WARM = 500  # cases after which everything was used once; what grows then is SQLite's page cache, up to 64 MiB


def run(laws: Laws, number: int, first_seed: int) -> list[tuple[str, Case]]:
    """Check `number` cases; return what broke a law, with the law's words."""
    broken: list[tuple[str, Case]] = []
    for start in range(0, number, ROUND):

        @seed(first_seed + start)
        @settings(
            max_examples=min(ROUND, number - start), database=None, deadline=None, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(cases())
        def check(case: Case) -> None:
            try:
                laws.check(case)
            except Exception as error:  # anything at all breaks a law; the run goes on, for the figures
                broken.append((f"{type(error).__name__}: {error}"[:1_000], case))

        check()
    return broken


def figures(engine: str, database_url: str, number: int, first_seed: int) -> bool:
    """Print the figures of one engine; return whether all laws held."""
    began = time.monotonic()
    with endpoint(database_url) as laws:
        broken = run(laws, min(WARM, number), first_seed - WARM)
        before = resident_mib()
        broken += run(laws, number - min(WARM, number), first_seed)
        told: dict[str, Any] = {"engine": engine, "seed": first_seed, **asdict(laws.figures)}
        told["rejected"] = dict(laws.figures.rejected.most_common())
        told["refused"] = dict(laws.figures.refused.most_common())
    # The rebuild of everybody has found nothing to correct, or an AssertionError came out of the block above.
    told |= {"broken": len(broken), "rebuild_corrected": 0, "seconds": round(time.monotonic() - began)}
    told["peak_rss_growth_mib"] = round(peak_mib() - before)
    print(json.dumps(told, ensure_ascii=False), flush=True)
    for what, case in sorted(broken, key=lambda each: len(each[1].body))[:5]:
        text = case.to_json()
        file = FOUND / f"{blake2b(text.encode(), digest_size=6).hexdigest()}.json"
        file.write_text(text + "\n")
        print(f"{file}: {what[:300]}", file=sys.stderr, flush=True)
    return not broken


def bombs(rounds: int) -> bool:
    """Print what bombs cost a real server; return whether it was nothing."""
    with tempfile.TemporaryDirectory() as folder:
        tally = attack(Path(folder), rounds)
    print(json.dumps({"bombs_each": rounds, **asdict(tally)}, ensure_ascii=False), flush=True)
    return not (tally.unclear or tally.lost or tally.good_failed) and tally.growth_mib <= MOST_GROWTH_MIB


def main(number: int, first_seed: int) -> int:
    good = figures("sqlite", "", number, first_seed)
    postgres = Postgres.start()
    try:
        good &= figures("postgresql", postgres.new_database(), number, first_seed)
    finally:
        postgres.stop()
    good &= bombs(ROUNDS)
    described = both()
    print(json.dumps(described, ensure_ascii=False), flush=True)
    return 0 if good and described["ok"] else 1


if __name__ == "__main__":
    given_numbers = [int(text) for text in sys.argv[1:]]
    sys.exit(main(*(given_numbers + [CASES, random.randrange(WARM, 2**31)][len(given_numbers) :])))
