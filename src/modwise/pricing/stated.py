"""What a modifier pays: by the contract, by the payer's own figure, or as learnt from its remittances; else why it is not known."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from modwise.plural import count
from modwise.pricing import figures
from modwise.pricing.model import Cited, Situation
from modwise.pricing.rating import Book, least
from modwise.pricing.working import Working


@dataclass(frozen=True, slots=True)
class Stated:
    """A share with the words that tell where it is from."""

    share: Decimal
    says: str
    cited: tuple[Cited, ...] = ()


def stated(modifier: str, work: Working, situation: Situation, book: Book) -> Stated | None:
    """The share of the allowed amount that the modifier pays; None when nobody says."""
    contract = book.contract(situation)
    if contract and modifier in contract.factors:
        share = contract.factors[modifier]
        return Stated(share, f"{modifier}: {share} by {contract.name}.")
    policy = book.policy(situation)
    said = policy.figure(modifier)
    if said and said[0].kind == figures.SHARE and said[0].of == figures.ALLOWED and said[0].share is not None:
        return Stated(said[0].share, f"{modifier}: {said[0].share} by {said[1].payer}.", (said[1],))
    if said and said[0].kind == figures.NOTHING:
        return Stated(Decimal(0), f"{modifier}: not paid by {said[1].payer}.", (said[1],))
    return learnt(modifier, work, situation, book)


def learnt(modifier: str, work: Working, situation: Situation, book: Book) -> Stated | None:
    """The share the payer was seen to allow in that year, labelled so."""
    seen = book.learnt.share(situation.payer or "", modifier, work.line.code, situation.day, least(book.policy(situation)))
    if seen is None:
        return None
    says = f"{modifier}: {seen.median} learnt from {count(seen.n, 'line')} of this payer (middle half {seen.low} to {seen.high})."
    cited = Cited(
        fact=f"{modifier}.payment",
        value=str(seen.median),
        payer=situation.payer or "",
        start=situation.day.replace(month=1, day=1),
        source=(),
        confidence="low",
        note="learnt from the user's own remittances",
        learnt=seen.n,
    )
    work.notes.append(f"The figure for {modifier} is learnt, not published: {count(seen.n, 'line')}.")
    return Stated(seen.median, says, (cited,))


def why_unknown(modifier: str, situation: Situation, book: Book) -> tuple[str, tuple[Cited, ...]]:
    """Why no share is known: by report, said only in words, known only from a later day, or not at all."""
    policy = book.policy(situation)
    said = policy.figure(modifier)
    if said and said[0].kind in (figures.REPORT, figures.ROW):
        return f"{modifier}: {said[1].payer} prices it by report, without a fixed share.", (said[1],)
    if said:
        return f"{modifier}: {said[1].payer} says {said[1].text!r}, which is no share.", (said[1],)
    later = policy.first_known(f"{modifier}.payment")
    if later:
        return f"{modifier}: what {policy.payer} pays is known only from {later} on.", ()
    return f"{modifier}: what {policy.payer} pays for it is not known.", ()
