"""Tables with one row a code, or a code and a component: found by unique code, gathered for every line."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from modwise.reference.codes import CodeIndex
from modwise.reference.editions import Choice
from modwise.reference.schemas import Kinds
from modwise.reference.store import Loaded

Positions = npt.NDArray[np.uint32]
Bytes = npt.NDArray[np.uint8]


class Keyed:
    """Where the rows of one edition are, by code and variant (fee schedule: "", "26", "TC", "53"; else one variant).

    The first column is the code, or what else the table is keyed by.
    Row numbers count from `first`; 0 stands for no row.
    """

    def __init__(self, frame: pl.DataFrame, variants: Sequence[str], first: int, *, fallback: bool) -> None:
        keys = frame.to_series(0)
        self._codes = CodeIndex(keys.unique().sort())
        # One column more for a variant that does not exist, one row more, the last, for a code that does not (id -1).
        at = np.zeros((len(self._codes) + 1, len(variants) + 1), dtype=np.uint32)
        places = frame["row"].cast(pl.Enum(variants)).to_physical().to_numpy() if "row" in frame.columns else 0
        at[self._codes.ids(keys), places] = np.arange(first, first + frame.height)
        if fallback:
            known = at[:, : len(variants)]
            known[:] = np.where(known == 0, known[:, :1], known)
        self._at = at

    def rows(self, codes: pl.Series, variants: Bytes | None) -> Positions:
        """The row of each code (String or Categorical) and variant number."""
        ids = self._codes.ids(codes)
        found: Positions = self._at[ids, 0 if variants is None else variants]
        return found


class Shelf:
    """The editions of one such table; each is loaded when a line first needs it."""

    def __init__(self, kinds: Kinds, load: Callable[[int], Loaded], variants: Sequence[str] = ("",)) -> None:
        self._load = load
        self._variants = tuple(variants)
        self._frames: dict[int, pl.DataFrame] = {}
        self._offsets: dict[int, int] = {}
        self._keyed: dict[tuple[int, bool], Keyed] = {}
        # Row 0 is empty: lines without a row are sent there, which spares a mask on every column.
        self._table = pl.DataFrame({name: pl.Series([None], dtype=kind) for name, kind in kinds.items()})

    def variant_numbers(self, names: pl.Series) -> Bytes:
        """The number of each variant name; one past the last for an unknown or missing one."""
        places = names.cast(pl.Enum(self._variants), strict=False).to_physical().cast(pl.UInt8)
        numbers: Bytes = places.fill_null(len(self._variants)).to_numpy()
        return numbers

    def gather(
        self, codes: pl.Series, variants: Bytes | None, choice: Choice, columns: Sequence[str], *, fallback: bool = False
    ) -> pl.DataFrame:
        """The columns for each line, null where its edition has no such row, with `edition` and `nearest`."""
        rows = self._rows(codes, variants, choice, fallback=fallback)
        found = self._table.select(pl.col(columns).gather(pl.Series(rows)))
        return found.with_columns(edition=pl.Series(choice.edition), nearest=pl.Series(choice.nearest))

    def _rows(self, codes: pl.Series, variants: Bytes | None, choice: Choice, *, fallback: bool) -> Positions:
        used = np.flatnonzero(np.bincount(choice.edition.astype(np.int64) + 1)) - 1
        keyed = {int(edition): self._edition(int(edition), fallback=fallback) for edition in used if edition >= 0}
        if len(used) == 1 and keyed:
            return keyed[int(used[0])].rows(codes, variants)
        rows = np.zeros(len(codes), dtype=np.uint32)
        for edition, known in keyed.items():
            ours = np.flatnonzero(choice.edition == edition)
            some = None if variants is None else variants[ours]
            rows[ours] = known.rows(codes.gather(pl.Series(ours)), some)
        return rows

    def _edition(self, edition: int, *, fallback: bool) -> Keyed:
        if edition not in self._frames:
            frame = self._load(edition).frame.select(self._table.columns)
            self._frames[edition] = frame
            self._offsets[edition] = self._table.height
            self._table = pl.concat([self._table, frame])
        if (edition, fallback) not in self._keyed:
            frame, first = self._frames[edition], self._offsets[edition]
            self._keyed[edition, fallback] = Keyed(frame, self._variants, first, fallback=fallback)
        return self._keyed[edition, fallback]
