"""Notes beside a check: which documentation a line's modifiers have, quoted, and where a note speaks against its modifier."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import polars as pl

from modwise.advice import from_note
from modwise.errors import InputError, UsageError
from modwise.knowledge.corpus import corpus
from modwise.notes import files
from modwise.notes.attaching import Attachments
from modwise.notes.noting import noted

Json = dict[str, Any]
Key = tuple[str, str, int]
NEEDED = ("file", "claim_id", "line", "claim_type", "bill_type", "payer", "date_from", "code", "modifiers")
MET, CONTRADICTED, NOT_FOUND = "met", "contradicted", "not_found"
INPATIENT_BILLS = ("11", "12", "18")


class Documented:
    """Reads the notes of the lines that pass by; `entries` are what they say, by file, claim and line."""

    def __init__(self, attached: Attachments) -> None:
        self._attached = attached
        self._claims = sorted(attached.claims())
        self._used: set[Path] = set()
        self.entries: dict[Key, Json] = {}
        self.unread: dict[str, str] = {}

    def watch(self, frames: Iterable[pl.DataFrame]) -> Iterator[pl.DataFrame]:
        """The frames as they are; lines that have a note are read on the way."""
        for frame in frames:
            part = frame.filter(pl.col("claim_id").is_in(self._claims)).select(NEEDED)
            for row in part.with_columns(pl.col("file", "claim_type", "bill_type", "payer", "code").cast(pl.String)).iter_rows(
                named=True
            ):
                self._line(row)
            yield frame

    def unused(self) -> list[str]:
        """Names of notes that belong to no line that was read."""
        return sorted(note.name for note in self._attached.notes if note.path not in self._used)

    def called(self, names: Mapping[str, str]) -> Documented:
        """The same with claim files under other names."""
        other = copy(self)
        other.entries = {
            (names.get(file, file), claim, line): {**entry, "file": names.get(file, file)}
            for (file, claim, line), entry in self.entries.items()
        }
        return other

    def _line(self, row: Mapping[str, Any]) -> None:
        found = []
        for note in self._attached.of(row["claim_id"], row["line"]):
            self._used.add(note.path)
            try:
                found.append({"note": note.name, **_read(note.path, row)})
            except InputError as error:
                self.unread[note.name] = error.message
            except UsageError:
                # A code or modifier of wrong form is told by the edits on form.
                continue
        if found:
            self.entries[(row["file"], row["claim_id"], row["line"])] = _together(row, found)


@lru_cache(maxsize=256)
def _text(path: Path) -> str:
    return files.read_note(path)


def _read(path: Path, row: Mapping[str, Any]) -> Json:
    known = corpus().modifiers
    modifiers = [m for m in row["modifiers"] or () if m in known]
    day: date | None = row["date_from"]
    read = noted(_text(path), code=row["code"], modifiers=modifiers, on=day)
    return from_note.note_json(
        read, code=row["code"], modifiers=read.modifiers, setting=_setting(row), payer=row["payer"] or None, on=day
    )


def _setting(row: Mapping[str, Any]) -> str:
    if row["claim_type"] != "institutional":
        return "professional"
    return "inpatient" if (row["bill_type"] or "").startswith(INPATIENT_BILLS) else "hopd"


def _together(row: Mapping[str, Any], found: list[Json]) -> Json:
    """One entry of several notes: an item is met where any note shows it, contradicted where one denies it and none shows it."""
    items: dict[tuple[str, str], Json] = {}
    for one in found:
        for entry in one["checklist"]:
            key = (entry["modifier"], entry["item"])
            quotes = [{"note": one["note"], **piece} for piece in entry["evidence"]]
            kept = items.setdefault(key, {**entry, "status": NOT_FOUND, "evidence": []})
            if _rank(entry["status"]) > _rank(kept["status"]):
                items[key] = {**entry, "evidence": quotes}
    return {
        "file": row["file"],
        "claim": row["claim_id"],
        "line": row["line"],
        "code": row["code"],
        "modifiers": row["modifiers"] or [],
        "notes": [one["note"] for one in found],
        "readings": [one["reading"] for one in found],
        "suggested": found[0]["suggested"],
        "agrees": _agreed([one["claim"]["agrees"] for one in found]),
        "checklist": list(items.values()),
    }


def _rank(status: str) -> int:
    return (NOT_FOUND, CONTRADICTED, MET).index(status)


def _agreed(said: list[bool | None]) -> bool | None:
    return True if True in said else False if False in said else None


def documentation_of(entry: Json) -> Json:
    """What a finding shows of its line's notes: the items met, missing, contradicted, and whether the note agrees."""

    def listed(status: str) -> list[Json]:
        return [
            {"modifier": i["modifier"], "item": i["item"], "says": i["says"], "evidence": i["evidence"]}
            for i in entry["checklist"]
            if i["status"] == status and i["readable"]
        ]

    return {
        "notes": entry["notes"],
        "agrees": entry["agrees"],
        "met": listed(MET),
        "missing": listed(NOT_FOUND),
        "contradicted": listed(CONTRADICTED),
    }
