"""Runs the edits over tables of lines: line edits once for each situation, day edits over the lines of a day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
import polars as pl

from modwise.claims import schema
from modwise.edits import findings
from modwise.edits.base import CLEAN, FAIL, STATUSES, DayEdit, Edit
from modwise.edits.batch import Batch, Gathered, LinesOf, Numbers, Rows, moments_of
from modwise.edits.days import in_days, replaced_lines
from modwise.edits.known import Known, Memory, Shared
from modwise.edits.lines import Lines
from modwise.knowledge.corpus import Corpus
from modwise.knowledge.pages import kebab
from modwise.reference.tables import Tables

VOID = "8"
KINDS = [schema.PROFESSIONAL, schema.INSTITUTIONAL]
EVERY = "*"


class Engine:
    """Takes tables of lines, gives findings.

    `feed` each table (whole claims, any number of them), then `finish` once. Findings are in the order of the files.
    """

    def __init__(self, edits: Sequence[Edit], corpus: Corpus, tables: Tables) -> None:
        self.line_edits = [edit for edit in edits if not isinstance(edit, DayEdit)]
        self.day_edits = [edit for edit in edits if isinstance(edit, DayEdit)]
        self.corpus = corpus
        self.tables = tables
        self.not_assessed: Counter[tuple[str, str]] = Counter()
        self._gathered = Gathered(moments_of(corpus, tables))
        self._found: list[findings.Found] = []

    def feed(self, frame: pl.DataFrame) -> None:
        """Takes one table of lines; whole claims only."""
        frame = self._without(frame, frame["frequency"] == VOID, "the claim voids an earlier one (frequency 8)")
        other = ~frame["claim_type"].is_in(KINDS).fill_null(value=False)
        frame = self._without(frame, other, "the claim is neither professional nor institutional")
        # A facility's line may stand for a revenue code alone; a clinician's bills nothing without a procedure.
        uncoded = int((frame["code"].is_null() & (frame["claim_type"] == schema.PROFESSIONAL)).sum())
        if uncoded:
            self.not_assessed[EVERY, "the line has no procedure code"] += uncoded
        self._gathered.add(frame)

    def finish(self) -> findings.Findings:
        """Runs the edits over all that was fed."""
        if not len(self._gathered):
            return findings.Findings.none()
        batch = self._gathered.batch()
        shared = Shared()
        self._run_lines(batch, shared)
        if self.day_edits:
            self._run_days(batch, shared)
        return findings.Findings.of(self._found, batch)

    def _without(self, frame: pl.DataFrame, left_out: pl.Series, why: str) -> pl.DataFrame:
        """The lines that are not left out; the others are counted with the reason."""
        left_out = left_out.fill_null(value=False)
        if not left_out.any():
            return frame
        self.not_assessed[EVERY, why] += int(left_out.sum())
        return frame.filter(~left_out)

    # ---- lines by themselves ---------------------------------------------------------------------------------------------

    def _run_lines(self, batch: Batch, shared: Shared) -> None:
        """Line edits judge each situation once; the answer is that of all its lines."""
        each = batch.by_situation()
        carriers = _carriers(batch.situations)
        coded = np.flatnonzero(batch.situations["code"].is_not_null().to_numpy()).astype(np.uint32)
        lines_of = LinesOf(batch)
        for edit in self.line_edits:
            rows = _union([carriers.get(m) for m in edit.modifiers]) if edit.modifiers else coded
            if len(rows):
                self._run(edit, Lines(each, rows), batch, lines_of, shared)

    def _run(self, edit: Edit, lines: Lines, batch: Batch, lines_of: LinesOf, shared: Shared) -> None:
        lines = _of_types(lines, edit.claim_types)
        known = Known(lines, self.corpus, self.tables, None, shared)
        about = edit.applies(lines, known)
        if about is not None:
            unknown = np.flatnonzero(about.is_null().to_numpy()).astype(np.uint32)
            self._count_unknown(edit, known.memory, unknown, lines_of.counts[lines.row_numbers()])
            rows = np.flatnonzero(about.fill_null(value=False).to_numpy()).astype(np.uint32)
            lines = lines.at(rows)
            known = Known(lines, self.corpus, self.tables, known.memory.at(rows), shared)
        if not len(lines):
            return
        status = _statuses(edit.check(lines, known))
        unknown = np.flatnonzero(status.is_null().to_numpy()).astype(np.uint32)
        self._count_unknown(edit, known.memory, unknown, lines_of.counts[lines.row_numbers()])
        flagged = _flagged(status)
        if len(flagged):
            situations = lines.row_numbers()[flagged]
            rows, which = lines_of.rows(situations)
            # A message that names something of the line itself is written line by line.
            if findings.names_the_line(edit):
                flagged, which = flagged[which], np.arange(len(rows), dtype=np.uint32)
                chosen = Lines(batch, rows)
            else:
                chosen = lines.at(flagged)
            case = self._case(edit, chosen, status.gather(flagged), known.memory.at(flagged), shared)
            self._found.append(findings.Found(case, which, rows, None))

    def _case(self, edit: Edit, lines: Lines, status: pl.Series, memory: Memory, shared: Shared) -> pl.DataFrame:
        # A look-up made for a proposal is no reason for the finding, so it gets a memory of its own.
        proposed = edit.proposed(lines, Known(lines, self.corpus, self.tables, None, shared))
        return findings.build(edit, kebab(type(edit).__name__), lines, status, memory, proposed)

    # ---- lines of a day --------------------------------------------------------------------------------------------------

    def _run_days(self, batch: Batch, shared: Shared) -> None:
        coded = batch["code"].is_not_null().to_numpy()
        replaced = replaced_lines(batch) & coded
        if replaced.any():
            self.not_assessed["day edits", "a later claim of the batch replaces the claim (frequency 7)"] += int(replaced.sum())
        lines, undated = in_days(batch, np.flatnonzero(coded & ~replaced).astype(np.uint32))
        alone = int(batch.own["patient"].is_null().to_numpy()[coded & ~replaced].sum())
        for edit in self.day_edits:
            ours = _of_types(lines, edit.claim_types)
            if undated:
                self.not_assessed[edit.code, "the line has no date of service"] += undated
            if not len(ours):
                continue
            known = Known(ours, self.corpus, self.tables, None, shared)
            self._take_cases(edit, ours, edit.check_day(ours, known), known, shared)
        if alone:
            self.not_assessed["day edits", "no patient on the line: compared with its own claim only"] += alone

    def _take_cases(self, edit: DayEdit, lines: Lines, cases: pl.DataFrame, known: Known, shared: Shared) -> None:
        if not cases.height:
            return
        status = cases["status"]
        self._count_unknown(edit, known.memory, np.flatnonzero(status.is_null().to_numpy()).astype(np.uint32), None)
        flagged = _flagged(status)
        if not len(flagged):
            return
        chosen = lines.at(cases["row"].gather(flagged))
        case = self._case(edit, chosen, status.gather(flagged), known.memory.at(flagged), shared)
        others = cases["other"].gather(flagged) if "other" in cases.columns else None
        related = None if others is None else _rows_or_none(lines, others)
        self._found.append(findings.Found(case, np.arange(len(flagged), dtype=np.uint32), chosen.row_numbers(), related))

    def _count_unknown(self, edit: Edit, memory: Memory, rows: Rows, lines: Numbers | None) -> None:
        """Counts rows without an answer under the reason of the first look-up that had none; `lines` says how many each stands for."""
        left = rows
        for record in memory.records:
            if not len(left):
                return
            missing = record.missing.gather(left).to_numpy()
            because = left[missing]
            if len(because):
                for reason, count in _counted(record.reason(because), because, lines):
                    self.not_assessed[edit.code, reason] += count
                left = left[~missing]
        if len(left):
            self.not_assessed[edit.code, "the claim does not say what the edit needs"] += _weight(left, lines)


def _weight(rows: Rows, lines: Numbers | None) -> int:
    return len(rows) if lines is None else int(lines[rows].sum())


def _counted(reasons: pl.Series, rows: Rows, lines: Numbers | None) -> Iterator[tuple[str, int]]:
    weights = pl.Series(np.ones(len(rows), dtype=np.int64) if lines is None else lines[rows])
    table = pl.DataFrame({"reason": reasons.cast(pl.String), "lines": weights}).group_by("reason").agg(pl.col("lines").sum())
    yield from ((str(reason), int(count)) for reason, count in table.iter_rows())


def _rows_or_none(lines: Lines, positions: pl.Series) -> Numbers:
    """The rows at those positions of the lines; -1 where there is none."""
    numbers = lines.row_numbers().astype(np.int64)
    return np.where(positions.is_null().to_numpy(), np.int64(-1), numbers[positions.fill_null(0).to_numpy()])


def _flagged(status: pl.Series) -> Rows:
    return np.flatnonzero(status.is_in(STATUSES).fill_null(value=False).to_numpy()).astype(np.uint32)


def _statuses(answer: pl.Series) -> pl.Series:
    if answer.dtype == pl.Boolean:
        return pl.select(pl.when(answer).then(pl.lit(FAIL)).when(answer.not_()).then(pl.lit(CLEAN)))[:, 0]
    return answer


def _of_types(lines: Lines, claim_types: Sequence[str]) -> Lines:
    if len(claim_types) == 2:
        return lines
    wanted = lines["claim_type"].is_in(list(claim_types)).fill_null(value=False)
    # The same view again keeps the columns it has gathered.
    return lines if wanted.all() else lines.take(wanted)


def _carriers(frame: pl.DataFrame) -> dict[str, Rows]:
    """Modifier → the rows that carry it, rising."""
    lengths = frame["modifiers"].list.len().fill_null(0).to_numpy()
    rows = np.repeat(np.arange(frame.height, dtype=np.uint32), lengths)
    carried = frame["modifiers"].list.explode(empty_as_null=False, keep_nulls=False).cast(pl.Categorical)
    marks = carried.to_physical().fill_null(2**32 - 1).to_numpy()
    order = np.argsort(marks, kind="stable")
    marks, rows = marks[order], rows[order]
    if not len(marks):
        return {}
    starts = np.flatnonzero(np.r_[True, marks[1:] != marks[:-1]])
    names = carried.gather(order[starts]).cast(pl.String)
    return {str(name): rows[a:b] for name, a, b in zip(names, starts, np.r_[starts[1:], len(marks)], strict=True)}


def _union(parts: Sequence[Rows | None]) -> Rows:
    there = [part for part in parts if part is not None]
    if not there:
        return np.empty(0, dtype=np.uint32)
    return there[0] if len(there) == 1 else np.unique(np.concatenate(there))
