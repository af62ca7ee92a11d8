"""Which side a record tells that day's service was on: told by its title and its acts, not by what was done earlier or to the other side."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Literal

from modwise.appeals import cards
from modwise.appeals.book import Book
from modwise.appeals.charts import Chart
from modwise.appeals.dates import DATE, is_day
from modwise.appeals.ledger import Fact
from modwise.notes.headings import TITLE
from modwise.notes.hits import Span
from modwise.notes.quoting import evidence

Weight = Literal["told", "named"]
SIDES = ("left", "right")
OWN, OTHER, BOTH, UNKNOWN, FREE = "own", "other", "both", "unknown", "free"
# How records name sides, other days and acts, and how they deny.
_told, _words = partial(cards.common, "record"), partial(cards.common, "contrary")
_SIDE = re.compile(r"item\.\w+\.side$")
_PART = re.compile(r"[,;]|\b(?:and|but|while|whereas|although|which|who)\b")


@dataclass(frozen=True)
class Mention:
    """A sentence that names a side: as that of an act, or otherwise."""

    chart: Chart
    span: Span
    side: str
    weight: Weight
    nouns: frozenset[str] = frozenset()  # what is named behind the word of the side
    titled: bool = False  # whether it stands in the name of the service


def judged(
    book: Book, modifiers: Sequence[str], read: Sequence[Chart], days: Sequence[date], item: str | None = None
) -> tuple[str, list[Mention]]:
    """Whether the records tell of the line's own side, with the mentions that tell of the other one.

    `free` where the line names no side, or the user has named it; `unknown` where nothing tells it. The sentence that tells the
    side is kept under the checklist's item for it, where there is one.
    """
    own = side_of(modifiers)
    mentions = [one for chart in read for one in _mentions(chart, days)]
    told = [one for one in mentions if one.weight == "told"] or mentions
    told = [one for one in told if one.side == own or _comparable(one, told, own)] if own else told
    verdict = FREE if own is None or book.get("record_side") is not None or not read else _verdict(book, own, told)
    mine = [one for one in told if verdict != UNKNOWN and own in (None, one.side)]
    _keep(book, mine)
    if item is not None and own is not None:
        _shown(book, f"item.{item}", mine)
    return verdict, [one for one in told if one.side != own] if verdict in (OTHER, BOTH) else []


def _verdict(book: Book, own: str, told: Sequence[Mention]) -> str:
    sides = {one.side for one in told}
    if own not in sides:
        return OTHER if sides else UNKNOWN
    if len(sides) == 1 or _billed(book, own):
        return OWN
    return BOTH if told[0].weight == "told" else UNKNOWN


def _comparable(one: Mention, told: Sequence[Mention], own: str) -> bool:
    """Whether what is named on the other side could be what was done: the service's name, the same thing, or the side as a whole."""
    mine = {noun for other in told if other.side == own for noun in other.nouns}
    return one.titled or not mine or not one.nouns or bool(one.nouns & (mine | set(_told()["side_whole"])))


def side_of(modifiers: Sequence[str]) -> str | None:
    """The one side that modifiers name; None where they name none, or both."""
    named = [side for side in SIDES if set(modifiers) & set(_told()[side])]
    return named[0] if len(named) == 1 else None


def _billed(book: Book, own: str) -> bool:
    """Whether another line of the claim is for the other side: then the record may well tell of both."""
    other = set(_told()[SIDES[own == "left"]])
    return any(re.match(r"paid_line\.\d+\.modifier", fact.name) and fact.value in other for fact in book.facts)


def _keep(book: Book, held: Sequence[Mention]) -> None:
    """Takes from the book what was read for a side and does not tell that of this service."""

    def stands(fact: Fact) -> bool:
        start, end = fact.source.start or 0, fact.source.end or 0
        return any(one.chart.file == fact.source.file and start < one.span.end and one.span.start < end for one in held)

    book.facts = [fact for fact in book.facts if not re.match(_SIDE, fact.name) or stands(fact)]


def _shown(book: Book, item: str, mentions: Sequence[Mention]) -> None:
    """The first sentence that tells the side as the item's quotation, where the checklist found none."""
    if mentions and not book.all(item):
        one = mentions[0]
        piece = evidence(one.chart.noted.note, one.span)
        book.add("quote", item, piece["quote"], one.chart.source(piece))


# ---- what a record says --------------------------------------------------------------------------------------------------------


def _mentions(chart: Chart, days: Sequence[date]) -> Iterator[Mention]:
    note = chart.noted.note
    for number, sentence in enumerate(note.sentences):
        text = note.text[sentence.start : sentence.end]
        heading = note.sections[sentence.section].heading.casefold()
        titled = note.kind_of(number) == TITLE and not re.search(_told()["side_planned"], heading)
        for part in _parts(_without_dates(text, days)):
            folded = part.casefold()
            if re.search(_told()["side_aside"], folded):
                continue
            acted = re.search(_told()["side_act"], folded) is not None and not re.search(_words()["denies"], folded)
            weight: Weight = "told" if titled or acted else "named"
            for side in _named(part, strong=weight == "told"):
                yield Mention(chart, Span(sentence.start, sentence.end), side, weight, _nouns(part), titled)


def _parts(text: str) -> Iterator[str]:
    """The sentence; of one that tells of another day too, the parts that do not."""
    if re.search(_told()["side_earlier"], text):
        yield from (part for part in _PART.split(text) if not re.search(_told()["side_earlier"], part))
    else:
        yield text


def _without_dates(text: str, days: Sequence[date]) -> str:
    """The text with each date as what it says: today, or earlier."""

    def said(found: re.Match[str]) -> str:
        return "today" if any(is_day(found[0], day) for day in days) else "earlier"

    return DATE.sub(said, text)


def _nouns(part: str) -> frozenset[str]:
    """The one or two words behind each word of a side."""
    found = [match.group("first", "second") for match in re.finditer(_told()["side_noun"], part)]
    return frozenset(word.casefold().removesuffix("s") for pair in found for word in pair if word)


def _named(part: str, *, strong: bool) -> Iterator[str]:
    """The sides that a part names."""
    if strong and re.search(_told()["says_both"], part):
        yield from SIDES
        return
    for side in SIDES:
        if re.search(_told()[f"says_{side}"], part):
            yield side


def quoted(book: Book, mentions: Sequence[Mention]) -> list[Fact]:
    """The sentences that tell of the other side, as facts `contrary`."""
    found = []
    for one in {(m.chart.file, m.span.start): m for m in mentions}.values():
        piece = evidence(one.chart.noted.note, one.span)
        fact = book.add("quote", "contrary", piece["quote"], one.chart.source(piece))
        found += [fact] if fact else []
    return found
