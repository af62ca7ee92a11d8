"""The decision tables at run time: topics, orders, tests, rows; first match speaks. No frame library."""

from __future__ import annotations

from bisect import bisect_right
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
        self._codes: dict[str, tuple[tuple[str, frozenset[str]], ...]] = {
            name: tuple((answer, frozenset(codes)) for answer, codes in signal.get("codes", {}).items())
            for name, signal in self.signals.items()
        }
        self.topic_of: dict[tuple[object, ...], Row] = {}
        self._table_of: Mapping[str, str] = files["topics"]["tables"]
        self._rows = {name: tuple(table["row"]) for name, table in files.items() if table.get("row")}
        # Few signals matter to a table, and few combinations of those come in a year of remits.
        self._asked = {name: tuple(dict.fromkeys(k for row in rows for k in row["when"])) for name, rows in self._rows.items()}
        self._decided: dict[tuple[str, tuple[str | None, ...]], tuple[Row, tuple[str, ...]]] = {}

    def topic_table(self, topic: str) -> str:
        """The name of the table that decides a topic."""
        name = self._table_of.get(topic, topic)
        return name if name in self._rows else FALLBACK

    def decide(self, table: str, signals: Signals) -> tuple[Row, tuple[str, ...]]:
        """The first row that fits, and the signals that were asked on the way to it."""
        key = (table, tuple(map(signals.get, self._asked[table])))
        if key not in self._decided:
            self._decided[key] = self._decide(table, signals)
        return self._decided[key]

    def relevant(self, signals: Signals) -> tuple[str | None, ...]:
        """The answers to all questions of the tables that a line of that topic can come through."""
        table = self.topic_table(signals["topic"])
        names = (*self._asked[FIRST], *self._asked[table], *self._asked[LAST])
        return (table, *map(signals.get, names))

    def _decide(self, table: str, signals: Signals) -> tuple[Row, tuple[str, ...]]:
        asked: dict[str, None] = {}
        for row in self._rows[table]:
            when = row["when"]
            asked.update(dict.fromkeys(when))
            if fits(when, signals):
                return row, tuple(asked)
        raise AssertionError(f"the table {table} has no row for the case")

    def by_code(self, signal: str, codes: Collection[str], default: str) -> str:
        """The answer of a signal whose answers list codes: the first that lists one of these."""
        for answer, wanted in self._codes[signal] if codes else ():
            if not wanted.isdisjoint(codes):
                return answer
        return default

    def kept(self, signal: str, value: str | None, default: str = "unknown") -> str:
        """The value where it is one of the signal's answers."""
        return value if value is not None and value in self.signals[signal]["values"] else default


def fits(when: Mapping[str, Collection[str]], signals: Signals) -> bool:
    """Whether every answer asked for is the one given."""
    return all(signals.get(name) in answers for name, answers in when.items())


class Listed:
    """A list of codes and ranges of codes, ready to be asked often."""

    def __init__(self, entries: Collection[str]) -> None:
        split = [(entry, *entry.partition("-")) for entry in entries]
        ranges = [(first, last) for _, first, dash, last in split if dash and len(first) == len(last)]
        self._alone = frozenset(entry for entry, first, dash, last in split if not dash or len(first) != len(last))
        # Ranges that overlap are joined, so that the one which begins last before a code decides.
        self._starts: dict[int, list[str]] = {}
        self._ends: dict[int, list[str]] = {}
        for first, last in sorted(ranges):
            starts, ends = self._starts.setdefault(len(first), []), self._ends.setdefault(len(first), [])
            if ends and first <= ends[-1]:
                ends[-1] = max(ends[-1], last)
            else:
                starts.append(first)
                ends.append(last)

    def __contains__(self, code: str) -> bool:
        if code in self._alone:
            return True
        starts = self._starts.get(len(code))
        place = bisect_right(starts, code) if starts else 0
        return place > 0 and code <= self._ends[len(code)][place - 1]


@lru_cache(maxsize=4)
def decision_tables(known: Corpus) -> DecisionTables:
    """The tables of the corpus, read once."""
    return DecisionTables(known)
