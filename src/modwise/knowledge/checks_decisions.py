"""Checks over the vocabulary of case facts and all decision tables: names, values, sources, reachability, contradictions, ends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from modwise.knowledge import schema
from modwise.knowledge.decisions import CHOICE, NUMBER, OPEN, Decision, Decisions, Row, holds, limits, named
from modwise.knowledge.shapes import shape_problems

Table = Mapping[str, Any]
TOPIC = "topic"


def problems(kinds: Mapping[str, Mapping[str, Table]], modifiers: Mapping[str, Any], families: Any) -> Iterator[str]:
    """What is wrong with the case facts and the decision tables, each a sentence that begins with the file."""
    facts, tables = kinds.get("case-facts", {}), kinds.get("decisions", {})
    found = [p for stem, file in facts.items() for p in _fact_shapes(stem, file, families)]
    found += [p for stem, file in tables.items() for p in _row_shapes(stem, file)]
    found += list(_twice(facts))
    yield from found
    if found or not tables:
        return
    decisions = Decisions.of(facts, tables)
    named_wrong = [p for table in decisions.tables.values() for p in _names(table, decisions, modifiers)]
    yield from named_wrong
    if named_wrong:
        return
    for table in decisions.tables.values():
        yield from unreachable(table, decisions)
        yield from contradictions(table, decisions)
    yield from _cut_off(decisions)
    yield from _without_question(decisions)


def _fact_shapes(stem: str, file: Table, families: Any) -> Iterator[str]:
    for entry in file.get("case_fact", []):
        place = f"case-facts/{stem}.toml: {entry.get('name', '?')}"
        yield from shape_problems(entry, schema.CASE_FACT, place)
        values = [value.get("value", "") for value in entry.get("values", [])]
        for value in entry.get("values", []):
            yield from shape_problems(value, schema.CASE_VALUE, place)
        if any(" " in value for value in values) or len(set(values)) != len(values):
            yield f"{place}: a value holds a blank or stands twice"
        if entry.get("kind", CHOICE) == CHOICE and len(values) < 2 and entry.get("name") != TOPIC:
            yield f"{place}: a choice needs two values"
        if entry.get("presume", values[0] if values else "") not in values and entry.get("kind", CHOICE) == CHOICE and values:
            yield f"{place}: presumes {entry['presume']!r}, which is none of its values"
        for rule in entry.get("derive", []):
            name = rule.get("family") or rule.get("pairs")
            if name and f"family.{name}" not in families:
                yield f"{place}: the family {name!r} has no file"


def _row_shapes(stem: str, file: Table) -> Iterator[str]:
    for row in file.get("row", []):
        place = f"decisions/{stem}.toml: row {row.get('id', '?')}"
        yield from shape_problems(row, schema.DECISION_ROW, place)
        for entry in row.get("payers", []):
            yield from shape_problems(entry, schema.DECISION_PAYER, place)
            if ("payer" in entry) == ("payer_kind" in entry):
                yield f"{place}: an answer of a payer names either payer or payer_kind"
            if not entry.get("source"):
                yield f"{place}: an answer of a payer has no source"
        if "then" in row:
            continue
        if not row.get("source"):
            yield f"{place}: no source"
        if not row.get("says") or not row.get("confidence"):
            yield f"{place}: says or confidence is missing"
        if "modifiers" not in row and row.get("billable", True) and not row.get("payers"):
            yield f"{place}: neither modifiers, nor billable = false, nor payers"
    ids = [row.get("id") for row in file.get("row", [])]
    if len(set(ids)) != len(ids):
        yield f"decisions/{stem}.toml: a row id stands twice"


def _twice(facts: Mapping[str, Table]) -> Iterator[str]:
    seen: dict[str, str] = {}
    for stem, file in facts.items():
        for entry in file.get("case_fact", []):
            name = entry.get("name", "?")
            if name in seen:
                yield f"case-facts/{stem}.toml: {name} stands in {seen[name]}.toml too"
            seen[name] = stem


def _names(table: Decision, decisions: Decisions, modifiers: Mapping[str, Any]) -> Iterator[str]:
    for place, when in [(f"about {n}", about) for n, about in enumerate(table.about, 1)] + [
        (f"row {row.id}", row.when) for row in table.rows
    ]:
        for name, spec in when.items():
            yield from _condition(f"decisions/{table.name}.toml: {place}", name, spec, decisions)
    for row in table.rows:
        where = f"decisions/{table.name}.toml: row {row.id}"
        if row.then and row.then not in decisions.tables:
            yield f"{where}: goes on in {row.then!r}, which has no file"
        for entry in (row.body, *row.body.get("payers", ())):
            listed = [*entry.get("modifiers", ()), *(m for line in entry.get("lines", ()) for m in line.get("modifiers", ()))]
            for modifier in listed:
                if modifier.startswith("@"):
                    if modifier[1:] not in decisions.facts:
                        yield f"{where}: {modifier} is no case fact"
                elif modifier not in modifiers:
                    yield f"{where}: modifier {modifier!r} has no file"


def _condition(place: str, name: str, spec: Any, decisions: Decisions) -> Iterator[str]:
    fact = decisions.facts.get(name)
    if fact is None:
        yield f"{place}: {name} is no case fact"
        return
    if fact.kind == NUMBER and (list(named(spec)) or not list(limits(spec))):
        yield f"{place}: {name} is a number and needs a comparison"
    if fact.kind == CHOICE and name != TOPIC:
        for value in named(spec):
            if value not in fact.domain:
                yield f"{place}: {name} has no value {value!r}"


def unreachable(table: Decision, decisions: Decisions) -> Iterator[str]:
    """Rows that no case can end in or pass through."""
    reached: set[str] = set()
    open_facts = [name for name, fact in decisions.facts.items() if fact.kind == OPEN]
    for given in _openings(table, open_facts):
        for state in _states(table, decisions, given):
            for row in table.rows:
                if decisions.meets(row.when, state, row.body.get("if_given", ()))[0] is True:
                    reached.add(row.id)
                    break
        if len(reached) == len(table.rows):
            return
    for row in table.rows:
        if row.id not in reached:
            yield f"decisions/{table.name}.toml: row {row.id}: no case reaches it"


def _openings(table: Decision, open_facts: Sequence[str]) -> Iterator[dict[str, str]]:
    """What may be given for codes, payers and dates: nothing, and what each row asks for."""
    yield {"date": "9999-01-01"}
    for row in table.rows:
        asked = {name: spec for name, spec in row.when.items() if name in open_facts}
        if asked:
            yield {"date": "9999-01-01", **{name: _fitting(spec) for name, spec in asked.items()}}


def _fitting(spec: Any) -> str:
    for limit in limits(spec):
        candidates = (limit, "0001-01-01", "9999-12-31")
        return next(one for one in candidates if holds(spec, one))
    return next(iter(named(spec)), "")


def _states(table: Decision, decisions: Decisions, given: Mapping[str, str]) -> Iterator[Mapping[str, str]]:
    """Enough states to reach each row that can be reached: for each row its own conditions met, the facts of earlier rows tried."""
    for number, row in enumerate(table.rows):
        for state in _ways_to_meet(row, decisions, given):
            yield from _evade(table, number, state, decisions)


def _ways_to_meet(row: Row, decisions: Decisions, given: Mapping[str, str]) -> Iterator[dict[str, str]]:
    states: list[dict[str, str]] = [dict(given)]
    for name, spec in row.when.items():
        if decisions.facts[name].kind == OPEN:
            continue
        grown = []
        for state in states:
            options = [state[name]] if name in state else list(decisions.domain(name))
            grown += [decisions.grow(state, name, value) for value in options if holds(spec, value)]
        states = grown[:400]
    yield from states


def _evade(table: Decision, number: int, state: dict[str, str], decisions: Decisions) -> Iterator[dict[str, str]]:
    """The state grown so that no earlier row holds, where that is possible (the first way found)."""
    for row in table.rows[:number]:
        met, unknown = decisions.meets(row.when, state, row.body.get("if_given", ()))
        if met is True:
            return
        if met is None:
            for value in decisions.domain(unknown):
                if not decisions.fits(state, unknown, value):
                    continue
                yield from _evade(table, number, decisions.grow(state, unknown, value), decisions)
            return
    yield state


def contradictions(table: Decision, decisions: Decisions) -> Iterator[str]:
    """Two rows with the same conditions, or a row whose conditions an earlier one already covers whole."""
    for number, row in enumerate(table.rows):
        for earlier in table.rows[:number]:
            if earlier.when.keys() <= row.when.keys() and all(
                _covers(earlier.when[name], row.when[name], name, decisions) for name in earlier.when
            ):
                yield f"decisions/{table.name}.toml: row {row.id} is hidden by row {earlier.id}"


def _covers(wide: Any, narrow: Any, name: str, decisions: Decisions) -> bool:
    fact = decisions.facts[name]
    marks = [point for spec in (wide, narrow) for limit in limits(spec) for point in (limit, "0001-01-01", "9999-12-31")]
    domain = decisions.domain(name) if fact.kind != OPEN else (*named(narrow), *marks)
    return all(holds(wide, value) for value in domain if holds(narrow, value))


def _cut_off(decisions: Decisions) -> Iterator[str]:
    """Tables that neither open by themselves nor are gone on to."""
    onward = {row.then for table in decisions.tables.values() for row in table.rows}
    for table in decisions.tables.values():
        if not table.about and table.name not in onward:
            yield f"decisions/{table.name}.toml: nothing opens it and no row goes on to it"


def _without_question(decisions: Decisions) -> Iterator[str]:
    """Facts that a table needs and that have neither a question mark nor values to choose from."""
    for name, fact in decisions.facts.items():
        if not fact.question.endswith("?"):
            yield f"case-facts: {name}: its question does not end with a question mark"
