"""Sorted integer keys whose rows hold between two days: which row holds for a key on a day."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from modwise.reference.editions import Days

Keys = npt.NDArray[np.int64]


def holding(keys: Keys, effective: Days, deletion: Days, wanted: Keys, days: Days) -> npt.NDArray[np.int64]:
    """For each wanted key the row that holds on its day, -1 for none.

    Rows are sorted by key, then deletion. Of several that hold, the one that ends first: where starts are not known, windows
    overlap, and a pair that was deleted and later came back is judged by the window the day lies in.
    """
    row = np.searchsorted(keys, wanted)
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
