"""Shares of two surgeons, a team, and assistants; and whether the code pays one at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from modwise.pricing.model import Situation
from modwise.pricing.policy import Policy
from modwise.pricing.rating import Book
from modwise.pricing.stated import stated, why_unknown
from modwise.pricing.working import Working

STEP = "share"


@dataclass(frozen=True)
class Role:
    """Which modifiers, which indicator of the row, and the lists of what that says."""

    modifiers: str
    indicator: str
    facts: str
    noun: str


ROLES = (
    Role("pricing.assistants", "assistant", "mpfs.assistant", "an assistant"),
    Role("pricing.co-surgeons", "cosurgeon", "mpfs.cosurgeon", "two surgeons"),
    Role("pricing.team", "team", "mpfs.team", "a team"),
)


def share(works: Sequence[Working], situation: Situation, book: Book) -> None:
    """The share of each line with a modifier of that kind."""
    policy = book.policy(situation)
    for work in works:
        carried = work.carried(policy.listed("pricing.step.share"))
        if not work.live or not carried:
            continue
        if len(carried) > 1:
            work.unknown(STEP, f"{' and '.join(carried)} stand on one line; which of them sets the price is not known.")
            continue
        _permitted(work, carried[0], policy)
        if work.live:
            _share(work, carried[0], situation, book)


def _permitted(work: Working, modifier: str, policy: Policy) -> None:
    """Stops the line where the indicator forbids the role; notes where proof is wanted."""
    role = next((one for one in ROLES if modifier in policy.listed(one.modifiers)), None)
    if role is None or work.fee is None:
        return
    indicator = getattr(work.fee, role.indicator)
    never = policy.within(f"{role.facts}.never", indicator) or policy.within(f"{role.facts}.not-applicable", indicator)
    proof = policy.within(f"{role.facts}.with-proof", indicator)
    if never and policy.follows:
        work.nothing(STEP, f"Indicator {indicator}: {work.line.code} pays nothing to {role.noun}.", never)
    elif never:
        work.notes.append(
            f"Medicare's indicator {indicator} pays nothing to {role.noun} for {work.line.code}; this payer's rule is not known."
        )
    elif proof:
        work.notes.append(f"Indicator {indicator}: paid to {role.noun} only with proof of need in the record.")


def _share(work: Working, modifier: str, situation: Situation, book: Book) -> None:
    found = stated(modifier, work, situation, book)
    if found is None:
        reason, cited = why_unknown(modifier, situation, book)
        work.unknown(STEP, reason, *cited)
    else:
        work.apply(STEP, found.says, found.share, *found.cited)


def manual(works: Sequence[Working], situation: Situation, book: Book) -> None:
    """More or less work than the code describes (22, 52, 53): a figure where the payer has one, else not known."""
    policy = book.policy(situation)
    for work in works:
        carried = tuple(m for m in work.carried(policy.listed("pricing.step.manual")) if m != work.row)
        if not work.live or not carried:
            continue
        if len(carried) > 1:
            work.unknown("manual", f"{' and '.join(carried)} stand on one line; which of them sets the price is not known.")
            continue
        found = stated(carried[0], work, situation, book)
        if found is None:
            reason, cited = why_unknown(carried[0], situation, book)
            full = f" The full amount before it is {work.amount}." if work.amount is not None else ""
            work.unknown("manual", reason + full, *cited)
        else:
            work.apply("manual", found.says, found.share, *found.cited)
