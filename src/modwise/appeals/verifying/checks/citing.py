"""L13, L14: authorities are those of the library, for this payer and this day."""

from __future__ import annotations

import re
from collections.abc import Iterator

from modwise.appeals.ledger import Authority
from modwise.appeals.verifying.base import Check, Found
from modwise.appeals.verifying.plain import alike
from modwise.appeals.verifying.reading import Finished
from modwise.appeals.verifying.words import citations
from modwise.knowledge.corpus import corpus

_PART = re.compile(r"\d+(?:[.-]\d+)*(?:\([a-z0-9]+\))*|[A-Z]{2,}[A-Z0-9-]*\d[\w-]*|\b[IVX]+\b|\b[A-Z]\b|[a-z]{3,}", re.I)
_FILLER = frozenset(
    [
        "section",
        "sec",
        "chapter",
        "pub",
        "and",
        "the",
        "manual",
        "medicare",
        "edition",
        "for",
        "of",
        "see",
        "under",
        "part",
        "page",
        "title",
    ]
)
_YEAR = re.compile(r"\b(20\d\d)\b")
LIBRARY = "Cite only what the ledger's library holds for this payer and day."


class Citations(Check):
    """Every citation is one of the ledger's authorities.

    ## What it does
    Finds manuals, regulations, statutes, NCCI chapters, booklets, coverage determinations, code-set appendices and policy numbers, and
    blocks those that no authority of the ledger is cited as, section for section.

    ## Known limits
    A work cited by its name alone, without number, section or edition, is a sentence like another (L38).
    """

    code = "L13"
    title = "Citations resolve to an authority"

    def look(self, letter: Finished) -> Iterator[Found]:
        held = [parts(f"{a.citation} {a.edition or ''}") for a in letter.ledger.authorities]
        held += [parts(text) for text in letter.ledger.route.get("form", ())]
        held += [parts(text) for text in letter.ledger.route.get("elements", ())]
        for token in letter.of("citation"):
            wanted = parts(token.value)
            if not any(wanted <= one for one in held):
                yield Found(token.start, token.end, "this citation is no authority of the ledger", LIBRARY)


def parts(citation: str) -> set[str]:
    """What tells one citation from another: its numbers, letters and words."""
    return {part.lower() for part in _PART.findall(alike(citation))} - _FILLER


class Scope(Check):
    """Every authority holds for this payer and on the day of service.

    ## What it does
    An authority of the ledger that is bound to other payers, or that began after or ended before the day of service, is blocked; so is a
    yearly work in an edition of another year than the service's.

    ## Known limits
    Without a day of service in the ledger the dates are not judged.
    """

    code = "L14"
    title = "Authorities hold for payer and day"

    def look(self, letter: Finished) -> Iterator[Found]:
        days = sorted(letter.known.service_days())
        for authority in letter.ledger.authorities:
            fault = _fault(authority, letter.known.payer, days)
            if fault:
                start, end = _where(letter, authority)
                yield Found(start, end, fault, LIBRARY)


def _fault(authority: Authority, payer: str | None, days: list[str]) -> str | None:
    if authority.payers and payer is not None and not set(authority.payers) & set(corpus().line_of(payer)):
        return f"the authority {authority.id} does not hold for this payer"
    if days and authority.since and authority.since > days[0]:
        return f"the authority {authority.id} began after the day of service"
    if days and authority.until and authority.until < days[-1]:
        return f"the authority {authority.id} had ended on the day of service"
    years = set(_YEAR.findall(authority.edition or ""))
    annual = any(c.annual and c.pattern.search(alike(authority.citation)) for c in citations())
    if annual and years and days and not years & {day[:4] for day in days}:
        return f"the authority {authority.id} is cited in the edition of another year"
    return None


def _where(letter: Finished, authority: Authority) -> tuple[int, int]:
    return next(((t.start, t.end) for t in letter.of("cited") if t.value == authority.id), (0, 0))
