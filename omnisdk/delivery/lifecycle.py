"""Fork and exit of the process, told to everything of ours that owns threads, locks or connections."""

from __future__ import annotations

import atexit
import os
import sys
import threading
from collections.abc import Callable
from typing import Any, Protocol
from weakref import WeakSet

from omnisdk import safety


class Resident(Protocol):
    """Something that owns threads, locks or connections."""

    def after_fork(self) -> None:
        """Begin anew in the child: new locks, no thread, no connection, nothing of what the parent was doing."""

    def at_exit(self) -> None:
        """Finish, in bounded time, while the interpreter still works."""


_residents: WeakSet[Any] = WeakSet()
_pid = os.getpid()
exiting = False  # the exit of the program has begun: nobody will wait for a background thread any more


def register(resident: Resident) -> None:
    """Tell `resident` of forks and of the exit for as long as it lives."""
    _residents.add(resident)


def after_fork() -> None:
    """Begin anew in a child process; once per process, however it was forked."""
    global _pid, exiting
    if _pid == os.getpid():
        return
    _pid = os.getpid()
    exiting = False
    for resident in list(_residents):
        with safety.guard("fork"):
            resident.after_fork()


def check_fork() -> None:
    """Notice a fork that did not run Python's hooks. Costs 0.1 µs."""
    if _pid != os.getpid():
        after_fork()


def start_daemon(work: Callable[[], None], name: str) -> threading.Thread | None:
    """Return a started daemon thread, or None where none can be: at shutdown, at the limit, in uWSGI without threads."""
    uwsgi = sys.modules.get("uwsgi")
    if uwsgi is not None and not _uwsgi_has_threads(uwsgi):
        return None

    def guarded() -> None:
        with safety.guard(name):
            work()

    thread = threading.Thread(target=guarded, name=name, daemon=True)
    try:
        thread.start()
    except RuntimeError:  # "can't start new thread at interpreter shutdown"
        return None
    return thread


def _uwsgi_has_threads(uwsgi: Any) -> bool:
    # Without these options uWSGI starts no interpreter lock, and a thread is made but never runs.
    options = getattr(uwsgi, "opt", {})
    return any(options.get(name) not in (None, False, b"false", "false", "0", b"0") for name in _UWSGI_THREADS)


_UWSGI_THREADS = ("enable-threads", "threads", b"enable-threads", b"threads")


def _at_exit() -> None:
    global exiting
    exiting = True
    for resident in list(_residents):
        with safety.guard("exit"):
            resident.at_exit()


os.register_at_fork(after_in_child=after_fork)
atexit.register(_at_exit)
