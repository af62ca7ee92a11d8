"""Claim files of any kind into tables of lines, one block at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from modwise.claims import schema

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class SetAside:
    """A claim (or the rest of a file) that could not be read and was left out of the check."""

    file: str
    position: int
    claim: str
    why: str

    def as_dict(self) -> dict[str, object]:
        """As the JSON has it."""
        return {"file": self.file, "position": self.position, "claim": self.claim, "why": self.why}


@dataclass
class ReadLog:
    """What was read: counts, and what was set aside."""

    files: list[str] = field(default_factory=list)
    claims: int = 0
    lines: int = 0
    set_aside: list[SetAside] = field(default_factory=list)

    def as_dict(self) -> dict[str, object]:
        """As the JSON has it."""
        return {
            "files": self.files,
            "claims": self.claims,
            "lines": self.lines,
            "set_aside": [item.as_dict() for item in self.set_aside],
        }


def read(
    paths: Sequence[str | Path],
    *,
    columns: Sequence[str] = tuple(schema.COLUMNS),
    keep_going: bool = False,
    progress: Progress | None = None,
    log: ReadLog | None = None,
) -> Iterator[pl.DataFrame]:
    """Tables of lines (whole claims each), from 837 files, CSV or Parquet; "-" is standard input.

    Raises X12Error or InputError at the first broken place; with `keep_going` the broken claim is set aside in the log and the
    rest is read. `progress` is called with (bytes read, bytes in all; 0 = not known).
    """
    from modwise.claims import sources

    log = log if log is not None else ReadLog()
    for path in paths:
        log.files.append(str(path))
        for frame in sources.open_source(path, columns=columns, keep_going=keep_going, progress=progress, log=log):
            log.lines += frame.height
            yield frame
