"""A ruleset's files as texts: read from disk once, then passed between processes and hosts as values."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from omnisdk.rules.files.tree import LARGEST_FILE

PACKAGED = Path(__file__).parent.parent  # holds groups/, where an include of groups/… is looked for last
MOST_FILES = 50


@dataclass(frozen=True, slots=True)
class Source:
    """The texts of one ruleset, the main file first.

    `files` holds (name, text) pairs: the main file by its own name, the included ones by their path from the main
    file's folder, with ``/``. A text is what the file holds, decoded; unreadable bytes stand in it as U+FFFD.
    """

    files: tuple[tuple[str, str], ...]

    @property
    def hash(self) -> str:
        """64 hex digits that are equal exactly when the contents are; the main file's own name does not count."""
        digest = hashlib.sha256()
        for position, (name, text) in enumerate(self.files):
            for part in ("" if position == 0 else name, text):
                raw = part.encode("utf-8", "surrogatepass")
                digest.update(len(raw).to_bytes(8, "big") + raw)
        return digest.hexdigest()

    def text(self, name: str) -> str | None:
        """Return the text of the file `name`, or None where the source has none."""
        return next((text for known, text in self.files if known == name), None)

    def to_json(self) -> str:
        """Return the source as JSON: a list of [name, text] pairs."""
        return json.dumps(self.files)

    @classmethod
    def from_json(cls, text: str) -> Source:
        """Return the source that `to_json` wrote. Raises ValueError when `text` is something else."""
        pairs = json.loads(text)
        if not isinstance(pairs, list) or not all(
            isinstance(pair, list) and len(pair) == 2 and all(isinstance(part, str) for part in pair) for pair in pairs
        ):
            raise ValueError("a source is a JSON list of [name, text] pairs")
        return cls(tuple((name, text) for name, text in pairs))


def included_name(including: str, written: str, main: str) -> str | None:
    """Return the name in a `Source` of the file that `including` names as `written`; None if it leaves the folder.

    Paths are relative to the including file. The main file's folder is the border.
    """
    path = PurePosixPath(written)
    if not written.strip() or path.is_absolute() or "\\" in written or ":" in written or "\0" in written:
        return None
    folder = () if including == main else PurePosixPath(including).parent.parts
    parts: list[str] = []
    for part in (*folder, *path.parts):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts) or None


def gather(path: Path, includes_of: Callable[[str, str], Iterable[str]]) -> Source:
    """Return the main file at `path` with every file it includes. Raises OSError when the main file cannot be read.

    `includes_of(name, text)` says which files a text asks for. Files that are missing or outside the folder are left
    out; reading the source then names the line that asks for them.
    """
    main = path.name
    found: dict[str, str] = {main: _decoded(path)}
    waiting = [main]
    while waiting and len(found) < MOST_FILES:
        including = waiting.pop(0)
        for written in includes_of(including, found[including]):
            name = included_name(including, written, main)
            if name is None or name in found:
                continue
            text = _included(path.parent, name)
            if text is not None:
                found[name] = text
                waiting.append(name)
    return Source(tuple(found.items()))


def _included(folder: Path, name: str) -> str | None:
    candidates = [(folder, folder / name)]
    if name.startswith("groups/"):
        candidates.append((PACKAGED, PACKAGED / name))
    for border, candidate in candidates:
        try:
            # A link may not lead out of the folder either.
            if candidate.is_file() and candidate.resolve().is_relative_to(border.resolve()):
                return _decoded(candidate)
        except (OSError, ValueError):
            continue
    return None


def _decoded(path: Path) -> str:
    with path.open("rb") as file:
        raw = file.read(LARGEST_FILE + 4)  # one byte more would do to see that it is too large; a character has four
    return raw.decode("utf-8", "replace")
