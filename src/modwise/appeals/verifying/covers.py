"""The cover sheet of a packet against its ledger and against the packet's own pages: it is checked apart from the letter."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from modwise.appeals.dates import DATE
from modwise.appeals.ledger import Ledger
from modwise.appeals.verifying.base import BLOCK, Place, Problem
from modwise.appeals.wording import shown

_AMOUNT = re.compile(r"-?\$[\d,]+(?:\.\d+)?")
_COUNT = re.compile(r"with this one\s*(\d+)")
_EXHIBIT = re.compile(r"Exhibit ([A-Z]): (.+)", re.DOTALL)
_DRAFT_AGAIN = "Write the packet again: the cover is made with it."


@dataclass(frozen=True)
class Packet:
    """A packet as its file has it: the text of the cover, the bookmarks with the page each begins on, the number of its pages."""

    cover: str
    parts: tuple[tuple[str, int], ...]
    total: int

    def contents(self) -> Iterator[tuple[str, int, int]]:
        """The parts behind the cover: title, first and last page, from 1."""
        starts = [*self.parts, ("", self.total)]
        for (title, first), (_, after) in pairwise(starts):
            if first > 0:
                yield title, first + 1, after


def problems(packet: Packet, ledger: Ledger) -> list[Problem]:
    """What is wrong with the cover: dates, amounts, the list of exhibits, the numbers of pages."""
    return [Problem(check, BLOCK, Place(1), text, message, _DRAFT_AGAIN) for check, text, message in _wrong(packet, ledger)]


def _wrong(packet: Packet, ledger: Ledger) -> Iterator[tuple[str, str, str]]:
    yield from _untraced(packet.cover, ledger)
    told = _COUNT.search(" ".join(packet.cover.split()))
    if told is None or int(told[1]) != packet.total:
        yield "L11", told[0] if told else "", f"the cover does not tell the {packet.total} pages that the packet has"
    found = [match[1] for title, _ in packet.parts if (match := _EXHIBIT.fullmatch(title))]
    wanted = [exhibit.label for exhibit in ledger.exhibits]
    if found != wanted:
        yield "L11", " ".join(found), f"the packet's exhibits are not those of the ledger ({' '.join(wanted)})"
    flat = _squashed(packet.cover)
    for title, first, last in packet.contents():
        match = _EXHIBIT.fullmatch(title)
        pages = str(first) if first == last else f"{first}\N{EN DASH}{last}"
        row = f"{match[1]} {match[2]} {pages}" if match else f"{title} {pages}"
        if _squashed(row) not in flat:
            yield "L11", title, f"the cover does not list this part on page {pages}"


def _untraced(cover: str, ledger: Ledger) -> Iterator[tuple[str, str, str]]:
    held = _squashed(" ".join(shown(fact) for fact in ledger.facts if fact.kind in ("date", "amount")))
    titles = _squashed(" ".join(_texts(ledger)))
    for pattern, check, what in ((DATE, "L01", "date"), (_AMOUNT, "L02", "amount")):
        for match in pattern.finditer(" ".join(cover.split())):
            if _squashed(match[0]) not in held and _squashed(match[0]) not in titles:
                yield check, match[0], f"a {what} of the cover that the ledger does not hold"


def _texts(ledger: Ledger) -> Sequence[str]:
    """The words of the letter that the cover repeats: its subject and its list of exhibits."""
    return [str(one["text"]) for one in (ledger.letter.get("subject") or {"text": ""}, *ledger.letter.get("exhibits", ()))]


def _squashed(text: str) -> str:
    return re.sub(r"\s+", "", text)
