"""What must hold over the files on denial codes: dates that rise, meanings only for codes that are listed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from modwise.knowledge.schema import CONFIDENCE, REMEDIES

Table = Mapping[str, Any]
_DATES = {"from": date, "changed": date, "ended": date, "alert": bool}
_ROLES = frozenset({"core", "partly", "no"})
_ALLOWED = {"code", "says", "modifiers", "causes", "evidence", "remedies", "with", "tells", "source", "confidence"}
_CASE = {"carc", "rarc", "modifiers", "title", "test", "cause", "fix", "source", "confidence"}


def problems(kinds: Mapping[str, Mapping[str, Table]]) -> Iterator[str]:
    """What is wrong, each a sentence that begins with the place."""
    listed = {}
    for kind in ("carc", "rarc"):
        files = kinds.get(kind, {})
        listed[kind] = files.get("status", {}).get("codes", {})
        yield from _status_problems(f"{kind}/status.toml", listed[kind])
        for stem, table in files.items():
            yield from _meaning_problems(f"{kind}/{stem}.toml", table.get("meaning", []), listed[kind])
    for stem, table in kinds.get("carc", {}).items():
        for number, case in enumerate(table.get("case", []), 1):
            yield from _case_problems(f"carc/{stem}.toml: [[case]] {number}", case, listed)


def _status_problems(place: str, codes: Table) -> Iterator[str]:
    for code, entry in codes.items():
        where = f"{place}: {code}"
        for key, value in entry.items():
            if not isinstance(value, _DATES.get(key, ())):
                yield f"{where}: {key} is unknown or of the wrong type"
        if "from" not in entry:
            yield f"{where}: from is missing"
        elif entry.get("ended", entry["from"]) < entry["from"]:
            yield f"{where}: ends before it begins"


def _meaning_problems(place: str, entries: list[Table], listed: Table) -> Iterator[str]:
    for code, count in Counter(str(entry.get("code")) for entry in entries).items():
        if count > 1:
            yield f"{place}: {code} has {count} meanings"
        if code not in listed:
            yield f"{place}: {code} is not in status.toml"
    for entry in entries:
        where = f"{place}: {entry.get('code')}"
        yield from _entry_problems(where, entry, _ALLOWED, ("says", "modifiers"))
        if entry.get("modifiers") not in _ROLES:
            yield f"{where}: modifiers is none of {', '.join(sorted(_ROLES))}"
        for remedy in set(entry.get("remedies", ())) - REMEDIES:
            yield f"{where}: remedy {remedy!r} is unknown"


def _case_problems(place: str, case: Table, listed: Mapping[str, Table]) -> Iterator[str]:
    yield from _entry_problems(place, case, _CASE, ("title", "cause"))
    for kind in ("carc", "rarc"):
        for code in case.get(kind, ()):
            if code not in listed[kind]:
                yield f"{place}: {code} is not in {kind}/status.toml"


def _entry_problems(place: str, entry: Table, allowed: set[str], needed: tuple[str, ...]) -> Iterator[str]:
    for key in entry.keys() - allowed:
        yield f"{place}: unknown key {key}"
    for key in (*needed, "source", "confidence"):
        if not entry.get(key):
            yield f"{place}: {key} is missing"
    if entry.get("confidence") not in CONFIDENCE:
        yield f"{place}: confidence is none of {', '.join(sorted(CONFIDENCE))}"
