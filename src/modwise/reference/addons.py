"""NCCI add-on code edits: which codes are add-ons, and which primary codes they may go with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import cached_property

import numpy as np
import numpy.typing as npt
import polars as pl

from modwise.reference.codes import CodeIndex
from modwise.reference.editions import FAR_DAY, UNKNOWN_DAY, Choice, Days, Edition, Flags, choose_days, day_number
from modwise.reference.store import Loaded
from modwise.reference.windows import holding

CONTRACTOR_DEFINED = "CCCCC"
# Type 1: CMS lists every primary code. Types 2 and 3: the contractor decides, or may add to CMS's list.
CLOSED_TYPE = 1
NO, YES, UNKNOWN = 0, 1, 2

Answers = npt.NDArray[np.uint8]


class _AddOnEdition:
    """The add-on edits of one edition."""

    def __init__(self, loaded: Loaded) -> None:
        self.frame = loaded.frame
        self.covers = loaded.covers

    @cached_property
    def _codes(self) -> CodeIndex:
        return CodeIndex(pl.concat([self.frame["add_on"], self.frame["primary"]]).unique().sort())

    @cached_property
    def _rows(self) -> pl.DataFrame:
        one, two = (self._codes.ids(self.frame[name]).astype(np.int64) for name in ("add_on", "primary"))
        keyed = self.frame.with_columns(key=pl.Series(one * len(self._codes) + two), id=pl.Series(one))
        return keyed.sort("key", "deletion", "effective")

    @cached_property
    def _spans(self) -> tuple[Days, Days, npt.NDArray[np.bool_]]:
        """For each id the first and last day it is an add-on, and whether its list of primary codes is closed.

        The last place answers for the id -1 of a code in no edit.
        """
        count = len(self._codes) + 1
        first, last = np.full(count, FAR_DAY, dtype=np.int32), np.full(count, UNKNOWN_DAY, dtype=np.int32)
        closed = np.ones(count, dtype=np.bool_)
        ids = self._rows["id"].to_numpy()
        np.minimum.at(first, ids, self._rows["effective"].to_numpy())
        np.maximum.at(last, ids, self._rows["deletion"].to_numpy())
        free = self._rows.select((pl.col("type") != CLOSED_TYPE) | (pl.col("primary") == CONTRACTOR_DEFINED))[:, 0]
        closed[ids[free.to_numpy()]] = False
        return first, last, closed

    def is_add_on(self, codes: pl.Series, days: Days) -> Answers:
        """YES, NO, or UNKNOWN for a code the starter set is not about."""
        ids = self._codes.ids(codes)
        first, last, _ = self._spans
        answer = ((first[ids] <= days) & (days <= last[ids])).astype(np.uint8)
        if self.covers is not None:
            outside = ~codes.cast(pl.String).is_in(list(self.covers)).fill_null(value=False).to_numpy()
            answer[outside & (answer == NO)] = UNKNOWN
        return answer

    def accepts(self, add_ons: pl.Series, primaries: pl.Series, days: Days) -> Answers:
        """YES for a listed pair, NO where the list is closed, UNKNOWN where the contractor decides or the add-on is none."""
        one, two = self._codes.ids(add_ons), self._codes.ids(primaries)
        rows = self._rows
        wanted = np.where((one < 0) | (two < 0), -1, one.astype(np.int64) * len(self._codes) + two)
        keys, effective, deletion = (rows[name].to_numpy() for name in ("key", "effective", "deletion"))
        listed = holding(keys, effective, deletion, wanted, days) >= 0
        first, last, closed = self._spans
        no = closed[one] & (first[one] <= days) & (days <= last[one])
        return np.where(listed, YES, np.where(no, NO, UNKNOWN)).astype(np.uint8)

    def on(self, day: int) -> pl.DataFrame:
        """The edits in force on the day."""
        return self.frame.filter((pl.col("effective") <= day) & (pl.col("deletion") >= day))


class AddOns:
    """Add-on codes over all editions; each line is answered from the edition of its date."""

    def __init__(self, editions: Sequence[Edition], load: Callable[[int], Loaded], *, strict: bool) -> None:
        self.editions = tuple(editions)
        self._load = load
        self._strict = strict
        self._loaded: dict[int, _AddOnEdition] = {}

    def is_add_on(self, codes: pl.Series, dates: pl.Series) -> pl.Series:
        """Whether each code is an add-on on its date (Boolean; null = not known: no edition, no date, not in the starter set)."""
        return self._each(dates, lambda edition, rows, days: edition.is_add_on(codes.gather(rows), days))

    def accepts(self, add_ons: pl.Series, primaries: pl.Series, dates: pl.Series) -> pl.Series:
        """Whether each add-on may go with the other code on its date (Boolean).

        Null where that is not known: the contractor defines the primary codes, or the code is no add-on. Null is never a fault.
        """
        return self._each(dates, lambda edition, rows, days: edition.accepts(add_ons.gather(rows), primaries.gather(rows), days))

    def primaries(self, code: str, day: date | None = None) -> frozenset[str]:
        """The primary codes listed for an add-on on the day (default: the last day of the newest edition)."""
        rows = self.pairs_frame(day).filter(pl.col("add_on") == code)
        return frozenset(rows["primary"]) - {CONTRACTOR_DEFINED}

    def contractor_defined(self, code: str, day: date | None = None) -> bool:
        """Whether the contractor decides, alone or in addition to CMS's list, which primary codes an add-on goes with."""
        rows = self.pairs_frame(day).filter(pl.col("add_on") == code)
        return bool(((rows["type"] != CLOSED_TYPE) | (rows["primary"] == CONTRACTOR_DEFINED)).any())

    def pairs_frame(self, day: date | None = None) -> pl.DataFrame:
        """The edits in force on the day (default: the last day of the newest edition): add_on, primary, type (1, 2, 3).

        `primary` is CCCCC where the contractor defines the codes.
        """
        columns = {"add_on": pl.String, "primary": pl.String, "type": pl.UInt8}
        asked = day or max((edition.valid_to for edition in self.editions), default=None)
        if asked is None:
            return pl.DataFrame(schema=columns)
        number = day_number(asked)
        index = int(self._choose(np.array([number], dtype=np.int32), None).edition[0])
        return self._edition(index).on(number).select(list(columns)) if index >= 0 else pl.DataFrame(schema=columns)

    def _choose(self, days: Days, missing: Flags | None) -> Choice:
        return choose_days(days, missing, self.editions, strict=self._strict)

    def _edition(self, index: int) -> _AddOnEdition:
        if index not in self._loaded:
            self._loaded[index] = _AddOnEdition(self._load(index))
        return self._loaded[index]

    def _each(self, dates: pl.Series, ask: Callable[[_AddOnEdition, pl.Series, Days], Answers]) -> pl.Series:
        days = dates.to_physical().fill_null(0).to_numpy()
        choice = self._choose(days, dates.is_null().to_numpy() if dates.null_count() else None)
        answer = np.full(len(days), UNKNOWN, dtype=np.uint8)
        for index in np.unique(choice.edition):
            if index >= 0:
                rows = np.flatnonzero(choice.edition == index)
                answer[rows] = ask(self._edition(int(index)), pl.Series(rows), days[rows])
        values = pl.Series(answer)
        return pl.select(pl.when(values != UNKNOWN).then(values == YES))[:, 0]
