"""Sorted integer keys whose rows hold between two days: which row holds for a key on a day."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from modwise.reference.editions import Days

Keys = npt.NDArray[np.int64]
# Below this it does not pay to look for repetitions.
_FEW = 1024


def holding(keys: Keys, effective: Days, deletion: Days, wanted: Keys, days: Days) -> npt.NDArray[np.int64]:
    """For each wanted key the row that holds on its day, -1 for none.

    Rows are sorted by key, then deletion. Of several that hold, the one that ends first: where starts are not known, windows
    overlap, and a pair that was deleted and later came back is judged by the window the day lies in.
    """
    row = _first_rows(keys, wanted)
    answer = np.full(len(wanted), -1, dtype=np.int64)
    open_ = np.flatnonzero(row < len(keys))
    row = row[open_]
    while len(open_):
        same = keys[row] == wanted[open_]
        open_, row = open_[same], row[same]
        holds = (effective[row] <= days[open_]) & (days[open_] <= deletion[row])
        answer[open_[holds]] = row[holds]
        open_, row = open_[~holds], row[~holds] + 1
        inside = row < len(keys)
        open_, row = open_[inside], row[inside]
    return answer


def _first_rows(keys: Keys, wanted: Keys) -> npt.NDArray[np.int64]:
    """The first row of each wanted key, or where it would stand. The same few keys are wanted again and again."""
    if len(wanted) < _FEW:
        return np.searchsorted(keys, wanted)
    distinct = np.sort(np.unique(wanted))
    return np.searchsorted(keys, distinct)[np.searchsorted(distinct, wanted)]
