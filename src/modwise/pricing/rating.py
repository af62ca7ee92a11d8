"""The full rate of a line: given, from the contract, from the fee schedule, or learnt; and which part of it is what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from modwise.knowledge.corpus import Corpus, corpus
from modwise.plural import count
from modwise.pricing import figures
from modwise.pricing.contract import Contract
from modwise.pricing.fees import Fee, FeeBook
from modwise.pricing.learnt import Learnt
from modwise.pricing.model import ONE, PROFESSIONAL, Cited, Line, Rate, Situation
from modwise.pricing.money import rounded
from modwise.pricing.places import Gpci, Places
from modwise.pricing.policy import Policy
from modwise.pricing.working import Mark

if TYPE_CHECKING:
    from modwise.reference.tables import Tables

TECHNICAL_ROW, PROFESSIONAL_ROW = "TC", "26"
# The word of the fact -> the look-up among the tables of places.
SCHEDULES = {"opps": "opps", "asc": "asc"}


@dataclass
class Book:
    """All that prices are read from: knowledge, tables, contracts by payer ("" = every payer), what was learnt."""

    knowledge: Corpus
    fees: FeeBook
    contracts: Mapping[str, Contract] = field(default_factory=dict)
    learnt: Learnt = field(default_factory=Learnt)

    @classmethod
    def open(
        cls, tables: Tables | None = None, *, contracts: Mapping[str, Contract] | None = None, learnt: Learnt | None = None
    ) -> Book:
        """A book over the knowledge and tables of this installation, or over those given."""
        return cls(corpus(), FeeBook(tables), contracts or {}, learnt or Learnt())

    def __post_init__(self) -> None:
        # By identity first: lines of one frame share their situations, and hashing one costs more than a look-up.
        self._policies: dict[int, tuple[Situation, Policy]] = {}
        self._by_value = lru_cache(maxsize=4096)(self._policy)
        self._own = lru_cache(maxsize=4096)(lambda one: Policy(self.knowledge, one.payer, one.day, one.setting))
        self.places = Places(self.fees)
        self.gpci = lru_cache(maxsize=4096)(self.places.gpci)

    def policy(self, situation: Situation) -> Policy:
        """What the payer, or the one whose rules its contract follows, says on the day."""
        found = self._policies.get(id(situation))
        if found is None:
            found = self._policies[id(situation)] = (situation, self._by_value(situation))
        return found[1]

    def _policy(self, situation: Situation) -> Policy:
        contract = self.contract(situation)
        payer = contract.policy if contract and contract.policy else situation.payer
        return Policy(self.knowledge, payer, situation.day, situation.setting)

    def _schedule(self, situation: Situation) -> Cited | None:
        """Which schedule holds the payer's own rates; a contract that follows another's rules does not take over its rates."""
        contract = self.contract(situation)
        if contract and contract.policy:
            return self._own(situation).find("pricing.rates")
        return self.policy(situation).find("pricing.rates")

    def contract(self, situation: Situation) -> Contract | None:
        """The contract in force with the payer on the day."""
        found = self.contracts.get(situation.payer or "") or self.contracts.get("")
        return found if found and found.holds(situation.day) else None

    def facility_rate(self, line: Line, situation: Situation) -> tuple[Rate, Mark | None]:
        """The facility's full rate of the code, and what its table says of it."""
        contract = self.contract(situation)
        if contract and contract.rate is not None:
            return _flat(contract.rate, "given", "Rate as given for the line.", "", None), None
        if contract and (found := contract.rate_of(line.code, "", facility=True)) is not None:
            return _flat(found, "contract", f"Rate of {line.code} in {contract.name}.", "", None), None
        kind = self._schedule(situation)
        if kind and kind.value in SCHEDULES:
            rate, mark = getattr(self.places, SCHEDULES[str(kind.value)])(line, situation.day)
            factor = contract.medicare_factor if contract else None
            return (_times(rate, factor, contract.name) if contract and factor is not None else rate), mark
        return self._seen(line, "", None, situation), None

    def facility(self, line: Line, situation: Situation) -> bool:
        """Whether the line takes the facility's practice expense."""
        return line.place in self.policy(situation).listed("pricing.facility-places")

    # ---- rates -----------------------------------------------------------------------------------------------------------

    def rate(self, line: Line, row: str, fee: Fee | None, situation: Situation) -> Rate:
        """The full amount of one unit of the row."""
        contract = self.contract(situation)
        if contract and contract.rate is not None:
            return _flat(contract.rate, "given", "Rate as given for the line.", row, fee)
        if contract and (found := contract.rate_of(line.code, row, self.facility(line, situation))) is not None:
            name = f"{line.code}-{row}" if row else line.code
            return _flat(found, "contract", f"Rate of {name} in {contract.name}.", row, fee)
        if contract and contract.medicare_factor is not None:
            base = self._scheduled(line, fee, situation)
            return _times(base, contract.medicare_factor, contract.name)
        kind = self._schedule(situation)
        if kind and kind.value == "fee-schedule" and situation.setting == PROFESSIONAL:
            return self._scheduled(line, fee, situation)
        return self._seen(line, row, fee, situation)

    def full(self, code: str, row: str, line: Line, situation: Situation) -> Decimal | None:
        """The full amount of another code under the same conditions, as the base of an endoscopic family; None when not known."""
        other = Line(code, place=line.place)
        contract = self.contract(situation)
        if contract and contract.rate is not None:
            return None
        return self.rate(other, row, self.fees.fee(code, row, situation.day), situation).amount

    def _scheduled(self, line: Line, fee: Fee | None, situation: Situation) -> Rate:
        if fee is None:
            return Rate(None, "none", f"{line.code} is not in the fee schedule at hand ({self.fees.edition()}).")
        if not fee.has_values:
            return Rate(None, "none", f"The fee schedule holds no relative values for {line.code}.")
        gpci, facility = self.gpci(situation), self.facility(line, situation)
        amount = amount_of(fee, gpci, facility=facility)
        place = "facility" if facility else "non-facility"
        quality = "nearest" if fee.nearest or gpci.quality == "nearest" else gpci.quality
        stands_in = ", the nearest edition" if fee.nearest else ""
        pe, mp = expense_of(fee, gpci, facility=facility)
        capped = "" if pe in (fee.pe_facility_rvu, fee.pe_nonfacility_rvu) else ", capped at the hospital's payment"
        says = (
            f"Fee schedule {fee.edition}{stands_in}, {place}{capped}: ({fee.work_rvu} × {gpci.work} + {pe} × {gpci.pe} + "
            f"{mp} × {gpci.mp}) × {fee.conversion_factor}; {gpci.says}."
        )
        whole = fee.work_rvu * gpci.work + pe * gpci.pe + mp * gpci.mp
        expense = pe * gpci.pe / whole if whole else None
        return Rate(rounded(amount), "fee-schedule", says, quality, expense, self._technical(line, fee, situation))

    def _technical(self, line: Line, fee: Fee, situation: Situation) -> Decimal | None:
        """The share of the row that is technical; None when the tables do not tell."""
        policy = self.policy(situation)
        if fee.row == TECHNICAL_ROW or policy.within("mpfs.component.technical-only", fee.component):
            return ONE
        if fee.row == PROFESSIONAL_ROW or policy.within("mpfs.component.professional-only", fee.component):
            return Decimal(0)
        if policy.within("mpfs.component.allows-tc", fee.component):
            parts = [(line.code, TECHNICAL_ROW)]
        else:
            codes = figures.pairs(policy.listed("pricing.technical-codes")).get(line.code, "")
            parts = [(code, "") for code in codes.split("+") if code]
        return self._parts(parts, fee, line, situation)

    def _parts(self, parts: list[tuple[str, str]], fee: Fee, line: Line, situation: Situation) -> Decimal | None:
        gpci, facility = self.gpci(situation), self.facility(line, situation)
        whole = amount_of(fee, gpci, facility=facility)
        rows = [self.fees.fee(code, row, situation.day) for code, row in parts]
        if not rows or not whole or any(row is None for row in rows):
            return None
        return sum((amount_of(row, gpci, facility=facility) for row in rows if row), Decimal(0)) / whole

    def _seen(self, line: Line, row: str, fee: Fee | None, situation: Situation) -> Rate:
        policy = self.policy(situation)
        seen = (
            self.learnt.rate(situation.payer or "", line.code, line.place or "", situation.day, least(policy)) if not row else None
        )
        if seen:
            says = f"Learnt: the median that this payer allowed for {line.code} at this place in {situation.day.year} ({count(seen.n, 'line')})."
            return Rate(rounded(seen.median / 100), "learnt", says, "learnt", learnt=seen.n)
        return Rate(None, "none", "No rate is known: give the contract's rate, or a contract file.")


def amount_of(fee: Fee, gpci: Gpci, *, facility: bool) -> Decimal:
    """(work × work index + expense × expense index + malpractice × malpractice index) × conversion factor, not rounded."""
    pe, mp = expense_of(fee, gpci, facility=facility)
    return (fee.work_rvu * gpci.work + pe * gpci.pe + mp * gpci.mp) * fee.conversion_factor


def expense_of(fee: Fee, gpci: Gpci, *, facility: bool) -> tuple[Decimal, Decimal]:
    """The values for practice expense and malpractice: those of the hospital's payment where the row has them and they come to less."""
    own = fee.pe_facility_rvu if facility else fee.pe_nonfacility_rvu
    cap = fee.opps_pe_facility if facility else fee.opps_pe_nonfacility
    if cap and fee.opps_mp is not None and cap * gpci.pe + fee.opps_mp * gpci.mp < own * gpci.pe + fee.mp_rvu * gpci.mp:
        return cap, fee.opps_mp
    return own, fee.mp_rvu


def least(policy: Policy) -> int:
    """How many lines make a learnt figure usable."""
    cited = policy.find("pricing.learnt-least")
    return int(cited.text) if cited else 0


def _flat(amount: Decimal, basis: str, says: str, row: str, fee: Fee | None) -> Rate:
    technical = ONE if row == TECHNICAL_ROW else Decimal(0) if row == PROFESSIONAL_ROW else None
    return Rate(amount, basis, says, "exact", None, technical)


def _times(base: Rate, factor: Decimal, name: str) -> Rate:
    if base.amount is None:
        return base
    says = f"{name}: {factor} × {base.amount}. {base.says}"
    return Rate(rounded(base.amount * factor), "contract-factor", says, base.quality, base.expense, base.technical)
