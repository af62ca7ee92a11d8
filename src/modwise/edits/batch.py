"""The lines of a whole batch, kept small: what many lines share stands once.

Edits judge a line by its code, modifiers, payer, place and what is in force on its day. Claims say few different things about that, so
each such *situation* is judged once and the answer given to all its lines; only what differs from line to line is kept for each.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import polars as pl

from modwise.knowledge.corpus import Corpus
from modwise.reference.editions import TABLES
from modwise.reference.tables import Tables
from modwise.x12.values import mix

Words = npt.NDArray[np.uint64]
Rows = npt.NDArray[np.uint32]
Numbers = npt.NDArray[np.int64]
Moments = Callable[[pl.Series], Words]

# What makes a situation, besides the moment. Text of a narrative or an attachment is not kept, only whether there is one.
SHARED = (
    "claim_type",
    "payer",
    "frequency",
    "taxonomy",
    "place_of_service",
    "bill_type",
    "revenue_code",
    "code",
    "modifiers",
    "unit_basis",
    "units",
    "narrative",
    "attachment",
)
SAID = ("narrative", "attachment")
# What differs from line to line, for comparing lines and for naming them in findings.
OWN = (
    "file",
    "claim_seq",
    "claim_id",
    "line",
    "position",
    "date_from",
    "charge",
    "patient",
    "payer_id",
    "billing_npi",
    "rendering_npi",
)
_NOTHING = 2**32 - 1


class Batch:
    """Lines by number: `own` a row a line, `situations` a row a situation, `numbers` the situation of each line.

    `situations` has the columns SHARED and a `date_from` that stands for all its dates: nothing in force changes between them.
    """

    def __init__(self, own: pl.DataFrame, situations: pl.DataFrame, numbers: Rows) -> None:
        self.own = own
        self.situations = situations
        self.numbers = numbers

    @property
    def height(self) -> int:
        """How many lines."""
        return len(self.numbers)

    def __getitem__(self, column: str) -> pl.Series:
        return self.own[column] if column in self.own.columns else self.situations[column].gather(self.numbers)

    def gather(self, column: str, rows: Rows) -> pl.Series:
        """The column for those lines."""
        if column in self.own.columns:
            return self.own[column].gather(rows)
        return self.situations[column].gather(self.numbers[rows])

    def shared(self, *columns: str) -> pl.DataFrame:
        """Those columns of the situations, a row a line."""
        return self.situations.select(columns)[self.numbers]

    def by_situation(self) -> Batch:
        """The situations as a batch of their own, one line each."""
        return Batch(pl.DataFrame(), self.situations, np.arange(self.situations.height, dtype=np.uint32))


class LinesOf:
    """Which lines are in each situation: `counts` how many."""

    def __init__(self, batch: Batch) -> None:
        self.counts: Numbers = np.bincount(batch.numbers, minlength=batch.situations.height)
        self._order = np.argsort(batch.numbers, kind="stable").astype(np.uint32)
        self._first = np.cumsum(self.counts) - self.counts

    def rows(self, situations: Rows) -> tuple[Rows, Rows]:
        """The lines of the situations, and for each line which of the situations (by its place) it is in."""
        counts = self.counts[situations]
        which = np.repeat(np.arange(len(situations), dtype=np.uint32), counts)
        within = np.arange(len(which)) - np.repeat(np.cumsum(counts) - counts, counts)
        return self._order[self._first[situations][which] + within], which


class Gathered:
    """Takes tables of lines and makes one batch of them."""

    def __init__(self, moments: Moments) -> None:
        self._moments = moments
        self._own: list[pl.DataFrame] = []
        self._numbers: list[Rows] = []
        self._situations: list[pl.DataFrame] = []
        self._keys: Words = np.empty(0, dtype=np.uint64)
        self._ids: Rows = np.empty(0, dtype=np.uint32)

    def add(self, frame: pl.DataFrame) -> None:
        """Adds a table of lines."""
        keys, first, place = np.unique(situation_keys(frame, self._moments), return_index=True, return_inverse=True)
        at = np.searchsorted(self._keys, keys)
        known = np.zeros(len(keys), dtype=bool)
        known[at < len(self._keys)] = self._keys[at[at < len(self._keys)]] == keys[at < len(self._keys)]
        ids = np.empty(len(keys), dtype=np.uint32)
        ids[known] = self._ids[at[known]]
        new = np.flatnonzero(~known)
        ids[new] = np.arange(len(self._ids), len(self._ids) + len(new))
        self._learn(frame, keys[new], ids[new], first[new])
        self._numbers.append(ids[place])
        # The numbers of clinicians are few; as text they would keep the bytes of the file in memory.
        npis = pl.col("billing_npi", "rendering_npi").cast(pl.Categorical)
        self._own.append(frame.select(OWN).with_columns(npis, _compact(frame["claim_id"])))

    def _learn(self, frame: pl.DataFrame, keys: Words, ids: Rows, first: npt.NDArray[np.int64]) -> None:
        every, numbers = np.concatenate([self._keys, keys]), np.concatenate([self._ids, ids])
        order = np.argsort(every)
        self._keys, self._ids = every[order], numbers[order]
        marks = [pl.when(pl.col(name).is_not_null()).then(pl.lit("")).alias(name) for name in SAID]
        self._situations.append(frame.select(*SHARED, "date_from")[first].with_columns(marks).rechunk())

    def batch(self) -> Batch:
        """All that was added, as one batch; what was gathered is given up."""
        own, self._own = pl.concat(self._own, rechunk=True), []
        return Batch(own, pl.concat(self._situations, rechunk=True), np.concatenate(self._numbers))

    def __len__(self) -> int:
        return len(self._own)


def _compact(texts: pl.Series) -> pl.Series:
    """The same texts in memory of their own."""
    return pl.select(pl.concat_str(texts, pl.lit("")).alias(texts.name))[:, 0]


def situation_keys(frame: pl.DataFrame, moments: Moments) -> Words:
    """For each line a 64-bit mark that two lines share when nothing an edit of single lines may ask tells them apart."""
    key = moments(frame["date_from"])
    for name in SHARED:
        key = mix(key ^ _marks(frame[name]))
    return key


def _marks(column: pl.Series) -> Words:
    if column.dtype == pl.List(pl.String):
        return _list_marks(column)
    if column.name in SAID:
        return column.is_null().to_numpy().astype(np.uint64)
    numbers = column.to_physical() if column.dtype == pl.Categorical else column
    if numbers.dtype == pl.Float64:
        # No file holds a NaN, so its bits stand for what is not known.
        return numbers.fill_null(float("nan")).to_numpy().view(np.uint64)
    if numbers.null_count():
        numbers = numbers.fill_null(_NOTHING)
    return numbers.to_numpy().astype(np.uint64)


def _list_marks(column: pl.Series) -> Words:
    """Marks of lists of text, by their order too; no list is marked apart from an empty one."""
    lengths = column.list.len().fill_null(0).cast(pl.Int64).to_numpy()
    marks = column.is_null().to_numpy().astype(np.uint64)
    words = column.list.explode(empty_as_null=False, keep_nulls=False).cast(pl.Categorical).to_physical()
    numbers = words.fill_null(_NOTHING).to_numpy().astype(np.uint64)
    start = np.cumsum(lengths) - lengths
    for place in range(int(lengths.max(initial=0))):
        rows = np.flatnonzero(lengths > place)
        marks[rows] = mix(marks[rows] ^ (numbers[start[rows] + place] + np.uint64(1)))
    return marks


def moments_of(corpus: Corpus, tables: Tables) -> Moments:
    """For each date a mark that two dates share when the same value of every fact and the same edition of every table holds on both."""
    changes = np.array(corpus.days_of_change(), dtype=np.int64)

    def moments(dates: pl.Series) -> Words:
        days, place = np.unique(dates.to_physical().fill_null(-(2**31)).to_numpy(), return_inverse=True)
        known = pl.Series(days, dtype=pl.Int32).cast(pl.Date)
        marks = np.searchsorted(changes, days, side="right").astype(np.uint64)
        for table in TABLES:
            choice = tables.choose(table, known)
            marks = mix(marks ^ ((choice.edition.astype(np.int64) + 1) * 2 + choice.nearest).astype(np.uint64))
        marks[days == -(2**31)] = _NOTHING
        answer: Words = marks[place]
        return answer

    return moments
