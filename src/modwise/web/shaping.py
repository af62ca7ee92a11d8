"""A modifier's page made ready to be read: sources numbered, payers in groups, values and dates in words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from modwise.knowledge.corpus import ANY
from modwise.web import choices, dating, words
from modwise.web.words import KINDS_OF_PAYER

Json = dict[str, Any]
UNTRACED = "untraced"
_SHARE = re.compile(r"\d+\.\d+")
_KEY = re.compile(r"[a-z]+(?:-[a-z]+)+")
# Topics with a place of their own on the page.
APART = ("in-force", "excludes", "payment")


def numbers(sources: Sequence[Json]) -> dict[str, int]:
    """Key of a source → its number in the list; what was not traced has none."""
    return {source["key"]: place for place, source in enumerate((s for s in sources if s["key"] != UNTRACED), 1)}


def value(given: Any) -> str | list[str]:
    """A fact's value in words: a share as percent, a key as words; a list of codes stays a list."""
    if isinstance(given, list):
        return given
    if isinstance(given, bool) or given is None:
        return {True: "Yes", False: "No", None: "Ended"}[given]
    text = str(given)
    if _SHARE.fullmatch(text):
        return words.share(text)
    return words.sentence(text) if _KEY.fullmatch(text) else text[:1].upper() + text[1:]


def since(row: Mapping[str, Any]) -> str:
    """From when a value holds, in words."""
    return f"{dating.day(row['from'])} or earlier" if row["at_latest"] else dating.day(row["from"])


def fact_rows(topic: Json) -> list[Json]:
    """A topic's values, one a row, payers in groups: {group, payer, first, span, setting, value, since, until, note, source, confidence}."""
    rows = sorted(topic["payers"], key=_place)
    return [line for fact in rows for line in _lines(fact)]


def grouped(rows: Iterable[Json]) -> list[tuple[str, list[Json]]]:
    """The rows under their kind of payer."""
    return [(name, list(found)) for name, found in groupby(rows, key=lambda row: str(row["group"]))]


def _place(fact: Json) -> tuple[int, str]:
    order = ["", *KINDS_OF_PAYER.values()]
    return order.index(choices.kind_of(fact["payer"])), words.payer(fact["payer"]).lower()


def _lines(fact: Json) -> Iterable[Json]:
    values = list(reversed(fact["values"]))
    for place, one in enumerate(values):
        notes = [one["note"], fact["reference"] and _reference(fact)]
        yield {
            "group": "" if fact["payer"] == ANY else choices.kind_of(fact["payer"]),
            "payer": fact["payer"],
            "first": place == 0,
            "span": len(values),
            "setting": fact["setting"],
            "value": value(one["value"]),
            "since": since(one),
            "until": dating.day(values[place - 1]["from"]) if place else "",
            "note": ". ".join(note.rstrip(".") for note in notes if note),
            "source": one["source"],
            "confidence": fact["confidence"],
        }


def _reference(fact: Json) -> str:
    return str(fact["reference"]) + ("" if fact["reference_verified"] else " (section number not verified)")


def rules(page: Json) -> list[Json]:
    """The topics without a place of their own: {says, rows}."""
    return [{"says": topic["says"], "rows": fact_rows(topic)} for name, topic in page["facts"].items() if name not in APART]


def payment(page: Json) -> Json | None:
    """The topic of payment: {says, groups}; None where nothing is known."""
    topic = page["facts"].get("payment")
    return {"says": topic["says"], "groups": grouped(fact_rows(topic))} if topic else None


def excludes(page: Json) -> list[str]:
    """The modifiers that may not stand beside it, by any payer's word."""
    topic = page["facts"].get("excludes", {"payers": []})
    codes = [
        code for fact in topic["payers"] for one in fact["values"][-1:] if isinstance(one["value"], list) for code in one["value"]
    ]
    return list(dict.fromkeys(codes))


def about(page: Json) -> frozenset[str]:
    """The modifiers the page speaks of: where one stands in its text it becomes a link."""
    named = [entry["modifier"] for entry in (*page["sections"].get("neighbours", ()), *page["named_by"])]
    return frozenset([*named, *excludes(page)]) - {page["modifier"]}


def neighbours(page: Json) -> list[Json]:
    """The modifiers it is confused with, those told apart by one and the same question together: {modifiers, question, says, …}."""
    groups: dict[tuple[str, str], list[Json]] = {}
    for entry in page["sections"].get("neighbours", ()):
        groups.setdefault((entry["question"], entry["says"]), []).append(entry)
    return [{**group[0], "modifiers": [entry["modifier"] for entry in group]} for group in groups.values()]
