"""Procedure codes as small numbers, the form in which tables are looked up."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

import numpy as np
import numpy.typing as npt
import polars as pl

Ids = npt.NDArray[np.int32]

# Below this a dictionary is faster than handing the whole list of codes to Polars once more.
_FEW = 4096


class CodeIndex:
    """A sorted list of codes; the id of a code is its place in the list."""

    def __init__(self, codes: Iterable[str]) -> None:
        self.codes = tuple(codes)

    def __len__(self) -> int:
        return len(self.codes)

    def ids(self, codes: pl.Series) -> Ids:
        """The id of each code (String or Categorical); -1 for null and for a code that is not in the list."""
        if len(codes) <= _FEW:
            return self._of_list(codes)
        if codes.dtype == pl.Categorical:
            return self._of_categories(codes)
        ids = codes.cast(self._kind, strict=False).to_physical().cast(pl.Int32).fill_null(-1)
        answer: Ids = ids.to_numpy()
        return answer

    def _of_list(self, codes: pl.Series) -> Ids:
        place = self._place
        return np.array([place.get(code, -1) for code in codes.to_list()], dtype=np.int32)

    def _of_categories(self, codes: pl.Series) -> Ids:
        distinct = codes.unique().drop_nulls()
        marks = distinct.to_physical().to_numpy()
        unknown = int(marks.max(initial=0)) + 1
        table = np.full(unknown + 1, -1, dtype=np.int32)
        table[marks] = self._of_list(distinct)
        answer: Ids = table[codes.to_physical().fill_null(unknown).to_numpy()]
        return answer

    @cached_property
    def _place(self) -> dict[str, int]:
        return {code: place for place, code in enumerate(self.codes)}

    @cached_property
    def _kind(self) -> pl.Enum:
        return pl.Enum(self.codes)
