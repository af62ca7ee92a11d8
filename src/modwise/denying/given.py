"""Facts of the case that no claim or remit carries: the file of `--facts`, checked key by key. No frame library."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from modwise.denying import shapes
from modwise.denying.shapes import (
    DAY,
    DAY_OR_FLAG,
    FLAG,
    MONEY,
    NUMBER,
    PAID,
    PERIOD,
    TEXT,
    WHOLE,
    Each,
    Either,
    Plain,
    Shape,
    Table,
    one_of,
)
from modwise.errors import InputError, UsageError
from modwise.knowledge.corpus import corpus
from modwise.knowledge.schema import STARTS, UNITS

Json = dict[str, Any]
Facts = Mapping[str, Any]
CaseFacts = Mapping[str, Mapping[str, Mapping[str, Any]]]

HINT = "docs/commands.md, denials, lists the keys; leave out what is not known."
INDICATORS = ("bilateral", "assistant", "global_days", "pc_tc", "co_surgeon", "team", "multiple")
_SHARE = shapes.share('a share, as "0.50"')
_WINDOW = Either(
    Table(
        {
            "count": PERIOD,
            "unit": one_of(*sorted(UNITS)),
            "after": one_of(*sorted(STARTS - {"receipt"})),
            "filed": TEXT,
            "roll": one_of("none", "next business day"),
            "presumed": PERIOD,
        },
        needed=("count",),
    ),
    PERIOD,
)
_CONTRACT = Table(
    {
        "contracted": FLAG,
        "rate": MONEY,
        "usual_charge": MONEY,
        "small_balance": MONEY,
        "lesser_of": FLAG,
        "factors": Table({}, others=_SHARE),
        "windows": Table({}, others=_WINDOW),
        **dict.fromkeys(("appeal_days", "dispute_days", "corrected_claim_days", "new_claim_days"), PERIOD),
    }
)
_CODE = Plain("a code in quotes", lambda value: isinstance(value, str) and bool(value.strip()))
_MODIFIERS = Each(TEXT, "modifiers")


def read(path: str | Path) -> CaseFacts:
    """The facts by claim number and line number, as text.

    Raises InputError for a file that is no JSON of that form, UsageError for a key that is none.
    """
    try:
        content = json.loads(Path(path).read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        reason = f"line {error.lineno}, column {error.colno}" if isinstance(error, json.JSONDecodeError) else "cannot be read"
        raise InputError(
            f"no facts in JSON: {reason}", where=str(path), hint='Write {"CLAIM": {"LINE": {…}}}.', code="bad-facts"
        ) from None
    return checked(content, str(path))


def checked(content: Any, where: str = "facts") -> CaseFacts:
    """The facts, when every key and type is one that is known. Raises UsageError that names the first place that is not."""
    if not isinstance(content, Mapping):
        raise _bad(where, "claims by their number", "the whole")
    for number, (claim, lines) in enumerate(content.items(), 1):
        # A claim number may identify a patient: its place is named, never itself.
        place = f"claim {number}"
        if not isinstance(claim, str) or not isinstance(lines, Mapping):
            raise _bad(where, "lines by their number", place)
        for line, facts in lines.items():
            if not (line == "*" or (str(line).isascii() and str(line).isdecimal())):
                raise UsageError(f'{place}: a line is a number (LX) or "*" for all', where=where, hint=HINT, code="bad-facts")
            if facts is None:
                raise _bad(where, "facts", f"{place}, line {line}")
            for problem in _line().problems("", facts):
                raise UsageError(f"{place}, line {line}: {problem}", where=where, hint=HINT, code="bad-facts")
    known: CaseFacts = content
    return known


@lru_cache(maxsize=1)
def _line() -> Table:
    """The shape of a line's facts. Indicators take the answers that the decision tables know."""
    answers = {row["name"]: row["values"] for row in corpus().kinds["remedies"]["signals"]["signal"]}
    said: dict[str, Shape] = {name: one_of(*answers[name]) for name in INDICATORS}
    pair, mai = (_digit(answers[name]) for name in ("pair", "mai"))
    tables: dict[str, Shape] = {
        **said,
        "status": TEXT,
        "ptp": Table({"column1": _CODE, "column2": _CODE, "indicator": pair}, needed=("indicator",)),
        "mue": Table({"value": WHOLE, "mai": mai}),
    }
    service: dict[str, Shape] = {
        "code": _CODE,
        "modifiers": _MODIFIERS,
        "date": DAY,
        "paid": PAID,
        "global_days": said["global_days"],
        "by": TEXT,
    }
    return Table(
        {
            "chart_supports": _MODIFIERS,
            "chart": TEXT,
            "units_supported": NUMBER,
            "mac": TEXT,
            "locality": TEXT,
            "contract": _CONTRACT,
            "tables": Table(tables),
            "other_services": Each(Table(service, needed=("code",)), "services"),
            "documents": Table({"requested": DAY_OR_FLAG, "due": DAY, "sent": Either(Table({}), _SENT)}),
            "abn": Table({"signed": DAY_OR_FLAG}),
            "appeals": Each(Table({"level": WHOLE, "decided": DAY, "outcome": TEXT, "filed": DAY}, needed=("level",)), "appeals"),
            "acceptance": Table({"date": DAY, "in_time": FLAG, "kind": TEXT}),
            "claim_type": one_of("professional", "institutional"),
            "letter": Table({}, others=Either(Table({}), _STATED)),
            "enclosures": Each(Table({"title": TEXT, "file": TEXT, "date": DAY}, needed=("title", "file")), "enclosures"),
            "adopts": Each(Table({"what": TEXT, "policy": TEXT, "section": TEXT}, needed=("what", "policy")), "policies"),
        }
    )


_STATED = Plain(
    "text, a number, a date, a list of those, or true or false", lambda value: isinstance(value, (bool, str, int, float, list))
)
_SENT = Plain("a date, a list of documents, or true or false", lambda value: isinstance(value, (bool, str, list)))


def _digit(answers: list[str]) -> Plain:
    """An indicator, as text or as a number."""
    return Plain(f"one of {', '.join(answers)}", lambda value: not isinstance(value, bool) and str(value) in answers)


def of(facts: CaseFacts, claim: str, line: int | None) -> Mapping[str, Any]:
    """The facts of a line: its own over those of the whole claim (line "*")."""
    lines = facts.get(claim, {})
    return {**lines.get("*", {}), **lines.get(str(line), {})} if lines else {}


def _bad(where: str, wanted: str, place: str) -> UsageError:
    return UsageError(f"{place} is not a table of {wanted}", where=where, hint='Write {"CLAIM": {"LINE": {…}}}.', code="bad-facts")


def cents(value: Any) -> int | None:
    """An amount as cents; None for what is none."""
    return shapes.cents(value)


def day(text: Any) -> date | None:
    """An ISO date; None for none or for what is none."""
    return date.fromisoformat(str(text)) if text and shapes.is_day(text) else None


def paid(value: Any) -> int | None:
    """What a service was paid, in cents: an amount, or yes (more than nothing) and no."""
    if isinstance(value, bool):
        return int(value)
    return None if value is None else cents(value)
