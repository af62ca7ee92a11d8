"""The measures of a batch of remits: how much was denied, for what, how much can still be had, until when."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import polars as pl

from modwise import plural
from modwise.denying import given
from modwise.knowledge.corpus import Corpus
from modwise.remits.doubts import doubts
from modwise.remits.frames import Remits

Json = dict[str, Any]
# Days left, up to and including; the last band is open.
BANDS = ((0, "late"), (5, "up to 5 days"), (30, "6 to 30 days"), (90, "31 to 90 days"), (10**6, "over 90 days"))
SETTLED = frozenset({"no_action", "wait"})
_SHARE = Decimal("0.0001")


@dataclass(frozen=True)
class Noted:
    """What the measures need of the remits' own frames."""

    warnings: list[str]
    reversals: int
    uncorrected: int


def noted(remits: Remits, known: Corpus) -> Noted:
    """Reversals, and what is strange in the remits: payments given twice, codes that no list holds."""
    reversals = remits.claims.filter(pl.col("status").cast(pl.String) == "22")
    warned = [*_repeated(remits), *(str(doubt) for doubt in doubts(remits, known))]
    return Noted(warned, reversals.height, int(reversals["corrected_by"].is_null().sum()))


def summary(lines: pl.DataFrame, items: Sequence[Mapping[str, Any]], noted: Noted) -> Json:
    """The measures. Amounts are text; a rate is a share with four places, null where nothing was decided.

    A denial is an item on which something is to be done or that is lost; prices, panels, patient's shares and reversals are none.
    """
    denied = [item for item in items if item["remedy"] not in SETTLED]
    claims = {(item["file"], item["claim"]) for item in denied}
    decided = lines.select("claim_key").n_unique()
    lines = lines.filter(~pl.col("whole"))
    charges = int(lines["charge"].sum() or 0)
    open_items = [item for item in denied if item["remedy"] != "write_off"]
    return {
        "claims": decided,
        "lines": lines.height,
        "denied": {
            "lines": len(denied),
            "claims": len(claims),
            "claim_rate": _rate(len(claims), decided),
            "charge_rate": _rate(sum(_cents(item["charge"]) for item in denied), charges),
            "first_pass_yield": _rate(decided - len(claims), decided),
        },
        "at_risk": {
            "total": _money(sum(_cents(item["at_risk"]) for item in open_items if item["at_risk"])),
            "not_known": sum(item["at_risk"] is None for item in open_items),
            "by_days_left": _bands(open_items),
        },
        "by_remedy": _counted(items, "remedy"),
        "by_cause": _counted(denied, "cause"),
        "by_payer": _counted(denied, "payer"),
        "by_modifier": _by_modifier(lines, denied),
        "underpaid": _money(sum(_cents(i["at_risk"]) for i in open_items if i["action"] == "dispute_price" and i["at_risk"])),
        "written_off": _written_off(denied),
        "lapsed": sum(bool((item["deadline"] or {}).get("late")) for item in open_items),
        "reversals": noted.reversals,
        "reversals_without_correction": noted.uncorrected,
        "price_not_known": int(lines["expected"].is_null().sum()),
        "unmatched_lines": int((lines["by"].is_null() & lines["line"].is_not_null()).sum()),
    }


def warnings(noted: Noted, lines: pl.DataFrame, claims_given: bool, facts: given.CaseFacts) -> list[str]:
    """What the reader should know before relying on the items: strange codes, lines without a claim, facts about nothing."""
    return [*noted.warnings, *_warnings(lines, claims_given, facts)]


def _repeated(remits: Remits) -> Iterator[str]:
    if remits.repeated:
        file, position = remits.repeated[0]
        count = len(remits.repeated)
        yield f"{plural.count(count, 'payment was', 'payments were')} given again and counted once, first in {file} at byte {position}"


def _warnings(lines: pl.DataFrame, claims_given: bool, facts: given.CaseFacts) -> Iterator[str]:
    unmatched = int((lines["by"].is_null() & lines["line"].is_not_null()).sum())
    if claims_given and unmatched:
        yield f"{plural.count(unmatched, 'remit line was', 'remit lines were')} found in no claim, and decided on the remit alone"
    missing = set(facts) - set(lines["claim_id"].drop_nulls())
    if missing:
        yield f"the facts speak of {plural.count(len(missing), 'claim')} that no remit answers"


def _by_modifier(lines: pl.DataFrame, denied: Sequence[Mapping[str, Any]]) -> Json:
    """Modifier → lines with it, those denied, the rate."""
    counts = lines.select(pl.col("modifiers").explode()).drop_nulls()["modifiers"].value_counts()
    every = dict(zip(counts["modifiers"].to_list(), counts["count"].to_list(), strict=True))
    lost = Counter(modifier for item in denied for modifier in set(item["modifiers"]))
    return {m: {"lines": every.get(m, 0), "denied": n, "rate": _rate(n, every.get(m, 0))} for m, n in sorted(lost.items())}


def _bands(items: Iterable[Mapping[str, Any]]) -> Json:
    sums: dict[str, int] = {name: 0 for _, name in BANDS}
    sums["not known"] = 0
    for item in items:
        left = (item["deadline"] or {}).get("days_left")
        late = (item["deadline"] or {}).get("late")
        name = "not known" if left is None else BANDS[0][1] if late else next(n for top, n in BANDS[1:] if left <= top)
        sums[name] += _cents(item["at_risk"]) if item["at_risk"] else 0
    return {name: _money(cents) for name, cents in sums.items()}


def _counted(items: Iterable[Mapping[str, Any]], key: str) -> Json:
    counts: dict[str, int] = defaultdict(int)
    dollars: dict[str, int] = defaultdict(int)
    for item in items:
        name = str(item[key] or "not known")
        counts[name] += 1
        dollars[name] += _cents(item["at_risk"]) if item["at_risk"] else 0
    ordered = sorted(counts, key=lambda name: (-counts[name], name))
    return {name: {"items": counts[name], "at_risk": _money(dollars[name])} for name in ordered}


def _written_off(denied: Iterable[Mapping[str, Any]]) -> Json:
    sums: dict[str, int] = defaultdict(int)
    for item in denied:
        if item["remedy"] == "write_off":
            sums[item["cause"]] += _cents(item["expected"]) if item["expected"] else 0
    return {cause: _money(cents) for cause, cents in sorted(sums.items())}


def _rate(part: int, whole: int) -> str | None:
    return str((Decimal(part) / Decimal(whole)).quantize(_SHARE)) if whole > 0 else None


def _cents(text: str | None) -> int:
    return given.cents(text) or 0


def _money(cents: int) -> str:
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02d}"
