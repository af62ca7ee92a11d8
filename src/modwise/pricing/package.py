"""Parts of the global package: the operation alone, the care before or after it, the return to the operating room."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from modwise.pricing.fees import Fee
from modwise.pricing.model import Cited, Situation
from modwise.pricing.policy import Policy
from modwise.pricing.rating import Book
from modwise.pricing.stated import Stated, stated, why_unknown
from modwise.pricing.working import Working

STEP = "package"


def package(works: Sequence[Working], situation: Situation, book: Book) -> None:
    """The share of the package that the line's modifiers claim."""
    policy = book.policy(situation)
    for work in works:
        carried = work.carried(policy.listed("pricing.step.package"))
        if work.live and carried:
            _package(work, carried, situation, book)


def _package(work: Working, carried: tuple[str, ...], situation: Situation, book: Book) -> None:
    policy = book.policy(situation)
    contract = book.contract(situation)
    by_parts = all(policy.find(f"pricing.package.{m}") for m in carried)
    if by_parts and not any(contract and m in contract.factors for m in carried):
        _by_parts(work, carried, policy)
        return
    if len(carried) > 1:
        work.unknown(STEP, f"{' and '.join(carried)} stand on one line, and {policy.payer} has no shares by part.")
        return
    found = stated(carried[0], work, situation, book)
    if found is None:
        reason, cited = why_unknown(carried[0], situation, book)
        work.unknown(STEP, reason, *cited)
        return
    found = _days_of(found, carried[0], work, policy)
    work.apply(STEP, found.says, found.share, *found.cited)


def _by_parts(work: Working, carried: tuple[str, ...], policy: Policy) -> None:
    fee = work.fee
    if fee is None:
        work.unknown(STEP, f"{work.line.code} is not in the fee schedule at hand, so the parts of its package are not known.")
        return
    cites = tuple(cited for m in carried if (cited := policy.find(f"pricing.package.{m}")))
    if _stopped(work, carried, fee, policy, cites):
        return
    total, said = Decimal(0), []
    parts = dict.fromkeys(part for cited in cites for part in _parts(cited))
    for part in parts:
        share = getattr(fee, part)
        days = _share_of_days(part, carried, work, fee, policy)
        total += share * days
        said.append(f"{part} {share:.2f}" + (f" × {_days_words(work, fee, policy)}" if days != 1 else ""))
    work.apply(STEP, f"{' and '.join(carried)}: {' + '.join(said)} of the package.", total, *cites)


def _parts(cited: Cited) -> tuple[str, ...]:
    return cited.value if isinstance(cited.value, tuple) else ()


def _stopped(work: Working, carried: tuple[str, ...], fee: Fee, policy: Policy, cites: tuple[Cited, ...]) -> bool:
    """Whether the global period of the code settles it: paid whole, not paid, or not known."""
    names = " and ".join(carried)
    whole = policy.find("pricing.package.whole-return")
    returns = all("intra" in _parts(cited) and len(_parts(cited)) == 1 for cited in cites)
    if returns and whole and fee.global_days in _parts(whole):
        work.say(STEP, f"{names} with global period {fee.global_days}: the code has no parts and pays in full.", whole)
    elif policy.within("mpfs.global.contractor", fee.global_days):
        work.unknown(
            STEP, f"Global period {fee.global_days}: the contractor decides, so the parts of the package are not known.", *cites
        )
    elif policy.within("mpfs.global.maternity", fee.global_days):
        work.unknown(
            STEP, f"Global period {fee.global_days}: maternity care has a package of its own, without these parts.", *cites
        )
    elif not policy.within("mpfs.global.split-care", fee.global_days):
        work.nothing(STEP, f"{names} does not go with global period {fee.global_days}; the line is rejected.", *cites)
    elif fee.pre + fee.intra + fee.post == 0:
        work.unknown(STEP, f"The fee schedule divides the package of {fee.code} into no parts.", *cites)
    else:
        return False
    return True


def _share_of_days(part: str, carried: tuple[str, ...], work: Working, fee: Fee, policy: Policy) -> Decimal:
    by_days = policy.listed("pricing.package.shared-by-days")
    whole = _global_days(fee, policy)
    if part != "post" or not any(m in by_days for m in carried) or whole is None:
        return Decimal(1)
    if work.line.care_days is None:
        work.notes.append(
            f"All {whole} days after the operation are taken as this clinician's; give the days of care when they were shared."
        )
        return Decimal(1)
    return Decimal(min(work.line.care_days, whole)) / whole


def _days_of(found: Stated, modifier: str, work: Working, policy: Policy) -> Stated:
    whole = _global_days(work.fee, policy) if work.fee else None
    by_days = policy.lent("pricing.package.shared-by-days")
    if by_days is None or modifier not in _parts(by_days) or work.line.care_days is None or whole is None:
        return found
    if by_days.assumed:
        work.notes.append(f"That the share is divided by days is {by_days.payer}'s rule; this payer's own is not known.")
    days = Decimal(min(work.line.care_days, whole)) / whole
    return Stated(found.share * days, f"{found.says} For {work.line.care_days} of {whole} days.", found.cited)


def _days_words(work: Working, fee: Fee, policy: Policy) -> str:
    return f"{work.line.care_days} of {_global_days(fee, policy)} days"


def _global_days(fee: Fee, policy: Policy) -> int | None:
    cited = policy.lent(f"mpfs.global.days-after-{fee.global_days}")
    return int(cited.text) if cited else None
