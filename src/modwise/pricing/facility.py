"""A facility's line: the outpatient or surgery-center rate, several procedures, and a reduced or stopped one."""

from __future__ import annotations

from collections.abc import Sequence

from modwise.pricing import figures
from modwise.pricing.model import Line, Situation
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
    device = policy.find("pricing.device-first")
    if device and modifier in policy.listed("pricing.device-first") and work.mark and work.mark.device is not None:
        if work.amount is None or work.mark.device > work.amount:
            work.unknown(STEP, f"The device portion comes out first for {modifier}, and cannot be taken from this amount.", device)
            return
        work.set_amount(
            "device", f"The device portion of {work.mark.device} comes out first.", work.amount - work.mark.device, device
        )
        work.ranked = True
    work.apply(STEP, found.says, found.share, *found.cited)
