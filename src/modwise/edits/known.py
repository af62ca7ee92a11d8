"""What is known about each line: facts in force on its date for its payer, and rows of the CMS tables.

Every answer is one value per line, null where nothing is known, and is recorded, so that the engine can cite the fact or say why a
line was not assessed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl

from modwise.edits import reasons
from modwise.edits.batch import Rows
from modwise.edits.lines import Lines
from modwise.knowledge.corpus import Corpus, Fact, Value
from modwise.reference.tables import Tables

COMPONENTS = ("26", "TC", "53")
MANY = 12
CITATION = pl.Struct({"id": pl.String, "value": pl.String, "from": pl.Date, "source": pl.String, "note": pl.String})


@dataclass
class Record:
    """One look-up: what it answered for each row, how to cite it, and why it could not answer."""

    key: str
    missing: pl.Series
    cite: Callable[[Rows], pl.Series]
    reason: Callable[[Rows], pl.Series]
    nearest: pl.Series | None = None

    def at(self, rows: Rows) -> Record:
        """The same look-up for only those rows."""
        return Record(
            self.key,
            self.missing.gather(rows),
            lambda chosen: self.cite(rows[chosen]),
            lambda chosen: self.reason(rows[chosen]),
            None if self.nearest is None else self.nearest.gather(rows),
        )


@dataclass
class Memory:
    """What one edit looked up and said while it checked one table."""

    records: list[Record] = field(default_factory=list)
    said: dict[str, pl.Series] = field(default_factory=dict)

    def at(self, rows: Rows) -> Memory:
        """The same memory for only those rows."""
        return Memory(
            [record.at(rows) for record in self.records],
            {name: values.gather(rows) for name, values in self.said.items()},
        )


@dataclass
class Shared:
    """What was asked about the situations of a batch, once for all its lines: the answer, and what there is to remember of it."""

    over: Lines | None = None
    answers: dict[tuple[object, ...], tuple[pl.DataFrame, Memory]] = field(default_factory=dict)
    versions: dict[str, tuple[npt.NDArray[np.int64], list[Value]]] = field(default_factory=dict)


class Known:
    """Questions about a table of lines, answered with one value per line."""

    def __init__(
        self, lines: Lines, corpus: Corpus, tables: Tables, memory: Memory | None = None, shared: Shared | None = None
    ) -> None:
        self.lines = lines
        self.corpus = corpus
        self.tables = tables
        self.memory = memory or Memory()
        # Over a batch every question about a situation is asked once, whichever edit asks it.
        self.shared = shared or (Shared() if lines.situations() is not None else None)

    def on(self, lines: Lines) -> Known:
        """The same questions about another table (pairs, a part); it is what findings will cite."""
        return Known(lines, self.corpus, self.tables, self.memory, self.shared)

    def apart(self, lines: Lines | None = None) -> Known:
        """The same questions with a memory of their own: what is asked there is not cited."""
        return Known(self.lines if lines is None else lines, self.corpus, self.tables, None, self.shared)

    def say(self, name: str, values: pl.Series) -> None:
        """Gives the message a value per line under that name."""
        self.memory.said[name] = values

    # ---- facts -----------------------------------------------------------------------------------------------------------

    def value(self, fact: str) -> pl.Series:
        """The fact's value for each line's payer and date (String; "true"/"false" for booleans; null = not known).

        A rule that has ended answers "ended".
        """
        return self._ask(("value", fact), lambda known: known._value(fact))[:, 0]

    def _value(self, fact: str) -> pl.DataFrame:
        versions, values = self._versions(fact)
        texts = pl.Series([_text(value) for value in values], dtype=pl.String)
        self._remember_fact(fact, versions, values)
        return texts.gather(_nullable(versions)).to_frame("value")

    def says(self, fact: str, value: str) -> pl.Series:
        """Whether the fact has that value (Boolean; null = not known)."""
        return self.value(fact) == value

    def within(self, fact: str, values: pl.Series | None = None) -> pl.Series:
        """Whether each value is in the list the fact holds on the line's date (Boolean; null = fact or value not known).

        `values` defaults to the lines' procedure codes. Lists may hold ranges ("99202-99215").
        """
        if values is None:
            return self._ask(("within", fact), lambda known: known._within(fact, known.lines["code"]).to_frame("within"))[:, 0]
        return self._within(fact, values)

    def _within(self, fact: str, tested: pl.Series) -> pl.Series:
        versions, known = self._versions(fact)
        self._remember_fact(fact, versions, known)
        if len(versions) and versions[0] >= 0 and (versions == versions[0]).all():
            return member(tested, _listed(known[versions[0]]))
        answer = np.full(len(versions), 2, dtype=np.uint8)
        for version, value in enumerate(known):
            rows = np.flatnonzero(versions == version)
            if len(rows):
                inside = member(tested.gather(rows), _listed(value))
                answer[rows] = inside.cast(pl.UInt8).fill_null(2).to_numpy()
        return _boolean(answer)

    def carries(self, fact: str) -> pl.Series:
        """Whether each line carries any of the modifiers the fact lists on its date (Boolean; null = fact not known)."""
        return self._ask(("carries", fact), lambda known: known._carries(fact).to_frame("carries"))[:, 0]

    def _carries(self, fact: str) -> pl.Series:
        versions, known = self._versions(fact)
        self._remember_fact(fact, versions, known)
        lengths, carried = self.lines.modifiers_flat()
        rows = np.repeat(np.arange(len(versions)), lengths)
        answer = np.where(versions < 0, np.uint8(2), np.uint8(0))
        for version in np.unique(versions[rows]) if len(rows) else ():
            if version >= 0:
                here = np.flatnonzero(versions[rows] == version)
                listed = member(carried.gather(here), _listed(known[version])).fill_null(value=False).to_numpy()
                answer[rows[here[listed]]] = 1
        return _boolean(answer)

    def family(self, name: str, codes: pl.Series | None = None) -> pl.Series:
        """Whether each procedure code belongs to the family (Boolean; null = not known on that date)."""
        return self.within(f"family.{name}", codes)

    # ---- tables ----------------------------------------------------------------------------------------------------------

    def fee(self, column: str, *, fallback: bool = True) -> pl.Series:
        """An indicator of the physician fee schedule (String or number), from the row of the line's 26, TC or 53 when it has one.

        With `fallback` a line whose 26/TC/53 row does not exist gets the base row's value. Null: no row for the code.
        """
        return self._ask(("fee", column, fallback), lambda known: known._fee(column, fallback=fallback))[column]

    def _fee(self, column: str, *, fallback: bool) -> pl.DataFrame:
        rows = component_rows(self.lines)
        found = self.tables.fee(self.lines["code"], rows, self.lines["date_from"], [column], fallback=fallback)
        values = found[column]
        self._remember_table("fee_schedule", column, values, found["edition"], found["nearest"])
        self.say(column, values)
        return found

    def mue(self) -> pl.DataFrame:
        """`units` and `mai` of the medically unlikely edit for each line's code, service and date; null = none published."""
        return self._ask(("mue",), Known._mue)

    def _mue(self) -> pl.DataFrame:
        services = (
            self.lines["claim_type"]
            .cast(pl.String)
            .replace_strict({"professional": "practitioner", "institutional": "outpatient"}, default=None)
        )
        parts = []
        for service in ("practitioner", "outpatient"):
            rows = np.flatnonzero((services == service).fill_null(value=False).to_numpy())
            if len(rows):
                codes, dates = self.lines["code"].gather(rows), self.lines["date_from"].gather(rows)
                parts.append(self.tables.mue(codes, dates, service).with_columns(_row=pl.Series(rows)))
        if not parts:
            return pl.DataFrame(schema={"units": pl.Int32, "mai": pl.String, "edition": pl.Int16, "nearest": pl.Boolean})
        found = pl.concat(parts).sort("_row").drop("_row")
        self.say("limit", found["units"])
        self._remember_table("mue", "units", found["units"], found["edition"], found["nearest"])
        return found

    # ---- asked of situations ---------------------------------------------------------------------------------------------

    def _ask(self, question: tuple[object, ...], ask: Callable[[Known], pl.DataFrame]) -> pl.DataFrame:
        """The answer for each line; over a batch each situation is asked once, and what is remembered is handed on."""
        situations = self.lines.situations()
        if situations is None or self.shared is None:
            return ask(self)
        if question not in self.shared.answers:
            over = self._over(self.shared)
            self.shared.answers[question] = (ask(over), over.memory)
        answer, memory = self.shared.answers[question]
        there = memory.at(situations)
        self.memory.records.extend(there.records)
        self.memory.said.update(there.said)
        return answer[situations]

    def _over(self, shared: Shared) -> Known:
        shared.over = shared.over or self.lines.of_situations()
        return Known(shared.over, self.corpus, self.tables)

    # ---- how it is remembered --------------------------------------------------------------------------------------------

    def _versions(self, fact: str) -> tuple[npt.NDArray[np.int64], list[Value]]:
        """For each line the index of the value in force (-1: not known), and the values."""
        situations = self.lines.situations()
        if situations is not None and self.shared is not None:
            if fact not in self.shared.versions:
                self.shared.versions[fact] = self._over(self.shared)._versions(fact)
            found, known_values = self.shared.versions[fact]
            return found[situations], known_values
        days = self.lines.days()
        versions = np.full(len(days), -1, dtype=np.int64)
        values: list[Value] = []
        blocks: dict[str, int] = {}
        for payer, rows in self.lines.by_payer():
            known = self.corpus.fact_for(fact, payer)
            if known is None:
                continue
            # Payers that share a block share its values, so that findings under it are alike.
            first = blocks.setdefault(known.payer, len(values))
            if first == len(values):
                values.extend(known.values)
            ours = days if rows is None else days[rows]
            index = _in_force(ours, known.values)
            versions[slice(None) if rows is None else rows] = np.where(index >= 0, index + first, -1)
        return versions, values

    def _remember_fact(self, fact: str, versions: npt.NDArray[np.int64], values: list[Value]) -> None:
        # An edit may ask the same fact of two columns; it is cited once.
        payers, dates = self.lines["payer"], self.lines["date_from"]
        sources = self.corpus.sources

        def cite(rows: Rows) -> pl.Series:
            table = pl.Series([_citation(fact, value, sources) for value in values], dtype=CITATION)
            return table.gather(_nullable(versions[rows]))

        def reason(rows: Rows) -> pl.Series:
            who = payers.gather(rows).cast(pl.String)
            # A mapping of none is no mapping of texts.
            named = {"": ""} | {payer: reasons.not_known(fact, payer, self.corpus) for payer in who.drop_nulls().unique()}
            frame = pl.DataFrame({"who": who, "undated": dates.gather(rows).is_null()})
            return frame.select(
                pl.when("undated")
                .then(pl.lit(reasons.UNDATED))
                .when(pl.col("who").is_null())
                .then(pl.lit(reasons.no_payer(fact, self.corpus)))
                .otherwise(pl.col("who").replace_strict(named, default=None, return_dtype=pl.String))
                .alias("reason")
            )["reason"]

        self.memory.records.append(Record(fact, pl.Series(versions < 0), cite, reason))

    def remember(self, record: Record) -> None:
        """Adds a look-up that an edit made itself, so that findings cite it."""
        self.memory.records.append(record)

    def _remember_table(self, table: str, column: str, values: pl.Series, edition: pl.Series, nearest: pl.Series) -> None:
        editions = self.tables.editions(table if table != "mue" else "mue_practitioner")

        def cite(rows: Rows) -> pl.Series:
            return cite_table(table, column, values.gather(rows), edition.gather(rows), nearest.gather(rows), editions)

        def reason(rows: Rows) -> pl.Series:
            frame = pl.DataFrame({"edition": edition.gather(rows), "undated": self.lines["date_from"].gather(rows).is_null()})
            return frame.select(
                pl.when("undated")
                .then(pl.lit(reasons.UNDATED))
                .when(pl.col("edition") >= 0)
                .then(pl.lit(reasons.no_code(table, starter=any(one.starter for one in editions))))
                .otherwise(pl.lit(reasons.no_edition(table)))
                .alias("reason")
            )["reason"]

        self.memory.records.append(Record(f"{table}.{column}", values.is_null(), cite, reason, nearest))


def component_rows(lines: Lines) -> pl.Series:
    """Which row of the fee schedule a line reads: "26", "TC" or "53" when it carries one, else ""."""
    answer = pl.Series([""], dtype=pl.String).new_from_index(0, len(lines))
    for component in COMPONENTS:
        answer = answer.set(lines.carries(component), component) if len(lines) else answer
    return answer


# Polars forgets its categories, and numbers them anew, when the last series of them is gone; this one stays.
_ANCHOR = pl.Series([""], dtype=pl.Categorical())
_MEMBERS: dict[tuple[str, ...], npt.NDArray[np.uint8]] = {}
_NOT_ASKED = 2


def member(values: pl.Series, listed: str | bool | Sequence[str] | None) -> pl.Series:
    """Whether each value is in a list that may hold ranges; null stays null.

    A category's number is the same everywhere in the process, so what was answered for a list is kept by number.
    """
    items = (listed,) if isinstance(listed, str) else tuple(listed) if isinstance(listed, (tuple, list)) else ()
    marked = values.cast(pl.Categorical()).to_physical()
    numbers = marked.fill_null(0).cast(pl.Int64).to_numpy()
    top = int(numbers.max(initial=0)) + 1
    answers = _MEMBERS.get(items, np.empty(0, dtype=np.uint8))
    if len(answers) < top:
        answers = np.concatenate([answers, np.full(top - len(answers), _NOT_ASKED, dtype=np.uint8)])
        _MEMBERS[items] = answers
    fresh = np.flatnonzero((answers[numbers] == _NOT_ASKED) & marked.is_not_null().to_numpy())
    if len(fresh):
        new, place = np.unique(numbers[fresh], return_index=True)
        texts = values.gather(fresh[place]).cast(pl.String)
        answers[new] = _inside(texts, items).fill_null(value=False).cast(pl.UInt8).to_numpy()
    answer = pl.Series(answers[numbers] == 1)
    return pl.select(pl.when(marked.is_not_null()).then(answer))[:, 0] if marked.null_count() else answer


def _inside(texts: pl.Series, items: Sequence[str]) -> pl.Series:
    single = [item for item in items if not _is_range(item)]
    ranges = [item.split("-") for item in items if _is_range(item)]
    inside = texts.is_in(single)
    for low, high in ranges:
        # A range holds only codes written alike: 00100-01999 are five digits, 0010U is none of them.
        alike = texts.str.contains("^" + "".join("[0-9]" if c.isdigit() else c for c in low) + "$")
        inside = inside | ((texts >= low) & (texts <= high) & alike)
    return inside


def cite_table(
    table: str, column: str, values: pl.Series, edition: pl.Series, nearest: pl.Series, editions: Sequence[object]
) -> pl.Series:
    """Citations of a table's column: value, edition and whether it is only the nearest edition."""
    known = pl.DataFrame(
        {
            "edition": pl.Series(range(len(editions)), dtype=pl.Int16),
            "from": pl.Series([getattr(e, "valid_from", None) for e in editions], dtype=pl.Date),
            "source": pl.Series([f"{table} {getattr(e, 'name', '')}" for e in editions], dtype=pl.String),
        }
    )
    frame = pl.DataFrame({"value": values.cast(pl.String), "edition": edition, "nearest": nearest}).join(
        known, on="edition", how="left", maintain_order="left"
    )
    return frame.select(
        pl.struct(
            pl.lit(f"{table}.{column}").alias("id"),
            pl.col("value"),
            pl.col("from"),
            pl.col("source"),
            pl.when("nearest").then(pl.lit("nearest edition; none covers the date of service")).alias("note"),
        ).alias("citation")
    )["citation"].cast(CITATION)


def _in_force(days: npt.NDArray[np.int32], values: Sequence[Value]) -> npt.NDArray[np.int64]:
    """Index of the value in force on each day, -1 before the first."""
    starts = np.array([_day_number(value) for value in values], dtype=np.int64)
    if len(days):
        ends = np.searchsorted(starts, [days.min(), days.max()], side="right") - 1
        # Most batches lie between two changes of a rule.
        if ends[0] == ends[1]:
            return np.full(len(days), ends[0], dtype=np.int64)
    return np.searchsorted(starts, days, side="right") - 1


def _is_range(item: str) -> bool:
    low, _, high = item.partition("-")
    return bool(high) and len(low) == len(high)


def _listed(value: Value) -> str | bool | tuple[str, ...] | None:
    return () if value.ended else value.value


def _day_number(value: Value) -> int:
    return value.start.toordinal() - 719163


def _text(value: Value) -> str | None:
    if value.ended:
        return "ended"
    if isinstance(value.value, bool):
        return "true" if value.value else "false"
    if isinstance(value.value, tuple):
        return ", ".join(value.value)
    return value.value


def _citation(fact: str, value: Value, sources: Mapping[str, Mapping[str, object]]) -> dict[str, object]:
    text = _text(value)
    if isinstance(value.value, tuple) and len(value.value) > MANY:
        text = f"a list of {len(value.value)}"
    unverified = any(sources.get(key, {}).get("kind") == "unverified" for key in value.source)
    notes = [
        value.note,
        "in force by this date at the latest" if value.at_latest else "",
        "not yet traced to a text" if unverified else "",
    ]
    return {
        "id": fact,
        "value": text,
        "from": value.start,
        "source": ", ".join(value.source),
        "note": "; ".join(note for note in notes if note) or None,
    }


def _nullable(index: npt.NDArray[np.int64]) -> pl.Series:
    return pl.select(pl.when(pl.Series(index) >= 0).then(pl.Series(index)))[:, 0].cast(pl.UInt32)


def _boolean(answer: npt.NDArray[np.uint8]) -> pl.Series:
    values = pl.Series(answer)
    return pl.select(pl.when(values < 2).then(values == 1))[:, 0]


__all__ = ["CITATION", "Fact", "Known", "Memory", "Record", "cite_table", "component_rows", "member"]
