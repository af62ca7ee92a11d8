"""Decision tables: conditions, rows and the walk through them when not everything is known. No facts stand here.

A table is read from the top; the first row whose conditions all hold answers. A condition on a fact that is not known is neither
true nor false, so a walk may end in several rows: what is still possible.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Table = Mapping[str, Any]
Facts = Mapping[str, str]
YES, NO = "yes", "no"
NUMBER = "number"
CHOICE = "choice"
OPEN = "open"
KINDS = frozenset({CHOICE, NUMBER, OPEN})
_COMPARED = re.compile(r"(<=|>=|<|>)\s*(.+)")
# Further than this nobody asks: a table that needs more open questions is too wide.
MOST_STATES = 20_000


@dataclass(frozen=True)
class CaseFact:
    """A fact of a case: its values with their meaning, the question to ask, and what stands for it when nothing is said."""

    name: str
    question: str
    kind: str
    values: tuple[Table, ...]
    presume: str = ""
    derive: tuple[Table, ...] = ()
    unit: str = ""
    short: str = ""
    suggests: Facts = field(default_factory=dict)
    otherwise: str = ""

    @property
    def domain(self) -> tuple[str, ...]:
        """The allowed values; empty for a number or an open fact."""
        return tuple(value["value"] for value in self.values)

    def says(self, value: str) -> str:
        """What the value means, in words."""
        found = next((entry["says"] for entry in self.values if entry["value"] == value), value)
        return f"{found} {self.unit}".strip() if self.kind == NUMBER else str(found)


@dataclass(frozen=True)
class Row:
    """A row of a table: its conditions, and an answer or the table that goes on (`then`)."""

    table: str
    id: str
    when: Mapping[str, Any]
    body: Table
    then: str = ""


@dataclass(frozen=True)
class Decision:
    """A decision table. `about` opens it: any of these sets of conditions; of one `group` only the first open table answers."""

    name: str
    title: str
    question: str
    group: str
    order: int
    about: tuple[Mapping[str, Any], ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class End:
    """Where a walk ended: a row (None: no row fits), the rows passed through on the way, and the facts that were supposed."""

    row: Row | None
    way: tuple[Row, ...]
    supposed: Facts = field(default_factory=dict)


class Decisions:
    """The vocabulary and the tables, ready to be walked."""

    def __init__(self, facts: Mapping[str, CaseFact], tables: Mapping[str, Decision]) -> None:
        self.facts = facts
        self.tables = tables
        self._points = _points(tables.values())

    @classmethod
    def of(cls, case_facts: Mapping[str, Table], decisions: Mapping[str, Table]) -> Decisions:
        """From the compiled files of the kinds `case-facts` and `decisions`."""
        facts = {entry["name"]: case_fact(entry) for file in case_facts.values() for entry in file["case_fact"]}
        tables = {name: decision(table) for name, table in decisions.items()}
        return cls(facts, dict(sorted(tables.items(), key=lambda item: item[1].order)))

    def domain(self, name: str) -> tuple[str, ...]:
        """The values to suppose for a fact that is not known: all of a choice, one on each side of every limit of a number."""
        fact = self.facts[name]
        return self._points.get(name, ("0",)) if fact.kind == NUMBER else fact.domain

    def entry(self, name: str, value: str) -> Table:
        """The vocabulary's entry for a value of a fact; empty for a number or an open fact."""
        fact = self.facts.get(name)
        return next((e for e in fact.values if e["value"] == value), {}) if fact else {}

    def implied(self, name: str, value: str, how: str = "implies") -> Facts:
        """What a value of a fact says about other facts (`implies`), or lets one take for granted unless it is said (`suggests`)."""
        fact = self.facts.get(name)
        if fact is None:
            return {}
        told: Facts = self.entry(name, value).get(how, {})
        return {**fact.suggests, **told} if how == "suggests" else told

    def grow(self, facts: Facts, name: str, value: str) -> dict[str, str]:
        """The facts with one more, and what follows from it where nothing is known yet."""
        grown = {**facts, name: value}
        for how in ("implies", "suggests"):
            for other, told in self.implied(name, value, how).items():
                if other not in grown:
                    grown = self.grow(grown, other, told)
        return grown

    def fits(self, facts: Facts, name: str, value: str) -> bool:
        """Whether the value may be supposed: it contradicts nothing that is known, and nothing known rules it out (`unless`)."""
        ruled_out: Mapping[str, Any] = self.implied(name, value, "unless")
        return all(facts.get(other, told) == told for other, told in self.implied(name, value).items()) and not any(
            other in facts and holds(values, facts[other]) for other, values in ruled_out.items()
        )

    def grown(self, facts: Facts, more: Facts) -> dict[str, str]:
        """The facts with several more and what they imply."""
        grown = dict(facts)
        for name, value in more.items():
            grown = self.grow(grown, name, value)
        return grown

    def walk(self, table: str, facts: Facts) -> list[End]:
        """Every row the walk can end in, given what is known."""
        ends: list[End] = []
        seen: set[tuple[str, int, frozenset[tuple[str, str]]]] = set()
        self._walk(table, 0, dict(facts), {}, (), ends, seen)
        return ends

    def _walk(
        self,
        table: str,
        at: int,
        facts: dict[str, str],
        supposed: Facts,
        way: tuple[Row, ...],
        ends: list[End],
        seen: set[tuple[str, int, frozenset[tuple[str, str]]]],
    ) -> None:
        key = (table, at, frozenset(supposed.items()))
        if key in seen or len(seen) > MOST_STATES:
            return
        seen.add(key)
        rows = self.tables[table].rows
        for number in range(at, len(rows)):
            row = rows[number]
            state, unknown = self.meets(row.when, facts, row.body.get("if_given", ()))
            if state is False:
                continue
            if state is True:
                if row.then:
                    self._walk(row.then, 0, facts, supposed, (*way, row), ends, seen)
                else:
                    ends.append(End(row, (*way, row), supposed))
                return
            for value in self.domain(unknown):
                if self.fits(facts, unknown, value):
                    self._walk(table, number, self.grow(facts, unknown, value), {**supposed, unknown: value}, way, ends, seen)
            return
        ends.append(End(None, way, supposed))

    def meets(self, when: Mapping[str, Any], facts: Facts, if_given: Sequence[str] = ()) -> tuple[bool | None, str]:
        """Whether all conditions hold (None: not known), and the first fact that is not known.

        A condition on a fact of `if_given` does not hold while that fact is not known.
        """
        unknown = ""
        for name, spec in when.items():
            if name not in facts:
                # What cannot be listed (a code, a payer) is never supposed: a row about it speaks only when it is given.
                if name in if_given or self.facts[name].kind == OPEN:
                    return False, ""
                unknown = unknown or name
            elif not holds(spec, facts[name]):
                return False, ""
        return (None, unknown) if unknown else (True, "")

    def opens(self, table: Decision, facts: Facts) -> bool:
        """Whether what is known is what the table is about."""
        return any(self.meets(about, facts)[0] is True for about in table.about)


def holds(spec: Any, value: str) -> bool:
    """Whether a value meets a condition: a value, a list of them, `{ not = … }`, or a comparison such as "< 6".

    Comparisons are of numbers, and of ISO dates as text.
    """
    if isinstance(spec, Mapping):
        return not holds(spec["not"], value)
    if isinstance(spec, str):
        compared = _COMPARED.fullmatch(spec)
        return _compare(compared[1], value, compared[2]) if compared else any(part == spec for part in value.split(" "))
    return any(holds(one, value) for one in spec)


def _compare(sign: str, value: str, limit: str) -> bool:
    left: Any = value
    right: Any = limit
    if "-" not in limit.lstrip("-"):
        left, right = float(value), float(limit)
    return bool({"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[sign])


def limits(spec: Any) -> Iterator[str]:
    """The limits a condition compares with."""
    if isinstance(spec, Mapping):
        yield from limits(spec["not"])
    elif isinstance(spec, str):
        if compared := _COMPARED.fullmatch(spec):
            yield compared[2]
    else:
        for one in spec:
            yield from limits(one)


def named(spec: Any) -> Iterator[str]:
    """The values a condition names."""
    if isinstance(spec, Mapping):
        yield from named(spec["not"])
    elif isinstance(spec, str):
        if not _COMPARED.fullmatch(spec):
            yield spec
    else:
        for one in spec:
            yield from named(one)


def _points(tables: Any) -> dict[str, tuple[str, ...]]:
    """For each compared number: every limit, and a number below, between and above."""
    found: dict[str, set[float]] = {}
    for table in tables:
        for when in (*table.about, *(row.when for row in table.rows)):
            for name, spec in when.items():
                for limit in limits(spec):
                    if "-" not in limit.lstrip("-"):
                        found.setdefault(name, set()).add(float(limit))
    points: dict[str, tuple[str, ...]] = {}
    for name, marks in found.items():
        ordered = sorted({point for mark in marks for point in (mark - 0.5, mark, mark + 0.5) if point >= 0})
        points[name] = tuple(f"{point:g}" for point in ordered)
    return points


def case_fact(entry: Table) -> CaseFact:
    """A case fact from its table in a fact file."""
    return CaseFact(
        name=entry["name"],
        question=entry["question"],
        kind=entry.get("kind", CHOICE),
        values=tuple(entry.get("values", ())),
        presume=entry.get("presume", ""),
        derive=tuple(entry.get("derive", ())),
        unit=entry.get("unit", ""),
        short=entry.get("short", entry["name"].replace("_", " ")),
        suggests=entry.get("suggests", {}),
        otherwise=entry.get("otherwise", ""),
    )


def decision(table: Table) -> Decision:
    """A decision table from its file."""
    name = table["decision"]
    rows = tuple(Row(name, row["id"], row.get("when", {}), row, row.get("then", "")) for row in table["row"])
    return Decision(
        name=name,
        title=table["title"],
        question=table["question"],
        group=table.get("group", name),
        order=table["order"],
        about=tuple(table.get("about", ())),
        rows=rows,
    )


def differing(ends: Sequence[End], answer: Callable[[End], Any]) -> list[str]:
    """The supposed facts whose value can change the answer, the one to ask first at the head."""
    answers = [answer(end) for end in ends]
    if len(set(answers)) < 2:
        return []
    names = dict.fromkeys(name for end in ends for name in end.supposed)
    return [name for name in names if _matters(name, ends, answers)]


def _matters(name: str, ends: Sequence[End], answers: Sequence[Any]) -> bool:
    """Whether, all that was supposed before it being the same, its values lead to different sets of answers."""
    branches: dict[tuple[tuple[str, str], ...], dict[str, set[Any]]] = {}
    for end, answer in zip(ends, answers, strict=True):
        if name in end.supposed:
            items = list(end.supposed.items())
            before = tuple(items[: list(end.supposed).index(name)])
            branches.setdefault(before, {}).setdefault(end.supposed[name], set()).add(answer)
    return any(len({frozenset(found) for found in values.values()}) > 1 for values in branches.values())
