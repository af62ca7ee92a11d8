"""A view of some lines; a column is gathered when it is first asked for."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from modwise.edits.batch import Batch, Rows

Days = npt.NDArray[np.int32]
Numbers = npt.NDArray[np.int64]
NO_DAY = -(2**31)


class Lines:
    """Some lines, in order. `lines["code"]` is a series with one value per line.

    Over a frame, or over a batch, whose lines share what they have in common. Edits look at few columns of few lines; gathering only
    those is what makes fifty edits cheap.
    """

    def __init__(self, source: pl.DataFrame | Batch, rows: Rows | None = None) -> None:
        self.source = source
        self.rows = rows
        self._cache: dict[str, pl.Series] = {}
        self._days: Days | None = None
        self._flat: tuple[Numbers, pl.Series] | None = None
        self._by_payer: list[tuple[str | None, Rows | None]] | None = None
        self._situations: Rows | None = None

    def __len__(self) -> int:
        return self.source.height if self.rows is None else len(self.rows)

    def __getitem__(self, column: str) -> pl.Series:
        if column not in self._cache:
            if self.rows is None:
                self._cache[column] = self.source[column]
            elif isinstance(self.source, Batch):
                self._cache[column] = self.source.gather(column, self.rows)
            else:
                self._cache[column] = self.source[column].gather(self.rows)
        return self._cache[column]

    def situations(self) -> Rows | None:
        """The situation of each line in a batch; None over a frame, where each line is one of its own."""
        if self._situations is None and isinstance(self.source, Batch):
            numbers = self.source.numbers
            self._situations = numbers if self.rows is None else numbers[self.rows]
        return self._situations

    def of_situations(self) -> Lines:
        """The situations of the batch as lines. Raises TypeError over a frame."""
        if not isinstance(self.source, Batch):
            raise TypeError("these lines have no situations")
        return Lines(self.source.situations)

    def take(self, keep: pl.Series) -> Lines:
        """The rows where `keep` (Boolean; null counts as no) is true."""
        return self.at(np.flatnonzero(keep.fill_null(value=False).to_numpy()))

    def at(self, positions: npt.ArrayLike | pl.Series) -> Lines:
        """The rows at those positions of this view."""
        chosen = positions.to_numpy() if isinstance(positions, pl.Series) else np.asarray(positions)
        chosen = chosen.astype(np.uint32, copy=False)
        return Lines(self.source, chosen if self.rows is None else self.rows[chosen])

    def days(self) -> Days:
        """First dates of service as days since 1970-01-01; a missing one lies before every date."""
        if self._days is None:
            self._days = self["date_from"].to_physical().fill_null(NO_DAY).to_numpy()
        return self._days

    def by_payer(self) -> list[tuple[str | None, Rows | None]]:
        """Each payer among the lines and the positions of its lines; None for all of them."""
        if self._by_payer is None:
            payers = self["payer"]
            there = payers.unique(maintain_order=True)
            if len(there) <= 1:
                self._by_payer = [(str(there[0]) if len(there) and there[0] is not None else None, None)]
            else:
                marks = payers.to_physical().cast(pl.Int64).fill_null(-1).to_numpy()
                numbers = there.to_physical().cast(pl.Int64).fill_null(-1).to_list()
                self._by_payer = [
                    (None if name is None else str(name), np.flatnonzero(marks == number).astype(np.uint32))
                    for name, number in zip(there, numbers, strict=True)
                ]
        return self._by_payer

    def modifiers_flat(self) -> tuple[Numbers, pl.Series]:
        """How many modifiers each line carries, and all of them in order (Categorical)."""
        if self._flat is None:
            listed = self["modifiers"]
            lengths = listed.list.len().fill_null(0).cast(pl.Int64).to_numpy()
            carried = listed.list.explode(empty_as_null=False, keep_nulls=False).cast(pl.Categorical())
            self._flat = lengths, carried
        return self._flat

    def row_numbers(self) -> Rows:
        """The rows' numbers in the frame."""
        return np.arange(self.source.height, dtype=np.uint32) if self.rows is None else self.rows

    def carries(self, *modifiers: str) -> pl.Series:
        """Whether each line carries any of the modifiers (Boolean, never null)."""
        listed = self["modifiers"]
        found = listed.list.contains(modifiers[0])
        for modifier in modifiers[1:]:
            found = found | listed.list.contains(modifier)
        return found.fill_null(value=False)

    def select(self, *columns: str) -> pl.DataFrame:
        """Those columns as a frame."""
        return pl.DataFrame([self[name].alias(name) for name in columns])
