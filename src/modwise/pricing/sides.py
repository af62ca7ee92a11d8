"""Both sides: modifier 50 on one line, or one code on two lines with a side each."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from modwise.pricing import figures
from modwise.pricing.model import ONE, Cited, Situation
from modwise.pricing.policy import Policy
from modwise.pricing.rating import Book
from modwise.pricing.stated import stated, why_unknown
from modwise.pricing.working import Working

STEP = "bilateral"


def bilateral(works: Sequence[Working], situation: Situation, book: Book) -> None:
    """Prices both sides, by the payer's shares for each bilateral indicator, or its one figure."""
    policy = book.policy(situation)
    both = policy.listed("pricing.step.bilateral")
    for work in works:
        if work.live and (carried := work.carried(both)):
            _one_line(work, carried[0], situation, book)
    for pair in _pairs([work for work in works if work.live and not work.carried(both)], policy):
        _two_lines(pair, situation, book)


def _one_line(work: Working, modifier: str, situation: Situation, book: Book) -> None:
    policy = book.policy(situation)
    contract = book.contract(situation)
    units = policy.find(f"{modifier}.units")
    if units and units.text == "1" and work.units != 1:
        work.unknown(STEP, f"{modifier} goes with one unit; with {work.units:f} units the line can be read in two ways.", units)
        return
    per_side = policy.find("mpfs.bilateral.per-side-with-50")
    if work.fee and per_side and per_side.value == "no" and policy.within("mpfs.bilateral.paid-per-side", work.fee.bilateral):
        work.unknown(
            STEP, f"{per_side.payer} takes no {modifier} with bilateral indicator {work.fee.bilateral}: a line a side.", per_side
        )
        return
    by_indicator = None if contract and modifier in contract.factors else policy.find("pricing.bilateral")
    if by_indicator:
        _by_indicator(work, modifier, by_indicator)
        return
    found = stated(modifier, work, situation, book)
    if found is None:
        reason, cited = why_unknown(modifier, situation, book)
        work.unknown(STEP, reason, *cited)
    elif work.fee and not policy.within("mpfs.bilateral.one-and-a-half", work.fee.bilateral):
        work.unknown(
            STEP,
            f"{found.says} But Medicare's bilateral indicator of {work.line.code} is {work.fee.bilateral}, and whether the share holds "
            "for such a code is not known.",
            *found.cited,
        )
    else:
        work.apply(STEP, found.says, found.share, *found.cited)


def _by_indicator(work: Working, modifier: str, cited: Cited) -> None:
    indicator = work.fee.bilateral if work.fee else None
    share = figures.pairs(cited.value if isinstance(cited.value, tuple) else ()).get(str(indicator))
    if indicator is None:
        work.unknown(STEP, f"{work.line.code} is not in the fee schedule at hand, so its bilateral indicator is not known.", cited)
    elif share is None:
        work.unknown(STEP, f"{modifier} does not apply to bilateral indicator {indicator}; the line is rejected.", cited)
    else:
        work.apply(STEP, f"Bilateral indicator {indicator}: both sides pay {share} of one.", Decimal(share), cited)


def _pairs(works: Sequence[Working], policy: Policy) -> list[tuple[Working, Working]]:
    """Two lines of one code, one unit each, one a side; the dearer, then the first side, comes first."""
    sides = policy.listed("pricing.sides")
    assistants = policy.listed("pricing.assistants")
    by_key: dict[tuple[object, ...], list[tuple[str, Working]]] = {}
    for work in works:
        carried = work.carried(sides)
        if len(carried) == 1 and work.units == 1:
            key = (work.line.code, work.row, work.line.place, bool(work.carried(assistants)))
            by_key.setdefault(key, []).append((carried[0], work))
    found = []
    for lines in by_key.values():
        if sorted(side for side, _ in lines) == sorted(sides):
            first, second = sorted(lines, key=lambda one: one[0])
            found.append((first[1], second[1]))
    return found


def _two_lines(pair: tuple[Working, Working], situation: Situation, book: Book) -> None:
    together = _together(pair, situation, book)
    if together is None:
        return
    total, says, cited = together
    if total == 2:
        for work in pair:
            work.say(STEP, says, *cited)
        return
    first, second = pair
    first.apply(STEP, f"{says} This line pays the first side.", ONE, *cited)
    second.apply(STEP, f"{says} This line pays what is left; how the sum falls on the two lines differs.", total - 1, *cited)
    first.partner, second.partner = second, first


def _together(pair: tuple[Working, Working], situation: Situation, book: Book) -> tuple[Decimal, str, tuple[Cited, ...]] | None:
    """The share both lines pay together; None where nothing is to be done or nothing is known (then said on the lines)."""
    policy = book.policy(situation)
    work = pair[0]
    if work.fee is None:
        return None
    both = policy.listed("pricing.step.bilateral")[0]
    contract = book.contract(situation)
    own = policy.find("pricing.bilateral.two-lines")
    indicator = work.fee.bilateral
    if own and not (contract and both in contract.factors):
        share = figures.pairs(own.value if isinstance(own.value, tuple) else ()).get(indicator)
        says = f"Bilateral indicator {indicator}, one line a side: together {share} of one."
        return (Decimal(share), says, (own,)) if share is not None else None
    if policy.within("mpfs.bilateral.one-and-a-half", indicator):
        if found := stated(both, work, situation, book):
            return found.share, f"{found.says} Taken for the two lines together.", found.cited
        for one in pair:
            one.unknown(STEP, f"What {policy.payer} pays for one code on two lines, one a side, is not known.")
    return None
