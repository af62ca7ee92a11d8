"""All letters that are due: drafted into a folder in the order of priority, with an index. One item that fails stops no other."""

from __future__ import annotations

import multiprocessing
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, fields, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from modwise.appeals import practice
from modwise.appeals.batch_index import Row, csv_index, html_index
from modwise.appeals.drafting import Desk
from modwise.appeals.gathering import Files
from modwise.appeals.writing import DOCX, ENDINGS, PDF, How, put, write_appeal, write_papers
from modwise.denying import given, priority
from modwise.errors import InputError, ModwiseError, UsageError
from modwise.knowledge.corpus import corpus
from modwise.notes.attaching import Attachments, attachments

Json = dict[str, Any]
Item = Mapping[str, Any]
# On these nothing is written: no letter and no paper is owed.
_NOTHING = frozenset({"no_action", "write_off", "wait", "bill_patient"})
# Starting another process costs about as much as so many letters.
_WORTH_A_PROCESS = 60
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True)
class Order:
    """What is drafted and how: everything that a process of its own needs to know."""

    folder: str
    today: date
    ending: str = ".txt"
    how: How = field(default_factory=How)
    remits: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()
    notes: str | None = None
    facts: str | None = None
    practice: str | None = None
    home: Path | None = None

    def checked(self) -> Order:
        """The order itself. Raises UsageError for an ending that no letter has."""
        if self.ending not in ENDINGS:
            raise UsageError(f"no letter is written as {self.ending}", hint=f"Formats: {', '.join(ENDINGS)}.", code="bad-ending")
        if self.how.template is not None and self.ending != DOCX:
            raise UsageError("a template is for Word documents", hint="Write the letters as docx.", code="bad-ending")
        if self.how.packet and self.ending != PDF:
            raise UsageError("a packet is a PDF", hint="Write the letters as pdf.", code="bad-ending")
        return self


def order(folder: str | Path, today: date, form: str, how: How, terms: Mapping[str, Any]) -> Order:
    """The order by names: remits, claims, notes, facts, practice, home. Raises UsageError for a name that is none."""
    names = {one.name for one in fields(Order)} - {"folder", "today", "ending", "how"}
    if unknown := sorted(set(terms) - names):
        raise UsageError(f"no term {', '.join(unknown)}", hint=f"Terms: {', '.join(sorted(names))}.", code="unknown-term")
    said = {name: tuple(map(str, value)) if name in ("remits", "claims") else value for name, value in terms.items() if value}
    plain: Json = {name: str(value) if name in ("notes", "facts", "practice") else value for name, value in said.items()}
    return Order(str(folder), today, f".{form}", how, **plain).checked()


@dataclass(frozen=True)
class Clerk:
    """Drafts item after item on one desk."""

    order: Order
    desk: Desk
    notes: Attachments | None

    @classmethod
    def of(cls, order: Order) -> Clerk:
        """A clerk for the order. Raises InputError for notes, facts or a practice that cannot be read."""
        facts = given.read(order.facts) if order.facts else {}
        own = practice.read(order.practice, order.home)
        desk = Desk(Files(order.claims), own, order.today, order.home, facts, order.facts)
        return cls(order, desk, attachments(order.notes) if order.notes else None)

    def draft(self, number: int, item: Item) -> Row:
        """Drafts one item and writes its files; what goes wrong stands in the row."""
        row = _row(number, item, self.order.today)
        try:
            return self._drafted(row, number, item)
        except ModwiseError as error:
            return replace(row, kind="failed", missing=(error.message,))
        except Exception as error:  # noqa: BLE001 - one item stops no other
            # Of an unforeseen fault only its kind is told: its words may hold what is the patient's.
            return replace(row, kind="failed", missing=(f"a fault of Modwise's own: {type(error).__name__}",))

    def _drafted(self, row: Row, number: int, item: Item) -> Row:
        found = self.desk.draft(_at_hand(item, self.order.remits), self._notes(item))
        name = _name(number, item)
        folder = Path(self.order.folder)
        if found.letter is None:
            folder = folder / name
            folder.mkdir(mode=0o700, exist_ok=True)
            paths = write_papers(found.papers, folder, _paper_ending(self.order.ending))
            why = str((found.refused or {}).get("why", ""))
            gaps = (gap.why for paper in found.papers for gap in paper.missing)
            kind = ", ".join(paper.title for paper in found.papers) or "nothing to send"
            return replace(row, kind=kind, files=_relative(paths, self.order), missing=(why, *gaps), refused=True)
        path = folder / f"{name}{self.order.ending}"
        paths = write_appeal(found, path, self.order.how, today=self.order.today)
        complete = found.complete and not any(problem["severity"] == "block" for problem in found.problems)
        missing = tuple(gap.why for gap in found.missing) or (() if complete else ("It fails checks: see the letter's head.",))
        return replace(row, kind=found.kind, files=_relative(paths[:1], self.order), missing=missing, complete=complete)

    def _notes(self, item: Item) -> list[Path]:
        if self.notes is None:
            return []
        match = item.get("match") or {}
        return [note.path for note in self.notes.of(match.get("claim") or item["claim"], item.get("line") or 0)]


def draft_all(
    items: Iterable[Item], order: Order, *, processes: int = 1, progress: Callable[[int, int], None] | None = None
) -> Json:
    """Drafts the items, the most pressing first, and writes index.html and index.csv: {folder, index, items, summary}.

    Raises InputError for a folder that cannot be made, and as the readers of notes, facts and practice do.
    """
    order.checked()
    known = corpus()
    wanted = sorted((_pressing(item, order.today, known) for item in items if item["remedy"] not in _NOTHING), key=priority.order)
    _folder(order.folder)
    Clerk.of(order)  # a wrong option is told before the first letter
    rows = []
    for row in _rows(list(enumerate(wanted, 1)), order, processes):
        rows.append(row)
        if progress is not None:
            progress(len(rows), len(wanted))
    index = [
        put(Path(order.folder) / "index.html", html_index(rows, order.today).encode()),
        put(Path(order.folder) / "index.csv", csv_index(rows).encode("utf-8-sig")),
    ]
    return {
        "folder": order.folder,
        "index": [str(path) for path in index],
        "items": [row.as_dict() for row in rows],
        "summary": {
            "items": len(rows),
            "complete": sum(row.complete for row in rows),
            "incomplete": sum(not row.complete and not row.refused and row.kind != "failed" for row in rows),
            "other_papers": sum(row.refused for row in rows),
            "failed": sum(row.kind == "failed" for row in rows),
        },
    }


def due(today: date, days: int) -> date:
    """The last day that is due within so many days."""
    return today + timedelta(days=days)


def _rows(numbered: Sequence[tuple[int, Item]], order: Order, processes: int) -> Iterator[Row]:
    used = min(processes, len(numbered) // _WORTH_A_PROCESS + 1)
    if used < 2:
        clerk = Clerk.of(order)
        yield from (clerk.draft(number, item) for number, item in numbered)
        return
    # Started anew, not forked: the frame library holds threads.
    with ProcessPoolExecutor(used, multiprocessing.get_context("spawn"), _begin, (order,)) as pool:
        yield from pool.map(_draft_here, numbered, chunksize=8)


_HERE: list[Clerk] = []


def _begin(order: Order) -> None:
    _HERE[:] = [Clerk.of(order)]


def _draft_here(numbered: tuple[int, Item]) -> Row:
    return _HERE[0].draft(*numbered)


def _pressing(item: Item, today: date, known: Any) -> Json:
    """The item with its priority as of today: it was worked out when the item came into the worklist."""
    now = priority.of(item, known, today)
    before = item.get("priority")
    chance = (
        {key: before[key] for key in ("chance", "chance_from")} if before and "own outcomes" in str(before["chance_from"]) else {}
    )
    return {**item, "priority": {**now, **chance} if now else None}


def _row(number: int, item: Item, today: date) -> Row:
    parts = item.get("priority") or {}
    return Row(
        number=number,
        item=item.get("number"),
        score=parts.get("score"),
        days_left=parts.get("days_left"),
        work_by=(item.get("deadline") or {}).get("work_by"),
        payer=item.get("payer"),
        claim=str(item.get("claim") or ""),
        line=item.get("line"),
        code="-".join([str(item.get("code") or ""), *item.get("modifiers", ())]),
        amount=item.get("at_risk"),
    )


def _name(number: int, item: Item) -> str:
    """A file name that sorts as the work does; of the claim's number only what no file system minds."""
    claim = _UNSAFE.sub("_", str(item.get("claim") or "claim")).strip("._")[:60] or "claim"
    line = f"-line{item['line']}" if item.get("line") else ""
    return f"{number:04d}-{claim}{line}"


def _at_hand(item: Item, remits: Sequence[str]) -> Json:
    """The item with its remittance where it lies now: the worklist keeps the name it was imported by."""
    by_name = {Path(path).name: path for path in remits}
    own = item.get("file")
    return {**item, "file": by_name.get(Path(own).name, own) if own else None}


def _paper_ending(ending: str) -> str:
    return ending if ending in (".docx", ".pdf") else ".txt"


def _relative(paths: Sequence[Path], order: Order) -> tuple[str, ...]:
    return tuple(path.relative_to(order.folder).as_posix() for path in paths)


def _folder(folder: str) -> None:
    try:
        Path(folder).mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(error.strerror or "cannot be made", where=folder, hint="Give a folder that can be written.") from None
