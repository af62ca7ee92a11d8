"""Folders of one upload or job each, inside the data folder: made for their owner alone, cleared when they are old.

A folder is named by a random number. What the user called a file stands only in the folder's own record, never in a path.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from modwise.errors import UsageError
from modwise.home import data_home

Json = dict[str, Any]

ROOM = "work"
RECORD = "job.json"
KEPT = "kept"
_ID = re.compile(r"[0-9a-f]{32}")
_OWNER_ONLY = 0o600


class NotThere(UsageError):
    """What was asked for is not there, is no longer there, or belongs to somebody else."""

    status = 404


@dataclass(frozen=True)
class Folder:
    """One folder of the room."""

    path: Path

    @property
    def id(self) -> str:
        """Its random name."""
        return self.path.name

    def create(self, name: str) -> BinaryIO:
        """A new file in it, for its owner alone."""
        return os.fdopen(os.open(self.path / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY), "wb")

    def write_record(self, record: Json) -> None:
        """Puts the record in place of the one before, in one step."""
        part = self.path / f"{RECORD}.{secrets.token_hex(4)}"
        with self.create(part.name) as out:
            out.write(json.dumps(record, ensure_ascii=False).encode())
        part.replace(self.path / RECORD)

    def read_record(self) -> Json | None:
        """The record; None where there is none that can be read."""
        try:
            found = json.loads((self.path / RECORD).read_bytes())
        except (OSError, ValueError):
            return None
        return found if isinstance(found, dict) else None

    def keep(self) -> None:
        """Keeps it when it is old: only `modwise purge`, or whoever removes it, clears it."""
        (self.path / KEPT).touch(_OWNER_ONLY)

    @property
    def kept(self) -> bool:
        """Whether it stays when it is old."""
        return (self.path / KEPT).exists()

    def clear(self) -> int:
        """Removes it with all that is in it; the bytes that were in it."""
        size = sum(one.stat().st_size for one in self.path.rglob("*") if one.is_file())
        shutil.rmtree(self.path, ignore_errors=True)
        return size


def room(home: Path | None = None) -> Path:
    """The folder of folders, made when it is not there."""
    path = data_home(home) / ROOM
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def new(home: Path | None = None) -> Folder:
    """An empty folder with a random name."""
    path = room(home) / secrets.token_hex(16)
    path.mkdir(mode=0o700)
    return Folder(path)


def named(key: str, home: Path | None = None) -> Folder:
    """The folder that belongs to a key of ours, there or not; its name tells nothing of the key."""
    return Folder(room(home) / hashlib.sha256(key.encode()).hexdigest()[:32])


def find(number: str, home: Path | None = None) -> Folder:
    """The folder of that name. Raises NotThere."""
    path = room(home) / number
    if not _ID.fullmatch(number) or not path.is_dir():
        raise not_there()
    return Folder(path)


def folders(home: Path | None = None) -> Iterator[Folder]:
    """All folders."""
    for path in sorted(room(home).iterdir()):
        if _ID.fullmatch(path.name) and path.is_dir():
            yield Folder(path)


def sweep(seconds: float, home: Path | None = None, *, but: frozenset[str] = frozenset()) -> Json:
    """Clears the folders in which nothing was written for so long, except those kept and those named: {folders, bytes}."""
    before = time.time() - seconds
    old = [one for one in folders(home) if one.id not in but and not one.kept and _touched(one) <= before]
    return {"folders": len(old), "bytes": sum(one.clear() for one in old)}


def _touched(folder: Folder) -> float:
    try:
        return max(one.stat().st_mtime for one in (folder.path, *folder.path.iterdir()))
    except OSError:
        # Somebody else is clearing it.
        return time.time()


def not_there() -> NotThere:
    """The error for what is not there."""
    return NotThere(
        "this is not here, or no longer: files and results are cleared when they are old", hint="Start again.", code="not-there"
    )
