"""Laws 1, 2 and 10 on real databases: whatever the order, split and repetition, people are the fold of their events."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from sqlalchemy import Connection, delete, select

from omnisdk.events.model import Event
from omnisdk.identity import ownership
from server_example.services.people import People
from server_example.storage import events as event_table
from server_example.storage import people as people_table
from server_example.storage import schema
from server_example.storage.database import Database
from tests.support.lives import HOUR, START, arrivals, expected_people

SECRET = "tests keep this for as long as tombstones live"


@pytest.fixture
def people(database_url: str) -> Iterator[People]:
    database = Database.open(database_url)
    yield People(database, SECRET)
    database.close()


def stored_people(people: People) -> dict[frozenset[str], dict[str, Any]]:
    """Return everybody in the database: identifiers and document."""

    def ask(connection: Connection) -> dict[frozenset[str], dict[str, Any]]:
        members: dict[bytes, set[str]] = {}
        for ref, person in connection.execute(select(schema.identifiers.c.ref, schema.identifiers.c.person)):
            members.setdefault(person, set()).add(ref)
        rows = people_table.get(connection, sorted(members))
        assert rows.keys() == members.keys()
        everybody = list(connection.execute(select(schema.people.c.id)).scalars())
        assert sorted(everybody) == sorted(members), "a person without identifiers stayed behind"
        return {frozenset(refs): rows[person].document for person, refs in members.items()}

    return people.database.read(ask)


def empty_all(people: People) -> None:
    def act(connection: Connection) -> None:
        for table in ("events", "identifiers", "links", "people", "tombstones"):
            connection.execute(delete(schema.metadata.tables[table]))

    people.database.transaction(act)


def event(message_id: str, at: int = 0, **fields: Any) -> Event:
    base: dict[str, Any] = {
        "type": "track", "name": "Product Viewed", "message_id": message_id, "timestamp": START + at * HOUR,
        "received_at": START + 100 * HOUR, "role": "shop", "vouched": fields.get("role", "shop") == "shop",
        "properties": {"product_id": "P1", "category": "đồ golf"},
    }  # fmt: skip
    return Event(**{**base, **fields})


def browser(message_id: str, at: int = 0, **fields: Any) -> Event:
    return event(message_id, at, role="browser", **fields)


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(arrival=arrivals())
def test_any_order_split_and_repetition_gives_the_people_and_profiles_of_the_sorted_fold(
    people: People, arrival: tuple[list[Event], list[list[Event]]]
) -> None:
    events, batches = arrival
    empty_all(people)
    outcomes = [outcome for batch in batches for outcome in people.ingest(batch)]

    assert outcomes.count("stored") == len({ownership.dedupe_key(each) for each in events})
    assert stored_people(people) == expected_people(events)


def test_a_retry_after_a_join_is_still_a_duplicate(people: People) -> None:
    first = browser("m1", 0, anonymous_id="a1")
    join = browser("m2", 1, anonymous_id="a1", user_id="u1", proven=True)
    assert people.ingest([first]) == ["stored"]
    assert people.ingest([join]) == ["stored"]
    assert people.ingest([first, join]) == ["duplicate", "duplicate"]
    assert list(stored_people(people)) == [frozenset({"anonymous:a1", "user:u1"})]


def test_a_later_user_of_the_same_browser_gets_only_the_events_that_carry_their_own_id(people: People) -> None:
    people.ingest([
        browser("m1", 0, anonymous_id="a1"),
        browser("m2", 1, anonymous_id="a1", user_id="u1", proven=True),
        browser("m3", 2, anonymous_id="a1", user_id="ลูกค้า2", proven=True),
        browser("m4", 3, anonymous_id="a1"),
    ])  # fmt: skip
    found = stored_people(people)
    assert found.keys() == {frozenset({"anonymous:a1", "user:u1"}), frozenset({"user:ลูกค้า2"})}
    counts = {refs: document_count(people, refs) for refs in found}
    assert counts == {frozenset({"anonymous:a1", "user:u1"}): 3, frozenset({"user:ลูกค้า2"}): 1}


def document_count(people: People, refs: frozenset[str]) -> int:
    found = people.events_of(min(refs))
    assert found is not None
    return len(found)


def test_a_browser_does_not_take_over_anothers_anonymous_id_by_telling_an_earlier_time(people: People) -> None:
    people.ingest([
        event("m1", 9, anonymous_id="a1", name="Membership Started", properties={"membership": "gym"}),
        event("m2", 9, anonymous_id="a1", user_id="u1"),
    ])  # fmt: skip
    people.ingest([browser("m0", 1, anonymous_id="a1", user_id="ลูกค้า2", proven=True, proven_since=START + 10 * HOUR)])
    assert stored_people(people).keys() == {frozenset({"anonymous:a1", "user:u1"}), frozenset({"user:ลูกค้า2"})}


def test_a_claim_joins_nothing(people: People) -> None:
    people.ingest([event("m1", 0, user_id="u1"), browser("m2", 1, anonymous_id="a1", user_id="u1")])
    assert stored_people(people).keys() == {frozenset({"user:u1"}), frozenset({"anonymous:a1"})}


def test_two_known_customers_are_not_joined_by_a_shared_phone(people: People) -> None:
    phone = ("phone:+84901234567",)
    people.ingest([event("m1", 0, user_id="u1", refs=phone), event("m2", 1, user_id="khách3", refs=phone)])
    assert stored_people(people).keys() == {frozenset({"user:u1", *phone}), frozenset({"user:khách3"})}


def test_a_phone_met_in_the_shop_first_joins_the_account_that_names_it_later(people: People) -> None:
    phone = ("phone:+84901234567",)
    people.ingest([event("m1", 0, refs=phone)])
    people.ingest([browser("m2", 1, anonymous_id="a1")])
    people.ingest([event("m3", 2, user_id="u1", refs=phone)])
    people.ingest([browser("m4", 3, anonymous_id="a1", user_id="u1", proven=True)])
    assert stored_people(people).keys() == {frozenset({"user:u1", "anonymous:a1", *phone})}
    assert document_count(people, frozenset(phone)) == 4


def test_a_late_earlier_proof_splits_what_was_joined_and_gives_back_exactly_what_was(people: People) -> None:
    people.ingest([browser("m1", 0, anonymous_id="a1"), event("m2", 0, user_id="u1"), event("m3", 0, user_id="khách3")])
    before = stored_people(people)
    people.ingest([browser("m4", 5, anonymous_id="a1", user_id="u1", proven=True)])
    assert frozenset({"anonymous:a1", "user:u1"}) in stored_people(people)
    late = browser("m5", 4, anonymous_id="a1", user_id="khách3", proven=True)
    people.ingest([late])
    after = stored_people(people)
    assert after.keys() == {frozenset({"anonymous:a1", "user:khách3"}), frozenset({"user:u1"})}
    assert after[frozenset({"user:u1"})] != before[frozenset({"user:u1"})]  # its own proof m4 stays with it
    assert document_count(people, frozenset({"user:u1"})) == 2


def test_the_stored_state_of_the_known_person_lives_on_through_a_join(people: People) -> None:
    people.ingest([event("m1", 0, user_id="u1"), event("m2", 1, user_id="u1"), browser("m3", 2, anonymous_id="a1")])
    known = people.read("user:u1")
    people.ingest([browser("m4", 3, anonymous_id="a1", user_id="u1", proven=True)])
    joined = people.read("anonymous:a1")
    assert known is not None and joined is not None
    assert joined.id == known.id
    assert joined.version > known.version
    assert people.read("user:u1") == joined


def test_a_reading_in_the_same_transaction_sees_the_events_it_came_with(people: People) -> None:
    outcomes, count = people.ingest_then(
        [browser("m1", 0, anonymous_id="a1")], "anonymous:a1", lambda state: None if state is None else state.version
    )
    assert (outcomes, count) == (["stored"], 1)


def test_a_failing_reader_keeps_nothing_and_does_not_stop_the_writer(people: People) -> None:
    def fail(state: object) -> None:
        raise LookupError("the reader failed")

    with pytest.raises(LookupError):
        people.ingest_then([event("m1", 0, user_id="u1")], "user:u1", fail)
    assert people.read("user:u1") is None
    assert people.ingest([event("m1", 0, user_id="u1")]) == ["stored"]


def test_the_same_message_from_a_browser_and_from_the_shop_are_two_events(people: People) -> None:
    from_shop = event("m1", 0, user_id="u1", anonymous_id="a1")
    from_page = browser("m1", 0, user_id="u1", anonymous_id="a1", proven=True)
    assert people.ingest([from_shop, from_page]) == ["stored", "stored"]


def test_an_event_comes_back_from_storage_as_it_went_in(people: People) -> None:
    sent = event(
        "m1", 0, user_id="u1", anonymous_id="ผู้เยี่ยมชม", refs=("email:lan@example.vn",),
        properties={"name": "Gậy golf số 7", "price": 1290000.5, "tags": ["mới", "ใหม่"]},
        context={"page": {"path": "/gậy"}}, sent={"sentAt": "2026-11-22T08:00:00Z"},
    )  # fmt: skip
    people.ingest([sent])
    assert people.events_of("email:lan@example.vn") == [sent]


def test_who_is_forgotten_leaves_nothing_and_stays_forgotten(people: People) -> None:
    phone = ("phone:+84901234567",)
    mine = [browser("m1", 0, anonymous_id="a1"), event("m2", 1, user_id="u1", anonymous_id="a1", refs=phone)]
    people.ingest([*mine, event("m3", 1, user_id="khách3")])

    assert people.forget("anonymous:a1", START + 50 * HOUR)

    assert stored_people(people).keys() == {frozenset({"user:khách3"})}
    assert people.read("user:u1") is None and people.events_of(phone[0]) is None
    assert people.ingest(mine) == ["forgotten", "forgotten"]
    assert people.ingest([event("m9", 49, refs=phone)]) == ["forgotten"]
    assert stored_people(people).keys() == {frozenset({"user:khách3"})}
    assert not people.forget("anonymous:a1", START + 50 * HOUR)


def test_a_forgotten_person_who_comes_back_later_starts_from_nothing(people: People) -> None:
    people.ingest([event("m1", 0, user_id="u1")])
    people.forget("user:u1", START + 50 * HOUR)
    assert people.ingest([event("m2", 51, user_id="u1")]) == ["stored"]
    assert document_count(people, frozenset({"user:u1"})) == 1


def test_a_retry_without_a_time_of_its_own_does_not_bring_back_the_forgotten(people: People) -> None:
    people.ingest([event("m1", 0, user_id="u1")])
    people.forget("user:u1", START + 50 * HOUR)
    assert people.ingest([event("m1", 60, user_id="u1")]) == ["forgotten"]


def test_a_refused_event_does_not_cost_its_neighbours(people: People) -> None:
    people.ingest([event("m1", 0, user_id="u1")])
    people.forget("user:u1", START + 50 * HOUR)
    batch = [event("m2", 0, user_id="u1"), event("m3", 0, user_id="khách3"), event("m3", 0, user_id="khách3")]
    assert people.ingest(batch) == ["forgotten", "stored", "duplicate"]


def test_no_forgotten_identifier_can_be_read_in_the_database(people: People) -> None:
    people.ingest([event("secret-message", 0, user_id="canary-user", refs=("email:canary@example.vn",))])
    people.forget("user:canary-user", START + 50 * HOUR)
    left = people.database.read(
        lambda connection: [
            value
            for table in schema.metadata.sorted_tables
            for row in connection.execute(select(table))
            for value in row
        ]
    )
    assert left and not any("canary" in str(value) or "secret-message" in str(value) for value in left)
    if people.database.dialect == "sqlite":
        path = Path(people.database.url.removeprefix("sqlite:///"))
        files = [each.read_bytes() for each in path.parent.glob(f"{path.name}*")]
        assert len(files) > 1 and not any(b"canary" in each or b"secret-message" in each for each in files)


def test_rebuild_finds_nothing_to_correct_in_what_was_folded_live(people: People) -> None:
    people.ingest([event("m1", 5, user_id="u1"), event("m2", 1, user_id="u1"), browser("m3", 0, anonymous_id="a1")])
    report = people.rebuild()
    assert (report.people, report.events, report.corrected, report.outdated) == (2, 3, 0, 0)


def test_rebuild_corrects_a_document_that_is_not_the_fold_of_its_events(people: People) -> None:
    people.ingest([event("m1", 5, user_id="u1")])
    right = stored_people(people)

    def spoil(connection: Connection) -> None:
        state = people_table.read(connection, "user:u1")
        assert state is not None
        row = people_table.get(connection, [state.id])[state.id]
        row.document = {**row.document, "spoiled": True}
        people_table.replace(connection, [row])

    people.database.transaction(spoil)
    assert stored_people(people) != right
    assert people.rebuild().corrected == 1
    assert stored_people(people) == right


def test_a_document_of_an_older_fold_is_folded_anew_when_its_next_event_comes(people: People) -> None:
    people.ingest([event("m1", 5, user_id="u1")])

    def age(connection: Connection) -> None:
        state = people_table.read(connection, "user:u1")
        assert state is not None
        row = people_table.get(connection, [state.id])[state.id]
        row.document, row.fold_version = {}, -1
        people_table.replace(connection, [row])

    people.database.transaction(age)
    people.ingest([event("m2", 6, user_id="u1")])
    assert stored_people(people) == expected_people([event("m1", 5, user_id="u1"), event("m2", 6, user_id="u1")])


def test_events_are_stored_once_however_many_of_them_come_in_one_batch(people: People) -> None:
    many: Sequence[Event] = [
        event(f"m{number % 700}", number % 50, user_id=f"u{number % 90}") for number in range(1400)
    ]
    outcomes = people.ingest(many)
    stored = people.database.read(event_table.count)
    assert outcomes.count("stored") == stored
    assert outcomes.count("stored") + outcomes.count("duplicate") == 1400


@settings(max_examples=15, suppress_health_check=list(HealthCheck))
@given(arrival=arrivals(8))
@example(arrival=([], [[]]))
def test_the_identifier_that_was_received_first_is_the_seed(
    people: People, arrival: tuple[list[Event], list[list[Event]]]
) -> None:
    empty_all(people)
    first_seen: dict[str, int] = {}
    for number, batch in enumerate(arrival[1]):
        received = [replace(each, received_at=START + (20 + number) * HOUR) for each in batch]
        people.ingest(received)
        for each in received:
            for ref in ownership.identifiers(ownership.owner(each), ownership.proofs(each)):
                first_seen.setdefault(ref, number)
    for refs in stored_people(people):
        state = people.read(min(refs))
        assert state is not None
        assert state.seed == min(refs, key=lambda ref: (first_seen[ref], ref))


def test_requests_of_one_commit_each_get_their_own_verdicts_and_person(people: People) -> None:
    """Their events are folded in one call; each answer is of its own events, and sees them all."""
    busy, go_on = threading.Event(), threading.Event()
    holder = threading.Thread(target=people.writer.run, args=(lambda _: (busy.set(), go_on.wait(10)),))
    holder.start()
    assert busy.wait(10)
    first, second = event("m1", anonymous_id="khách-1"), event("m2", anonymous_id="ลูกค้า-2")
    answers: dict[str, Any] = {}
    asks: dict[str, Callable[[], Any]] = {
        "one": lambda: people.ingest([first]),
        "then": lambda: people.ingest_then([second, first], "anonymous:ลูกค้า-2", lambda person: person and person.seed),
        "none": lambda: people.ingest_then([], "anonymous:nobody", lambda person: person),
        "again": lambda: people.ingest([second, second]),
    }

    def ask(name: str) -> None:
        answers[name] = asks[name]()

    threads = []
    for place, name in enumerate(asks):
        threads.append(threading.Thread(target=ask, args=(name,)))
        threads[-1].start()
        while people.writer.waiting <= place:
            assert threads[-1].is_alive()
    go_on.set()
    for thread in (holder, *threads):
        thread.join(20)
    assert answers == {
        "one": ["stored"],
        "then": (["stored", "duplicate"], "anonymous:ลูกค้า-2"),
        "none": ([], None),
        "again": ["duplicate", "duplicate"],
    }
