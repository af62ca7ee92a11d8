"""L10, L32, L40: quotations are the note's own words, where the letter says they stand."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from modwise.appeals.ledger import Exhibit, Fact
from modwise.appeals.verifying.base import Check, Found
from modwise.appeals.verifying.plain import squash
from modwise.appeals.verifying.reading import Finished
from modwise.appeals.verifying.tokens import Token

MOST_WORDS = 25
# A reference stands within a line or two behind its quotation.
REACH = 160


class Quotes(Check):
    """Every quotation stands word for word in a note, on the page and line named.

    ## What it does
    What stands in quotation marks must be a stretch of a stored note (blanks, hyphens at line ends and the form of the marks aside). The
    exhibit, page and line behind it must be where it stands. Marks that do not pair are blocked.

    ## Known limits
    Capitals and punctuation inside a quotation are not compared. A quotation that stands several times may name any of its places.
    """

    code = "L10"
    title = "Quotations are verbatim and rightly placed"

    def look(self, letter: Finished) -> Iterator[Found]:
        quotes = letter.of("quote")
        for index, quote in enumerate(quotes):
            if not _held(letter, quote):
                yield Found(
                    quote.start, quote.end, "these words stand in no note", "Quote the note exactly, or take the marks away."
                )
                continue
            limit = quotes[index + 1].start if index + 1 < len(quotes) else len(letter.text)
            fault = _misplaced(letter, quote, min(quote.end + REACH, limit))
            if fault:
                yield Found(quote.start, quote.end, fault, "Name the exhibit, page and line where the words stand.")
        if letter.text.count('"') % 2:
            last = letter.text.rfind('"')
            yield Found(last, last + 1, "a quotation mark has no partner", "Close the quotation.")


def _held(letter: Finished, quote: Token) -> bool:
    wanted = squash(quote.value)
    if any(wanted in text for text in letter.known.documents.values()):
        return True
    return any(wanted in held for _, held in letter.known.quotes)


def _misplaced(letter: Finished, quote: Token, limit: int) -> str | None:
    """What is wrong with the reference behind a quotation; None where nothing is, or none stands there."""
    behind = letter.text[quote.end : limit]
    if "(" not in behind[:40]:
        return None
    end = quote.end + behind.index("(") + 1
    close = letter.text.find(")", end)
    inside = [t for t in letter.tokens if end <= t.start < (close if close > 0 else limit)]
    named = {kind: next((t.value for t in inside if t.kind == kind), None) for kind in ("exhibit", "page", "line")}
    if not any(named.values()):
        return None
    places = list(_places(letter, quote, named["exhibit"]))
    if not places:
        return "the quoted words do not stand in that exhibit"
    if named["page"] and not any(_within(page, named["page"]) for page, _ in places):
        return "the quoted words do not stand on that page"
    if named["line"] and not any(
        _within(line, named["line"]) for page, line in places if not named["page"] or _within(page, named["page"])
    ):
        return "the quoted words do not stand on that line"
    return None


def _within(place: int, named: str) -> bool:
    first, last = named.split("-")
    return int(first) <= place <= int(last)


def _places(letter: Finished, quote: Token, labels: str | None) -> Iterator[tuple[int, int]]:
    """(page, line) of every place where the words stand, in the exhibit named."""
    files = {e.file for e in letter.ledger.exhibits if labels is None or e.label in labels.split()}
    wanted = squash(quote.value)
    for fact, held in letter.known.quotes:
        if wanted in held and fact.source.file in files and fact.source.page and fact.source.line:
            yield fact.source.page, fact.source.line
    for name, text in letter.ledger.documents.items():
        if name in files:
            yield from _in_document(text, wanted)


def _in_document(text: str, wanted: str) -> Iterator[tuple[int, int]]:
    from modwise.appeals.verifying.plain import alike, squashed

    # `alike` may shorten a text; the lines stay, so places are counted in what it wrote.
    plain = alike(text)
    for start, _ in squashed(plain).spans(wanted):
        page_start = plain.rfind("\f", 0, start) + 1
        yield plain.count("\f", 0, start) + 1, plain.count("\n", page_start, start) + 1


class QuoteLength(Check):
    """No long run of somebody else's text.

    ## What it does
    A quotation of more than 25 words that stands in no note is blocked: rules and code sets are told in our own words.

    ## Known limits
    Licensed texts are not at hand, so copied text without marks is caught only as a sentence that rests on nothing (L38).
    """

    code = "L32"
    title = "No long quotation of a rule"

    def look(self, letter: Finished) -> Iterator[Found]:
        for quote in letter.of("quote"):
            if len(quote.value.split()) > MOST_WORDS and not _held(letter, quote):
                yield Found(quote.start, quote.end, "a long quotation of a text that is no note", "Say it in your own words.")


class Record(Check):
    """The notes are those that were read.

    ## What it does
    Every quoted fact must stand at its offsets in the note as the ledger holds it. Where the note's file still lies there, its hash
    must be the one taken when it was read.

    ## Known limits
    A file that was moved is not looked for; the ledger's copy of its text then stands alone.
    """

    code = "L40"
    title = "The notes are unchanged since they were read"

    def look(self, letter: Finished) -> Iterator[Found]:
        for fact, held in letter.known.quotes:
            if not _stands(letter, fact, held):
                yield Found(0, 0, f"the quotation {fact.id} does not stand where the ledger says", "Draft the letter again.")
        for exhibit in letter.ledger.exhibits:
            if _changed(exhibit):
                hint = "Read the note again: draft the letter again."
                yield Found(0, 0, f"the file of exhibit {exhibit.label} has changed since it was read", hint)


def _stands(letter: Finished, fact: Fact, held: str) -> bool:
    text = letter.ledger.documents.get(fact.source.file or "")
    if text is None or fact.source.start is None or fact.source.end is None:
        return text is None
    return squash(text[fact.source.start : fact.source.end]) == held


def _changed(exhibit: Exhibit) -> bool:
    if not exhibit.file or not exhibit.sha256:
        return False
    try:
        return hashlib.sha256(Path(exhibit.file).read_bytes()).hexdigest() != exhibit.sha256
    except OSError:
        return False
