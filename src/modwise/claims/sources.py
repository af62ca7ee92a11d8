"""Opens one claim file and gives its lines, whatever its kind: told by content, not by name."""

from __future__ import annotations

import gzip
import io
import sys
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

import polars as pl

from modwise.claims import json_lines, tabular, x12_claims
from modwise.claims.payers import with_payers
from modwise.claims.reading import Progress, ReadLog
from modwise.errors import InputError
from modwise.knowledge.corpus import corpus
from modwise.x12 import kernels

if TYPE_CHECKING:
    from typing_extensions import Buffer

PEEK = 4096
STDIN = "-"
_GZIP = b"\x1f\x8b"
_PARQUET = b"PAR1"


class _Counted:
    """A stream that says how much of it was read."""

    def __init__(self, stream: BinaryIO, head: bytes, total: int, progress: Progress | None) -> None:
        self.stream = stream
        self.head = head
        self.total = total
        self.progress = progress
        self.done = 0

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes, the peeked ones first."""
        data = self.head or self.stream.read(size)
        self.head = b""
        self._tell(len(data))
        return data

    def readinto(self, buffer: memoryview) -> int:
        """Fills the buffer, the peeked bytes first, and returns how many bytes that were; 0 at the end."""
        if self.head:
            count = min(len(self.head), len(buffer))
            buffer[:count], self.head = self.head[:count], self.head[count:]
        else:
            count = self.stream.readinto(buffer)  # type: ignore[attr-defined]
        self._tell(count)
        return count

    def _tell(self, count: int) -> None:
        self.done += count
        if self.progress is not None:
            self.progress(self.done, self.total)


class _Again(io.RawIOBase):
    """A stream whose first bytes were read already."""

    def __init__(self, head: bytes, stream: BinaryIO) -> None:
        self.head = head
        self.stream = stream

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: Buffer) -> int:
        """Fills the buffer, the bytes already read first; 0 at the end."""
        view = memoryview(buffer)
        data = self.head[: len(view)] if self.head else self.stream.read(len(view))
        self.head = self.head[len(data) :] if self.head else b""
        view[: len(data)] = data
        return len(data)


def open_source(
    path: str | Path, *, columns: Sequence[str], keep_going: bool, progress: Progress | None, log: ReadLog
) -> Iterator[pl.DataFrame]:
    """The lines of one file. Raises InputError when it cannot be opened or is of no kind that is read."""
    with opened(str(path), progress) as (stream, head):
        yield from _lines(stream, head, str(path), columns, keep_going, log)


@contextmanager
def opened(name: str, progress: Progress | None) -> Iterator[tuple[BinaryIO, bytes]]:
    """A file's stream, unpacked where it is gzip, and its first bytes; "-" is standard input. Raises InputError when it cannot be read."""
    try:
        with _open(name) as stream:
            head = stream.read(PEEK)
            total = 0 if name == STDIN else Path(name).stat().st_size
            if head.startswith(_GZIP):
                # A pipe cannot be wound back, so the peeked bytes are given again.
                packed = cast("BinaryIO", io.BufferedReader(_Again(head, stream)))
                with gzip.open(packed) as unpacked:
                    plain = cast("BinaryIO", unpacked)
                    start = plain.read(PEEK)
                    yield cast("BinaryIO", _Counted(plain, start, 0, progress)), start
            else:
                kernels.choose(total)
                yield cast("BinaryIO", _Counted(stream, head, total, progress)), head
    except FileNotFoundError:
        raise InputError("there is no such file", where=name, hint="Check the path.", code="no-such-file") from None
    except IsADirectoryError:
        raise InputError("this is a folder", where=name, hint="Name the files in it.", code="not-a-file") from None
    except PermissionError:
        raise InputError("this file may not be read", where=name, hint="Check its permissions.", code="not-readable") from None
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise InputError("the gzip file is damaged or cut short", where=name, hint="Get it again.", code="bad-gzip") from None


def _open(name: str) -> BinaryIO:
    if name == STDIN:
        return sys.stdin.buffer
    return Path(name).open("rb")


def _lines(
    stream: BinaryIO, head: bytes, name: str, columns: Sequence[str], keep_going: bool, log: ReadLog
) -> Iterator[pl.DataFrame]:
    start = head.lstrip(b" \t\r\n\x00\xef\xbb\xbf")
    if head.startswith(_PARQUET):
        frames = tabular.read_parquet(stream.read() + stream.read(), name, columns, keep_going=keep_going, log=log)
    elif start.startswith(b"ISA") or not start:
        frames = x12_claims.read(stream, name, columns, keep_going=keep_going, log=log)
    elif tabular.looks_like_csv(start):
        frames = tabular.read_csv(stream.read() + stream.read(), name, columns, keep_going=keep_going, log=log)
    elif json_lines.looks_like_json(start):
        frames = tabular.read_json_lines(stream.read() + stream.read(), name, columns, keep_going=keep_going, log=log)
    else:
        raise InputError(
            "this is neither X12 (it does not begin with ISA) nor a CSV, Parquet or JSON-lines file of claim lines",
            where=name,
            hint="See docs/lines-frame.md for the columns of a table.",
            code="unknown-format",
        )
    for frame in frames:
        yield with_payers(frame, corpus()) if "payer" in columns else frame
