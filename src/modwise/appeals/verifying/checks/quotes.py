"""L10, L32, L40: quotations are the note's own words, where the letter says they stand."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from modwise.appeals.ledger import Exhibit, Fact
from modwise.appeals.verifying import quoting
from modwise.appeals.verifying.base import Check, Found
from modwise.appeals.verifying.plain import squash
from modwise.appeals.verifying.reading import Finished

MOST_WORDS = 25


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
        for quote in letter.of("quote"):
            if not quoting.held(letter, quote):
                yield Found(
                    quote.start, quote.end, "these words stand in no note", "Quote the note exactly, or take the marks away."
                )
                continue
            fault = quoting.misplaced(letter, quote)
            if fault:
                yield Found(quote.start, quote.end, fault, "Name the exhibit, page and line where the words stand.")
        if letter.text.count('"') % 2:
            last = letter.text.rfind('"')
            yield Found(last, last + 1, "a quotation mark has no partner", "Close the quotation.")


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
            if len(quote.value.split()) > MOST_WORDS and not quoting.held(letter, quote):
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
