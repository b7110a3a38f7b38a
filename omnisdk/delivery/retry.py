"""What to do after an attempt to send, and when. Pure: the clock and the randomness are passed in."""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from enum import Enum, auto

FIRST_DELAY_SECONDS = 0.5
LONGEST_DELAY_SECONDS = 60.0
LONGEST_RETRY_AFTER_SECONDS = 3600.0
REFUSED_KEY_PAUSE_SECONDS = 60.0
GIVE_UP_SECONDS = 24 * 3600.0

NO_ANSWER = 0  # the status of an attempt that got none: refused, reset, timed out, cut short


class Step(Enum):
    """What to do with a batch after an attempt."""

    DONE = auto()  # acknowledged: count its verdicts
    RETRY = auto()  # the same again, later
    PAUSE = auto()  # the key is refused: somebody has to act, so ask rarely and say so
    SPLIT = auto()  # too large for the server: send halves
    DROP = auto()  # refused for good


def next_step(status: int, readable: bool) -> Step:
    """Return what follows from `status`; `readable` says whether the body was a JSON object.

    Only 200 with a JSON object is an acknowledgement: another 2xx, a redirect or a page of HTML came from something
    between us and the server, and the events may not have arrived.
    """
    if status == 200 and readable:
        return Step.DONE
    if status in (401, 403):
        return Step.PAUSE
    if status == 413:
        return Step.SPLIT
    if status in (408, 425, 429) or status < 400:
        return Step.RETRY
    if status >= 500 and status not in (501, 505):
        return Step.RETRY
    return Step.DROP


def delay_seconds(attempt: int, retry_after_seconds: float | None, random: float) -> float:
    """Return how long to wait after failed attempt number `attempt` (0 is the first), in seconds.

    Full jitter: any time up to 0.5 s, doubling with each attempt up to 60 s, so that programs which failed together
    do not come back together; `random` is in [0, 1). A Retry-After of the server is a minimum.
    Source: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
    """
    longest = min(LONGEST_DELAY_SECONDS, FIRST_DELAY_SECONDS * 2.0 ** min(attempt, 16))
    return max(longest * random, retry_after_seconds or 0.0)


def retry_after_seconds(text: str | None, now: int) -> float | None:
    """Return the seconds a Retry-After header asks for, or None without a readable one; at most one hour.

    It holds whole seconds or an HTTP date; `now` is microseconds since the epoch. Source: RFC 9110, 10.2.3.
    """
    if not text:
        return None
    text = text.strip()
    if text.isascii() and text.isdigit():
        seconds = float(text[:12])
    else:
        try:
            seconds = parsedate_to_datetime(text).timestamp() - now / 1_000_000
        except (ValueError, OverflowError):
            return None
    return min(max(seconds, 0.0), LONGEST_RETRY_AFTER_SECONDS)
