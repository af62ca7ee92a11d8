"""Which payer of ours a line's claim names, by the criteria in the payers' fact files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt
import polars as pl

from modwise.knowledge.corpus import Corpus
from modwise.x12.scan import Words
from modwise.x12.values import mix

# What a claim says, by column -> (criterion in the payer's file, weight). The heaviest sum of met criteria wins: what names the
# payer itself beats what names a programme.
CRITERIA: dict[str, tuple[str, int]] = {
    "taxonomy": ("taxonomies", 20),
    "payer_id": ("payer_ids", 10),
    "bill_type": ("bill_types", 5),
    "place_of_service": ("places", 3),
    "filing_indicator": ("filing_indicators", 2),
    "claim_type": ("claim_types", 1),
}
BILL_TYPE_DIGITS = 2
_NONE = 2**32 - 1


def with_payers(frame: pl.DataFrame, corpus: Corpus) -> pl.DataFrame:
    """The frame with `payer` filled where it is null and the claim names a payer we know."""
    seen = _SEEN.setdefault(corpus, _Seen())
    payers = seen.payers(frame, corpus)
    given = frame["payer"]
    return frame.with_columns(payer=payers if given.null_count() == len(given) else pl.coalesce(given, payers))


class _Seen:
    """What claims say of their payer, as far as it was seen, and whom it names: files say few different things."""

    def __init__(self) -> None:
        self.keys: Words = np.array([2**64 - 1], dtype=np.uint64)
        self.names: list[str | None] = [None]
        self.series = pl.Series(self.names, dtype=pl.Categorical())

    def payers(self, frame: pl.DataFrame, corpus: Corpus) -> pl.Series:
        """The payer of each row; null where none is recognised."""
        key = np.zeros(frame.height, dtype=np.uint64)
        for column in CRITERIA:
            key = mix(key ^ _numbers(frame[column]))
        place = np.searchsorted(self.keys, key)
        fresh = np.flatnonzero(self.keys[place] != key)
        if len(fresh):
            self._learn(frame, key, fresh, corpus)
            place = np.searchsorted(self.keys, key)
        return self.series.gather(place.astype(np.uint32))

    def _learn(self, frame: pl.DataFrame, key: Words, fresh: npt.NDArray[np.int64], corpus: Corpus) -> None:
        new, first = np.unique(key[fresh], return_index=True)
        cases = frame.select(list(CRITERIA))[fresh[first]]
        names = [recognise(dict(zip(CRITERIA, row, strict=True)), corpus) for row in cases.iter_rows()]
        order = np.argsort(np.concatenate([self.keys, new]), kind="stable")
        self.keys = np.concatenate([self.keys, new])[order]
        every = self.names + names
        self.names = [every[i] for i in order]
        self.series = pl.Series(self.names, dtype=pl.Categorical())


def _numbers(column: pl.Series) -> Words:
    marks = column.to_physical()
    if marks.null_count() == len(marks):
        return np.full(len(marks), _NONE, dtype=np.uint64)
    return (marks.fill_null(_NONE) if marks.null_count() else marks).to_numpy().astype(np.uint64)


_SEEN: WeakKeyDictionary[Corpus, _Seen] = WeakKeyDictionary()


def recognise(claim: Mapping[str, str | None], corpus: Corpus) -> str | None:
    """The key of the payer whose criteria the claim meets, or None."""
    best, weight = None, 0
    for key, payer in corpus.payers.items():
        found = _weight(claim, payer, corpus)
        if found > weight:
            best, weight = key, found
    return best


def _weight(claim: Mapping[str, str | None], payer: Mapping[str, Any], corpus: Corpus) -> int:
    total = 0
    for column, (criterion, weight) in CRITERIA.items():
        wanted = payer.get(criterion)
        if wanted is None:
            continue
        value = claim[column]
        if value is None or (value[:BILL_TYPE_DIGITS] if column == "bill_type" else value) not in wanted:
            return 0
        total += weight
    # A contractor's number on the other kind of claim names another programme.
    parent = corpus.payers.get(str(payer.get("parent")), {})
    if total and "claim_types" in parent and claim["claim_type"] not in parent["claim_types"]:
        return 0
    return total
