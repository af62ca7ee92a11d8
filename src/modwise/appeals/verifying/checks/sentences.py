"""L07, L15, L16, L18, L19, L38: every sentence rests on the ledger, and says no more than its ground."""

from __future__ import annotations

import re
from collections.abc import Iterator

from modwise.appeals.verifying.base import WARN, Check, Found
from modwise.appeals.verifying.reading import Finished

_LEAD = re.compile(r"\s*(\d{1,2})[.)]\s+")
REDRAFT = "Take it out, or give the fact (--facts, --note) and draft the letter again, so that it shows where it comes from."
_MEANS = re.compile(r"\b(?:means|describes?|is defined|stands for|is the code for|represents|refers to|definition)\b", re.I)


def _hint(nearest: str) -> str:
    return f"{REDRAFT} The draft says: {nearest}" if nearest else REDRAFT


def _of(letter: Finished, why: str) -> Iterator[tuple[int, int, str]]:
    return ((one.piece.start, one.piece.end, one.nearest) for one in letter.loose if one.why == why)


class CodeMeaning(Check):
    """What a code means is said in the words of the draft.

    ## What it does
    A sentence that says what a procedure or denial code means must be one of the letter as drafted.

    ## Known limits
    It looks for words such as "means" or "describes" beside a code.
    """

    code = "L07"
    title = "Meanings of codes are the draft's"

    def look(self, letter: Finished) -> Iterator[Found]:
        for one in letter.loose:
            start, end = one.piece.start, one.piece.end
            coded = any(t.kind in ("code", "carc", "rarc", "group code") and start <= t.start < end for t in letter.tokens)
            if coded and _MEANS.search(letter.text, start, end):
                yield Found(start, end, "this says what a code means in words that are not the draft's", REDRAFT)


class Propositions(Check):
    """An authority is said to hold only what the library says it holds.

    ## What it does
    A changed sentence that cites an authority must say no more than the draft, or than the proposition of that authority.

    ## Known limits
    Whether the proposition itself is right was decided when the authority was entered.
    """

    code = "L15"
    title = "Authorities hold what is said of them"

    def look(self, letter: Finished) -> Iterator[Found]:
        for start, end, nearest in _of(letter, "citation"):
            yield Found(start, end, "this authority is not held to say so", _hint(nearest))


class Clinical(Check):
    """Every clinical statement rests on words of a note.

    ## What it does
    A sentence about the patient or the care that is not one of the letter as drafted must say no more, in the same order and about the
    same side, than a sentence of the letter or a quoted stretch of a note.

    ## Known limits
    Words of its own are allowed from the plain and polite lists only, so an honest rewording can be blocked: draft it again instead.
    """

    code = "L16"
    title = "Clinical statements rest on the notes"

    def look(self, letter: Finished) -> Iterator[Found]:
        for start, end, nearest in _of(letter, "clinical"):
            yield Found(start, end, "nothing in the ledger says this about the care", _hint(nearest))


class Sides(Check):
    """Left stays left.

    ## What it does
    A changed sentence must name the same sides, at the same words, as the one it was drafted as.

    ## Known limits
    Sides named by abbreviations (OD, OS, L, R) are compared as the words they are.
    """

    code = "L18"
    title = "Sides are those of the record"

    def look(self, letter: Finished) -> Iterator[Found]:
        for start, end, nearest in _of(letter, "side"):
            yield Found(start, end, "the side is not the draft's", _hint(nearest))


class Negations(Check):
    """What was denied stays denied, and nothing else.

    ## What it does
    A changed sentence must hold as many negations as the one it was drafted as.

    ## Known limits
    A negation in one word that no list holds ("atraumatic") counts as a word of its own and is blocked as such.
    """

    code = "L19"
    title = "Negations are those of the record"

    def look(self, letter: Finished) -> Iterator[Found]:
        for start, end, nearest in _of(letter, "negation"):
            yield Found(start, end, "it denies what the draft does not, or the reverse", _hint(nearest))


class Grounds(Check):
    """Every sentence rests on the ledger.

    ## What it does
    What is not one of the letter's sentences must be a courtesy, or say no more than one of them; everything else is listed here. The
    sentences of the ledger must name facts and authorities that the ledger holds. Numbered facts that do not count up are warned of.

    ## Known limits
    A rewording with words of its own is blocked although it may be true: the ledger cannot show where it comes from.
    """

    code = "L38"
    title = "Every sentence rests on the ledger"

    def look(self, letter: Finished) -> Iterator[Found]:
        for start, end, nearest in _of(letter, "other"):
            yield Found(start, end, "this sentence is not the draft's, and nothing in the ledger says so", _hint(nearest))
        known = letter.known
        for unit in known.units:
            if not (set(unit.facts) <= known.facts.keys() and set(unit.authorities) <= known.authorities.keys()):
                yield Found(0, 0, "a sentence of the ledger names a fact that the ledger does not hold", "Draft the letter again.")
        yield from _numbering(letter)


def _numbering(letter: Finished) -> Iterator[Found]:
    """Numbered facts whose numbers do not count up from one."""
    expected = 1
    for stretch in letter.cover.stretches:
        line = letter.text.rfind("\n", 0, stretch.start) + 1
        lead = _LEAD.fullmatch(letter.text[line : stretch.start])
        if stretch.unit.part != "facts" or lead is None:
            continue
        if int(lead[1]) != expected:
            yield Found(line, stretch.start, "the numbered facts do not count up", "Number them again.", WARN)
            return
        expected += 1
