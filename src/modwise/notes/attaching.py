"""Which note belongs to which claim or line: by file name, or by a manifest."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from modwise.errors import InputError

SUFFIXES = frozenset({".txt", ".text", ".docx", ".rtf", ".pdf", ".md"})
MANIFESTS = ("manifest.csv", "manifest.json")
# CLAIM.txt, or CLAIM-3.txt, CLAIM_3.txt, CLAIM.line3.txt for the note of line 3.
_LINE = re.compile(r"^(?P<claim>.+?)(?:[-_.](?:line)?)(?P<line>\d{1,3})$", re.IGNORECASE)


@dataclass(frozen=True)
class Attached:
    """A note's file, what its sender calls it, and what it belongs to; `line` 0: to every line of the claim."""

    path: Path
    claim: str
    line: int = 0
    called: str = ""

    @property
    def name(self) -> str:
        """The file's name, as its sender calls it."""
        return self.called or self.path.name


@dataclass(frozen=True)
class Attachments:
    """The notes of a folder."""

    notes: tuple[Attached, ...]
    by_name: bool

    def of(self, claim: str, line: int) -> list[Attached]:
        """The notes of a line: those of the line itself, else those of its claim."""
        own = [note for note in self.notes if (claim, line) in self._reads(note)]
        return own or [note for note in self.notes if (claim, 0) in self._reads(note)]

    def claims(self) -> frozenset[str]:
        """Every claim that may have a note."""
        return frozenset(claim for note in self.notes for claim, _ in self._reads(note))

    def _reads(self, note: Attached) -> set[tuple[str, int]]:
        """A file name can be a claim's id that ends in a number, or a claim and its line; a manifest says which."""
        found = {(note.claim, note.line)}
        match = _LINE.match(note.claim) if self.by_name else None
        if match:
            found.add((match["claim"], int(match["line"])))
        return found


def named(files: Mapping[str, Path]) -> Attachments:
    """The notes of files by the names that their sender gave them, which say to which claim each belongs."""
    return Attachments(tuple(Attached(path, Path(name).stem, called=name) for name, path in sorted(files.items())), by_name=True)


def attachments(folder: str | Path) -> Attachments:
    """The notes of a folder, by `manifest.csv` or `manifest.json` (note, claim, line) where there is one, else by file names.

    Raises InputError for a folder that is none or a manifest that names what is not there.
    """
    base = Path(folder)
    if not base.is_dir():
        raise InputError("is no folder", where=str(folder), hint="Give the folder that holds the notes.", code="notes-folder")
    manifest = next((base / name for name in MANIFESTS if (base / name).is_file()), None)
    if manifest is not None:
        return Attachments(tuple(_listed(manifest)), by_name=False)
    files = sorted(path for path in base.iterdir() if path.is_file() and path.suffix.lower() in SUFFIXES)
    if not files:
        raise InputError(
            "holds no notes", where=str(folder), hint="Name them by claim (CLM01), as 1001.txt or 1001-2.docx.", code="notes-folder"
        )
    return Attachments(tuple(Attached(path, path.stem) for path in files), by_name=True)


def _listed(manifest: Path) -> Iterator[Attached]:
    for number, row in enumerate(_rows(manifest), 1):
        where = f"{manifest} row {number}"
        name, claim, line = (str(row.get(key) or "").strip() for key in ("note", "claim", "line"))
        if not name or not claim or not (line == "" or line.isdigit()):
            raise InputError("needs note, claim and, for one line, its number", where=where, code="notes-manifest")
        path = (manifest.parent / name).resolve()
        if not path.is_relative_to(manifest.parent.resolve()) or not path.is_file():
            raise InputError("names a note that is not in the folder", where=where, code="notes-manifest")
        yield Attached(path, claim, int(line or 0))


def _rows(manifest: Path) -> list[Mapping[str, Any]]:
    try:
        content = manifest.read_text(encoding="utf-8-sig")
        rows = json.loads(content) if manifest.suffix == ".json" else list(csv.DictReader(content.splitlines()))
    except (OSError, ValueError):
        raise InputError(
            "is no readable manifest", where=str(manifest), hint="UTF-8, CSV or JSON.", code="notes-manifest"
        ) from None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise InputError(
            "is no list of notes", where=str(manifest), hint='[{"note": …, "claim": …, "line": …}]', code="notes-manifest"
        )
    return rows
