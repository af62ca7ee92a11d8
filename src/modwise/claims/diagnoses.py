"""Diagnosis codes of claims (HI), and the ones each line points to (SV107)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from modwise.claims.loops import before
from modwise.x12 import values
from modwise.x12.components import split
from modwise.x12.scan import Flags, Index, Span, segment_id

if TYPE_CHECKING:
    from modwise.claims.x12_lines import BlockLines

# ICD-10 and ICD-9 principal and other diagnoses; admitting, reason-for-visit and external-cause codes are not pointed to.
QUALIFIERS = ("ABK", "ABF", "BK", "BF")
SLOTS = 12
POINTERS = 4


def diagnosis_lists(lines: BlockLines) -> pl.Series:
    """A professional line's pointed-to diagnoses in the order of its pointers; every diagnosis of an institutional claim."""
    codes, first, count = _of_claims(lines)
    owner = lines.loops.claim_of
    span, counts = _pointed(lines, codes, first, count)
    institutional = lines.institutional[owner]
    if institutional.any():
        everything = _ranges(first[owner], np.where(institutional, count[owner], 0))
        picked = np.where(institutional, count[owner], counts)
        return _merged(lines, codes, everything, span, institutional, counts, picked)
    return values.lists(lines.block, codes[span], counts)


def _of_claims(lines: BlockLines) -> tuple[Span, Index, Index]:
    """All diagnosis codes in claim order; for each claim where its own begin and how many there are."""
    block, loops = lines.block, lines.loops
    segments = block.where("HI")
    claim = before(loops.claim, segments)
    inside = (claim >= 0) & (segments < np.append(loops.head_end, 0)[claim])
    segments, claim = segments[inside], claim[inside]
    starts, lengths, owners, orders = [], [], [], []
    for slot in range(1, SLOTS + 1):
        there = block.elements(segments) >= slot
        kind, code = split(block, block.element(segments[there], slot), 2)
        word = block.word(kind)
        wanted = np.isin(word, np.array([segment_id(q) for q in QUALIFIERS], dtype=np.uint64)) & (code.length > 0)
        starts.append(code.start[wanted])
        lengths.append(code.length[wanted])
        owners.append(claim[there][wanted])
        orders.append(segments[there][wanted] * (SLOTS + 1) + slot)
    order = np.argsort(np.concatenate(orders), kind="stable")
    codes = Span(np.concatenate(starts)[order], np.concatenate(lengths)[order])
    owner = np.concatenate(owners)[order]
    count = np.bincount(owner, minlength=len(loops.claim)).astype(np.int64)
    return codes, np.cumsum(count) - count, count


def _pointed(lines: BlockLines, codes: Span, first: Index, count: Index) -> tuple[Index, Index]:
    """Numbers of the pointed-to codes, line by line, and how many each line has."""
    block, line, owner = lines.block, lines.loops.line, lines.loops.claim_of
    pointers = block.element(line, 7)
    pointers = Span(pointers.start, np.where(lines.sv2, 0, pointers.length))
    rows, slots, picked = [], [], []
    for slot, part in enumerate(split(block, pointers, POINTERS)):
        used = np.flatnonzero(part.length > 0)
        number, bad = values.integers(block, part[used])
        bad |= (number < 1) | (number > count[owner[used]])
        lines.report(line[used], bad, "points to a diagnosis the claim does not have", "SV107", "2400", "7")
        good = used[~bad]
        rows.append(good)
        slots.append(np.full(len(good), slot))
        picked.append(first[owner[good]] + number[~bad] - 1)
    row = np.concatenate(rows)
    order = np.lexsort((np.concatenate(slots), row))
    return np.concatenate(picked)[order], np.bincount(row, minlength=len(line)).astype(np.int64)


def _ranges(first: Index, count: Index) -> Index:
    """first, first + 1, … for each row, `count` of them."""
    total = int(count.sum())
    offset = np.cumsum(count) - count
    return np.repeat(first - offset, count) + np.arange(total)


def _merged(
    lines: BlockLines, codes: Span, everything: Index, pointed: Index, institutional: Flags, counts: Index, picked: Index
) -> pl.Series:
    """Lists for a block that holds both kinds of claim."""
    row_all = np.repeat(np.arange(len(picked)), np.where(institutional, picked, 0))
    row_pointed = np.repeat(np.arange(len(counts)), counts)
    rows = np.concatenate([row_all, row_pointed])
    order = np.argsort(rows, kind="stable")
    return values.lists(lines.block, codes[np.concatenate([everything, pointed])[order]], picked)
