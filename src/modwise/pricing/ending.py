"""The last steps: cuts of a part, the lower of price and charge; and, apart from the allowed amount, what is paid of it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from modwise.pricing import figures
from modwise.pricing.model import Cited, Situation
from modwise.pricing.money import rounded
from modwise.pricing.policy import Policy
from modwise.pricing.rating import Book
from modwise.pricing.stated import why_unknown
from modwise.pricing.working import Working

PART, LESSER = "part", "lesser-of"


def part(works: Sequence[Working], situation: Situation, book: Book) -> None:
    """Film, computed radiography, older scanners: a share of the technical part. Shares of the payment come later."""
    policy = book.policy(situation)
    for work in works:
        for modifier in work.carried(policy.listed("pricing.step.part")):
            if work.live:
                _part(work, modifier, situation, book)


def _part(work: Working, modifier: str, situation: Situation, book: Book) -> None:
    policy = book.policy(situation)
    contract = book.contract(situation)
    if contract and modifier in contract.factors:
        work.apply(PART, f"{modifier}: {contract.factors[modifier]} by {contract.name}.", contract.factors[modifier])
        return
    said = policy.figure(modifier)
    if said is None or said[0].share is None:
        reason, cited = why_unknown(modifier, situation, book)
        work.unknown(PART, reason, *cited)
        return
    figure, cited_figure = said
    share = said[0].share
    if figure.of == figures.TECHNICAL:
        technical = work.rate.technical
        if technical is None:
            work.unknown(PART, f"{modifier} cuts the technical part, which is not known for this line.", cited_figure)
        else:
            factor = 1 - technical * (1 - share)
            work.apply(PART, f"{modifier}: {share} of the technical part.", factor, cited_figure)
    elif figure.of == figures.ALLOWED:
        work.apply(PART, f"{modifier}: {share} by {cited_figure.payer}.", share, cited_figure)


def lesser_of(works: Sequence[Working], situation: Situation, book: Book) -> None:
    """The charge instead, where it is lower and the contract or the payer's rule says so."""
    policy = book.policy(situation)
    contract = book.contract(situation)
    rule = policy.find("pricing.lesser-of")
    agreed = contract.lesser_of if contract and contract.lesser_of is not None else None
    if agreed is False or (agreed is None and (rule is None or rule.value is not True)):
        return
    cites = (rule,) if rule and agreed is None else ()
    for work in works:
        charge = work.line.charge
        if work.live and work.amount is not None and charge is not None and charge < work.amount:
            work.amount = rounded(charge)
            work.say(LESSER, "The charge is lower than the price, and is what is allowed.", *cites)


# ---- of the allowed amount, what is paid --------------------------------------------------------------------------------


def pay(works: Sequence[Working], situation: Situation, book: Book) -> None:
    """Coinsurance, shares of the payment and sequestration, where the payer's are known; before any deductible."""
    policy = book.policy(situation)
    usual, cut = policy.find("pricing.coinsurance"), policy.find("pricing.sequestration")
    if usual is None or cut is None:
        return
    for work in works:
        if work.live and work.amount is not None:
            work.payment = _payment(work, usual, cut, policy)


def _payment(work: Working, usual: Cited, cut: Cited, policy: Policy) -> dict[str, Decimal]:
    allowed = work.amount or Decimal(0)
    coinsurance, payment = Decimal(usual.text), Decimal(1)
    for modifier in work.carried(policy.listed("pricing.step.part")):
        said = policy.figure(modifier)
        if said and said[0].share is not None and said[0].of == figures.COINSURANCE:
            coinsurance = said[0].share
        elif said and said[0].share is not None and said[0].of == figures.PAYMENT:
            payment *= said[0].share
            work.notes.append(f"{modifier}: {said[0].share} of the payment; the allowed amount stays as it is.")
    patient = rounded(allowed * coinsurance)
    payable = rounded((allowed - patient) * payment)
    sequestered = rounded(payable * Decimal(cut.text))
    return {
        "allowed": allowed,
        "coinsurance": patient,
        "payment_cut": allowed - patient - payable,
        "sequestration": sequestered,
        "payment": payable - sequestered,
    }
