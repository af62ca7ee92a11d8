"""Facts of the case that no claim or remit carries: the file of `--facts`, checked key by key. No frame library."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from modwise.errors import InputError, UsageError

Json = dict[str, Any]
Facts = Mapping[str, Any]
CaseFacts = Mapping[str, Mapping[str, Mapping[str, Any]]]

_TEXT, _LIST, _TABLE, _WHOLE, _FLAG = (str,), (list,), (dict,), (int,), (bool,)
_MONEY = (str, int, float)
_KEYS: dict[str, tuple[type, ...]] = {
    "chart_supports": _LIST,
    "chart": _TEXT,
    "units_supported": (int, float),
    "mac": _TEXT,
    "contract": _TABLE,
    "tables": _TABLE,
    "other_services": _LIST,
    "documents": _TABLE,
    "abn": _TABLE,
    "appeals": _LIST,
    "acceptance": _TABLE,
    "claim_type": _TEXT,
}
_INSIDE: dict[str, dict[str, tuple[type, ...]]] = {
    "contract": {
        "contracted": _FLAG,
        "rate": _MONEY,
        "usual_charge": _MONEY,
        "lesser_of": _FLAG,
        "factors": _TABLE,
        "windows": _TABLE,
        **dict.fromkeys(("appeal_days", "dispute_days", "corrected_claim_days", "new_claim_days"), _WHOLE),
    },
    "tables": {
        "ptp": _TABLE,
        "mue": _TABLE,
        "bilateral": _TEXT,
        "assistant": _TEXT,
        "global_days": _TEXT,
        "pc_tc": _TEXT,
        "co_surgeon": _TEXT,
        "team": _TEXT,
        "multiple": _TEXT,
        "status": _TEXT,
    },
    "documents": {"requested": (bool, str), "due": _TEXT, "sent": (bool, str, list)},
    "abn": {"signed": (bool, str)},
    "acceptance": {"date": _TEXT, "in_time": _FLAG, "kind": _TEXT},
}


def read(path: str | Path) -> CaseFacts:
    """The facts by claim number and line number, as text.

    Raises InputError for a file that is no JSON of that form, UsageError for a key that is none.
    """
    try:
        content = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        reason = f"line {error.lineno}, column {error.colno}" if isinstance(error, json.JSONDecodeError) else "cannot be read"
        raise InputError(
            f"no facts in JSON: {reason}", where=str(path), hint='Write {"CLAIM": {"LINE": {…}}}.', code="bad-facts"
        ) from None
    return checked(content, str(path))


def checked(content: Any, where: str = "facts") -> CaseFacts:
    """The facts, when every key and type is one that is known. Raises UsageError that names the first place that is not."""
    if not isinstance(content, dict):
        raise _bad(where, "claims by their number", "the whole")
    for number, (claim, lines) in enumerate(content.items(), 1):
        # A claim number may identify a patient: its place is named, never itself.
        place = f"claim {number}"
        if not isinstance(claim, str) or not isinstance(lines, dict):
            raise _bad(where, "lines by their number", place)
        for line, facts in lines.items():
            for problem in _problems(facts):
                raise UsageError(
                    f"{place}, line {line}: {problem}",
                    where=where,
                    hint="docs/commands.md, denials, lists the keys; leave out what is not known.",
                    code="bad-facts",
                )
    known: CaseFacts = content
    return known


def of(facts: CaseFacts, claim: str, line: int | None) -> Mapping[str, Any]:
    """The facts of a line: its own over those of the whole claim (line "*")."""
    lines = facts.get(claim, {})
    return {**lines.get("*", {}), **lines.get(str(line), {})} if lines else {}


def _problems(facts: Any) -> Iterator[str]:
    if not isinstance(facts, dict):
        yield "facts are not a table"
        return
    for key, value in facts.items():
        if key not in _KEYS:
            yield f"unknown key {key!r}"
        elif value is not None and not _is(value, _KEYS[key]):
            yield f"{key} has the wrong type"
        elif isinstance(value, dict):
            yield from _inside(key, value)
    supports = facts.get("chart_supports") or []
    if not all(isinstance(modifier, str) for modifier in supports):
        yield "chart_supports lists modifiers as text"
    for service in facts.get("other_services") or []:
        if not isinstance(service, dict) or not isinstance(service.get("code"), str):
            yield "other_services lists tables with a code"
    for appeal in facts.get("appeals") or []:
        if not isinstance(appeal, dict) or not isinstance(appeal.get("level"), int):
            yield "appeals lists tables with a level"
        elif appeal.get("decided") is not None and not _is_day(appeal["decided"]):
            yield "an appeal's decided is an ISO date"


def _inside(key: str, table: Mapping[str, Any]) -> Iterator[str]:
    for name, value in table.items():
        allowed = _INSIDE[key].get(name)
        if allowed is None:
            yield f"unknown key {key}.{name}"
        elif value is not None and not _is(value, allowed):
            yield f"{key}.{name} has the wrong type"
        elif allowed is _MONEY and value is not None and cents(value) is None:
            yield f"{key}.{name} is no amount"
        elif name in ("due", "date") and value is not None and not _is_day(value):
            yield f"{key}.{name} is no ISO date"


def cents(value: Any) -> int | None:
    """An amount as cents; None for what is none."""
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return None
    return int((amount * 100).to_integral_value()) if amount.is_finite() else None


def _is(value: Any, allowed: tuple[type, ...]) -> bool:
    return isinstance(value, allowed) and (bool in allowed or not isinstance(value, bool))


def _is_day(value: Any) -> bool:
    try:
        date.fromisoformat(str(value))
    except ValueError:
        return False
    return True


def _bad(where: str, wanted: str, place: str) -> UsageError:
    return UsageError(f"{place} is not a table of {wanted}", where=where, hint='Write {"CLAIM": {"LINE": {…}}}.', code="bad-facts")


def day(text: Any) -> date | None:
    """An ISO date; None for none or for what is none."""
    return date.fromisoformat(str(text)) if text and _is_day(text) else None


def paid(value: Any) -> int | None:
    """What a service was paid, in cents: an amount, or yes (more than nothing) and no."""
    if isinstance(value, bool):
        return int(value)
    return None if value is None else cents(value)
