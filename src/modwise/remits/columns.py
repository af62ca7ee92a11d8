"""The frames of one block, column by column."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from modwise.claims.schema import INSTITUTIONAL, PROFESSIONAL
from modwise.remits import schema
from modwise.remits.block import NOTHING, BlockRemits, Cents, nothing, sums
from modwise.remits.loops import Owned
from modwise.x12 import values
from modwise.x12.components import split
from modwise.x12.scan import Flags, Index, Span

SLOTS = 6
# Elements that hold remark codes.
REMARKS_OF = {"MOA": (3, 4, 5, 6, 7), "MIA": (5, 20, 21, 22, 23)}


@dataclass(frozen=True)
class Triplets:
    """Every reason and amount of the block's CAS segments: its owner, spans and values, in the order of the file."""

    owner: Owned
    group: Span
    reason: Span
    amount: Cents
    quantity: pl.Series


@dataclass(frozen=True)
class Money:
    """What balancing needs, by index of the block's claims and lines."""

    claim_charge: Cents
    claim_paid: Cents
    claim_adjusted: Cents
    line_charge: Cents
    line_paid: Cents
    line_adjusted: Cents


def triplets(remits: BlockRemits) -> Triplets:
    """The adjustments of the block."""
    cas = remits.owned("CAS")
    block = remits.block
    fits = (block.elements(cas.segments) >= 2) & (block.elements(cas.segments) <= 1 + 3 * SLOTS)
    remits.report(cas.segments, ~fits, "the adjustment holds no reason, or more than six", "CAS", "2100/2110", "3")
    rows, reasons, amounts, quantities = _slots(remits, cas.segments)
    order = np.argsort(rows[0] * SLOTS + rows[1], kind="stable") if rows[1].any() else np.arange(len(rows[0]))
    place = rows[0][order]
    quantity = values.masked(quantities[0][order], quantities[1][order])
    reason = Span(reasons.start[order], reasons.length[order])
    return Triplets(cas[place], block.element(cas.segments, 1)[place], reason, amounts[order], quantity)


def _slots(remits: BlockRemits, segments: Index) -> tuple[tuple[Index, Index], Span, Cents, tuple[np.ndarray, Flags]]:
    """(row of the segment, slot), reason, amount and (quantity, whether there is one) of each used slot, slot after slot."""
    block = remits.block
    rows, slots, starts, lengths, amounts, quantities, there = [], [], [], [], [], [], []
    for slot in range(SLOTS):
        reach = np.flatnonzero(block.elements(segments) > 1 + 3 * slot)
        if not len(reach):
            break
        number = 2 + 3 * slot
        reason, amount = block.element(segments[reach], number), block.element(segments[reach], number + 1)
        used = (reason.length > 0) | (amount.length > 0)
        remits.report(
            segments[reach], used & (reason.length == 0), "an amount stands without a reason", f"CAS{number:02d}", "2100/2110", "1"
        )
        reach = reach[used]
        part = segments[reach]
        rows.append(reach)
        slots.append(np.full(len(reach), slot))
        starts.append(reason.start[used])
        lengths.append(reason.length[used])
        amounts.append(remits.cents(part, number + 1, f"CAS{number + 1:02d}", "2100/2110"))
        quantity, has = remits.quantity(part, number + 2, f"CAS{number + 2:02d}", "2100/2110")
        quantities.append(quantity)
        there.append(has)
    if not rows:
        return (NOTHING, NOTHING), Span(NOTHING, NOTHING), NOTHING, (np.empty(0), np.empty(0, dtype=bool))
    join = np.concatenate
    return (join(rows), join(slots)), Span(join(starts), join(lengths)), join(amounts), (join(quantities), join(there))


def adjustments(remits: BlockRemits, found: Triplets) -> pl.DataFrame:
    """The adjustments frame of the block."""
    return pl.DataFrame(
        {
            **_owner(remits, found.owner),
            "group": values.categories(remits.block, found.group),
            "carc": values.categories(remits.block, found.reason),
            "amount": pl.Series(found.amount),
            "quantity": found.quantity,
        }
    )


def money(remits: BlockRemits, found: Triplets) -> Money:
    """Charges, payments and adjustments of the block's claims and lines."""
    loops = remits.loops
    at_line = found.owner.line >= 0
    return Money(
        remits.cents(loops.claim, 3, "CLP03", "2100"),
        remits.cents(loops.claim, 4, "CLP04", "2100"),
        sums(found.amount[~at_line], found.owner.claim[~at_line], len(loops.claim)),
        remits.cents(loops.line, 2, "SVC02", "2110"),
        remits.cents(loops.line, 3, "SVC03", "2110"),
        sums(found.amount[at_line], found.owner.line[at_line], len(loops.line)),
    )


def claims(remits: BlockRemits, amounts: Money) -> pl.DataFrame:
    """The claims frame of the block; `payer` and the pairs of reversals are filled later."""
    block, loops = remits.block, remits.loops
    claim = loops.claim
    index = np.arange(len(claim))
    for number, what in ((1, "the claim has no number"), (2, "the claim has no status")):
        remits.report(claim, block.element(claim, number).length == 0, what, f"CLP0{number}", "2100", "1")
    owed = block.element(claim, 5)
    series = {
        "claim_key": remits.claim_keys(index),
        "payment_key": remits.payment_keys(loops.payment_of),
        "file": constant(remits.file, len(claim)),
        "claim_seq": pl.Series(index + (remits.carry.file_claims + 1)),
        "position": pl.Series(block.positions(claim)),
        "claim_id": values.strings(block, block.element(claim, 1)),
        "status": values.categories(block, block.element(claim, 2)),
        "charge": pl.Series(amounts.claim_charge),
        "paid": pl.Series(amounts.claim_paid),
        "patient_responsibility": values.masked(remits.cents(claim, 5, "CLP05", "2100", needed=False), owed.length > 0),
        "filing_indicator": values.categories(block, block.element(claim, 6)),
        "payer_control": values.strings(block, block.element(claim, 7)),
        "facility": values.categories(block, block.element(claim, 8)),
        "frequency": values.categories(block, block.element(claim, 9)),
        "drg": values.categories(block, block.element(claim, 11)),
        "claim_type": _claim_type(remits),
        "original_ref": remits.text(loops.in_claim(block.qualified("REF", 1, "F8")), 2),
        "authorization": remits.text(loops.in_claim(block.qualified("REF", 1, "G1")), 2),
        "contract": remits.text(loops.in_claim(block.qualified("REF", 1, "CE")), 2),
        "received": remits.date_of(loops.in_claim(block.qualified("DTM", 1, "050"))),
        "rendering_npi": remits.npi(loops.in_claim(block.qualified("NM1", 1, "82"))),
        "member": _member(remits),
        "adjusted": pl.Series(amounts.claim_adjusted),
    }
    series["statement_from"], series["statement_to"] = _statement(remits)
    return framed("claims", series, len(claim))


def _statement(remits: BlockRemits) -> tuple[pl.Series, pl.Series]:
    first, last = _statement_segments(remits)
    return remits.date_of(first), remits.date_of(last)


def _statement_segments(remits: BlockRemits) -> tuple[tuple[Index, Flags], tuple[Index, Flags]]:
    first = remits.loops.in_claim(remits.block.qualified("DTM", 1, "232"))
    last = remits.loops.in_claim(remits.block.qualified("DTM", 1, "233"))
    return first, _either(last, first)


def _either(one: tuple[Index, Flags], other: tuple[Index, Flags]) -> tuple[Index, Flags]:
    """The segment of the first kind, else of the second."""
    return np.where(one[1], one[0], other[0]), one[1] | other[1]


def _member(remits: BlockRemits) -> pl.Series:
    """Mark of the member number: the insured's, else the patient's."""
    block, loops = remits.block, remits.loops
    insured = loops.in_claim(block.qualified("NM1", 1, "IL"))
    patient = loops.in_claim(block.qualified("NM1", 1, "QC"))
    own, other = remits.at(insured, 9), remits.at(patient, 9)
    use = own.length > 0
    span = Span(np.where(use, own.start, other.start), np.where(use, own.length, other.length))
    return values.masked(values.mark(block, span), span.length > 0)


def _claim_type(remits: BlockRemits) -> pl.Series:
    """Institutional where a line has a revenue code or the claim an inpatient segment; unknown without lines."""
    loops = remits.loops
    facility = np.zeros(len(loops.claim), dtype=bool)
    facility[remits.owned("MIA").claim] = True
    facility[loops.claim_of[remits.revenue.length > 0]] = True
    has_lines = np.zeros(len(loops.claim), dtype=bool)
    has_lines[loops.claim_of] = True
    kinds = pl.Series([PROFESSIONAL, INSTITUTIONAL], dtype=pl.Categorical())
    answer = kinds[pl.Series(facility.astype(np.uint32))]
    known = facility | has_lines
    return answer if known.all() else pl.select(pl.when(pl.Series(known)).then(answer)).to_series()


def lines(remits: BlockRemits, amounts: Money) -> pl.DataFrame:
    """The lines frame of the block; `bundled_into` is filled later."""
    block, loops = remits.block, remits.loops
    line = loops.line
    index = np.arange(len(line))
    decided, sent, recoded = remits.service
    bare, whole = decided[1].length == 0, decided[0].length > 2
    remits.report(line, bare & ~whole, "the line has no procedure or revenue code", "SVC01-2", "2110", "1")
    remits.report(
        line, bare & whole, "the procedure is not divided by the component separator of the ISA (ISA16)", "SVC01", "2110", "7"
    )
    paid_units, has_paid = remits.quantity(line, 5, "SVC05", "2110")
    sent_units, has_sent = remits.quantity(line, 7, "SVC07", "2110")
    paid_units = np.where(has_paid, paid_units, 1.0)
    first, last = _service_dates(remits)
    first_line = np.searchsorted(line, loops.claim)
    code = _procedure(remits, decided[1], remits.is_revenue)
    modifiers = _modifiers(remits, decided)
    series = {
        "line_key": remits.line_keys(index),
        "claim_key": remits.claim_keys(loops.claim_of),
        "line": pl.Series(index - first_line[loops.claim_of] + 1),
        "position": pl.Series(block.positions(line)),
        "code": code,
        "modifiers": modifiers,
        "revenue_code": values.categories(block, remits.revenue),
        "submitted_code": _procedure(remits, sent[1], remits.sent_revenue) if recoded.any() else code,
        "submitted_modifiers": _modifiers(remits, sent) if recoded.any() else modifiers,
        "recoded": pl.Series(recoded),
        "charge": pl.Series(amounts.line_charge),
        "paid": pl.Series(amounts.line_paid),
        "units_paid": pl.Series(paid_units),
        "units_submitted": pl.Series(np.where(has_sent, sent_units, paid_units)),
        "date_from": first,
        "date_to": last,
        "line_control": remits.text(loops.in_line(block.qualified("REF", 1, "6R")), 2),
        "rendering_npi": remits.text(loops.in_line(block.qualified("REF", 1, "HPI")), 2),
        "allowed": _amount(remits, "B6"),
        "late_reduction": _amount(remits, "KH"),
        "adjusted": pl.Series(amounts.line_adjusted),
    }
    return framed("lines", series, len(line))


def _service_dates(remits: BlockRemits) -> tuple[pl.Series, pl.Series]:
    block, loops = remits.block, remits.loops
    single = loops.in_line(block.qualified("DTM", 1, "472"))
    begin, end = single, single
    if not single[1].all():
        begin = _either(single, loops.in_line(block.qualified("DTM", 1, "150")))
        end = _either(_either(single, loops.in_line(block.qualified("DTM", 1, "151"))), begin)
        first, last = _statement_segments(remits)
        owner = loops.claim_of
        begin, end = _either(begin, (first[0][owner], first[1][owner])), _either(end, (last[0][owner], last[1][owner]))
    return remits.date_of(begin), remits.date_of(end)


def _procedure(remits: BlockRemits, code: Span, revenue: Flags) -> pl.Series:
    return values.categories(remits.block, Span(code.start, np.where(revenue, 0, code.length)) if revenue.any() else code)


def _modifiers(remits: BlockRemits, parts: list[Span]) -> pl.Series:
    counts = np.stack([part.length > 0 for part in parts[2:]], axis=1)
    rows, slots = np.nonzero(counts)
    start = np.stack([part.start for part in parts[2:]], axis=1)[rows, slots]
    length = np.stack([part.length for part in parts[2:]], axis=1)[rows, slots]
    return values.lists(remits.block, Span(start, length), counts.sum(axis=1))


def _amount(remits: BlockRemits, qualifier: str) -> pl.Series:
    places, there = remits.loops.in_line(remits.block.qualified("AMT", 1, qualifier))
    if not there.any():
        return nothing(len(there), pl.Int64())
    stated = np.append(remits.stated, 0)
    place = np.searchsorted(remits.owned("AMT").segments, places)
    return values.masked(stated[np.where(there, place, -1)], there)


def remarks(remits: BlockRemits) -> pl.DataFrame:
    """The remarks frame of the block, in the order of the file."""
    block = remits.block
    listed = remits.owned("LQ")
    code = block.element(listed.segments, 2)
    parts = [_remarks(remits, listed, code, "LQ", values.categories(block, block.element(listed.segments, 1)))]
    for name, elements in REMARKS_OF.items():
        owner = remits.owned(name)
        for number in elements if len(owner.segments) else ():
            code = block.element(owner.segments, number)
            rows = np.flatnonzero(code.length)
            if len(rows):
                parts.append(_remarks(remits, owner[rows], code[rows], name, None))
    return parts[0] if len(parts) == 1 else pl.concat(parts).sort("position", maintain_order=True)


def _remarks(remits: BlockRemits, owner: Owned, code: Span, where: str, qualifier: pl.Series | None) -> pl.DataFrame:
    return pl.DataFrame(
        {
            **_owner(remits, owner),
            "code": values.categories(remits.block, code),
            "where": constant(where, len(code)),
            "qualifier": nothing(len(code), pl.Categorical()) if qualifier is None else qualifier,
        }
    )


def references(remits: BlockRemits) -> pl.DataFrame:
    """The references frame of the block."""
    owner = _others(remits, "REF", schema.REFERENCE_COLUMNS)
    return pl.DataFrame(
        {
            **_owner(remits, owner),
            "qualifier": values.categories(remits.block, remits.block.element(owner.segments, 1)),
            "value": values.strings(remits.block, remits.block.element(owner.segments, 2)),
        }
    )


def amounts(remits: BlockRemits) -> pl.DataFrame:
    """The amounts frame of the block."""
    owner = _others(remits, "AMT", schema.AMOUNT_COLUMNS)
    place = np.searchsorted(remits.owned("AMT").segments, owner.segments)
    return pl.DataFrame(
        {
            **_owner(remits, owner),
            "qualifier": values.categories(remits.block, remits.block.element(owner.segments, 1)),
            "amount": pl.Series(remits.stated[place]),
        }
    )


def _others(remits: BlockRemits, name: str, columns: tuple[str, ...]) -> Owned:
    """The segments of that identifier without the first of each line that a column of the lines frame holds."""
    owner = remits.owned(name)
    keep = np.ones(len(owner.segments), dtype=bool)
    for qualifier in columns:
        places, there = remits.loops.in_line(remits.block.qualified(name, 1, qualifier))
        keep[np.searchsorted(owner.segments, places[there])] = False
    return owner[np.flatnonzero(keep)]


def provider_adjustments(remits: BlockRemits) -> pl.DataFrame:
    """The provider-level adjustments of the block, in the order of the file."""
    block = remits.block
    segments = block.where("PLB")
    if not len(segments):
        return schema.empty("provider_adjustments")
    payment = np.searchsorted(remits.loops.payment, segments) - 1
    fiscal = remits.single_days(segments, 2, "PLB02", "")
    parts = []
    for number in range(3, 3 + 2 * SLOTS, 2):
        reason, amount = block.element(segments, number), block.element(segments, number + 1)
        rows = np.flatnonzero((reason.length > 0) | (amount.length > 0))
        if not len(rows):
            break
        named = split(block, reason[rows], 2)
        remits.report(segments[rows], named[0].length == 0, "an amount stands without a reason", f"PLB{number:02d}", "", "1")
        parts.append(
            pl.DataFrame(
                {
                    "payment_key": remits.payment_keys(payment[rows]),
                    "position": block.positions(segments[rows]),
                    "provider": values.strings(block, block.element(segments[rows], 1)),
                    "fiscal_date": fiscal[pl.Series(rows.astype(np.uint32))],
                    "reason": values.categories(block, named[0]),
                    "reference": values.strings(block, named[1]),
                    "amount": remits.cents(segments[rows], number + 1, f"PLB{number + 1:02d}", ""),
                }
            )
        )
    return pl.concat(parts).sort("position", maintain_order=True) if parts else schema.empty("provider_adjustments")


# ---- parts ---------------------------------------------------------------------------------------------------------------


def constant(value: str, count: int) -> pl.Series:
    """A category repeated."""
    return pl.Series([value], dtype=pl.Categorical()).new_from_index(0, count)


def _owner(remits: BlockRemits, owner: Owned) -> dict[str, pl.Series]:
    return {
        "claim_key": remits.claim_keys(owner.claim),
        "line_key": remits.line_keys(owner.line),
        "position": pl.Series(remits.block.positions(owner.segments)),
    }


def framed(name: str, series: dict[str, pl.Series], height: int) -> pl.DataFrame:
    """The columns of that frame in order and type; those left out are null."""
    whole = {}
    for column, (kind, _) in schema.FRAMES[name].items():
        found = series.get(column)
        if found is None:
            found = nothing(height, kind)
        whole[column] = found if found.dtype == kind else found.cast(kind)
    return pl.DataFrame(whole)
