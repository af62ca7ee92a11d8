"""The finished letter as one text with places, its pieces, and which of them stand word for word in the ledger's letter."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from modwise.appeals.ledger import Ledger
from modwise.appeals.verifying import covering, filled, tokens
from modwise.appeals.verifying.base import Place
from modwise.appeals.verifying.covering import Cover
from modwise.appeals.verifying.known import Known
from modwise.appeals.verifying.plain import Letters, alike, squash, squashed
from modwise.appeals.verifying.tokens import Token
from modwise.appeals.verifying.words import words

if TYPE_CHECKING:
    from modwise.appeals.verifying.carrying import Loose

_ABBREVIATED = frozenset(
    [
        "dr",
        "mr",
        "mrs",
        "ms",
        "no",
        "nos",
        "p",
        "pp",
        "vs",
        "inc",
        "ltd",
        "co",
        "st",
        "jr",
        "sr",
        "ch",
        "sec",
        "s",
        "app",
        "pub",
        "art",
        "e.g",
        "i.e",
        "approx",
        "fig",
    ]
)
_STOP = re.compile(r"[.!?;]+[\"')\]]*(?=\s|$)|\n[ ]*\n|\n(?=\s*(?:\d{1,2}[.)]|[A-Z][.)]|[-*|])\s)")


@dataclass(frozen=True)
class Piece:
    """A sentence, heading, cell or line of the letter, by its offsets; `known` when all of it stands in the ledger's letter."""

    start: int
    end: int
    known: bool


@dataclass
class Finished:
    """The letter as read, with what its ledger holds."""

    text: str
    starts: list[int]
    places: list[Place]
    pages: int
    known: Known
    today: date
    remarks: Sequence[str] = field(default_factory=list)

    @property
    def ledger(self) -> Ledger:
        """The ledger it was drafted from."""
        return self.known.ledger

    def place(self, offset: int) -> Place:
        """Where that offset stands."""
        return self.places[max(bisect_right(self.starts, offset) - 1, 0)]

    @cached_property
    def cover(self) -> Cover:
        """Which stretches of the text are whole sentences of the ledger's letter."""
        return covering.cover(self.text, self.letters, self.known.units)

    @cached_property
    def letters(self) -> Letters:
        """The letters and digits of the text alone."""
        return squashed(self.text)

    @cached_property
    def tokens(self) -> list[Token]:
        """Everything in the text that is a value: dates, amounts, codes, numbers …, each once."""
        return tokens.find(self.text, self.letters, self.cover, self.known, self.by_hand)

    @cached_property
    def by_hand(self) -> list[tuple[int, int]]:
        """Where the address or the signer that the draft lacked was written in by hand: nothing there is of the ledger."""
        return list(filled.spans(self.text, self.cover, self.known))

    @cached_property
    def pieces(self) -> list[Piece]:
        """The text in pieces, in order."""
        return list(_pieces(self.text, self.cover, [(t.start, t.end) for t in self.of("quote")]))

    @cached_property
    def changed(self) -> list[Piece]:
        """The pieces that are not the ledger's letter and say something."""
        return [
            piece for piece in self.pieces if not piece.known and not _furniture(self.words_of(piece)) and not self.in_hand(piece)
        ]

    def in_hand(self, piece: Piece) -> bool:
        """Whether a piece lies in a part that was written in by hand."""
        return any(start <= piece.start and piece.end <= end for start, end in self.by_hand)

    @cached_property
    def loose(self) -> list[Loose]:
        """The changed pieces that nothing of the ledger carries."""
        from modwise.appeals.verifying.carrying import loose

        return loose(self)

    def words_of(self, piece: Piece) -> str:
        """The words of a piece on one line."""
        return " ".join(self.text[piece.start : piece.end].split())

    def piece_at(self, offset: int) -> Piece:
        """The piece around an offset."""
        return self.pieces[max(bisect_right(self._piece_starts, offset) - 1, 0)]

    @cached_property
    def _piece_starts(self) -> list[int]:
        return [piece.start for piece in self.pieces]

    def of(self, kind: str) -> list[Token]:
        """The values of one kind."""
        return [token for token in self.tokens if token.kind == kind]


def finished(pages: Sequence[str], known: Known, today: date, remarks: Sequence[str] = ()) -> Finished:
    """The letter of those pages as one text; what stands at head or foot of every page comes behind it."""
    lines = _lines(pages)
    furniture = _running(pages, known)
    body = [row for row in lines if row[2].strip() not in furniture]
    aside = [row for row in lines if row[2].strip() in furniture]
    text, starts, places = "", [], []
    for place, glue, line in (*_glued(body), *((place, "\n\n", line) for place, _, line in aside)):
        text = f"{text}{glue}" if text else text
        starts.append(len(text))
        places.append(place)
        text += line
    return Finished(text, starts or [0], places or [Place()], sum(bool(page.strip()) for page in pages), known, today, remarks)


def _lines(pages: Sequence[str]) -> list[tuple[Place, bool, str]]:
    """(place, whether a blank line stands before it, its text) of every line that is not blank."""
    rows: list[tuple[Place, bool, str]] = []
    paragraph = 0
    for number, page in enumerate(pages, 1):
        blank = number == 1
        for count, line in enumerate(alike(page).split("\n"), 1):
            if not line.strip():
                blank = True
                continue
            paragraph += blank
            rows.append((Place(number, count, max(paragraph, 1)), blank, line.rstrip()))
            blank = False
    return rows


_NUMBERED = re.compile(r"\d+")


def _running(pages: Sequence[str], known: Known) -> set[str]:
    """Lines that head or foot the pages: the same on several but for their number, a bare page number, or what heads a later page."""
    edges: list[str] = []
    for page in pages:
        rows = [line.strip() for line in alike(page).split("\n") if line.strip()]
        edges += {*rows[:2], *rows[-2:]}
    shapes = [_NUMBERED.sub("#", line) for line in edges]
    pattern = words().furniture[0]
    found = {line for line, shape in zip(edges, shapes, strict=True) if shapes.count(shape) > 1 or pattern.fullmatch(line)}
    return found | {line for page in pages[1:] for line in _heads(page) if _made_of(squash(line), known.heads)}


def _heads(page: str) -> list[str]:
    return [line.strip() for line in alike(page).split("\n") if line.strip()][:2]


def _made_of(letters: str, parts: Sequence[str]) -> bool:
    """Whether a line is nothing but such parts, one behind the other."""
    while letters:
        part = next((part for part in parts if letters.startswith(part)), None)
        if part is None:
            return False
        letters = letters.removeprefix(part)
    return True


def _glued(rows: Sequence[tuple[Place, bool, str]]) -> Iterator[tuple[Place, str, str]]:
    """Each line with what parts it from the one before: nothing after a hyphen, a line or a paragraph."""
    before = ""
    for place, blank, line in rows:
        broken = before.endswith("-") and before[-2:-1].isalnum() and line.lstrip()[:1].isalnum() and not blank
        yield place, "\n\n" if blank else "" if broken else "\n", line.lstrip() if broken else line
        before = line


def _pieces(text: str, cover: Cover, quotes: Sequence[tuple[int, int]]) -> Iterator[Piece]:
    for start, end in _sentences(text, cover, quotes):
        inside = text[start:end]
        if inside.strip():
            yield Piece(start, end, cover.holds(start, end))


def _sentences(text: str, cover: Cover, quotes: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Stretches that end at a full stop, a blank line, or at a line's end beside a known sentence."""
    start = 0
    for end in sorted({*_stops(text, quotes), *cover.edges(text), len(text)}):
        if end > start:
            yield start, end
            start = end


def _stops(text: str, quotes: Sequence[tuple[int, int]]) -> Iterator[int]:
    """Ends of sentences outside quotations; one that is followed by a bracket goes on to its end."""
    for match in _STOP.finditer(text):
        end = match.end()
        if match[0][0] == "." and _abbreviation(text, match.start()):
            continue
        if any(first < match.start() and end < last for first, last in quotes):
            continue
        if match[0].strip() and text[end : end + 2].lstrip()[:1] == "(":
            continue
        yield end


def _abbreviation(text: str, dot: int) -> bool:
    word = re.split(r"[\s(]", text[max(dot - 8, 0) : dot])[-1]
    return word.lower() in _ABBREVIATED or (len(word) == 1 and word.isupper())


def _furniture(piece: str) -> bool:
    return not any(c.isalnum() for c in piece) or any(pattern.fullmatch(piece.strip()) for pattern in words().furniture)
