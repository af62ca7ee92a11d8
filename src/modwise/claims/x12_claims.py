"""An X12 837 stream into tables of lines, with bad claims refused or set aside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import BinaryIO

import numpy as np
import polars as pl

from modwise.claims.reading import ReadLog, SetAside
from modwise.claims.x12_lines import BlockLines, Carry, Problem, carry_on
from modwise.errors import X12Error
from modwise.x12.blocks import Block, blocks
from modwise.x12.scan import Segments, segment_id

READ = ("005010X222", "005010X223")
OTHER_SETS = {
    "835": "a remittance",
    "270": "an eligibility request",
    "271": "an eligibility response",
    "276": "a claim status request",
    "277": "a claim status response",
    "278": "an authorization",
    "820": "a premium payment",
    "834": "an enrolment",
    "999": "an acknowledgment",
    "997": "an acknowledgment",
}
# Segments of the professional and institutional claim, and of the envelopes.
KNOWN = """
    ISA TA1 GS ST BHT REF NM1 N2 N3 N4 PER HL PRV CUR SBR PAT DMG CLM DTP PWK CN1 AMT K3 NTE CR1 CR2 CR3 CRC HI HCP LX
    SV1 SV2 SV3 SV4 SV5 SV6 SV7 LQ FRM QTY MEA LIN CTP SVD CAS OI MIA MOA PS1 CL1 IMM DSB UR CR4 CR5 CR6 CR7 HSD TOO DN1
    DN2 LE LS DTM SE GE IEA
"""
# Three bytes as an index: a table look-up for every segment costs less than a search.
_KNOWN = np.zeros(1 << 24, dtype=bool)
_KNOWN[[segment_id(name) for name in KNOWN.split()]] = True


def read(stream: BinaryIO, file: str, columns: Sequence[str], *, keep_going: bool, log: ReadLog) -> Iterator[pl.DataFrame]:
    """Tables of lines, one a block. Raises X12Error at the first broken place, or sets the claim aside with `keep_going`."""
    carry = Carry()
    started = log.claims
    try:
        for block in blocks(stream, file):
            if len(block.segments):
                yield _block(block, carry, file, columns, keep_going, log)
                log.claims = started + carry.claims
    except X12Error as error:
        if not keep_going:
            raise
        log.set_aside.append(SetAside(file, error.position, "", str(error.args[0])))


def _block(block: Block, carry: Carry, file: str, columns: Sequence[str], keep_going: bool, log: ReadLog) -> pl.DataFrame:
    _refuse_other_sets(block.segments, file)
    lines = BlockLines(block, carry, file)
    frame = lines.frame(columns)
    _check_segments(lines)
    bad = _bad_claims(block, lines, carry, keep_going, log)
    if bad:
        frame = frame.filter(pl.Series(~np.isin(lines.loops.claim_of, sorted(bad))))
    carry_on(lines)
    return frame


def _refuse_other_sets(block: Segments, file: str) -> None:
    for number in block.where("ST").tolist():
        kind = block.text(number, 1)
        if kind != "837":
            what = OTHER_SETS.get(kind, "no claim")
            raise X12Error(
                f"this is transaction set {kind}, {what}; the check reads 837 claims",
                file=file,
                segment=block.number_of(number),
                segment_id="ST",
                element="ST01:",
                x12_code="1",
                hint="Give an 837P or 837I file.",
            )
    for number in block.where("GS").tolist():
        version = block.text(number, 8)
        if not version.startswith(READ):
            raise X12Error(
                _version_message(version),
                file=file,
                segment=block.number_of(number),
                segment_id="GS",
                element="GS08:",
                x12_code="2",
                hint="Export professional claims as 005010X222A1 or institutional ones as 005010X223A2.",
            )


def _version_message(version: str) -> str:
    if version.startswith("004010"):
        return f"version {version} is the 4010 format, out of use since 2012; the check reads 5010"
    if version.startswith("005010X224"):
        return f"version {version} is a dental claim; the check reads professional and institutional claims"
    return f"version {version!r} is not read"


def _check_segments(lines: BlockLines) -> None:
    block = lines.block
    strange = ~_KNOWN[block.ids.astype(np.int64)] | (block.id_length > 3)
    for number in np.flatnonzero(strange).tolist():
        lines.problems.append(Problem(number, "this is no segment of an 837", "", "", "1"))


def _bad_claims(block: Block, lines: BlockLines, carry: Carry, keep_going: bool, log: ReadLog) -> set[int]:
    """Claims of the block (by index) that are set aside. Without `keep_going` the first problem in the file is raised."""
    found = sorted(lines.problems, key=lambda problem: problem.segment)
    if block.open_end and len(lines.loops.claim):
        # What the cut broke is told once, as the cut.
        found = [problem for problem in found if problem.segment < lines.loops.claim[-1]]
    errors = sorted([*block.problems, *(_error(lines, p) for p in found)], key=lambda e: e.segment)
    if errors and not keep_going:
        raise errors[0]
    bad: dict[int, str] = {}
    for problem in found:
        claims = _claims_under(lines, problem.segment)
        error = _error(lines, problem)
        if claims:
            for claim in claims:
                bad.setdefault(claim, error.aside)
        else:
            log.set_aside.append(SetAside(lines.file, error.position, "", error.aside))
    for error in block.problems:
        log.set_aside.append(SetAside(lines.file, error.position, "", error.aside))
    if block.open_end and len(lines.loops.claim):
        bad.setdefault(len(lines.loops.claim) - 1, "the file ends in or behind this claim, so lines of it may be missing")
    _inherit_billing(lines, found, carry, bad)
    names = lines.claim_ids()
    places = lines.block.positions(lines.loops.claim)
    for claim in sorted(bad):
        log.set_aside.append(SetAside(lines.file, int(places[claim]), str(names[claim] or ""), bad[claim]))
    return set(bad)


def _inherit_billing(lines: BlockLines, found: Sequence[Problem], carry: Carry, bad: dict[int, str]) -> None:
    """A broken billing provider breaks the claims under it in later blocks too."""
    loops = lines.loops
    if carry.billing_problem is not None:
        for claim in np.flatnonzero(loops.billing < 0).tolist():
            bad.setdefault(claim, carry.billing_problem.message)
    providers = lines.block.qualified("HL", 3, "20")
    if len(providers):
        header = providers[-1:]
        end = int(loops.header_end(header)[0])
        inside = [p for p in found if int(header[0]) <= p.segment < end]
        carry.billing_problem = inside[0] if inside else None


def _claims_under(lines: BlockLines, segment: int) -> list[int]:
    """The claims a broken segment spoils: its own, or every claim under its header; none for an envelope."""
    loops = lines.loops
    own = np.flatnonzero((loops.claim <= segment) & (segment < loops.end))
    if len(own):
        return [int(own[0])]
    above = loops.levels[loops.levels <= segment]
    if not len(above) or segment >= int(loops.header_end(above[-1:])[0]):
        return []
    header = above[-1]
    under = (loops.billing == header) | (loops.subscriber == header) | (loops.patient == header)
    return [int(claim) for claim in np.flatnonzero(under)]


def _error(lines: BlockLines, problem: Problem) -> X12Error:
    block = lines.block
    claim = int(np.searchsorted(lines.loops.claim, problem.segment, side="right"))
    return X12Error(
        problem.message,
        file=lines.file,
        segment=block.number_of(problem.segment),
        segment_id=block.identifier(problem.segment),
        loop=problem.loop,
        element=problem.element,
        claim=lines.carry.claims + claim if claim else 0,
        position=int(block.positions(np.array([problem.segment]))[0]),
        x12_code=problem.x12_code,
    )
