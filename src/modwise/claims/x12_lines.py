"""One block of an 837 as a lines frame, column by column, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
import pyarrow as pa

from modwise.claims import schema
from modwise.claims.diagnoses import diagnosis_lists
from modwise.claims.loops import Loops, before
from modwise.x12 import values
from modwise.x12.blocks import Block
from modwise.x12.components import split
from modwise.x12.scan import Flags, Index, Span, segment_id

NONE = Span(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))


@dataclass
class Problem:
    """Something wrong at a segment of the block."""

    segment: int
    message: str
    element: str = ""
    loop: str = ""
    x12_code: str = ""


@dataclass
class Carry:
    """What the next block needs of this one: the billing provider above its first claims, and the claims counted."""

    billing_npi: str | None = None
    taxonomy: str | None = None
    institutional: bool = False
    claims: int = 0
    billing_problem: Problem | None = None


class BlockLines:
    """The lines of one block. Columns are made when asked for; `problems` fills as they are."""

    def __init__(self, block: Block, carry: Carry, file: str) -> None:
        self.block = block.segments
        self.loops = Loops(self.block)
        self.carry = carry
        self.file = file
        self.interchange = block.interchange
        self.problems: list[Problem] = []
        self.institutional = self._institutional()
        line = self.loops.line
        self.sv2 = self.block.ids[line] == np.uint64(segment_id("SV2"))
        self.procedure = split(self.block, self._either(1, 2), 7)
        self._check_structure()

    @property
    def claims(self) -> int:
        """How many claims the block holds."""
        return len(self.loops.claim)

    @cached_property
    def dates(self) -> tuple[pl.Series, pl.Series]:
        """First and last date of service of each line: its own, else the claim's statement dates."""
        own = self.loops.in_line(self.block.qualified("DTP", 1, "472"))
        statement = self.loops.in_claim(self.block.qualified("DTP", 1, "434"))
        owner = self.loops.claim_of
        places = np.where(own[1], own[0], statement[0][owner])
        return _period(self, places, own[1] | statement[1][owner])

    @cached_property
    def place(self) -> list[Span]:
        """CLM05 of each claim: place or facility, its qualifier, frequency."""
        return split(self.block, self.block.element(self.loops.claim, 5), 3)

    def claim_ids(self) -> pl.Series:
        """CLM01 of each claim."""
        return values.strings(self.block, self.block.element(self.loops.claim, 1))

    def frame(self, columns: Sequence[str]) -> pl.DataFrame:
        """The lines with those columns; `payer` stays null here."""
        series = {name: _COLUMNS[name](self) for name in columns if name in _COLUMNS}
        height = len(self.loops.line)
        for name in columns:
            kind = schema.COLUMNS[name][0]
            if name not in series:
                series[name] = pl.Series([None], dtype=kind).new_from_index(0, height)
            elif series[name].dtype != kind:
                series[name] = series[name].cast(kind)
        return pl.DataFrame({name: series[name] for name in columns})

    # ---- helpers ---------------------------------------------------------------------------------------------------------

    def _institutional(self) -> Flags:
        groups = self.block.where("GS")
        kinds = [self.block.text(int(g), 8).startswith("005010X223") for g in groups]
        index = before(groups, self.loops.claim)
        answer = np.array([self.carry.institutional, *kinds])[index + 1]
        if kinds:
            self.carry.institutional = kinds[-1]
        return np.asarray(answer, dtype=bool)

    def _either(self, professional: int, institutional: int) -> Span:
        """Element of SV1 or SV2, which count differently."""
        line = self.loops.line
        first = self.block.element(line, professional)
        if not self.sv2.any():
            return first
        second = self.block.element(line, institutional)
        return Span(np.where(self.sv2, second.start, first.start), np.where(self.sv2, second.length, first.length))

    def at(self, found: tuple[Index, Flags], element: int) -> Span:
        """An element of the segments found; absent where none was."""
        places, there = found
        span = self.block.element(places, element) if len(self.block) else NONE
        return Span(span.start, np.where(there, span.length, 0))

    def report(self, segments: Index, bad: Flags, message: str, element: str, loop: str, code: str) -> None:
        """Adds a problem for each bad one."""
        for segment in segments[bad].tolist():
            self.problems.append(Problem(segment, message, element, loop, code))

    def of_claim(self, column: pl.Series) -> pl.Series:
        """A claim's value for each of its lines."""
        return column[self._claim_of]

    @cached_property
    def _claim_of(self) -> pl.Series:
        return pl.Series(self.loops.claim_of.astype(np.uint32))

    def line_or_claim(self, line: Span, claim: Span) -> pl.Series:
        """The line's own value, else its claim's."""
        owner = self.loops.claim_of
        own = line.length > 0
        return values.strings(
            self.block,
            Span(np.where(own, line.start, claim.start[owner]), np.where(own, line.length, claim.length[owner])),
        )

    # ---- checks ----------------------------------------------------------------------------------------------------------

    def _check_structure(self) -> None:
        loops, block = self.loops, self.block
        self.report(loops.stray, np.ones(len(loops.stray), bool), "service line outside a claim", "", "2400", "2")
        self.report(loops.uncounted, np.ones(len(loops.uncounted), bool), "service line without its LX", "", "2400", "3")
        counters = loops.counter
        again = np.r_[False, counters[1:] == counters[:-1]] if len(counters) else np.empty(0, dtype=bool)
        self.report(loops.line, again, "second service segment under one LX", "", "2400", "4")
        if len(loops.lx) != len(counters) - int(again.sum()):
            lonely = ~np.isin(loops.lx, counters)
            self.report(loops.lx, lonely, "LX without an SV1 or SV2", "", "2400", "3")
        self.report(loops.claim, loops.subscriber < 0, "claim outside a subscriber loop (HL 22)", "", "2300", "2")
        empty = block.element(loops.claim, 1).length == 0
        self.report(loops.claim, empty, "the claim has no number", "CLM01", "2300", "1")
        wrong = self.sv2 != self.institutional[loops.claim_of]
        self.report(loops.line, wrong, "service segment of the other kind of claim", "", "2400", "2")
        self._check_qualifier()

    def _check_qualifier(self) -> None:
        """A procedure composite needs its qualifier; SV1 needs a code, SV2 may have a revenue code alone."""
        qualifier, code = self.procedure[0], self.procedure[1]
        some = qualifier.length + code.length > 0
        bad = some & (qualifier.length != 2)
        self.report(
            self.loops.line,
            bad,
            "procedure qualifier is not two characters; is ISA16 the separator used here?",
            self._sv(1),
            "2400",
            "5",
        )
        missing = (code.length == 0) & ~self.sv2
        self.report(self.loops.line, missing, "the procedure code is missing", "SV101-2", "2400", "1")

    def _sv(self, component: int) -> str:
        return f"SV{'2' if self.sv2.any() else '1'}01-{component}".replace("SV201", "SV202")


# ---- columns -------------------------------------------------------------------------------------------------------------


def _constant(lines: BlockLines, value: str) -> pl.Series:
    return pl.Series([value], dtype=pl.Categorical()).new_from_index(0, len(lines.loops.line))


def _claim_seq(lines: BlockLines) -> pl.Series:
    return pl.Series(lines.loops.claim_of + lines.carry.claims + 1)


def _claim_type(lines: BlockLines) -> pl.Series:
    kinds = pl.Series([schema.PROFESSIONAL, schema.INSTITUTIONAL], dtype=pl.Categorical())
    return kinds[pl.Series(lines.institutional[lines.loops.claim_of].astype(np.uint32))]


def _line(lines: BlockLines) -> pl.Series:
    number, bad = values.integers(lines.block, lines.block.element(lines.loops.counter, 1))
    lines.report(lines.loops.counter, bad, "the line number is no number", "LX01", "2400", "6")
    return pl.Series(np.where(bad, 0, number))


def _header(lines: BlockLines, name: str, number: int, qualifier: tuple[int, str] | None = None) -> Span:
    """An element of the first such segment in each claim's subscriber header."""
    places = lines.block.where(name) if qualifier is None else lines.block.qualified(name, *qualifier)
    return lines.at(lines.loops.in_header(places, lines.loops.subscriber), number)


def _payer_id(lines: BlockLines) -> pl.Series:
    return lines.of_claim(values.categories(lines.block, _header(lines, "NM1", 9, (1, "PR"))))


def _payer_name(lines: BlockLines) -> pl.Series:
    return lines.of_claim(values.categories(lines.block, _header(lines, "NM1", 3, (1, "PR"))))


def _filing_indicator(lines: BlockLines) -> pl.Series:
    return lines.of_claim(values.categories(lines.block, _header(lines, "SBR", 9)))


def _frequency(lines: BlockLines) -> pl.Series:
    return lines.of_claim(values.categories(lines.block, lines.place[2]))


def _place_of_service(lines: BlockLines) -> pl.Series:
    claim = lines.place[0]
    own = lines.block.element(lines.loops.line, 5)
    owner = lines.loops.claim_of
    use = (own.length > 0) & ~lines.sv2
    start = np.where(use, own.start, claim.start[owner])
    length = np.where(use, own.length, np.where(lines.sv2, 0, claim.length[owner]))
    return values.categories(lines.block, Span(start, length))


def _bill_type(lines: BlockLines) -> pl.Series:
    if not lines.institutional.any():
        return _nothing(len(lines.loops.line))
    facility, _, frequency = lines.place
    first = values.strings(lines.block, facility)
    second = values.strings(lines.block, frequency).fill_null("")
    whole = pl.select(pl.when(pl.Series(lines.institutional)).then(first + second))[:, 0]
    return lines.of_claim(whole.cast(pl.Categorical()))


def _original_ref(lines: BlockLines) -> pl.Series:
    found = lines.loops.in_claim(lines.block.qualified("REF", 1, "F8"))
    return lines.of_claim(values.strings(lines.block, lines.at(found, 2)))


def _billing(lines: BlockLines, span_of: Callable[[BlockLines, Index], Span], carried: str | None) -> pl.Series:
    """A value of each claim's billing provider; claims above the block's first provider have the carried one."""
    providers = lines.block.qualified("HL", 3, "20")
    values_there = values.strings(lines.block, span_of(lines, providers))
    known = pl.concat([pl.Series([carried], dtype=pl.String), values_there])
    return lines.of_claim(known[pl.Series((before(providers, lines.loops.claim) + 1).astype(np.uint32))])


def _billing_span(lines: BlockLines, header: Index) -> Span:
    found = lines.loops.in_header(lines.block.qualified("NM1", 1, "85"), header)
    return lines.at((found[0], found[1] & _is_npi(lines, found[0])), 9)


def _taxonomy_span(lines: BlockLines, header: Index) -> Span:
    return lines.at(lines.loops.in_header(lines.block.qualified("PRV", 1, "BI"), header), 3)


def _is_npi(lines: BlockLines, segments: Index) -> Flags:
    answer = lines.block.word(lines.block.element(segments, 8)) == np.uint64(segment_id("XX"))
    return np.asarray(answer, dtype=bool)


def _billing_npi(lines: BlockLines) -> pl.Series:
    return _billing(lines, _billing_span, lines.carry.billing_npi)


def _taxonomy(lines: BlockLines) -> pl.Series:
    return _billing(lines, _taxonomy_span, lines.carry.taxonomy)


def _rendering_npi(lines: BlockLines) -> pl.Series:
    places = lines.block.qualified("NM1", 1, "82")
    claim, line = lines.loops.in_claim(places), lines.loops.in_line(places)
    own = lines.at((line[0], line[1] & _is_npi(lines, line[0])), 9)
    return lines.line_or_claim(own, lines.at((claim[0], claim[1] & _is_npi(lines, claim[0])), 9))


def _nothing(count: int) -> pl.Series:
    return pl.Series([None], dtype=pl.String).new_from_index(0, count)


def _revenue_code(lines: BlockLines) -> pl.Series:
    if not lines.sv2.any():
        return _nothing(len(lines.loops.line))
    span = lines.block.element(lines.loops.line, 1)
    return values.categories(lines.block, Span(span.start, np.where(lines.sv2, span.length, 0)))


def _period(lines: BlockLines, places: Index, there: Flags) -> tuple[pl.Series, pl.Series]:
    block = lines.block
    kind = block.word(block.element(places, 2))
    span = block.element(places, 3)
    single = there & (kind == np.uint64(segment_id("D8"))) & (span.length == 8)
    double = there & (kind == np.uint64(segment_id("RD8"))) & (span.length == 17)
    first, bad_first = values.days(block, np.where(single | double, span.start, 0))
    last, bad_last = first, bad_first
    if double.any():
        last, bad_last = values.days(block, np.where(double, span.start + 9, np.where(single, span.start, 0)))
    wrong = there & (~(single | double) | bad_first | bad_last | (last < first))
    if wrong.any():
        lines.report(np.unique(places[wrong]), np.ones(len(np.unique(places[wrong])), bool), "no valid date", "DTP03", "2400", "8")
    good = there & ~wrong

    return values.masked(first, good, pa.date32()), values.masked(last, good, pa.date32())


def _code(lines: BlockLines) -> pl.Series:
    return values.categories(lines.block, lines.procedure[1])


def _modifiers(lines: BlockLines) -> pl.Series:
    parts = lines.procedure[2:6]
    counts = np.stack([part.length > 0 for part in parts], axis=1)
    rows, slots = np.nonzero(counts)
    start = np.stack([part.start for part in parts], axis=1)[rows, slots]
    length = np.stack([part.length for part in parts], axis=1)[rows, slots]
    return values.lists(lines.block, Span(start, length), counts.sum(axis=1))


def _charge(lines: BlockLines) -> pl.Series:
    amount, bad = values.cents(lines.block, span := lines._either(2, 3))
    lines.report(lines.loops.line, bad | (span.length == 0), "the charge is no amount of money", "SV102/SV203", "2400", "6")
    return pl.Series(amount)


def _units(lines: BlockLines) -> pl.Series:
    amount, bad = values.quantities(lines.block, span := lines._either(4, 5))
    lines.report(lines.loops.line, bad, "the quantity is no number", "SV104/SV205", "2400", "6")
    return values.masked(amount, span.length > 0)


def _narrative(lines: BlockLines) -> pl.Series:
    places = lines.block.where("NTE")
    if not len(places):
        return _nothing(len(lines.loops.line))
    return lines.line_or_claim(lines.at(lines.loops.in_line(places), 2), lines.at(lines.loops.in_claim(places), 2))


def _attachment(lines: BlockLines) -> pl.Series:
    places = lines.block.where("PWK")
    if not len(places):
        return _nothing(len(lines.loops.line))

    def both(found: tuple[Index, Flags]) -> Span:
        # Report type and transmission code stand side by side: one span holds both and the separator between.
        kind, way = lines.at(found, 1), lines.at(found, 2)
        return Span(kind.start, np.where(way.length > 0, way.start + way.length - kind.start, kind.length))

    text = lines.line_or_claim(both(lines.loops.in_line(places)), both(lines.loops.in_claim(places)))
    return text.str.replace(chr(lines.block.delimiters.element), ":", literal=True)


def _line_control(lines: BlockLines) -> pl.Series:
    return values.strings(lines.block, lines.at(lines.loops.in_line(lines.block.qualified("REF", 1, "6R")), 2))


def _ndc(lines: BlockLines) -> pl.Series:
    return values.strings(lines.block, lines.at(lines.loops.in_line(lines.block.qualified("LIN", 2, "N4")), 3))


def _patient(lines: BlockLines) -> pl.Series:
    """Member number; for a dependent with name and birth date. Nobody without a member number can be compared."""
    block, loops = lines.block, lines.loops
    member = _header(lines, "NM1", 9, (1, "IL"))
    marked = values.mark(block, member)
    dependent = np.flatnonzero(loops.patient >= 0)
    if len(dependent):
        header = loops.patient[dependent]
        name = loops.in_header(block.qualified("NM1", 1, "QC"), header)
        seed = marked[dependent]
        for element in (3, 4):
            seed = values.mark(block, lines.at(name, element), seed)
        born = lines.at(loops.in_header(block.where("DMG"), header), 2)
        marked[dependent] = values.mark(block, born, seed)
    return lines.of_claim(values.masked(marked, member.length > 0))


def _member(lines: BlockLines) -> pl.Series:
    span = _header(lines, "NM1", 9, (1, "IL"))
    return lines.of_claim(values.masked(values.mark(lines.block, span), span.length > 0))


_COLUMNS: dict[str, Callable[[BlockLines], pl.Series]] = {
    "file": lambda lines: _constant(lines, lines.file),
    "interchange": lambda lines: pl.Series(lines.interchange[lines.loops.line]),
    "claim_seq": _claim_seq,
    "claim_id": lambda lines: lines.of_claim(lines.claim_ids()),
    "line": _line,
    "position": lambda lines: pl.Series(lines.block.positions(lines.loops.line)),
    "claim_type": _claim_type,
    "payer_id": _payer_id,
    "payer_name": _payer_name,
    "filing_indicator": _filing_indicator,
    "frequency": _frequency,
    "original_ref": _original_ref,
    "billing_npi": _billing_npi,
    "rendering_npi": _rendering_npi,
    "taxonomy": _taxonomy,
    "place_of_service": _place_of_service,
    "bill_type": _bill_type,
    "revenue_code": _revenue_code,
    "date_from": lambda lines: lines.dates[0],
    "date_to": lambda lines: lines.dates[1],
    "code": _code,
    "modifiers": _modifiers,
    "description": lambda lines: values.strings(lines.block, lines.procedure[6]),
    "charge": _charge,
    "unit_basis": lambda lines: values.categories(lines.block, lines._either(3, 4)),
    "units": _units,
    "diagnoses": lambda lines: diagnosis_lists(lines),
    "narrative": _narrative,
    "attachment": _attachment,
    "line_control": _line_control,
    "ndc": _ndc,
    "patient": _patient,
    "member": _member,
}


def carry_on(lines: BlockLines) -> None:
    """Remembers what the next block needs: the last billing provider and how many claims were counted."""
    loops, carry = lines.loops, lines.carry
    providers = lines.block.qualified("HL", 3, "20")
    if len(providers):
        header = providers[-1:]
        carry.billing_npi = values.strings(lines.block, _billing_span(lines, header))[0]
        carry.taxonomy = values.strings(lines.block, _taxonomy_span(lines, header))[0]
    carry.claims += len(loops.claim)
