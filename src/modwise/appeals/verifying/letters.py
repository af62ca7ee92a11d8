"""A finished letter's file and the ledger that lies beside it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from modwise.appeals.ledger import Ledger
from modwise.appeals.stored import letter_of
from modwise.appeals.verifying import covers
from modwise.appeals.verifying.pages import read_pages
from modwise.appeals.verifying.running import verify_text
from modwise.errors import InputError

Json = dict[str, Any]
ENDING = ".ledger.json"
MOST_BYTES = 50_000_000


def verify(letter: str | Path, ledger: str | Path | None, today: date) -> Json:
    """{ok, problems, read}: what the checks found in the file, and what was read. Raises InputError for what cannot be read."""
    path = Path(letter)
    pages = read_pages(path)
    beside = Path(ledger) if ledger is not None else ledger_beside(path)
    held = read_ledger(beside)
    report = verify_text(pages.pages, held, today=today, remarks=pages.remarks)
    if pages.packet is not None:
        report = replace(report, problems=(*covers.problems(pages.packet, held), *report.problems))
    return {**report.as_dict(), "read": {"file": str(path), "kind": pages.kind, "ledger": str(beside), **report.read}}


def ledger_beside(letter: Path) -> Path:
    """The ledger of a letter: LETTER.ledger.json, LETTER with its ending or without. Raises InputError where neither lies there."""
    names = (letter.with_name(letter.name + ENDING), letter.with_suffix(ENDING))
    for name in names:
        if name.exists():
            return name
    raise InputError(
        "no ledger lies beside the letter",
        where=str(letter),
        hint=f"`modwise appeal` writes {names[0].name} with the letter; name it with --ledger.",
        code="no-ledger",
    )


def read_ledger(path: Path) -> Ledger:
    """The ledger of a file. Raises InputError (`ledger-unreadable`) for what is none."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise InputError("the ledger is too large", where=str(path), code="ledger-unreadable")
        table = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(error.strerror or "cannot be read", where=str(path), hint="Check the path and the rights.") from None
    except ValueError:
        raise InputError("this is no JSON", where=str(path), hint="Draft the letter again.", code="ledger-unreadable") from None
    if not isinstance(table, dict):
        raise InputError("this is no ledger", where=str(path), hint="Draft the letter again.", code="ledger-unreadable")
    ledger = Ledger.of(table)
    if ledger.letter:
        letter_of(ledger.letter)
    if not all(isinstance(text, str) for text in _texts(ledger)):
        raise InputError("a text of the ledger is none", where=str(path), hint="Draft the letter again.", code="ledger-unreadable")
    return ledger


def _texts(ledger: Ledger) -> Iterator[object]:
    """Everything of a ledger that the checks read as text."""
    for fact in ledger.facts:
        yield from (fact.id, fact.kind, fact.name, fact.value)
    for authority in ledger.authorities:
        yield from (authority.id, authority.citation, authority.edition or "", *authority.holds, *authority.payers)
    for exhibit in ledger.exhibits:
        yield from (exhibit.label, exhibit.title, exhibit.kind)
    for part in ("letterhead", "addressee", "signature"):
        yield from ledger.letter.get(part) or ()
    yield from (*ledger.documents, *ledger.documents.values())
