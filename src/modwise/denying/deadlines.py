"""The last lawful day and the day to work by, from a process's window and the dates of the item.

A date that is not known stays null, and `why` says what is missing. Nothing rolls over a weekend unless the rule says so; a day on
which offices are closed is only named, with the last open one before it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from modwise.denying import days
from modwise.knowledge.corpus import UNVERIFIED, Corpus, corpus

Json = dict[str, Any]
FEDERAL = "us-federal"
_RECEIPT = {"receipt": "notice", "receipt of the decision": "decision"}


@dataclass(frozen=True)
class Dates:
    """The days an item's clocks start from; null = not known."""

    service: date | None = None
    notice: date | None = None
    decision: date | None = None
    request: date | None = None

    def of(self, start: str) -> date | None:
        """The day named as a window names it: date of service, notice, decision."""
        return {"date of service": self.service, "notice": self.notice, "decision": self.decision}[start]


def deadline(window: Mapping[str, Any], dates: Dates, known: Corpus | None = None) -> Json:
    """{legal, work_by, rule, source, counted_from, weekday, confidence, unverified, …} of a window for an item's dates.

    `legal` and `work_by` are ISO dates; null when the day to count from is not known, then `why` says so.
    """
    known = known or corpus()
    start = _RECEIPT.get(window["after"], window["after"])
    day = dates.of(start)
    if day is None:
        return unknown(f"the {start} is not known", window["says"], window["source"], known)
    legal = _end(window, day, known)
    by = window.get("work_by")
    work_by = min(legal, _end({**by, "roll": "none"}, day, known)) if by else legal
    answer = {
        "legal": legal.isoformat(),
        "work_by": work_by.isoformat(),
        **_cited(window["says"], [*window["source"], *(by or {}).get("source", ())], known),
        "counted_from": {"what": start, "date": day.isoformat()},
        "weekday": days.WEEKDAYS[legal.weekday()],
        "filed": window["filed"],
        "confidence": window.get("confidence"),
    }
    for name in ("reference", "note"):
        if window.get(name):
            answer[name] = window[name]
    if by:
        answer["work_by_rule"] = by["says"]
    closed = _calendar(window.get("calendar", FEDERAL), known)
    if closed(work_by):
        answer["closed"] = f"{work_by} is a weekend or holiday; the last open day before it is {days.last_open(work_by, closed)}"
    return answer


def unknown(why: str, rule: str | None, source: list[str], known: Corpus) -> Json:
    """The deadline that is not known, and why."""
    return {"legal": None, "work_by": None, **_cited(rule, source, known), "why": why}


def _end(window: Mapping[str, Any], day: date, known: Corpus) -> date:
    closed = _calendar(window.get("calendar", FEDERAL), known)
    # Presumed receipt is counted in days before the period itself begins.
    start = days.add(day, window.get("presumed", 0), "days")
    end = days.add(start, window["count"], window["unit"], closed)
    return days.next_open(end, closed) if window.get("roll") == "next business day" else end


def _cited(rule: str | None, source: list[str], known: Corpus) -> Json:
    keys = list(dict.fromkeys(source))
    kinds = {known.sources[key]["kind"] for key in keys if key in known.sources}
    return {"rule": rule, "source": keys, "unverified": bool(keys) and kinds <= {UNVERIFIED}}


def _calendar(name: str, known: Corpus) -> days.Holiday:
    return _closed(known, name)


@lru_cache(maxsize=8)
def _closed(known: Corpus, name: str) -> days.Holiday:
    return days.closed_days(known.kinds["calendars"][name])
