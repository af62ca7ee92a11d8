"""The encounters of a record kept in one file: where each begins, of which day it is, and which are of another service's day."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from modwise.appeals import cards
from modwise.appeals.dates import DATE, is_day

# How records head an encounter.
_told = partial(cards.common, "encounter")
_HEAD_LINES = 6
_SHORT = 60
_LINE = re.compile(r"[^\n\f]*(?:\n|\f|$)")


@dataclass(frozen=True)
class Encounter:
    """A stretch of the text with the date at its head, as it is written there."""

    start: int
    end: int
    day: str | None


def encounters(text: str, pages: Sequence[int]) -> list[Encounter]:
    """The encounters in order, without gaps; one where nothing parts them. A page of its own without a date goes with what stands before it."""
    found: list[tuple[int, str]] = []
    for start, day in _heads(text, pages):
        if not found or start > found[-1][0]:
            found.append((start, day))
    if not found:
        return [Encounter(0, len(text), None)]
    if text[: found[0][0]].strip():
        return _joined([(0, None), *found], len(text))
    return _joined([(0, found[0][1]), *found[1:]], len(text))


def _joined(heads: Sequence[tuple[int, str | None]], end: int) -> list[Encounter]:
    ends = [start for start, _ in heads[1:]] + [end]
    return [Encounter(start, stop, day) for (start, day), stop in zip(heads, ends, strict=True)]


def known(parts: Sequence[Encounter], days: Sequence[date]) -> bool:
    """Whether one of several encounters is of one of those days; else nothing is known of the file."""
    return len(parts) > 1 and any(_of(part, days) for part in parts)


def of_other_days(parts: Sequence[Encounter], days: Sequence[date]) -> list[Encounter]:
    """The encounters that bear another date than those days."""
    return [part for part in parts if part.day is not None and not _of(part, days)]


def dated_lines(text: str) -> list[str]:
    """The dates of days of service that the lines of a text give, as they are written."""
    return [day for line in text.splitlines() if (day := _dated(line)) is not None]


def _of(part: Encounter, days: Sequence[date]) -> bool:
    return part.day is not None and any(is_day(part.day, day) for day in days)


def without(text: str, left_out: Sequence[Encounter]) -> str:
    """The text with blanks in place of those encounters; every offset and line stays."""
    for part in left_out:
        text = text[: part.start] + re.sub(r"[^\n\f]", " ", text[part.start : part.end]) + text[part.end :]
    return text


# ---- heads ---------------------------------------------------------------------------------------------------------------------


def _heads(text: str, pages: Sequence[int]) -> Iterator[tuple[int, str]]:
    """Where an encounter begins, with its date: a dated line that is a record's title, or stands close below one."""
    lines = [match for match in _LINE.finditer(text) if match.end() > match.start()]
    last = -1
    for number, line in enumerate(lines):
        dated = _dated(line[0])
        if dated is None:
            continue
        top = _top(lines, number, last, set(pages))
        if top is not None:
            yield lines[top].start(), dated
            last = number


def _dated(line: str) -> str | None:
    """The date of a line that gives the day of a service: behind its label, in a title, or alone."""
    found = DATE.search(line)
    if found is None or re.search(_told()["no_day"], line):
        return None
    rest = (line[: found.start()] + line[found.end() :]).strip(" \t-=*#:|,.()[]\n\f")
    labelled = re.search(_told()["day_label"], line[: found.start()]) is not None
    return found[0] if labelled or not rest or (_is_title(line) and len(rest) < _SHORT) else None


def _top(lines: Sequence[re.Match[str]], number: int, last: int, pages: set[int]) -> int | None:
    """The first line of the head that a dated line belongs to; None where no title or break stands above it."""
    top, titled = None, False
    for at in range(number, max(number - _HEAD_LINES, last), -1):
        line = lines[at][0].strip()
        if at < number and (not line or re.fullmatch(r"[-=_*#]{3,}", line)):
            return at + 1 if titled else None
        if _is_title(line):
            titled, top = True, at
        elif at < number and (len(line) > _SHORT or line.endswith(".")):
            return top
        if lines[at].start() in pages and titled:
            return at
    return top


def _is_title(line: str) -> bool:
    """Whether a line reads as the title of a record, or as the line that names its patient."""
    return len(line) < 2 * _SHORT and not line.rstrip().endswith(".") and re.search(_told()["title"], line) is not None
