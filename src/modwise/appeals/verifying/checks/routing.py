"""L22–L24: an appeal is the remedy, it goes to the right place at the right level, and in time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from modwise.appeals.verifying.base import BLOCK, PLACEHOLDER, WARN, Check, Found, put_back
from modwise.appeals.verifying.plain import squash
from modwise.appeals.verifying.reading import Finished
from modwise.appeals.verifying.words import levels

REMEDIES = {"appeal": "appeal", "documents": "send_documents", "underpayment": "dispute_underpayment"}


class Remedy(Check):
    """The letter is the remedy of its denial.

    ## What it does
    An appeal needs a denial whose remedy is an appeal; a letter with records one that asked for them; a payment dispute one that was
    underpaid. What cannot be appealed, as a claim returned as unprocessable, gets no letter.

    ## Known limits
    It trusts the remedy as it was decided when the letter was drafted.
    """

    code = "L22"
    title = "A letter is the remedy"

    def look(self, letter: Finished) -> Iterator[Found]:
        wanted, held = REMEDIES.get(letter.known.kind), letter.ledger.item.get("remedy")
        if wanted is not None and held is not None and held != wanted:
            yield Found(
                0, 0, f"the remedy of this denial is {str(held).replace('_', ' ')}, not this letter", "See `modwise denials`."
            )


class Level(Check):
    """Level, form and addressee are the payer's.

    ## What it does
    The subject and the addressee of the draft must stand in the letter; a step of appeal, or a form, that the payer's process does not
    name at this level is blocked.

    ## Known limits
    The address itself comes from the practice's own settings and is not looked up.
    """

    code = "L23"
    title = "Level, form and addressee"

    def look(self, letter: Finished) -> Iterator[Found]:
        found = letter.cover.found()
        for unit in letter.known.units:
            if unit.part in ("subject", "addressee") and unit.number not in found:
                if PLACEHOLDER in unit.text and letter.by_hand:
                    start, end = letter.by_hand[0]
                    yield Found(start, end, "the address was written in by hand", "Put it into practice.toml.", WARN)
                    continue
                what = "the subject" if unit.part == "subject" else "the addressee"
                yield Found(0, 0, f"{what} is missing or changed", put_back(unit.text))
        route = letter.ledger.route
        own = " ".join([*(str(route.get(key) or "") for key in ("request", "level_title", "id")), *_subject(letter)]).lower()
        for level, pattern in levels():
            for match in pattern.finditer(letter.text):
                if squash(level) not in squash(own) and not letter.piece_at(match.start()).known:
                    yield Found(
                        match.start(), match.end(), "this is not the level the letter goes to", "Name the level of the draft."
                    )


def _subject(letter: Finished) -> list[str]:
    return [unit.text for unit in letter.known.units if unit.part in ("subject", "ask", "request")]


class Deadline(Check):
    """The letter is in time.

    ## What it does
    Compares today with the last lawful day and the day to work by. Past the first it is blocked, past the second it warns.

    ## Known limits
    A late letter with good cause stands when the ledger holds a fact of that name. A deadline that is not known is not judged.
    """

    code = "L24"
    title = "The deadline has not passed"

    def look(self, letter: Finished) -> Iterator[Found]:
        told = letter.ledger.route.get("deadline") or letter.ledger.item.get("deadline")
        deadline: Mapping[str, Any] = told if isinstance(told, Mapping) else {}
        legal, work_by = _day(deadline.get("legal")), _day(deadline.get("work_by"))
        excused = any("good_cause" in fact.name for fact in letter.ledger.facts)
        if legal is not None and letter.today > legal:
            hint = "A late request needs good cause; give the reason as a fact (good_cause)."
            yield Found(0, 0, f"the last day was {legal.isoformat()}", hint, WARN if excused else BLOCK)
        elif work_by is not None and letter.today > work_by:
            yield Found(0, 0, f"the day to work by was {work_by.isoformat()}", "Send it by a way that shows when it arrived.", WARN)


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None
