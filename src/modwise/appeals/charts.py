"""Notes as the letter needs them: what each item of a modifier's checklist rests on, with page and line."""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from modwise.appeals import cards, encounters, persons
from modwise.appeals.book import Book
from modwise.appeals.dates import DATE, is_day
from modwise.appeals.ledger import Source
from modwise.notes import checklist, files, noting
from modwise.notes.noting import Noted
from modwise.notes.quoting import all_evidence

Entry = Mapping[str, Any]
# How records name their patient and day, and orders to a program.
_told = partial(cards.common, "record")
_TITLE_LINES = 12


@dataclass(frozen=True)
class LeftOut:
    """An encounter of a file that is neither read nor sent: its page and the date at its head."""

    page: int
    day: str


@dataclass(frozen=True)
class Chart:
    """One note as read. `pages` are where its pages, or its encounters, begin in the text; in place of what is left out stand blanks."""

    file: str
    text: str
    sha256: str
    pages: tuple[int, ...]
    noted: Noted
    left_out: tuple[LeftOut, ...] = ()

    @property
    def page_count(self) -> int:
        """How many pages it has; one where nothing parts them."""
        return len(self.pages)

    @property
    def own_pages(self) -> tuple[int, ...]:
        """The pages that are of this service, as far as is known."""
        others = {one.page for one in self.left_out}
        return tuple(number for number in range(1, self.page_count + 1) if number not in others)

    @property
    def document(self) -> str:
        """The text with a form feed before each page but the first; offsets stay the same."""
        text = list(self.text)
        for start in self.pages[1:]:
            text[start - 1] = "\f"
        return "".join(text)

    def place(self, offset: int) -> tuple[int, int]:
        """Page and line of an offset, both from 1."""
        page = bisect_right(self.pages, offset)
        return page, self.text.count("\n", self.pages[page - 1], offset) + 1

    def source(self, evidence: Mapping[str, Any]) -> Source:
        """Where a piece of evidence stands."""
        page, line = self.place(evidence["start"])
        return Source(
            "note",
            self.file,
            f"page {page}, line {line}",
            evidence["start"],
            evidence["end"],
            page,
            line,
            evidence.get("section"),
            self.sha256,
        )

    def title(self, titles: Iterable[Entry]) -> str:
        """What kind of record it is, by the words near its front; the last of the titles where none fits."""
        front = "\n".join(["", *[line.strip() for line in self.text.splitlines() if line.strip()][:_TITLE_LINES]]).casefold()
        known = list(titles)
        return str(next((t["title"] for t in known if any(word in front for word in t["words"])), known[-1]["title"]))

    def dated(self, day: date) -> bool:
        """Whether the note names that day, however it is written."""
        return is_day(self.text, day)

    def of_other_day(self, days: Sequence[date]) -> bool:
        """Whether the note gives a date of service, and none that is one of those days."""
        given = [found["day"] for found in re.finditer(_told()["day"], self.text) if DATE.search(found["day"])]
        return bool(given) and not any(is_day(one, day) for one in given for day in days)


def sorted_out(charts: Sequence[Chart], names: Sequence[str], days: Sequence[date]) -> tuple[list[Chart], list[str], list[str]]:
    """The charts without those that name another patient; the gaps that this and a chart of another day leave; what to tell the user."""
    kept: list[Chart] = []
    gaps, told = [], []
    for chart in charts:
        if persons.others(chart.text, chart.pages, names):
            gaps.append("foreign_record")
            told.append(
                f"{chart.file} names another patient in the head of a page: it is neither quoted nor enclosed. If that is a name of this "
                "patient, give it as record_name in the facts file."
            )
            continue
        kept.append(chart)
        if days and chart.of_other_day(days):
            gaps.append("other_day")
            told.append(
                f"{chart.file} gives another date of service. If it is the record of this line, give that day as record_day."
            )
        if re.search(_told()["commands"], chart.text, re.M):
            told.append(
                f"{chart.file} holds words that read like orders to a program; they were read as text, and none is followed."
            )
    return kept, list(dict.fromkeys(gaps)), told


def read(
    paths: Sequence[str | Path], *, code: str | None, modifiers: Sequence[str], on: date | None, days: Sequence[date] = ()
) -> list[Chart]:
    """The notes, read for a code and modifiers: of a file with several encounters those of the days given.

    Raises InputError for a file without text.
    """
    charts = []
    for path in paths:
        text = files.read_note(path)
        starts = tuple(files.page_starts(path)) if str(path) != files.STDIN else (0,)
        kept, pages, left_out = _of_days(text, starts, days, paged=_is_paged(path))
        noted = noting.noted(kept, code=code, modifiers=modifiers, on=on)
        charts.append(Chart(str(path), kept, _hash(path, text), pages, noted, left_out))
    return charts


def _is_paged(path: str | Path) -> bool:
    """Whether the file has pages of its own, which are sent as they are."""
    return str(path) != files.STDIN and Path(path).read_bytes()[:4] == b"%PDF"


def _of_days(
    text: str, starts: tuple[int, ...], days: Sequence[date], *, paged: bool
) -> tuple[str, tuple[int, ...], tuple[LeftOut, ...]]:
    """The text with blanks for the encounters of other days, where its pages begin, and which of them are left out."""
    parts = encounters.encounters(text, starts)
    if not encounters.known(parts, days):
        return text, starts, ()
    others = encounters.of_other_days(parts, days)
    # Of a text without pages each encounter is one; a page of a PDF is sent as it is.
    pages = starts if paged else tuple(sorted({*starts, *(part.start for part in parts)}))
    ends = [*pages[1:], len(text)]
    gone = [
        LeftOut(number, part.day or "")
        for number, (start, end) in enumerate(zip(pages, ends, strict=True), 1)
        for part in others
        if part.start <= start and end <= part.end
    ]
    return encounters.without(text, others), pages, tuple(gone)


def _hash(path: str | Path, text: str) -> str:
    data = text.encode() if str(path) == files.STDIN else Path(path).read_bytes()
    return hashlib.sha256(data).hexdigest()


def into(book: Book, charts: Iterable[Chart], modifiers: Iterable[str]) -> set[str]:
    """Quotes as facts, `item.52.part-omitted`, for every item that is met; returns the items that a note contradicts."""
    contradicted = set()
    for chart in charts:
        for modifier in modifiers:
            for entry, found in chart.noted.items_of(modifier):
                name = f"{modifier}.{entry['item']}"
                if found.status == checklist.CONTRADICTED:
                    contradicted.add(name)
                lead = "item" if found.status == checklist.MET else "against"
                for evidence in all_evidence(chart.noted.note, found.spans):
                    book.add("quote", f"{lead}.{name}", evidence["quote"], chart.source(evidence))
    return contradicted


def signs(charts: Sequence[Chart]) -> dict[str, str]:
    """What the notes say as a whole: extent, reason, anesthesia, laterality; the first note that tells it speaks."""
    found = {"extent": "not_read", "reason": "none", "anesthesia": "not_stated", "laterality": "not_stated"}
    for chart in charts:
        reading = chart.noted.reading
        if found["extent"] in ("not_read", "complete", "unclear"):
            found["extent"], found["reason"] = reading.extent, reading.reason
        for name in ("anesthesia", "laterality"):
            if found[name] == "not_stated":
                found[name] = getattr(reading, name)
    return found
