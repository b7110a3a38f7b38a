"""A file to import as lines of bytes: unpacked, counted, and checked to be the same when an import goes on."""

from __future__ import annotations

import codecs
import gzip
import io
import sys
import zlib
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from server_example.services.importing.faults import FileRefused

LONGEST_LINE = 1024 * 1024  # bytes; an event may have 32 KB. A longer line is passed over without being held
STANDARD_INPUT = Path("-")

BOM = b"\xef\xbb\xbf"

_BLOCK = 64 * 1024
_KNOWN = {
    b"PK\x03\x04": "a zip file or an Excel workbook; save it as “CSV UTF-8”, or unpack it",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook; save it as “CSV UTF-8”",
    b"PAR1": "a Parquet file; JSON lines and CSV are read",
    b"%PDF": "a PDF; JSON lines and CSV are read",
}


class Source:
    """One file, or standard input. `offset` counts the bytes of the lines given out, unpacked and, from UTF-16, as UTF-8.

    `identity` is the same for the same content: a hash of its size and its first and last block (of standard input:
    of its first line, so there it is set once a line was read).
    """

    def __init__(self, path: Path, encoding: str = "utf-8") -> None:
        """Open the file. Raises FileRefused."""
        self.path = path
        self.name = "standard input" if path == STANDARD_INPUT else str(path)
        self.rewindable = path != STANDARD_INPUT
        self.size: int | None = None
        self.identity = ""
        self.wide = False  # UTF-16: by what `encoding` says, or by its first two bytes
        self._encoding = encoding
        self._file: BinaryIO | None = None
        if self.rewindable:
            try:
                with path.open("rb") as file:
                    self.identity, self.size = _identity(file)
            except OSError as error:
                raise FileRefused(f"{path}: {error.strerror or error}") from error
        self.rewind()

    def rewind(self) -> None:
        """Begin again at the first line."""
        self.close()
        self._file = sys.stdin.buffer if self.path == STANDARD_INPUT else self.path.open("rb")
        try:
            self._lines = self._opened(self._file)
        except FileRefused:
            self.close()
            raise
        self.offset = 0
        self.line = 0  # the number of the line given out last
        self._digest = blake2b(digest_size=16)
        self._pending = bytearray()  # given out and not yet settled
        self._settled = 0

    @property
    def position(self) -> int:
        """How far the file on disk is read, in its own bytes: what a progress bar shows."""
        return self._file.tell() if self._file is not None and self.rewindable else self.offset

    def __iter__(self) -> Iterator[bytes]:
        """Yield line after line with its end. One that is too long comes cut, without an end. Raises FileRefused."""
        lines = self._lines
        while True:
            try:
                line = lines.readline(LONGEST_LINE)
                if not line:
                    return
                self._count(line)
                if len(line) == LONGEST_LINE and not line.endswith(b"\n"):
                    while (rest := lines.readline(_BLOCK)) and self._count(rest) and not rest.endswith(b"\n"):
                        pass
            except (EOFError, zlib.error, gzip.BadGzipFile) as error:
                raise FileRefused(f"{self.name}: after line {self.line:,} the gzip file is broken ({error})") from error
            except OSError as error:
                raise FileRefused(f"{self.name}: {error.strerror or error}") from error
            self.line += 1
            if not self.identity:
                self.identity = blake2b(line, digest_size=16).hexdigest()
            yield line

    def settle(self, offset: int) -> str:
        """Return the digest of everything up to `offset`, to be compared when an import goes on from there."""
        size = offset - self._settled
        self._digest.update(self._pending[:size])
        del self._pending[:size]
        self._settled = offset
        return self._digest.hexdigest()

    def skip(self, offset: int, line: int, digest: str) -> bool:
        """Go on after `offset`, where `line` lines were given out; return False when what stands before has changed.

        Then, and only then, the source has to be rewound.
        """
        try:
            while self.offset < offset:
                block = self._lines.read(min(_BLOCK, offset - self.offset))
                if not block:
                    return False
                self._count(block)
                self.settle(self.offset)
        except (EOFError, OSError, zlib.error):
            return False
        self.line = line
        return self.offset == offset and self.settle(offset) == digest

    def close(self) -> None:
        if self._file is not None and self.rewindable:
            self._file.close()

    def __enter__(self) -> Source:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _count(self, read: bytes) -> int:
        self._pending += read
        self.offset += len(read)
        return len(read)

    def _opened(self, file: BinaryIO) -> io.BufferedReader:
        reader = file if isinstance(file, io.BufferedReader) else io.BufferedReader(_Raw(file))
        start = reader.peek(4)[:4]
        for magic, what in _KNOWN.items():
            if start.startswith(magic):
                raise FileRefused(f"{self.name}: this is {what}")
        if start.startswith(b"\x1f\x8b"):
            reader = io.BufferedReader(gzip.GzipFile(fileobj=reader), _BLOCK)
        marked = reader.peek(2)[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
        self.wide = marked or self._encoding.startswith("utf-16")  # there a line is not found by the byte of its end
        if self.wide:
            reader = io.BufferedReader(_Utf8(reader, "utf-16" if marked else self._encoding), _BLOCK)
        return reader


class _Raw(io.RawIOBase):
    """Any binary stream (standard input may be one that was replaced) under a buffer that can be peeked into."""

    def __init__(self, file: BinaryIO) -> None:
        self._from = file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # typeshed: any writable buffer
        data = self._from.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


class _Utf8(io.RawIOBase):
    """Text of another encoding as UTF-8; what is no text in it becomes U+FFFD."""

    def __init__(self, file: io.BufferedReader, encoding: str) -> None:
        self._from = file
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self._ready = b""
        self._ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # typeshed: any writable buffer
        while not self._ready and not self._ended:
            block = self._from.read(_BLOCK)
            self._ended = not block
            self._ready = self._decoder.decode(block, final=self._ended).encode("utf-8", "replace")
        size = min(len(buffer), len(self._ready))
        buffer[:size] = self._ready[:size]
        self._ready = self._ready[size:]
        return size


def _identity(file: BinaryIO) -> tuple[str, int]:
    first = file.read(_BLOCK)
    size = file.seek(0, io.SEEK_END)
    file.seek(max(0, size - _BLOCK))
    told = blake2b(first, digest_size=16)
    told.update(file.read(_BLOCK) + size.to_bytes(8, "big"))
    return told.hexdigest(), size
