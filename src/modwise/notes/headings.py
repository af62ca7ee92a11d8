"""Headings of a note, and what kind of section each opens."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

# In capitals anywhere a line or a comma-joined export begins one; in mixed case only where the words are known.
_CAPITALS = re.compile(r"(?:^|\n|[,.;])[ \t#*,]*([A-Z][A-Z0-9 /&()',#-]{1,60}?)[ ]?:[*]*")
_MIXED = re.compile(r"(?:^|\n|[.;,] )[ \t#*]*([A-Z][A-Za-z/&()'-]*(?: [A-Za-z/&()'-]+){0,6}) ?[*]*:[*]*")
_ALONE = re.compile(r"(?:^|\n)[ \t#*]*([A-Z][A-Z0-9 /&()',-]{2,60})[*]*[ \t]*(?=\n)")
_HASHED = re.compile(r"(?:^|\n)#{1,4} +([A-Za-z][A-Za-z /&()'-]{2,60})[ \t]*(?=\n)")
BODY = "body"
TITLE = "title"
# A "PROCEDURE:" longer than this tells the operation, it does not name it.
LONGEST_TITLE = 420
# So much behind the first full stop of a title tells something.
LEAST_TOLD = 80
# "Exam:" or "Ordered:" names the service where it is among the first words of the note.
LEADING = 200
WRAPPED = 50
# Sections in which the telling of the procedure may begin without a heading.
LATE = frozenset({"history", "diagnosis", "consent"})
# Sections in which only a log begins so: "Plan: MAC", and what follows by the clock.
LOGGED = frozenset({"plan"})
# A line that begins with a time of day, a number sign or a label is one of the log, or of the form, of what was done.
_LOGGED = re.compile(
    r"\n[ \t]*(?=(?:[01]?\d|2[0-3]):[0-5]\d(?![:\d])|(?:[01]\d|2[0-3])[0-5]\d[ \t-]|#\d|[A-Z][A-Za-z0-9/&() -]{2,30}:[ \t])"
)
# How far a sentence is looked into for words that it tells of another day.
_SENTENCE = 240
# Sections that end with their paragraph: what follows without a heading tells of the service again.
ONE_PARAGRAPH = frozenset({"consent", "anesthesia", "staff", "complication", "aside"})
_LISTED = re.compile(r"[ \t\r\n,]*(?:[-*\u2022]|\(?\d{1,2}[.)](?!\d))")

Part = tuple[int, int, str, str]


class Headings:
    """The known headings: words → kind of section. The longest words that a heading begins with, or holds, decide."""

    def __init__(self, tables: Sequence[Mapping[str, Any]], opens: re.Pattern[str], not_today: re.Pattern[str]) -> None:
        self._opens = re.compile(rf"(?:^|\n|[.;:],? )[ ,]*(?={opens.pattern})")
        self._not_today = not_today
        self._first = {words: table["kind"] for table in tables for words in table.get("first", [])}
        self._begins = {words: table["kind"] for table in tables for words in table.get("begins", [])}
        self._holds = {words: table["kind"] for table in tables for words in table.get("holds", [])}
        self._known: dict[str, str | None] = {}

    def kind(self, heading: str) -> str | None:
        """The kind of section that a heading opens; None for one that is not known."""
        if heading not in self._known:
            words = _plain(heading)
            begun = [w for w in self._begins if words == w or words.startswith(w + " ")]
            held = [w for w in self._holds if f" {w} " in f" {words} "]
            found = self._begins[max(begun, key=len)] if begun else self._holds[max(held, key=len)] if held else None
            if len(self._known) > 5000:
                self._known.clear()
            self._known[heading] = found
        return self._known[heading]

    def _leading(self, heading: str) -> str | None:
        """The kind of a heading that says so only at the head of a note."""
        words = _plain(heading)
        return next((kind for first, kind in self._first.items() if words == first or words.startswith(first + " ")), None)

    def split(self, text: str, folded: str) -> Iterator[Part]:
        """Sections in order, without gaps: start, end, kind, heading. What stands before the first heading is body."""
        marks = self._marks(text)
        if not marks or marks[0][0] > 0:
            yield 0, marks[0][0] if marks else len(text), BODY, ""
        for number, (start, after, kind, heading) in enumerate(marks):
            end = marks[number + 1][0] if number + 1 < len(marks) else len(text)
            if kind == TITLE:
                yield from _title(text, start, after, end, heading)
            elif kind in ONE_PARAGRAPH:
                stop = _end_of_lines(text, after, end)
                yield start, stop, kind, heading
                if stop < end:
                    yield stop, end, BODY, heading
            elif kind in LATE or kind in LOGGED:
                stop = min(self._told_from(folded, after, end) if kind in LATE else end, _logged_from(text, after, end))
                yield start, stop, kind, heading
                if stop < end:
                    yield stop, end, BODY, heading
            else:
                yield start, end, kind, heading

    def _told_from(self, folded: str, after: int, end: int) -> int:
        """Where under a history or an indication the telling of the procedure begins; the end where it does not."""
        for match in self._opens.finditer(folded, after, end):
            stop = folded.find(". ", match.end(), min(match.end() + _SENTENCE, end))
            if not self._not_today.search(folded, match.end(), stop if stop >= 0 else min(match.end() + _SENTENCE, end)):
                return match.end()
        return end

    def _marks(self, text: str) -> list[Part]:
        found: dict[int, Part] = {}
        for pattern, any_words, needed in (
            (_CAPITALS, True, ":"),
            (_HASHED, True, "#"),
            (_ALONE, False, "\n"),
            (_MIXED, False, ":"),
        ):
            for match in pattern.finditer(text) if needed in text else ():
                kind = self.kind(match.group(1))
                if kind is not None or any_words:
                    found.setdefault(match.start(1), (match.start(1), match.end(), kind or BODY, match.group(1).strip()))
        return list(self._led([found[key] for key in sorted(found)]))

    def _led(self, marks: Sequence[Part]) -> Iterator[Part]:
        """The marks, a heading that names the service only at the head of a note taken as its title there."""
        heading = True
        for start, after, kind, words in marks:
            heading = heading and start < LEADING and kind in (BODY, TITLE, *ONE_PARAGRAPH)
            yield start, after, (heading and kind == BODY and self._leading(words)) or kind, words


def _plain(heading: str) -> str:
    """The words of a heading in small letters, without signs between them."""
    return re.sub(r"[^a-z0-9]+", " ", heading.lower()).strip()


def _logged_from(text: str, after: int, end: int) -> int:
    """Where a log begins, the end where none does."""
    match = _LOGGED.search(text, after, end)
    return match.end() if match else end


def _title(text: str, start: int, after: int, end: int, heading: str) -> Iterator[Part]:
    """What names the service, and behind it, under the same heading, what tells it."""
    stop = _end_of_title(text, after, end)
    if stop - after > LONGEST_TITLE:
        yield start, end, BODY, heading
        return
    yield start, stop, TITLE, heading
    if stop < end:
        yield stop, end, BODY, heading


def _end_of_title(text: str, after: int, end: int) -> int:
    """Where the name ends: at the first line that is no further name of a list; within one line at its first full stop."""
    first, stop = _first_line(text, after, end), _end_of_lines(text, after, end)
    if stop == first and not _LISTED.match(text, after):
        dot = text.find(". ", after, first)
        if dot >= 0 and first - dot > LEAST_TOLD:
            return dot + 2
    return stop


def _end_of_lines(text: str, after: int, end: int) -> int:
    """Behind the first line, what is wrapped from it, and the lines of a list that follow. A blank line ends all but a list."""
    start, stop = after, _first_line(text, after, end)
    while stop < end:
        line = text[start:stop].strip()
        wrapped = len(line) >= WRAPPED and line[-1] not in ".:;!?" and bool(text[stop:end].split("\n", 1)[0].strip())
        if not (wrapped or _LISTED.match(text, stop)):
            break
        start, stop = stop, _first_line(text, stop, end)
    return stop


def _first_line(text: str, start: int, end: int) -> int:
    """Behind the line that holds the first words from `start` on."""
    while start < end and text[start] in " \t\r\n,":
        start += 1
    at = text.find("\n", start, end)
    return end if at < 0 else at + 1
