"""Two processes that fold the same people at once lose nothing and fold nothing twice."""

from __future__ import annotations

import multiprocessing
import random
from collections.abc import Sequence

from omnisdk.events.model import Event
from omnisdk.identity import ownership
from server_example.services.people import People
from server_example.storage import events as event_table
from server_example.storage.database import Database
from tests.storage.test_people import SECRET, browser, event, stored_people
from tests.support.lives import expected_people

PROCESSES = 3
EVENTS = 240


def shared_lives(seed: int) -> list[Event]:
    """Events of a few people who keep being joined: by tokens, by phones, and by late proofs."""
    chance = random.Random(seed)
    users, browsers, phones = (
        [f"u{n}" for n in range(4)],
        [f"a{n}" for n in range(6)],
        [f"phone:+8490{n}" for n in range(3)],
    )
    made: list[Event] = []
    for number in range(EVENTS):
        at = chance.randrange(40)
        if chance.random() < 0.5:
            user = chance.choice([None, None, *users])
            made.append(
                browser(f"m{number}", at, anonymous_id=chance.choice(browsers), user_id=user, proven=user is not None)
            )
        else:
            refs = tuple(chance.sample(phones, chance.randrange(3)))
            made.append(event(f"m{number}", at, user_id=chance.choice(users), refs=tuple(sorted(refs))))
    return made


def shuffled_batches(events: Sequence[Event], seed: int) -> list[list[Event]]:
    order = random.Random(seed).sample(list(events), len(events))
    return [order[start : start + 4] for start in range(0, len(order), 4)]


def ingest_all(url: str, batches: Sequence[Sequence[Event]], start: object) -> None:
    people = People(Database(url), SECRET)
    start.wait()  # type: ignore[attr-defined]  # a multiprocessing barrier
    for batch in batches:
        people.ingest(batch)


def test_processes_that_fold_the_same_people_at_once_lose_nothing(database_url: str) -> None:
    people = People(Database.open(database_url), SECRET)
    events = shared_lives(seed=7)
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(PROCESSES)
    workers = []
    for number in range(PROCESSES):  # each gets all the events, in an order of its own: everything meets everything
        batches = shuffled_batches(events, seed=number)
        workers.append(context.Process(target=ingest_all, args=(database_url, batches, barrier)))
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(120)
    assert [worker.exitcode for worker in workers] == [0] * PROCESSES

    assert people.database.read(event_table.count) == len({ownership.dedupe_key(each) for each in events})
    assert stored_people(people) == expected_people(events)
    people.database.close()
