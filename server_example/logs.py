"""No personal data in logs, at any level.

The first line is not to log values: messages name places, types and counts. This is the second: what looks like an
e-mail address, a phone or card number, a token, a key, or a reference to a person is masked in whatever is logged
all the same, tracebacks included. Our loggers do it themselves, so it also holds inside a shop's own app; the handlers
of `omnisdk serve` do it for every library.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from typing import Any

MASK = "‹hidden›"

# Every logger of this project, by name: a filter of a logger does not see what its children log.
NAMES = ("omnisdk", "omnisdk.rules", "omnisdk.server", "omnisdk.storage", "omnisdk.writer")

# What SQLAlchemy logs of our statements' rows is people. It takes this name for ours alone (storage/database.py).
STATEMENTS = "sqlalchemy.engine.Engine.omnisdk"

MOST_KEPT = 16 * 1024  # characters of one text; the rest is cut, so that masking it takes a bounded time
CUT = "‹cut›"
_LAST = 4 * 1024  # of these the last lines are kept, which in a traceback say what went wrong
_MARGIN = 1024  # read beyond the end that is kept, so that nothing personal is cut into what no pattern knows

# Takes time in proportion to the text: what may be long begins only where nothing of its kind can have begun before, or
# is bounded, and takes what it took for good (possessive quantifiers).
_PERSONAL = re.compile(
    r"""
      (?P<reference> \b (?: user | anonymous | email | phone | card ) (?: : | %3A ) ) [^\s"'<>,;)\]}]++
    | (?P<login> :// [^\s/:@]*+ : ) [^\s/@]++ (?= @ )
    # An e-mail address: from the beginning of what may be its local part, or glued to a number.
    | (?: (?<! IN_TOKEN ) (?: NO_PERCENT ++ | % (?! 40 ) )++ | (?<= \d ) (?: NO_PERCENT | % (?! 40 ) ){1,64}+ )
      (?: @ | %40 ) (?: IN_TOKEN {1,255} \. \w+ | (?<= @ ) IN_TOKEN + \. \w+ )
    | \b eyJ [\w-]{1,2000}+ \. [\w-]++ (?: \. [\w-]*+ )?                           # a JWT
    | \b (?: wk | sk ) _ [\w-]{6,}+
    | (?<! [\w.] ) (?: \+ | %2B | 0 ) \(? \d (?: [ .()-]{0,2} \d ){7,13}           # a phone number
    | (?<! \w ) \d{4} (?: [ -] \d{4} ){2,4} \d*                                    # a card number in groups
    | (?<! \w ) \d{9,}+ (?! \w )
    """.replace("IN_TOKEN", r"""[^\s@"'<>(),;:=\[\]{}/?&]""").replace("NO_PERCENT", r"""[^\s@"'<>(),;:=\[\]{}/?&%]"""),
    re.VERBOSE,
)
_SHORTEST_KEY = 8

_keys: set[str] = set()
_formatter = logging.Formatter()


def guard(keys: Iterable[str] = ()) -> None:
    """Let our loggers mask from now on, and mask `keys` too, whatever they look like. May be called again."""
    _keys.update(key for key in keys if len(key) >= _SHORTEST_KEY)
    for name in NAMES:
        logger = logging.getLogger(name)
        if _masking not in logger.filters:
            logger.addFilter(_masking)
    logging.getLogger(STATEMENTS).setLevel(logging.WARNING)


def masked(text: str) -> str:
    """Return `text` with everything in it masked that may be of a person, or a key.

    Of a text longer than MOST_KEPT characters its beginning and its last lines are left.
    """
    if len(text) <= MOST_KEPT:
        return _masked(text)
    last = text[-_LAST:]
    line = last.find("\n")  # nothing that is masked goes over the end of a line
    last = last[line:] if line >= 0 else ""
    return _masked_beginning(text[: MOST_KEPT - len(last) + _MARGIN]) + CUT + _masked(last)


def _masked(text: str) -> str:
    return _PERSONAL.sub(lambda found: (found["reference"] or found["login"] or "") + MASK, _without_keys(text))


def _masked_beginning(text: str) -> str:
    """Return `text` masked, without its last characters, in which something personal may have been cut."""
    text = _without_keys(text)
    end = len(text) - _MARGIN
    reaching_over = (found.start() for found in _PERSONAL.finditer(text) if found.end() >= end)
    return _masked(text[: min(end, next(reaching_over, end))])


def _without_keys(text: str) -> str:
    for key in _keys:
        text = text.replace(key, MASK)
    return text


class Masking(logging.Filter):
    """Masks message, arguments and traceback of each record; lets every record pass."""

    def filter(self, record: logging.LogRecord) -> bool:
        try:
            message = record.getMessage()
        except Exception:  # the handler would print the arguments as they are
            message = f"a message of {record.name} that could not be made"
        record.msg, record.args = masked(message), None
        if record.exc_info:
            record.exc_text, record.exc_info = _formatter.formatException(record.exc_info), None
        if record.exc_text:
            record.exc_text = masked(record.exc_text)
        if record.stack_info:
            record.stack_info = masked(record.stack_info)
        return True


_masking = Masking()


def settings(level: str) -> dict[str, Any]:
    """Return the logging of `omnisdk serve`, for `logging.config.dictConfig`: one line each, to standard error.

    Above DEBUG only we say what goes well; libraries only what does not.
    """
    of_libraries = level if level in ("DEBUG", "ERROR") else "WARNING"
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"masking": {"()": Masking}},
        "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "filters": ["masking"],
                "formatter": "line",
                "stream": "ext://sys.stderr",
            }
        },
        "loggers": {
            "omnisdk": {"handlers": ["stderr"], "level": level, "propagate": False},
            "_granian": {
                "handlers": ["stderr"],
                "level": "DEBUG" if level == "DEBUG" else "ERROR",
                "propagate": False,
            },
            STATEMENTS: {"level": "WARNING"},
        },
        "root": {"handlers": ["stderr"], "level": of_libraries},
    }
