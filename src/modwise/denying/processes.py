"""Which process a payer has for a remedy on a day: to whom, with which form, until when. No frame library."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from modwise.denying import deadlines
from modwise.denying.deadlines import Dates
from modwise.errors import UsageError
from modwise.knowledge.corpus import ANY, Corpus, corpus
from modwise.knowledge.schema import STARTS, UNITS

Json = dict[str, Any]
CONTRACT = "as the contract facts say"
# Which window of the contract speaks for which route.
_OWN = {"appeal": "appeal", "dispute": "dispute", "corrected-claim": "corrected_claim", "new-claim": "new_claim"}


@dataclass(frozen=True)
class Setting:
    """What of an item decides its process: the payer, the contract facts, and appeals made so far (level, decided, outcome)."""

    payer: str | None
    contract: Mapping[str, Any]
    appeals: Sequence[Mapping[str, Any]] = ()

    @property
    def contracted(self) -> str:
        """yes, no or unknown."""
        said = self.contract.get("contracted")
        return "unknown" if said is None else "yes" if said else "no"

    @property
    def next_level(self) -> int:
        """The level of the next appeal: one above the highest that was decided."""
        return 1 + max((int(a.get("level", 0)) for a in self.appeals if a.get("decided")), default=0)


@lru_cache(maxsize=1024)
def programme(payer: str | None, known: Corpus | None = None) -> str:
    """medicare_ffs, medicare_facility, medicare_advantage, medicaid, commercial or other."""
    known = known or corpus()
    for key in known.line_of(payer):
        table = known.kinds["processes"].get(key)
        if table is not None and key != ANY:
            return str(table["programme"])
    kind = known.payers.get(payer or "", {}).get("kind")
    return {"commercial": "commercial", "medicaid": "medicaid"}.get(str(kind), "other")


def route(identity: str, setting: Setting, known: Corpus | None = None) -> Json | None:
    """The payer's route (new-claim, reopening, appeal-2 …), its parents' or the one of any payer; None when none has it.

    A route with a condition that the setting does not meet is passed over.
    """
    known = known or corpus()
    return next(iter(_routes(identity, setting, known)), None)


def _routes(identity: str, setting: Setting, known: Corpus) -> Iterator[Json]:
    for table in _tables(setting.payer, known):
        for entry in table.get("route", ()):
            when = entry.get("when", {})
            if entry["id"] == identity and all(getattr(setting, name) == wanted for name, wanted in when.items()):
                yield entry


def _tables(payer: str | None, known: Corpus) -> Iterator[Mapping[str, Any]]:
    processes = known.kinds["processes"]
    for key in known.line_of(payer):
        table = processes.get(key)
        while table is not None:
            yield table
            table = processes.get(table.get("as", ""))


def deadline(identity: str, setting: Setting, dates: Dates, known: Corpus | None = None) -> Json:
    """The deadline of a route; the contract's own window (contract.windows) comes before the payer's.

    Where no window is known `legal` and `work_by` are null and `why` says so.
    """
    known = known or corpus()
    own = _contract_window(identity, setting.contract)
    if own is not None:
        return deadlines.deadline(own, dates, known)
    found = route(identity, setting, known)
    if found is None:
        why = f"no {identity.replace('-', ' ')} of this payer is known"
        return deadlines.unknown(why, None, [], known)
    start = dates.service if identity == "new-claim" else dates.notice
    window = _on(found.get("window", ()), start)
    if window is None:
        why = found.get("unknown") or "the window of that time is not known"
        return deadlines.unknown(why, None, found.get("source", []), known)
    return deadlines.deadline(window, dates, known)


def _on(windows: Sequence[Mapping[str, Any]], day: date | None) -> Mapping[str, Any] | None:
    """The window in force on the day it is counted from; the newest where that day is not known."""
    if day is None:
        return windows[-1] if windows else None
    held = [window for window in windows if date.fromisoformat(window["from"]) <= day]
    return held[-1] if held else None


def amount_in_controversy(identity: str, setting: Setting, filed: date, known: Corpus | None = None) -> Json | None:
    """{least, on, source, note} for a route that asks a least amount on the day of filing; `least` null when not known; None else."""
    known = known or corpus()
    found = route(identity, setting, known)
    if found is None or "amount" not in found:
        return None
    payers = [*known.line_of(setting.payer), *(t["payer"] for t in _tables(setting.payer, known))]
    facts = {fact.payer: fact for fact in known.facts(found["amount"])}
    fact = next((facts[key] for key in payers if key in facts), None)
    value = fact.on(filed) if fact else None
    least = None if value is None or value.ended else str(value.value)
    return {
        "least": least,
        "on": filed.isoformat(),
        "source": list(value.source) if value else [],
        "note": (value.note or None) if value else None,
    }


def _contract_window(identity: str, contract: Mapping[str, Any]) -> Json | None:
    days = {key.removesuffix("_days"): value for key, value in contract.items() if key.endswith("_days")}
    windows = {**days, **(contract.get("windows") or {})}
    name = _OWN.get(identity.removesuffix("-1"), identity.replace("-", "_"))
    said = windows.get(name)
    if said is None and name == "dispute":
        said = windows.get("appeal")
    if said is None:
        return None
    table: Mapping[str, Any] = said if isinstance(said, Mapping) else {"count": said}
    count, unit = table.get("count"), table.get("unit", "days")
    after = table.get("after", "date of service" if name == "new_claim" else "notice")
    if not isinstance(count, int) or isinstance(count, bool) or unit not in UNITS or after not in STARTS - {"receipt"}:
        raise UsageError(
            f"contract.windows.{name} is not a window",
            hint='Write a number of days, or {"count": 180, "unit": "days", "after": "notice"}.',
            code="bad-facts",
        )
    window = {
        "count": count,
        "unit": unit,
        "after": after,
        "filed": table.get("filed", "unknown"),
        "roll": table.get("roll", "none"),
    }
    if after.startswith("receipt"):
        window["presumed"] = int(table.get("presumed", 0))
    return {**window, "says": f"{count} {unit} after the {after}, {CONTRACT}", "source": [], "confidence": None}


def money(text: str | None) -> Decimal | None:
    """An amount written as text; None for none or for what is no amount."""
    try:
        return None if text is None else Decimal(text)
    except InvalidOperation:
        return None
