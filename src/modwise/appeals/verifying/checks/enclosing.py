"""L11, L12, L31: what is enclosed is what the letter says, and no more than the payer needs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from modwise.appeals.encounters import dated_lines
from modwise.appeals.ledger import Exhibit
from modwise.appeals.verifying.base import WARN, Check, Found
from modwise.appeals.verifying.phrasing import forbidden
from modwise.appeals.verifying.reading import Finished
from modwise.appeals.verifying.words import enclosures, words

_BIRTH = re.compile(r"\b(?:DOB|date of birth|born(?: on)?)\b[\s:]*", re.I)
_RECORD = re.compile(r"\b(?:MRN|medical record (?:no\.?|number)|chart (?:no\.?|number))[\s:#]*", re.I)
# A page of a record has some sixty lines; of more days than its own and that of an operation before it, it may hold several visits.
_LONG = 100
_MANY_DAYS = 2


class Exhibits(Check):
    """Every exhibit named is in the packet, and every one in the packet is named.

    ## What it does
    "Exhibit B" must be an exhibit of the ledger; each exhibit of the ledger must be named in the letter; a number of pages behind one
    must be the number that is sent.

    ## Known limits
    The papers themselves are not opened; L40 compares their hashes.
    """

    code = "L11"
    title = "Exhibits exist and are named"

    def look(self, letter: Finished) -> Iterator[Found]:
        held = {exhibit.label: exhibit for exhibit in letter.ledger.exhibits}
        named: set[str] = set()
        for token in letter.of("exhibit"):
            labels = set(token.value.split())
            named |= labels
            if not labels <= held.keys():
                yield Found(token.start, token.end, "no such exhibit is in the packet", "Name one of the list, or add the paper.")
        found = letter.cover.found()
        rows = {unit.text[:1]: unit.number in found for unit in letter.known.units if unit.part == "exhibits"}
        for label in sorted(held):
            if not rows.get(label, label in named):
                yield Found(0, 0, f"exhibit {label} is in the packet and not in the letter's list", "Put its row back as drafted.")
        yield from _page_counts(letter)


def _page_counts(letter: Finished) -> Iterator[Found]:
    """Numbers of pages that are not those of the exhibit named before them in the same sentence."""
    held = {exhibit.label: exhibit for exhibit in letter.ledger.exhibits}
    for token in letter.of("pages"):
        piece = letter.piece_at(token.start)
        if piece.known:
            continue
        labels = [t.value for t in letter.of("exhibit") if piece.start <= t.start < token.start]
        lead = re.match(r"\s*([A-Z])[.):]?\s", letter.text[piece.start : piece.end])
        label = labels[-1] if labels else lead[1] if lead else ""
        if label in held and held[label].pages and token.value != str(len(held[label].pages)):
            yield Found(token.start, token.end, f"exhibit {label} has another number of pages", "Correct the number.")


class Enclosed(Check):
    """What is said to be enclosed is enclosed.

    ## What it does
    In a sentence with "enclosed", "attached" and the like, each paper named must be of a kind that is among the exhibits.

    ## Known limits
    A paper named by a word that no list holds is judged by L38 only.
    """

    code = "L12"
    title = "What is called enclosed is in the packet"

    def look(self, letter: Finished) -> Iterator[Found]:
        kinds = {exhibit.kind for exhibit in letter.ledger.exhibits}
        titles = " ".join(exhibit.title for exhibit in letter.ledger.exhibits).lower()
        for piece in letter.pieces:
            text = letter.text[piece.start : piece.end]
            if not words().enclosed.search(text):
                continue
            if not kinds:
                yield Found(
                    piece.start, piece.end, "nothing is enclosed: the packet has no exhibit", "Add the paper, or take it out."
                )
            for pattern, allowed in enclosures():
                match = pattern.search(text)
                if match and kinds and not kinds & allowed and match[0].lower() not in titles:
                    start = piece.start + match.start()
                    yield Found(start, piece.start + match.end(), "no such paper is among the exhibits", "Add it, or take it out.")


class MinimumNecessary(Check):
    """No more about the patient than the payer needs.

    ## What it does
    Blocks a social security number, a date of birth or a medical record number that the payer's form does not ask for, and pages of a
    note of which nothing is quoted. Words of specially protected records are blocked unless the ledger holds a consent. Warns where a
    page that is sent is very long, or bears the dates of several days: then it may hold more than this service.

    ## Known limits
    What stands on the exhibits' pages is counted, not read.
    """

    code = "L31"
    title = "Minimum necessary"

    def look(self, letter: Finished) -> Iterator[Found]:
        for token in letter.of("ssn"):
            yield Found(token.start, token.end, "a social security number", "Take it out.")
        asked = " ".join(str(e) for e in (*letter.ledger.route.get("elements", ()), *letter.ledger.route.get("needs", ()))).lower()
        for pattern, name in ((_BIRTH, "birth"), (_RECORD, "record number")):
            for match in pattern.finditer(letter.text):
                if name not in asked and any(c.isdigit() for c in letter.text[match.end() : match.end() + 12]):
                    yield Found(match.start(), match.end(), f"the {name} is not asked for on this form", "Take it out.")
        if not any("consent" in fact.name for fact in letter.ledger.facts):
            yield from forbidden(letter, self.code)
        quoted = {(fact.source.file, fact.source.page or 1) for fact, _ in letter.known.quotes}
        for exhibit in letter.ledger.exhibits:
            spare = [page for page in exhibit.pages if exhibit.kind == "note" and (exhibit.file, page) not in quoted]
            if spare:
                yield Found(0, 0, f"exhibit {exhibit.label}: nothing is quoted from page {spare[0]}", "Send only the pages quoted.")
            yield from _whole(exhibit, letter.ledger.documents.get(exhibit.file or "", ""))


def _whole(exhibit: Exhibit, document: str) -> Iterator[Found]:
    """A page that is sent whole and may hold more than this service."""
    pages = document.split("\f")
    for number in exhibit.pages if document else ():
        text = pages[number - 1] if 0 < number <= len(pages) else ""
        lines = sum(bool(line.strip()) for line in text.splitlines())
        days = len(set(dated_lines(text)))
        if lines > _LONG or days > _MANY_DAYS:
            told = f"{lines} lines" if lines > _LONG else f"dates of {days} days"
            message = f"exhibit {exhibit.label}: page {number} has {told} and could not be parted; all of it is sent"
            yield Found(
                0, 0, message, "See that it holds this service only; give the record of that day as a file of its own.", WARN
            )
