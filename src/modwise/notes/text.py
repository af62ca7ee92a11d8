"""A note as text with its sections and sentences. Offsets always index the text as it was read; nothing is rewritten."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from modwise.notes.headings import TITLE, WRAPPED, Headings

# Character for character, so that an offset in the folded text is one in the note.
_SAME = str.maketrans(
    {
        "\n": " ",
        "\r": " ",
        "\t": " ",
        "\v": " ",
        "\f": " ",
        "\u00a0": " ",
        "\u2009": " ",
        "\u202f": " ",
        "\u2018": "'",
        "\u2019": "'",
        "\u201c": '"',
        "\u201d": '"',
        "\u2010": "-",
        "\u2011": "-",
        "\u2013": "-",
        "\u2014": "-",
    }
)
# A sentence ends at a full stop that something new follows; "Dr. Roe", "No. 15" and the number of a list go on.
_END = re.compile(r"[.!?;][\"')]?(?=,?\s+[\"'(]?[A-Z0-9\u2022*-]|,[A-Z0-9]|\s*$)|\n")
_ABBREVIATION = re.compile(r"(?:\b(?:dr|mr|mrs|ms|st|no|vs|approx|fig|pt|inc|jr|sr|mt)|\b[a-z]|(?:^|[:;,] ?|\n)\d{1,2})$")
_NEW_LINE = re.compile(r"\s*(?:[-*\u2022]|\d{1,2}[.)]|[A-Z][A-Za-z /&]{2,40}:)")
_WORD = re.compile(r"[a-z]{4,}|[a-z]\d-\d|[a-z]\d-[a-z]\d")
# Words of titles that name nothing that could be left out.
EMPTY = frozenset(
    [
        "procedure",
        "procedures",
        "operation",
        "performed",
        "title",
        "name",
        "patient",
        "with",
        "under",
        "left",
        "right",
        "bilateral",
        "general",
        "anesthesia",
        "diagnosis",
        "preoperative",
        "postoperative",
        "surgery",
        "description",
        "were",
        "been",
        "could",
        "this",
        "that",
        "then",
        "there",
        "from",
        "there",
        "because",
        "attempted",
        "planned",
        "examination",
        "exam",
        "study",
        "test",
        "screening",
        "scheduled",
    ]
)
STEM = 6
# Sections that tell of other days, of what may happen, or of what was found before.
ASIDE = frozenset({"history", "consent", "diagnosis", "plan", "staff", "visit"})
UNTELLING = ASIDE | {TITLE}
VISIT, VISIT_MARKS = "visit", 2
LONGEST = 600
# So much of a section names a service.
HEAD = 400


class Section(NamedTuple):
    """A part of the note under one heading; `kind` as the fact files name it, `body` where no heading is known."""

    start: int
    end: int
    kind: str
    heading: str


class Sentence(NamedTuple):
    """One sentence; `section` counts the note's sections."""

    start: int
    end: int
    section: int


def fold(text: str) -> str:
    """The text in small letters with plain quotes, dashes and blanks, of the same length."""
    small = text.lower()
    if len(small) != len(text):
        small = "".join(c if len(c.lower()) != 1 else c.lower() for c in text)
    return small.translate(_SAME)


@dataclass(frozen=True)
class Note:
    """The text as read, its folded twin, its sections and sentences."""

    text: str
    folded: str
    sections: tuple[Section, ...]
    sentences: tuple[Sentence, ...]

    @cached_property
    def starts(self) -> list[int]:
        """Where each sentence starts."""
        return [s.start for s in self.sentences]

    @cached_property
    def title_words(self) -> str:
        """The longer words of the title, or of the first sentence: what was to be done. Lines that deny something are left out."""
        titled = [s for s in self.sentences if self.sections[s.section].kind == TITLE] or self.sentences[:1]
        lines = (self.folded[s.start : s.end] for s in titled)
        return " ".join(w for line in lines if " not " not in line for w in _WORD.findall(line) if w not in EMPTY)

    @cached_property
    def naming(self) -> tuple[tuple[int, int], ...]:
        """Where the note may name its service: the heads of its titles and of itself."""
        parts = (part for part in self.sections if part.kind == TITLE or part.start == 0)
        return tuple((part.start, min(part.end, part.start + HEAD)) for part in parts)

    def is_titled(self, start: int, end: int) -> bool:
        """Whether the stretch names something of the title."""
        return any(word[:STEM] in self.title_words for word in _WORD.findall(self.folded[start:end]) if word not in EMPTY)

    def is_tellable(self, sentence: int) -> bool:
        """Whether the sentence may tell what was done: it stands neither in the title nor aside."""
        return self.kind_of(sentence) not in UNTELLING

    @cached_property
    def tellable(self) -> list[tuple[int, str]]:
        """Start and folded words of every sentence that may tell what was done."""
        kept = (s for number, s in enumerate(self.sentences) if self.is_tellable(number))
        return [(s.start, self.folded[s.start : s.end]) for s in kept]

    @cached_property
    def is_visit(self) -> bool:
        """Whether it is the note of a visit: at least two headings of one, and none that names a procedure."""
        kinds = [part.kind for part in self.sections]
        return kinds.count(VISIT) >= VISIT_MARKS and TITLE not in kinds

    def sentence_at(self, offset: int) -> int:
        """Which sentence an offset stands in."""
        return max(bisect_right(self.starts, offset) - 1, 0)

    def kind_of(self, sentence: int) -> str:
        """The kind of section that a sentence stands in."""
        return self.sections[self.sentences[sentence].section].kind


def read(text: str, headings: Headings) -> Note:
    """The note of a text."""
    folded = fold(text)
    sections = tuple(Section(*part) for part in headings.split(text, folded))
    sentences = tuple(s for number, part in enumerate(sections) for s in _sentences(text, folded, part, number))
    return Note(text, folded, sections, sentences or (Sentence(0, len(text), 0),))


def _sentences(text: str, folded: str, part: Section, number: int) -> Iterator[Sentence]:
    start = part.start
    for match in _END.finditer(text, part.start, part.end):
        if not _ends(text, folded, match, start, part.end):
            continue
        yield from _pieces(text, start, match.end(), number)
        start = match.end()
    yield from _pieces(text, start, part.end, number)


def _ends(text: str, folded: str, match: re.Match[str], start: int, end: int) -> bool:
    if match.group() == "\n":
        return not _is_wrapped(text, match.start(), start, end)
    return match.group()[0] != "." or not _ABBREVIATION.search(folded[max(start, match.start() - 8) : match.start()].lstrip())


def _is_wrapped(text: str, at: int, start: int, end: int) -> bool:
    """Whether the line goes on below: a long line without a stop, and no list or heading beneath."""
    line = text[max(text.rfind("\n", start, at) + 1, start) : at].rstrip()
    below = text[at + 1 : min(at + 60, end)]
    if not below.strip() or below.lstrip(" \t\r")[:1] == "\n" or not line or line[-1] in ".:;!?" or _NEW_LINE.match(below):
        return False
    return len(line) >= WRAPPED or (len(line) >= WRAPPED // 2 and below.lstrip()[:1].islower())


def _pieces(text: str, start: int, end: int, number: int) -> Iterator[Sentence]:
    """The sentence without blanks around it; one of unheard-of length in pieces, so that no pattern sees more than a window."""
    while start < end:
        stop = end
        if end - start > LONGEST:
            stop = text.rfind(" ", start + LONGEST // 2, start + LONGEST) + 1 or start + LONGEST
        piece = text[start:stop]
        head = start + len(piece) - len(piece.lstrip())
        tail = start + len(piece.rstrip())
        if head < tail:
            yield Sentence(head, tail, number)
        start = stop
