"""An 835 stream into frames, one set a block, with bad claims refused or set aside."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

import numpy as np
import polars as pl

from modwise.claims.reading import ReadLog, SetAside
from modwise.claims.x12_lines import Problem
from modwise.errors import X12Error
from modwise.remits import columns
from modwise.remits.balance import unbalanced
from modwise.remits.block import BlockRemits, Carry, Cents, sums
from modwise.remits.frames import Quarantined
from modwise.remits.payments import payments
from modwise.x12.blocks import Block, blocks
from modwise.x12.scan import Flags, Index, Segments, segment_id

READ = "005010X221"
KNOWN = """
    ISA TA1 GS ST BPR NTE TRN CUR REF DTM N1 N2 N3 N4 PER RDM LX TS3 TS2 CLP CAS NM1 MIA MOA AMT QTY SVC LQ PLB SE GE IEA
"""
_KNOWN = np.zeros(1 << 24, dtype=bool)
_KNOWN[[segment_id(name) for name in KNOWN.split()]] = True


@dataclass
class Part:
    """The frames of one block by name; `paid` holds what each payment's claims were paid: key → (cents, claims not read)."""

    frames: dict[str, pl.DataFrame]
    quarantined: list[Quarantined] = field(default_factory=list)
    paid: dict[int, tuple[int, int]] = field(default_factory=dict)


def read(stream: BinaryIO, file: str, carry: Carry, *, keep_going: bool, log: ReadLog) -> Iterator[Part]:
    """The parts of one stream. Raises X12Error at the first broken place, or sets the claim aside with `keep_going`."""
    carry.file_claims = 0
    try:
        for block in blocks(stream, file):
            if len(block.segments):
                yield _part(block, carry, file, keep_going, log)
    except X12Error as error:
        if not keep_going:
            raise
        log.set_aside.append(SetAside(file, error.position, "", str(error.args[0])))


def _part(block: Block, carry: Carry, file: str, keep_going: bool, log: ReadLog) -> Part:
    _refuse_other_sets(block.segments, file)
    remits = BlockRemits(block, carry, file)
    found = columns.triplets(remits)
    money = columns.money(remits, found)
    frames = {
        "payments": payments(remits),
        "claims": columns.claims(remits, money),
        "lines": columns.lines(remits, money),
        "adjustments": columns.adjustments(remits, found),
        "remarks": columns.remarks(remits),
        "references": columns.references(remits),
        "amounts": columns.amounts(remits),
        "provider_adjustments": columns.provider_adjustments(remits),
    }
    _check_segments(remits)
    unread = _bad_claims(remits, keep_going, log)
    off, quarantined = unbalanced(remits, money)
    # What cannot be read cannot be judged to be out of balance.
    quarantined = [item for item in quarantined if not _spoilt(remits, item, unread)]
    part = Part(frames, quarantined, _paid(remits, money.claim_paid, unread))
    leave = unread | off
    if leave.any():
        _drop(part.frames, remits.claim_keys(np.flatnonzero(leave)))
    carry.payments += len(remits.loops.payment)
    carry.claims += len(leave)
    carry.file_claims += len(leave)
    carry.lines += len(remits.loops.line)
    log.claims += len(leave)
    return part


def _spoilt(remits: BlockRemits, item: Quarantined, unread: Flags) -> bool:
    places = remits.block.positions(remits.loops.claim)
    return bool(unread[int(np.searchsorted(places, item.position, side="right")) - 1])


def _drop(frames: dict[str, pl.DataFrame], keys: pl.Series) -> None:
    for name, frame in frames.items():
        if "claim_key" in frame.columns:
            frames[name] = frame.filter(~pl.col("claim_key").is_in(keys.implode()))


def _paid(remits: BlockRemits, paid: Cents, unread: Flags) -> dict[int, tuple[int, int]]:
    loops = remits.loops
    count = len(loops.payment) + 1
    amount = sums(paid, loops.payment_of + 1, count)
    missing = sums(unread.astype(np.int64), loops.payment_of + 1, count)
    # What stood behind the cut is not known.
    missing[-1] += remits.whole.open_end
    return {remits.carry.payments + n: (int(amount[n]), int(missing[n])) for n in range(count) if amount[n] or missing[n]}


def _refuse_other_sets(block: Segments, file: str) -> None:
    for number in block.where("ST").tolist():
        kind = block.text(number, 1)
        if kind != "835":
            raise _refused(block, number, file, f"this is transaction set {kind}; a remittance is an 835", "ST", "ST01:")
    for number in block.where("GS").tolist():
        version = block.text(number, 8)
        if not version.startswith(READ):
            what = f"version {version!r} is not read"
            if version.startswith("004010"):
                what = f"version {version} is the 4010 format, out of use since 2012; 5010 is read"
            raise _refused(block, number, file, what, "GS", "GS08:")


def _refused(block: Segments, number: int, file: str, message: str, segment: str, element: str) -> X12Error:
    return X12Error(
        message,
        file=file,
        segment=block.number_of(number),
        segment_id=segment,
        element=element,
        position=int(block.positions(np.array([number]))[0]),
        x12_code="1" if segment == "ST" else "2",
        hint="Give an 835 file of version 005010X221A1.",
    )


def _check_segments(remits: BlockRemits) -> None:
    block = remits.block
    strange = ~_KNOWN[block.ids.astype(np.int64)] | (block.id_length > 3)
    for number in np.flatnonzero(strange).tolist():
        remits.problems.append(Problem(number, "this is no segment of an 835", "", "", "1"))
    for number in _homeless(remits).tolist():
        remits.problems.append(Problem(number, f"{block.identifier(number)} stands outside a claim (CLP)", "", "", "2"))


def _homeless(remits: BlockRemits) -> Index:
    """Services and adjustments that belong to no claim: money that would be lost."""
    cas, owned = remits.block.where("CAS"), remits.owned("CAS").segments
    stray = cas[~np.isin(cas, owned)] if len(owned) < len(cas) else cas[:0]
    return np.sort(np.concatenate([remits.loops.stray, stray]))


def _bad_claims(remits: BlockRemits, keep_going: bool, log: ReadLog) -> Flags:
    """Which claims of the block are set aside. Without `keep_going` the first problem in the file is raised."""
    loops, whole = remits.loops, remits.whole
    found = sorted(remits.problems, key=lambda problem: problem.segment)
    cut = whole.open_end and len(loops.claim) > 0 and loops.end[-1] == len(remits.block)
    if cut:
        # What the cut broke is told once, as the cut.
        found = [problem for problem in found if problem.segment < loops.claim[-1]]
    if not keep_going:
        errors = sorted([*whole.problems, *(_error(remits, problem) for problem in found)], key=lambda error: error.segment)
        if errors:
            raise errors[0]
    bad: dict[int, str] = {}
    for problem in found:
        error = _error(remits, problem)
        own = np.flatnonzero((loops.claim <= problem.segment) & (problem.segment < loops.end)).tolist()
        if own:
            bad.setdefault(own[0], error.aside)
        else:
            log.set_aside.append(SetAside(remits.file, error.position, "", error.aside))
    log.set_aside += [SetAside(remits.file, error.position, "", error.aside) for error in whole.problems]
    if cut:
        bad.setdefault(len(loops.claim) - 1, "the file ends in or behind this claim, so parts of it may be missing")
    return _set_aside(remits, bad, log)


def _set_aside(remits: BlockRemits, bad: dict[int, str], log: ReadLog) -> Flags:
    unread = np.zeros(len(remits.loops.claim), dtype=bool)
    places = remits.block.positions(remits.loops.claim)
    for claim in sorted(bad):
        unread[claim] = True
        name = remits.block.text(int(remits.loops.claim[claim]), 1)
        log.set_aside.append(SetAside(remits.file, int(places[claim]), name, bad[claim]))
    return unread


def _error(remits: BlockRemits, problem: Problem) -> X12Error:
    block = remits.block
    claim = int(np.searchsorted(remits.loops.claim, problem.segment, side="right"))
    return X12Error(
        problem.message,
        file=remits.file,
        segment=block.number_of(problem.segment),
        segment_id=block.identifier(problem.segment),
        loop=problem.loop,
        element=problem.element,
        claim=remits.carry.file_claims + claim if claim else 0,
        position=int(block.positions(np.array([problem.segment]))[0]),
        x12_code=problem.x12_code,
        hint="Ask the payer or clearinghouse for the file again, or use --keep-going to read the other claims.",
    )
