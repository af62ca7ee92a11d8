"""A facility's line: the outpatient or surgery-center rate, several procedures, and a reduced or stopped one."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from modwise.pricing import figures
from modwise.pricing.model import Line, Situation
from modwise.pricing.policy import Policy
from modwise.pricing.ranking import MULTIPLE, rank_all
from modwise.pricing.rating import Book
from modwise.pricing.stated import stated, why_unknown
from modwise.pricing.working import Working

STEP = "facility"


def begin(line: Line, situation: Situation, book: Book) -> Working:
    """The line with its facility rate."""
    rate, mark = book.facility_rate(line, situation)
    work = Working(line, None, rate, "")
    work.mark = mark
    work.say("rate", rate.says)
    policy = book.policy(situation)
    packaged = policy.find("pricing.facility.packaged")
    if (
        mark
        and packaged
        and mark.indicator in policy.listed("pricing.facility.packaged")
        and rate.basis not in ("given", "contract")
    ):
        work.nothing("rate", f"Indicator {mark.indicator}: part of another payment, and pays nothing of its own.", packaged)
    return work


def steps(works: Sequence[Working], situation: Situation, book: Book) -> None:
    """Ranking, then the share of a reduced or stopped procedure."""
    policy = book.policy(situation)
    not_ranked = policy.listed("pricing.facility.not-ranked-with")
    marks = policy.listed("pricing.facility.ranked")
    ranked = [w for w in works if w.live and w.mark and w.mark.ranked in marks and not w.carried(not_ranked)]
    cited = policy.find("pricing.multiple.ladder")
    rank_all(ranked, figures.ladder(cited.text) if cited else None, (cited,) if cited else (), policy, noted=False)
    for work in works:
        carried = work.carried(policy.listed("pricing.step.facility"))
        if work.live and carried:
            _reduced(work, carried[0], situation, book)
        for modifier in work.carried(policy.listed("pricing.step.bilateral")):
            if work.live:
                reason, cites = why_unknown(modifier, situation, book)
                work.unknown(MULTIPLE, reason, *cites)


def _reduced(work: Working, modifier: str, situation: Situation, book: Book) -> None:
    policy = book.policy(situation)
    found = stated(modifier, work, situation, book)
    if found is None:
        reason, cited = why_unknown(modifier, situation, book)
        work.unknown(STEP, reason, *cited)
        return
    if modifier in policy.listed("pricing.device-first"):
        _without_device(work, policy)
    if work.live:
        work.apply(STEP, found.says, found.share, *found.cited)


def _without_device(work: Working, policy: Policy) -> None:
    """Takes the device portion out, where the procedure is device-intensive."""
    first, bar = policy.find("pricing.device-first"), policy.find("pricing.device-intensive")
    mark = work.mark
    if first is None or bar is None or mark is None or mark.device_share is None or mark.device_share <= Decimal(bar.text):
        return
    if work.amount is None or mark.device is None or mark.device > work.amount:
        work.unknown("device", "The device portion comes out first, and cannot be taken from this amount.", first)
        return
    work.ranked = True
    work.set_amount(
        "device",
        f"Device-intensive: the device portion of {mark.device:.2f} comes out first.",
        work.amount - mark.device,
        first,
        bar,
    )
