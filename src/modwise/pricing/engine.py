"""Prices the lines of one day, step by step, in the order that the facts give."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set

from modwise.pricing import anesthesia, ending, facility, package, parts, ranking, roles, rows, sides
from modwise.pricing.model import PROFESSIONAL, Line, Priced, Situation
from modwise.pricing.policy import Policy
from modwise.pricing.rating import Book
from modwise.pricing.stated import stated
from modwise.pricing.working import Working

Run = Callable[[Sequence[Working], Situation, Book], None]


CLASSES = tuple(
    f"mpfs.multiple.{name}"
    for name in ("standard", "endoscopic", "imaging", "therapy", "cardiovascular", "ophthalmology", "not-reduced", "not-applicable")
)


def _multiple(works: Sequence[Working], situation: Situation, book: Book) -> None:
    ranking.multiple(works, situation, book)
    parts.part_cuts(works, situation, book)
    told = ranking.in_class(works, book.policy(situation), *CLASSES, *ranking.OLD)
    left = [work for work in works if work.live and work.fee and work not in told]
    if len(left) > 1:
        ranking.all_unknown(
            left, ranking.MULTIPLE, f"What their multiple-procedure indicator meant on {situation.day} is not known."
        )


STEPS: Mapping[str, Run] = {
    sides.STEP: sides.bilateral,
    ranking.ENDOSCOPY: ranking.endoscopy,
    ranking.MULTIPLE: _multiple,
    roles.STEP: roles.share,
    package.STEP: package.package,
    "manual": roles.manual,
    ending.PART: ending.part,
}

# The lists of all modifiers that a step, or nothing, is known for.
KNOWN = (*(f"pricing.step.{name}" for name in (*STEPS, "row")), "pricing.no-effect")


def price_day(lines: Sequence[Line], situation: Situation, book: Book) -> list[Priced]:
    """The price of each line, given all lines of the patient, clinician and day."""
    works = [begin(line, situation, book) for line in lines]
    return finish(works, situation, book)


def begin(line: Line, situation: Situation, book: Book) -> Working:
    """The line with its full rate, before any step that looks at other lines."""
    if situation.setting != PROFESSIONAL:
        return facility.begin(line, situation, book)
    fee = book.fees.fee(line.code, "", situation.day)
    if fee and anesthesia.is_anesthesia(fee, book.policy(situation)) and not _own_rate(line, situation, book):
        return anesthesia.priced(line, fee, situation, book)
    return rows.begin(line, situation, book)


def _own_rate(line: Line, situation: Situation, book: Book) -> bool:
    contract = book.contract(situation)
    return contract is not None and (contract.rate is not None or contract.rate_of(line.code, "", facility=False) is not None)


def finish(works: Sequence[Working], situation: Situation, book: Book) -> list[Priced]:
    """Runs the steps over the lines of the day."""
    policy = book.policy(situation)
    if situation.setting != PROFESSIONAL:
        facility.steps(works, situation, book)
    else:
        priced = [work for work in works if work.rate.basis != "anesthesia"]
        carried = {modifier for work in priced for modifier in work.line.modifiers}
        _only_payment(priced, situation, book)
        for name in policy.listed("pricing.order"):
            if _acts(name, priced, carried, policy):
                STEPS[name](priced, situation, book)
        if carried:
            _others(priced, situation, book)
    ending.lesser_of(works, situation, book)
    ending.pay(works, situation, book)
    return [work.done() for work in works]


def _acts(name: str, works: Sequence[Working], carried: Set[str], policy: Policy) -> bool:
    """Whether the step can change anything: several lines or units to be ranked, or a modifier of the step's."""
    if name in (ranking.ENDOSCOPY, ranking.MULTIPLE):
        return len(works) > 1 or any(work.units > 1 for work in works)
    if name == sides.STEP and not carried.isdisjoint(policy.listed("pricing.sides")):
        return True
    return not carried.isdisjoint(policy.listed(f"pricing.step.{name}"))


def _only_payment(works: Sequence[Working], situation: Situation, book: Book) -> None:
    """Services paid only when nothing else is payable that day."""
    policy = book.policy(situation)
    alone = [w for w in works if w.live and w.fee and policy.within("mpfs.status.only-payment", w.fee.status)]
    if not alone:
        return
    others = [w for w in works if w not in alone and w.live]
    cited = policy.find("mpfs.status.only-payment")
    for work in alone:
        if others and cited and work.fee:
            work.nothing("row", f"Status {work.fee.status}: not paid beside {others[0].line.code} of the same day.", cited)


def _others(works: Sequence[Working], situation: Situation, book: Book) -> None:
    """Pricing modifiers that no step knows: a share where one is stated, else the price is not known."""
    policy = book.policy(situation)
    known = policy.union(KNOWN)
    for work in works:
        for modifier in dict.fromkeys(work.line.modifiers):
            if not work.live or modifier in known or not _prices(modifier, book):
                continue
            found = stated(modifier, work, situation, book)
            if found is None:
                work.unknown("other", f"{modifier} changes the price, and by how much is not known.")
            else:
                work.apply("other", found.says, found.share, *found.cited)


def _prices(modifier: str, book: Book) -> bool:
    page = book.knowledge.modifiers.get(modifier)
    return page is not None and "pricing" in page["class"]


def sees_others(work: Working, policy: Policy, situation: Situation) -> tuple[bool, bool]:
    """Whether other lines of the day can change the line's price, and whether it is paid only when it stands alone."""
    fee = work.fee
    if situation.setting != PROFESSIONAL:
        return work.mark is not None and work.mark.ranked in policy.listed("pricing.facility.ranked"), False
    if fee is None:
        return False, False
    fixed = policy.within("mpfs.multiple.not-reduced", fee.multiple) or policy.within("mpfs.multiple.not-applicable", fee.multiple)
    sided = any(modifier in policy.listed("pricing.sides") for modifier in work.line.modifiers)
    return fixed is None or sided, policy.within("mpfs.status.only-payment", fee.status) is not None
