"""NCCI procedure-to-procedure edits of one edition, ready for asking millions of pairs of codes at once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import polars as pl

from modwise.reference import rationales
from modwise.reference.codes import CodeIndex, Ids
from modwise.reference.editions import FAR_DAY, UNKNOWN_DAY, Days, Edition
from modwise.reference.store import Loaded
from modwise.reference.windows import Keys, holding

Bytes = npt.NDArray[np.uint8]

NEVER_ACTIVE = 9
# Small enough that the temporary arrays of one round stay in the processor's cache.
_ROUND = 1 << 17


@dataclass(frozen=True)
class Hits:
    """The pairs that are in the table on their day; arrays of one length.

    `position` points into the arrays asked for, rising. `effective` is UNKNOWN_DAY where the edition has no start dates,
    `deletion` FAR_DAY where the pair is not deleted; both count days from 1970-01-01.
    """

    position: npt.NDArray[np.int64]
    indicator: Bytes
    effective: Days
    deletion: Days
    rationale: Bytes

    def __len__(self) -> int:
        return len(self.position)

    def frame(self) -> pl.DataFrame:
        """As a frame: position, indicator (text), effective, deletion (dates, null = unknown, none), rationale (our words)."""
        words = pl.Series(rationales.WORDS, dtype=pl.String)
        frame = pl.DataFrame(
            {
                "position": self.position,
                "indicator": pl.Series(self.indicator).cast(pl.String),
                "effective": self.effective,
                "deletion": self.deletion,
                "rationale": words.gather(pl.Series(self.rationale)),
            }
        )
        return frame.with_columns(
            pl.when(pl.col("effective") != UNKNOWN_DAY).then(pl.col("effective")).cast(pl.Date).alias("effective"),
            pl.when(pl.col("deletion") != FAR_DAY).then(pl.col("deletion")).cast(pl.Date).alias("deletion"),
        )


class PairTable:
    """The pairs of one edition for one service.

    Ask for ids of codes once, then for hits of pairs of ids. A bit for each possible pair rejects nearly all of them with one
    look; only the rest is searched for.
    """

    def __init__(self, edition: Edition, loaded: Loaded) -> None:
        frame = loaded.frame
        self.edition = edition
        self._codes = CodeIndex(loaded.codes)
        self._count = len(self._codes)
        self._covers = loaded.covers
        self._keys: Keys = frame["key"].to_numpy()
        self._indicator: Bytes = frame["indicator"].to_numpy()
        # A pair that was never active starts after the last day there is, so no day lies in its window.
        self._effective: Days = np.where(self._indicator == NEVER_ACTIVE, np.int32(FAR_DAY + 1), frame["effective"].to_numpy())
        self._deletion: Days = frame["deletion"].to_numpy()
        self._rationale: Bytes = frame["rationale"].to_numpy()

    def __len__(self) -> int:
        return len(self._keys)

    def ids(self, codes: pl.Series) -> Ids:
        """The id of each code (String or Categorical) in this edition, -1 for a code in no pair."""
        return self._codes.ids(codes)

    def covers(self, codes: pl.Series) -> pl.Series:
        """Whether the edition says something about each code (Boolean): all of a full edition, the starter's own codes else."""
        if self._covers is None:
            return pl.repeat(True, len(codes), dtype=pl.Boolean, eager=True)
        return codes.cast(pl.String).is_in(list(self._covers)).fill_null(value=False)

    def hits(self, column1: Ids, column2: Ids, days: Days) -> Hits:
        """The pairs in force on their days, `column1[i]` with `column2[i]` on `days[i]`; at most one hit a position.

        Pairs whose indicator is 9 were never in force. Deletion dates are the last day in force.
        """
        return self.search(self.possible(column1, column2), column1, column2, days)

    def possible(self, column1: Ids, column2: Ids) -> npt.NDArray[np.int64]:
        """Positions whose two codes stand in any pair, whenever it was in force."""
        found = [self._round(column1, column2, start) for start in range(0, len(column1), _ROUND)]
        return np.concatenate(found) if found else np.empty(0, dtype=np.int64)

    def search(self, positions: npt.NDArray[np.int64], column1: Ids, column2: Ids, days: Days) -> Hits:
        """As `hits`, for those positions only."""
        wanted = column1[positions].astype(np.int64) * self._count + column2[positions]
        row = holding(self._keys, self._effective, self._deletion, wanted, days[positions])
        hit = row >= 0
        row = row[hit]
        return Hits(positions[hit], self._indicator[row], self._effective[row], self._deletion[row], self._rationale[row])

    def _round(self, column1: Ids, column2: Ids, start: int) -> npt.NDArray[np.int64]:
        one = column1[start : start + _ROUND].astype(np.int64)
        bit = (one + 1) * (self._count + 1) + column2[start : start + _ROUND] + 1
        inside = (self._bits[bit >> 3] >> (bit & 7).astype(np.uint8)) & 1
        return np.flatnonzero(inside) + start

    @cached_property
    def _bits(self) -> Bytes:
        # Row and column 0 stay empty and catch the id -1.
        bits = np.zeros(((self._count + 1) ** 2 >> 3) + 1, dtype=np.uint8)
        for start in range(0, len(self._keys), _ROUND):
            keys = self._keys[start : start + _ROUND]
            bit = keys + keys // self._count + self._count + 2
            byte = bit >> 3
            first = np.flatnonzero(np.concatenate(([True], byte[1:] != byte[:-1])))
            bits[byte[first]] |= np.bitwise_or.reduceat(np.left_shift(1, bit & 7).astype(np.uint8), first)
        return bits


def encode(frame: pl.DataFrame, covers: tuple[str, ...] | None = None) -> Loaded:
    """The pairs as the store keeps them: sorted codes, and keys id1 * number of codes + id2, sorted by key and deletion.

    `frame`: column1, column2 (String), effective, deletion (Int32 days), indicator, rationale (UInt8).
    """
    codes = pl.concat([frame["column1"], frame["column2"]]).unique().sort()
    kind = pl.Enum(codes)
    one, two = (frame[name].cast(kind).to_physical().cast(pl.Int64) for name in ("column1", "column2"))
    keyed = frame.select((one * len(codes) + two).alias("key"), "effective", "deletion", "indicator", "rationale").sort(
        "key", "deletion", "effective"
    )
    return Loaded(keyed, tuple(codes), covers)
