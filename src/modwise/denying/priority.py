"""What to work on first: expected dollars × chance of getting them, more pressing as the deadline comes nearer. No frame library."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from modwise.denying import days
from modwise.knowledge.corpus import Corpus

Json = dict[str, Any]
_CENT = Decimal("0.01")
# Own outcomes by payer and cause: {chance, n}.
Chances = Mapping[tuple[str | None, str], Mapping[str, Any]]


def of(item: Mapping[str, Any], known: Corpus, today: date | None, own: Chances | None = None) -> Json | None:
    """{score, dollars, chance, chance_from, days_left, workdays_left, urgent}: the parts that make the score, and the score.

    `score` is null where the dollars at risk are not known; None for an item on which nothing is to be done. Dollars and score are
    text. `own` are chances from the user's outcomes; where there are enough of them they stand in for the starting value.
    """
    if item["remedy"] in ("no_action", "write_off", "wait"):
        return None
    chance, origin = _own(item, own or {}, known) or _chance(item, known)
    work_by = (item["deadline"] or {}).get("work_by")
    left = (date.fromisoformat(work_by) - today).days if work_by and today else None
    workdays = _workdays(today, left, known) if today is not None and left is not None else None
    dollars = None if item["at_risk"] is None else Decimal(item["at_risk"])
    score = None if dollars is None else dollars * chance / _pressing(workdays, known)
    urgent = left is not None and left <= int(_figure("priority.urgent-days", known)) and chance > 0
    return {
        "score": None if score is None else str(score.quantize(_CENT)),
        "dollars": item["at_risk"],
        "chance": str(chance),
        "chance_from": origin,
        "days_left": left,
        "workdays_left": workdays,
        "urgent": urgent,
    }


def order(item: Mapping[str, Any]) -> tuple[Any, ...]:
    """What items are sorted by: open before settled, urgent first, then the score, then the dollars; unknown last."""
    parts = item["priority"]
    if parts is None:
        return (2, 0, 0, item["file"] or "", item["position"] or 0)
    score = Decimal(parts["score"]) if parts["score"] is not None else Decimal(-1)
    return (0 if parts["urgent"] else 1, -score, -Decimal(parts["dollars"] or 0), item["file"] or "", item["position"] or 0)


def _own(item: Mapping[str, Any], own: Chances, known: Corpus) -> tuple[Decimal, str] | None:
    seen = own.get((item["payer"], item["cause"]))
    if seen is None or seen["n"] < int(_figure("priority.least-outcomes", known)):
        return None
    return Decimal(seen["chance"]), f"own outcomes ({seen['n']})"


def _chance(item: Mapping[str, Any], known: Corpus) -> tuple[Decimal, str]:
    return _starting(tuple((name, item.get(name)) for name in _asked(known)), known)


@lru_cache(maxsize=2)
def _asked(known: Corpus) -> tuple[str, ...]:
    """What of an item the starting chances look at."""
    rows = known.kinds["remedies"]["priority"]["chance"]
    return tuple(dict.fromkeys(name for row in rows for name in row["when"]))


@lru_cache(maxsize=65536)
def _starting(said: tuple[tuple[str, Any], ...], known: Corpus) -> tuple[Decimal, str]:
    answers = dict(said)
    for row in known.kinds["remedies"]["priority"]["chance"]:
        if all(answers[name] in wanted for name, wanted in row["when"].items()):
            return Decimal(row["chance"]), f"{row['id']} (unverified)" if row["confidence"] == "low" else row["id"]
    raise AssertionError("the last chance takes any item")


@lru_cache(maxsize=4096)
def _pressing(workdays: int | None, known: Corpus) -> Decimal:
    """Days left to a power below 1: half the days is not twice as pressing. 1 where the days are not known."""
    if workdays is None:
        return Decimal(1)
    return Decimal(max(1, workdays)) ** Decimal(_figure("priority.time-exponent", known))


@lru_cache(maxsize=4096)
def _workdays(today: date, left: int, known: Corpus) -> int:
    closed = _closed(known)
    return sum(not closed(today + timedelta(days=n)) for n in range(1, left + 1))


@lru_cache(maxsize=2)
def _closed(known: Corpus) -> days.Holiday:
    return days.closed_days(known.kinds["calendars"]["us-federal"])


@lru_cache(maxsize=16)
def _figure(identity: str, known: Corpus) -> str:
    fact = known.fact_for(identity, None)
    if fact is None:
        raise AssertionError(f"no fact {identity}")
    return str(fact.values[-1].value)
