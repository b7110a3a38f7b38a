"""The writer: requests that wait at the same moment share one transaction, and none costs another its answer."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from sqlalchemy import Connection, text

from server_example.services import writer as module
from server_example.services.writer import Writer
from server_example.storage.database import Database, StorageUnavailable


@pytest.fixture
def writer(database_url: str) -> Iterator[Writer]:
    database = Database.open(database_url)
    database.transaction(lambda connection: connection.execute(text("CREATE TABLE notes (said TEXT PRIMARY KEY)")))
    yield Writer(database)
    database.close()


class Note:
    """Work that is done together: each call of `run_all` tells how many it was given."""

    weight = 1
    calls: list[int]

    def __init__(self, said: str) -> None:
        self.said = said

    @classmethod
    def run_all(cls, connection: Connection, works: Sequence[Note]) -> list[str]:
        cls.calls.append(len(works))
        connection.execute(text("INSERT INTO notes VALUES (:said)"), [{"said": work.said} for work in works])
        return [f"noted {work.said}" for work in works]


def together(writer: Writer, asks: Sequence[Callable[[], Any]]) -> list[Any]:
    """Ask all at once, while the writer is busy with something else; return answers and errors in order."""
    busy, go_on = threading.Event(), threading.Event()
    answers: list[Any] = [None] * len(asks)

    def hold(_: Connection) -> None:
        busy.set()
        go_on.wait(10)

    def ask(place: int) -> None:
        try:
            answers[place] = asks[place]()
        except Exception as error:
            answers[place] = error

    holder = threading.Thread(target=writer.run, args=(hold,))
    holder.start()
    assert busy.wait(10)
    threads = []
    for place in range(len(asks)):
        threads.append(threading.Thread(target=ask, args=(place,)))
        threads[-1].start()
        while writer.waiting <= place and threads[-1].is_alive():
            time.sleep(0.001)
    go_on.set()
    for thread in (holder, *threads):
        thread.join(20)
        assert not thread.is_alive()
    return answers


def said(writer: Writer) -> set[str]:
    return set(writer.database.read(lambda connection: connection.execute(text("SELECT said FROM notes")).scalars()))


def test_requests_of_one_commit_are_done_together_and_each_gets_its_own_answer(writer: Writer) -> None:
    Note.calls = []
    words = [f"ghi chú {number}" for number in range(40)]
    answers = together(writer, [lambda word=word: writer.do(Note(word)) for word in words])  # type: ignore[misc]  # mypy does not see the default
    assert answers == [f"noted {word}" for word in words]
    assert Note.calls == [40]
    assert said(writer) == set(words)


def test_one_that_fails_is_told_so_and_the_others_are_kept(writer: Writer) -> None:
    Note.calls = []

    def fails(_: Connection) -> None:
        raise ZeroDivisionError

    answers = together(
        writer, [lambda: writer.do(Note("trước")), lambda: writer.run(fails), lambda: writer.do(Note("ก่อน"))]
    )
    assert (answers[0], answers[2]) == ("noted trước", "noted ก่อน")
    assert isinstance(answers[1], ZeroDivisionError)
    assert said(writer) == {"trước", "ก่อน"}


def test_who_gave_up_waiting_holds_up_nobody_after_it(writer: Writer) -> None:
    """Each of a commit wakes the next; one that is gone is passed over."""
    Note.calls = []

    def slow(_: Connection) -> str:
        time.sleep(0.5)
        return "slow"

    asks = [lambda: writer.run(slow)]
    asks += [lambda word=word: writer.do(Note(word), seconds=0.05) for word in ("một", "hai")]  # type: ignore[misc]  # as above
    answers = together(writer, [*asks, lambda: writer.do(Note("ba"))])
    assert answers[0] == "slow"
    assert all(isinstance(answer, StorageUnavailable) for answer in answers[1:3])
    assert answers[3] == "noted ba"
    assert said(writer) == {"một", "hai", "ba"}, "who gives up is not told, and may send the same again"


def test_when_too_many_wait_the_next_is_told_at_once(writer: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    Note.calls = []
    monkeypatch.setattr(module, "QUEUE_LIMIT", 2)
    answers = together(
        writer, [lambda: writer.do(Note("a")), lambda: writer.do(Note("b")), lambda: writer.do(Note("c"))]
    )
    assert answers[:2] == ["noted a", "noted b"]
    assert isinstance(answers[2], StorageUnavailable)
