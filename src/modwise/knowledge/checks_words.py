"""Checks over the word lists that plain English is read with: facts, values, payers and lists exist; nothing stands twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from modwise.knowledge import schema
from modwise.knowledge.decisions import NUMBER, OPEN, CaseFact, case_fact, named
from modwise.knowledge.shapes import shape_problems

Table = Mapping[str, Any]
CODED = "coded"


def problems(kinds: Mapping[str, Mapping[str, Table]], payers: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with the word lists, each a sentence that begins with the file."""
    files = kinds.get("case-words", {})
    facts = {entry["name"]: case_fact(entry) for file in kinds.get("case-facts", {}).values() for entry in file["case_fact"]}
    lists = [name for file in files.values() for name in file.get("list", {})]
    for name in {name for name in lists if lists.count(name) > 1}:
        yield f"case-words: the list {name} stands in two files"
    for stem, file in files.items():
        for number, reading in enumerate(file.get("reading", []), 1):
            place = f"case-words/{stem}.toml: [[reading]] {number}"
            yield from shape_problems(reading, schema.READING, place)
            yield from _reading(place, reading, facts, payers, set(lists))
        for name, order in file.get("takes", {}).items():
            yield from _values(f"case-words/{stem}.toml: takes", name, order, facts, payers)


def _reading(
    place: str, reading: Table, facts: Mapping[str, CaseFact], payers: Mapping[str, Any], lists: set[str]
) -> Iterator[str]:
    ways = [key for key in ("fact", "sets", "number") if key in reading]
    if len(ways) != 1:
        yield f"{place}: one of fact, sets, number"
        return
    if "fact" in reading:
        values = [reading.get("value", "?"), *([reading["negated"]] if "negated" in reading else [])]
        yield from _values(place, reading["fact"], values, facts, payers)
    elif "sets" in reading:
        for name, value in reading["sets"].items():
            yield from _values(place, name, [value], facts, payers)
    elif reading["number"] not in facts or facts[reading["number"]].kind != NUMBER:
        yield f"{place}: {reading['number']} is no number among the case facts"
    for name, spec in reading.get("needs", {}).items():
        if name == CODED:
            continue
        yield from _values(place, name, list(named(spec)), facts, payers)
    for phrase in reading.get("words", []):
        for word in (word.removesuffix("?") for token in phrase.split() for word in token.split("|")):
            if word.startswith("<") and word[1:-1] not in lists:
                yield f"{place}: no list {word}"
    if len(set(reading.get("words", []))) != len(reading.get("words", [])):
        yield f"{place}: a phrase stands twice"


def _values(place: str, name: str, values: Any, facts: Mapping[str, CaseFact], payers: Mapping[str, Any]) -> Iterator[str]:
    fact = facts.get(name)
    if fact is None:
        yield f"{place}: {name} is no case fact"
    elif name == "payer":
        yield from (f"{place}: payer {value!r} has no file" for value in values if value and value not in payers)
    elif fact.kind != OPEN:
        yield from (f"{place}: {name} has no value {value!r}" for value in values if value and value not in fact.domain)
