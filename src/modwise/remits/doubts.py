"""What in a remit is strange and was read all the same: codes that no list holds or that had ended, values of older formats."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from modwise.knowledge.corpus import Corpus
from modwise.knowledge.denial_codes import CARC, RARC, groups, status
from modwise.remits.frames import Remits

NAMES = {CARC: "reason code", RARC: "remark code"}


@dataclass(frozen=True)
class Doubt:
    """One strange value: what it is, how often it stands in the files, and where first."""

    what: str
    value: str
    count: int
    file: str
    position: int

    def __str__(self) -> str:
        times = "once" if self.count == 1 else f"{self.count} times"
        return f"{self.value}: {self.what}; {times}, first in {self.file} at byte {self.position}; carried as it is"


def doubts(remits: Remits, corpus: Corpus) -> list[Doubt]:
    """The strange values of all files, those that stand most often first. They are carried as they are."""
    found = [
        *_codes(remits, remits.adjustments, "carc", CARC, corpus),
        *_codes(remits, remits.remarks.filter(pl.col("qualifier").fill_null("HE") == "HE"), "code", RARC, corpus),
        *_values(
            remits, remits.adjustments, "group", {k for k in groups(corpus) if not groups(corpus)[k].get("old")}, "group code"
        ),
        *_values(remits, remits.claims, "status", set(corpus.kinds[CARC]["groups"]["claim_status"]), "claim status"),
    ]
    return sorted(found, key=lambda doubt: (-doubt.count, doubt.value))


def _placed(remits: Remits, frame: pl.DataFrame) -> pl.DataFrame:
    """The rows with the file and payment date of their claim."""
    paid = remits.claims.select("claim_key", "file", "payment_key").join(
        remits.payments.select("payment_key", "date"), on="payment_key", how="left"
    )
    return frame.join(paid, on="claim_key", how="left", suffix="_claim")


def _codes(remits: Remits, frame: pl.DataFrame, column: str, kind: str, corpus: Corpus) -> Iterator[Doubt]:
    listed = status(corpus, kind)
    for code in frame[column].cast(pl.String).drop_nulls().unique().sort().to_list():
        known = listed.get(code)
        rows = frame.filter(pl.col(column) == code)
        if known is None:
            yield _doubt(remits, rows, f"{NAMES[kind]} that no list of ours holds", code)
        elif "ended" in known:
            yield from _ended(remits, rows, kind, code, known)


def _ended(remits: Remits, rows: pl.DataFrame, kind: str, code: str, known: Mapping[str, Any]) -> Iterator[Doubt]:
    late = _placed(remits, rows).filter(pl.col("date").cast(pl.String) >= str(known["ended"]))
    if late.height:
        yield _doubt(remits, late.select(rows.columns), f"{NAMES[kind]} that ended on {known['ended']}", code)


def _values(remits: Remits, frame: pl.DataFrame, column: str, known: set[str], name: str) -> Iterator[Doubt]:
    for value in sorted(set(frame[column].cast(pl.String).drop_nulls().unique().to_list()) - known):
        yield _doubt(remits, frame.filter(pl.col(column) == value), f"{name} that version 5010 does not have", value)


def _doubt(remits: Remits, rows: pl.DataFrame, what: str, value: str) -> Doubt:
    first = _placed(remits, rows.head(1)).row(0, named=True)
    return Doubt(what, value, rows.height, first["file"], first["position"])
