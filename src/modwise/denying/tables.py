"""The decision tables at run time: topics, orders, tests, rows; first match speaks. No frame library."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Any

from modwise.knowledge.corpus import Corpus

Signals = Mapping[str, str]
Row = Mapping[str, Any]
FIRST, LAST, FALLBACK = "standing", "route", "others"


class DecisionTables:
    """The remedies' files of a corpus."""

    def __init__(self, known: Corpus) -> None:
        files = known.kinds["remedies"]
        self.signals: dict[str, Row] = {signal["name"]: signal for signal in files["signals"]["signal"]}
        self.topics: tuple[Row, ...] = tuple(files["topics"]["topic"])
        self.shares: Collection[str] = frozenset(files["topics"]["shares"])
        self.neutral: Collection[str] = frozenset(files["topics"]["neutral"])
        self.held_back: Collection[str] = frozenset(files["topics"]["held_back"])
        self.plain: Collection[str] = frozenset(files["topics"]["plain"])
        self.moved_in: Collection[str] = frozenset(files["topics"]["moved_in"])
        self.on_paid: Collection[str] = frozenset(r for t in self.topics if t.get("on_paid") for r in t.get("rarc", ()))
        states = {state for topic in self.topics for state in topic.get("states", ())}
        self.telling_states: Collection[str] = frozenset(c for s in states for c in self.signals["state"]["codes"][s])
        self.priced: Collection[str] = frozenset(c for t in self.topics if t.get("priced") for c in t.get("carc", ()))
        self.alike: Collection[str] = frozenset(files["topics"]["alike"])
        self.labels: Mapping[str, str] = files["topics"]["labels"]
        self.orders: tuple[Row, ...] = tuple(files["orders"]["order"])
        self.tests: tuple[Row, ...] = tuple(files["coding"]["test"])
        self._table_of: Mapping[str, str] = files["topics"]["tables"]
        self._rows = {name: tuple(table["row"]) for name, table in files.items() if table.get("row")}

    def topic_table(self, topic: str) -> str:
        """The name of the table that decides a topic."""
        name = self._table_of.get(topic, topic)
        return name if name in self._rows else FALLBACK

    def decide(self, table: str, signals: Signals) -> tuple[Row, tuple[str, ...]]:
        """The first row that fits, and the signals that were asked on the way to it."""
        asked: dict[str, None] = {}
        for row in self._rows[table]:
            when = row["when"]
            asked.update(dict.fromkeys(when))
            if fits(when, signals):
                return row, tuple(asked)
        raise AssertionError(f"the table {table} has no row for the case")

    def by_code(self, signal: str, codes: Collection[str], default: str) -> str:
        """The answer of a signal whose answers list codes: the first that lists one of these."""
        listed: Mapping[str, list[str]] = self.signals[signal]["codes"]
        return next((answer for answer, wanted in listed.items() if not set(codes).isdisjoint(wanted)), default)

    def kept(self, signal: str, value: str | None, default: str = "unknown") -> str:
        """The value where it is one of the signal's answers."""
        return value if value is not None and value in self.signals[signal]["values"] else default


def fits(when: Mapping[str, Collection[str]], signals: Signals) -> bool:
    """Whether every answer asked for is the one given."""
    return all(signals.get(name) in answers for name, answers in when.items())


def members(listed: Collection[str], code: str) -> bool:
    """Whether the code is listed, alone or within a range of codes of its length."""
    return any(_within(entry, code) for entry in listed)


def _within(entry: str, code: str) -> bool:
    first, dash, last = entry.partition("-")
    return first <= code <= last if dash and len(first) == len(code) else entry == code


@lru_cache(maxsize=4)
def decision_tables(known: Corpus) -> DecisionTables:
    """The tables of the corpus, read once."""
    return DecisionTables(known)
