"""Several services of one day of which only a part is cut: therapy, imaging, heart and eye tests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from modwise.pricing import figures
from modwise.pricing.model import Cited, Situation
from modwise.pricing.ranking import MOST_UNITS, MULTIPLE, all_unknown, in_class, tie
from modwise.pricing.rating import Book
from modwise.pricing.working import Working

Part = Callable[[Working], Decimal | None]


def _expense(work: Working) -> Decimal | None:
    return work.rate.expense


def _technical(work: Working) -> Decimal | None:
    return work.rate.technical


def _professional(work: Working) -> Decimal | None:
    return None if work.rate.technical is None else 1 - work.rate.technical


@dataclass(frozen=True)
class Cut:
    """One kind of cut: indicators, ladders by part, what excuses a line, what it must belong to."""

    indicators: str
    ladders: tuple[tuple[str, str, Part], ...]
    excused_by: str = ""
    family: str = ""


CUTS = (
    Cut("mpfs.multiple.therapy", (("pricing.therapy.practice-expense", "practice expense", _expense),)),
    Cut(
        "mpfs.multiple.imaging",
        (
            ("pricing.imaging.technical", "technical part", _technical),
            ("pricing.imaging.professional", "professional part", _professional),
        ),
        excused_by="pricing.multiple.imaging-excused-by",
        family="pricing.imaging.families",
    ),
    Cut("mpfs.multiple.cardiovascular", (("pricing.cardiovascular.technical", "technical part", _technical),)),
    Cut("mpfs.multiple.ophthalmology", (("pricing.ophthalmology.technical", "technical part", _technical),)),
)


def part_cuts(works: Sequence[Working], situation: Situation, book: Book) -> None:
    """Cuts of a part of the amount, for each kind that applies."""
    policy = book.policy(situation)
    for cut in CUTS:
        excused = policy.listed(cut.excused_by) if cut.excused_by else ()
        lines = [w for w in in_class(works, policy, cut.indicators) if not w.carried(excused)]
        if cut.family:
            lines = [w for w in lines if w.fee and policy.within(cut.family, w.fee.imaging_family)]
        if sum(_count(w) for w in lines) > 1:
            _cut(cut, lines, situation, book)


def _count(work: Working) -> int:
    whole = work.units == work.units.to_integral_value() and 1 <= work.units <= MOST_UNITS
    return int(work.units) if whole else 1


def _cut(cut: Cut, works: Sequence[Working], situation: Situation, book: Book) -> None:
    policy = book.policy(situation)
    ladders = [(policy.find(fact), name, part) for fact, name, part in cut.ladders]
    if any(cited is None for cited, _, _ in ladders):
        all_unknown(works, MULTIPLE, f"How {policy.payer} pays several such services of one day is not known.")
        return
    lacking = next((w.line.name for w in works if w.each is None or any(part(w) is None for _, _, part in ladders)), None)
    if lacking:
        names = " and ".join(name for _, name, _ in ladders)
        all_unknown(works, MULTIPLE, f"The {names} of {lacking} is not known, so the services cannot be ranked.")
        return
    taken: dict[Working, Decimal] = {}
    said: dict[Working, list[str]] = {}
    for cited, name, part in ladders:
        if cited is not None:
            _rank_part(works, part, name, cited, taken, said)
    cites = tuple(cited for cited, _, _ in ladders if cited is not None)
    for work in works:
        if work.live and work in said:
            work.set_amount(MULTIPLE, " ".join(said[work]), (work.amount or Decimal(0)) - taken.get(work, Decimal(0)), *cites)
            work.ranked = True


def _rank_part(
    works: Sequence[Working], part: Part, name: str, cited: Cited, taken: dict[Working, Decimal], said: dict[Working, list[str]]
) -> None:
    """Adds what each line loses by its ranks in this part, and the words for it."""
    ladder = figures.ladder(cited.text)
    units = [((w.each or Decimal(0)) * (part(w) or Decimal(0)), w) for w in works for _ in range(_count(w))]
    units = [(amount, w) for amount, w in units if amount]
    if len(units) < 2:
        return
    units.sort(key=lambda one: (-one[0], tie(one[1])))
    ranks: dict[Working, list[int]] = {}
    for rank, (amount, work) in enumerate(units):
        share = ladder.at(rank)
        if share is None:
            all_unknown([work], MULTIPLE, f"Rank {rank + 1} by {name}: its share is not known.", cited)
            continue
        taken[work] = taken.get(work, Decimal(0)) + amount * (1 - share)
        ranks.setdefault(work, []).append(rank)
    for work, mine in ranks.items():
        shares = " + ".join(str(ladder.at(rank)) for rank in mine)
        shown = ", ".join(str(rank + 1) for rank in mine)
        said.setdefault(work, []).append(f"Rank {shown} of {len(units)} by {name}: {shares} of it.")
