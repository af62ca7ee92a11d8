"""Several procedures of one day: the endoscopic family, then the ranking by amount."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from modwise.pricing import figures
from modwise.pricing.figures import Ladder
from modwise.pricing.model import NOT_PAYABLE, Cited, Situation
from modwise.pricing.policy import Policy
from modwise.pricing.rating import Book
from modwise.pricing.working import Working

ENDOSCOPY, MULTIPLE = "endoscopy", "multiple"
MOST_UNITS = 100


@dataclass(frozen=True)
class Piece:
    """What is ranked: an amount, and what each line contributes to it."""

    amount: Decimal
    parts: tuple[tuple[Working, Decimal], ...]

    @property
    def order(self) -> tuple[Decimal, list[Tie]]:
        """The dearest first; equal amounts by what their lines say, so that the order of the lines decides nothing."""
        return -self.amount, sorted(tie(work) for work, _ in self.parts)


Tie = tuple[str, tuple[str, ...], str, Decimal, Decimal]


def tie(work: Working) -> Tie:
    """What lines of equal amounts are ordered by."""
    line = work.line
    return line.code, line.modifiers, line.place or "", line.units, line.charge or Decimal(0)


def in_class(works: Iterable[Working], policy: Policy, *facts: str) -> list[Working]:
    """The lines, but those not payable, whose multiple-procedure indicator is in one of the lists."""
    return [
        work
        for work in works
        if work.outcome != NOT_PAYABLE and work.fee and any(policy.within(fact, work.fee.multiple) for fact in facts)
    ]


def by_role(works: Sequence[Working], policy: Policy) -> list[list[Working]]:
    """Surgeons' lines and assistants' lines apart: they are not ranked with each other."""
    assistants = policy.listed("pricing.assistants")
    split: dict[bool, list[Working]] = {}
    for work in works:
        split.setdefault(bool(work.carried(assistants)), []).append(work)
    return list(split.values())


def pieces_of(work: Working, amount: Decimal) -> list[Piece]:
    """A piece a unit; a line with a fraction of units, or very many, is one piece."""
    count = int(work.units) if work.units == work.units.to_integral_value() and 1 <= work.units <= MOST_UNITS else 0
    if not count:
        total = amount * work.units
        return [Piece(total, ((work, total),))]
    return [Piece(amount, ((work, amount),))] * count


def all_unknown(works: Sequence[Working], step: str, reason: str, *cited: Cited) -> None:
    """The price of each line that was not already unknown becomes so."""
    for work in works:
        if work.live:
            work.unknown(step, reason, *cited)


# ---- endoscopy -----------------------------------------------------------------------------------------------------------


def endoscopy(works: Sequence[Working], situation: Situation, book: Book) -> None:
    """Families of endoscopies: the highest in full, every other by its amount less that of the base."""
    policy = book.policy(situation)
    excused = policy.listed("pricing.multiple.excused-by")
    members = [
        w for w in in_class(works, policy, "mpfs.multiple.endoscopic") if not w.carried(excused) and w.fee and w.fee.endoscopic_base
    ]
    for same in by_role(members, policy):
        bases = dict.fromkeys(str(w.fee.endoscopic_base) for w in same if w.fee)
        for base in bases:
            family = [w for w in same if w.fee and w.fee.endoscopic_base == base]
            family += [
                w
                for w in works
                if w.line.code == base and w.outcome != NOT_PAYABLE and w not in family and _same_role(w, family, policy)
            ]
            if len(family) > 1 and not (len(family) == 2 and family[0].partner is family[1]):
                _family(base, family, situation, book)


def _same_role(work: Working, family: Sequence[Working], policy: Policy) -> bool:
    assistants = policy.listed("pricing.assistants")
    return bool(work.carried(assistants)) == bool(family[0].carried(assistants))


def _family(base: str, family: Sequence[Working], situation: Situation, book: Book) -> None:
    policy = book.policy(situation)
    rule = policy.find("pricing.endoscopy")
    if rule is None:
        all_unknown(family, ENDOSCOPY, f"How {policy.payer} pays several endoscopies of one family is not known.")
        return
    for work in family:
        work.family = base
    # Each at the place of its own line: members may be billed from two places.
    amounts = {work: book.full(base, "", work.line, situation) for work in family}
    bases = {work: amount for work, amount in amounts.items() if amount is not None}
    if len(bases) < len(family) or any(w.each is None for w in family):
        all_unknown(family, ENDOSCOPY, f"The amount of the family's base {base}, or of a member, is not known.", rule)
        return
    pieces = sorted((p for w in family for p in pieces_of(w, w.each or Decimal(0))), key=lambda p: p.order)
    if any(w.partner or w.carried(policy.listed("pricing.step.bilateral")) for p in pieces[1:] for w, _ in p.parts):
        all_unknown(family, ENDOSCOPY, "Whether the base is taken off once or twice where both sides were done is not known.", rule)
        return
    _less_base(base, bases, pieces, rule)


def _less_base(base: str, bases: Mapping[Working, Decimal], pieces: Sequence[Piece], rule: Cited) -> None:
    amounts: dict[Working, Decimal] = {}
    for rank, piece in enumerate(pieces):
        for work, amount in piece.parts:
            amounts[work] = amounts.get(work, Decimal(0)) + (amount if rank == 0 else max(amount - bases[work], Decimal(0)))
    highest = pieces[0].parts[0][0]
    for work, amount in amounts.items():
        if work is highest:
            says = f"Highest of the family of {base}: in full" + (", its further units less the base." if work.units > 1 else ".")
        elif work.line.code == base:
            says = f"{base} is the base of the family and pays nothing beside a member."
        else:
            says = f"Own amount less {bases[work]} of the base {base}."
        work.set_amount(ENDOSCOPY, says, amount, rule)
        work.ranked = True


# ---- ranking -------------------------------------------------------------------------------------------------------------

STANDARD = ("mpfs.multiple.standard", "mpfs.multiple.endoscopic")
OLD = ("pricing.multiple.old",)


def multiple(works: Sequence[Working], situation: Situation, book: Book) -> None:
    """Procedures of the day ranked by amount, each at the share of its rank."""
    policy = book.policy(situation)
    excused = policy.listed("pricing.multiple.excused-by")
    contract = book.contract(situation)
    for facts, ladder in ((STANDARD, "pricing.multiple.ladder"), (OLD, "pricing.multiple.ladder-old")):
        ranked = [w for w in in_class(works, policy, *facts) if not w.carried(excused)]
        for same in by_role(ranked, policy):
            cited = policy.find(ladder)
            text = contract.multiple if contract and contract.multiple else cited.text if cited else None
            said = () if (contract and contract.multiple) or cited is None else (cited,)
            rank_all(same, None if text is None else figures.ladder(text), said, policy)


def rank_all(
    works: Sequence[Working], ladder: Ladder | None, cited: tuple[Cited, ...], policy: Policy, *, noted: bool = True
) -> None:
    """Ranks the lines of one class and role; `noted` says so where the class is Medicare's and the payer is not known to follow it."""
    if sum(1 for _ in _heads(works)) < 2 and not any(w.units > 1 for w in works):
        return
    if ladder is None:
        own = policy.figure("51")
        words = f": it says {own[1].text!r}" if own else ""
        all_unknown(works, MULTIPLE, f"How {policy.payer} ranks several procedures is not known{words}.")
        return
    missing = next((w.line.name for w in works if w.amount is None or w.each is None), None)
    if missing:
        all_unknown(works, MULTIPLE, f"Ranking needs the amount of {missing}, which is not known.", *cited)
        return
    pieces = sorted(_pieces(works), key=lambda piece: piece.order)
    _give(pieces, ladder, cited)
    if noted and not policy.follows:
        for work in works:
            work.notes.append("Which procedures are ranked is read from Medicare's indicators; this payer's own list is not known.")


def _heads(works: Sequence[Working]) -> Iterable[object]:
    """What counts as one: a family, a pair of sides, a line."""
    return dict.fromkeys(work.family or _pair(work) or id(work) for work in works)


def _pair(work: Working) -> tuple[int, ...] | None:
    return tuple(sorted((id(work), id(work.partner)))) if work.partner else None


def _pieces(works: Sequence[Working]) -> list[Piece]:
    groups: dict[object, list[Working]] = {}
    for work in works:
        groups.setdefault(work.family or _pair(work) or id(work), []).append(work)
    pieces: list[Piece] = []
    for members in groups.values():
        if members[0].family or len(members) > 1:
            parts = tuple((w, w.amount or Decimal(0)) for w in members)
            pieces.append(Piece(sum((amount for _, amount in parts), Decimal(0)), parts))
        else:
            pieces += pieces_of(members[0], members[0].each or Decimal(0))
    return pieces


def _give(pieces: Sequence[Piece], ladder: Ladder, cited: tuple[Cited, ...]) -> None:
    if len(pieces) < 2:
        return
    amounts: dict[Working, Decimal] = {}
    ranks: dict[Working, list[int]] = {}
    for rank, piece in enumerate(pieces):
        for work, amount in piece.parts:
            share = ladder.at(rank)
            amounts[work] = amounts.get(work, Decimal(0)) + amount * (share if share is not None else Decimal(0))
            ranks.setdefault(work, []).append(rank)
    for work, amount in amounts.items():
        last = ranks[work][-1]
        if ladder.at(last) is None:
            how = "by report" if ladder.by_report else "not known"
            work.unknown(MULTIPLE, f"Rank {last + 1} of {len(pieces)}: paid {how}.", *cited)
            continue
        words, factor = _rank_words(work, ranks[work], len(pieces), ladder.at), ladder.at(last) if len(ranks[work]) == 1 else None
        work.set_amount(MULTIPLE, words, amount, *cited, factor=factor)
        work.ranked = True


def _rank_words(work: Working, ranks: Sequence[int], count: int, share: Callable[[int], Decimal | None]) -> str:
    family = f" (as part of the family of {work.family})" if work.family else ""
    if len(ranks) == 1:
        return f"Rank {ranks[0] + 1} of {count} by amount{family}: {share(ranks[0])}."
    return f"Ranks {', '.join(str(r + 1) for r in ranks)} of {count} by amount, one a unit: {' + '.join(str(share(r)) for r in ranks)}."
