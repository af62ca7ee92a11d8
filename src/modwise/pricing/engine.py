"""Prices the lines of one day, step by step, in the order that the facts give."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from modwise.pricing import anesthesia, ending, facility, package, parts, ranking, roles, rows, sides
from modwise.pricing.model import PROFESSIONAL, Line, Priced, Situation
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
        _only_payment(priced, situation, book)
        for name in policy.listed("pricing.order"):
            STEPS[name](priced, situation, book)
        _others(priced, situation, book)
    ending.lesser_of(works, situation, book)
    ending.pay(works, situation, book)
    return [work.done() for work in works]


def _only_payment(works: Sequence[Working], situation: Situation, book: Book) -> None:
    """Services paid only when nothing else is payable that day."""
    policy = book.policy(situation)
    alone = [w for w in works if w.live and w.fee and policy.within("mpfs.status.only-payment", w.fee.status)]
    others = [w for w in works if w not in alone and w.live]
    cited = policy.find("mpfs.status.only-payment")
    for work in alone:
        if others and cited and work.fee:
            work.nothing("row", f"Status {work.fee.status}: not paid beside {others[0].line.code} of the same day.", cited)


def _others(works: Sequence[Working], situation: Situation, book: Book) -> None:
    """Pricing modifiers that no step knows: a share where one is stated, else the price is not known."""
    policy = book.policy(situation)
    known = {m for name in (*STEPS, "row") for m in policy.listed(f"pricing.step.{name}")}
    known |= set(policy.listed("pricing.no-effect"))
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
