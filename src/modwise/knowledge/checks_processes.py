"""What must hold of the appeal processes and calendars as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from modwise.knowledge import schema
from modwise.knowledge.shapes import shape_problems

Table = dict[str, Any]


def problems(corpus: Table) -> Iterator[str]:
    """What is wrong with the files in processes/ and calendars/, each a sentence that begins with its place."""
    kinds = corpus["kinds"]
    for payer, table in kinds.get("processes", {}).items():
        place = f"processes/{payer}.toml"
        if table.get("as", payer) not in kinds["processes"]:
            yield f"{place}: as = {table['as']!r} has no file in processes/"
        for number, rule in enumerate(table.get("rule", []), 1):
            yield from shape_problems(rule, schema.STATEMENT, f"{place}: [[rule]] {number}")
        yield from _routes(table.get("route", []), place, corpus)
    for name, table in kinds.get("calendars", {}).items():
        for holiday in table.get("holiday", []):
            where = f"calendars/{name}.toml: {holiday.get('name', '?')}"
            yield from shape_problems(holiday, schema.HOLIDAY, where)
            if ("day" in holiday) == ("weekday" in holiday and "nth" in holiday):
                yield f"{where}: either day, or weekday with nth"


def _routes(routes: list[Table], place: str, corpus: Table) -> Iterator[str]:
    seen = set()
    for route in routes:
        where = f"{place}: route {route.get('id', '?')}"
        yield from shape_problems(route, schema.ROUTE, where)
        mark = (route.get("id"), str(route.get("when")))
        if mark in seen:
            yield f"{where}: stands twice"
        seen.add(mark)
        if ("window" in route) == ("unknown" in route):
            yield f"{where}: either a window, or unknown = why"
        if "unknown" in route and not route.get("source"):
            yield f"{where}: no source"
        if "amount" in route and route["amount"] not in corpus["facts"]:
            yield f"{where}: amount names no fact"
        yield from _windows(route.get("window", []), where, corpus)


def _windows(windows: list[Table], where: str, corpus: Table) -> Iterator[str]:
    before: date | None = None
    for window in windows:
        yield from shape_problems(window, schema.WINDOW, f"{where}: window")
        if not window.get("source"):
            yield f"{where}: window without a source"
        if "work_by" in window:
            yield from shape_problems(window["work_by"], schema.WORK_BY, f"{where}: work_by")
        if str(window.get("after", "")).startswith("receipt") != ("presumed" in window):
            yield f"{where}: presumed goes with a window after receipt, and only there"
        if window.get("roll") == "next business day" and window.get("calendar") not in corpus["kinds"]["calendars"]:
            yield f"{where}: a roll to the next business day needs a calendar that has a file"
        start = window.get("from")
        if before is not None and isinstance(start, date) and start <= before:
            yield f"{where}: dates do not rise at {start}"
        before = start if isinstance(start, date) else before
