"""The payments frame of one block: what stands above the claims."""

from __future__ import annotations

import numpy as np
import polars as pl

from modwise.remits.block import BlockRemits
from modwise.remits.columns import constant, framed
from modwise.x12 import values
from modwise.x12.scan import Flags, Index, Span, segment_id

# Where a PER segment may name the kind of a number; the number follows.
CONTACTS = (3, 5, 7)


def payments(remits: BlockRemits) -> pl.DataFrame:
    """The payments frame of the block; the sums are filled when the whole reading is done."""
    block, loops = remits.block, remits.loops
    start = loops.payment
    if not len(start):
        return framed("payments", {}, 0)
    money = loops.in_header(block.where("BPR"))
    remits.report(start, ~money[1], "the payment has no BPR segment", "BPR", "", "3")
    trace = loops.in_header(block.where("TRN"))
    payer, payee = (loops.in_header(block.qualified("N1", 1, who)) for who in ("PR", "PE"))
    is_npi, is_tax = (_kind(remits, payee, kind) for kind in ("XX", "FI"))
    index = np.arange(len(start))
    series = {
        "payment_key": remits.payment_keys(index),
        "file": constant(remits.file, len(start)),
        "interchange": pl.Series(remits.whole.interchange[start]),
        "position": pl.Series(block.positions(start)),
        "control": values.strings(block, block.element(start, 2)),
        "handling": values.categories(block, remits.at(money, 1)),
        "amount": _amount(remits, money),
        "method": values.categories(block, remits.at(money, 4)),
        "date": _date(remits, money),
        "trace": remits.text(trace, 2),
        "trace_payer": remits.text(trace, 3),
        "produced": remits.date_of(loops.in_header(block.qualified("DTM", 1, "405"))),
        "payer_name": values.categories(block, remits.at(payer, 2)),
        "payer_id": _first(remits, [(loops.in_header(block.qualified("REF", 1, "2U")), 2), (payer, 4)]).cast(pl.Categorical()),
        "payer_site": _site(remits),
        "payee_npi": remits.text(is_npi, 4),
        "payee_tin": _first(remits, [(is_tax, 4), (loops.in_header(block.qualified("REF", 1, "TJ")), 2)]),
    }
    return framed("payments", series, len(start))


def _kind(remits: BlockRemits, found: tuple[Index, Flags], kind: str) -> tuple[Index, Flags]:
    """The N1 segments found whose identifier is of that kind."""
    places, there = found
    return places, there & (remits.block.word(remits.block.element(places, 3)) == np.uint64(segment_id(kind)))


def _amount(remits: BlockRemits, money: tuple[Index, Flags]) -> pl.Series:
    amount, bad = values.cents(remits.block, span := remits.at(money, 2))
    remits.report(money[0], money[1] & (bad | (span.length == 0)), "the payment is no amount of money", "BPR02", "", "6")
    debit = remits.block.word(remits.at(money, 3)) == np.uint64(segment_id("D"))
    return values.masked(np.where(debit, -amount, amount), money[1] & ~bad & (span.length > 0))


def _date(remits: BlockRemits, money: tuple[Index, Flags]) -> pl.Series:
    dates = remits.single_days(money[0], 16, "BPR16", "")
    return dates if money[1].all() else pl.select(pl.when(pl.Series(money[1])).then(dates)).to_series()


def _first(remits: BlockRemits, places: list[tuple[tuple[Index, Flags], int]]) -> pl.Series:
    """The first of several elements that is there."""
    spans = [remits.at(found, element) for found, element in places]
    start, length = spans[-1].start, spans[-1].length
    for span in reversed(spans[:-1]):
        use = span.length > 0
        start, length = np.where(use, span.start, start), np.where(use, span.length, length)
    return values.strings(remits.block, Span(start, length))


def _site(remits: BlockRemits) -> pl.Series:
    block = remits.block
    found = remits.loops.in_header(block.qualified("PER", 1, "IC"))
    start, length = np.zeros(len(found[0]), dtype=np.int64), np.zeros(len(found[0]), dtype=np.int64)
    for number in CONTACTS:
        use = found[1] & (block.word(block.element(found[0], number)) == np.uint64(segment_id("UR"))) & (length == 0)
        span = block.element(found[0], number + 1)
        start, length = np.where(use, span.start, start), np.where(use, span.length, length)
    return values.strings(block, Span(start, length))
