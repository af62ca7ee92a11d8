"""Runs the edits over tables of lines: line edits as the tables come, day edits at the end over what was kept of all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import polars as pl

from modwise.edits import findings
from modwise.edits.base import CLEAN, FAIL, STATUSES, DayEdit, Edit
from modwise.edits.days import add_days, without_replaced
from modwise.edits.known import Known, Memory
from modwise.edits.lines import Lines, Rows
from modwise.knowledge.corpus import Corpus
from modwise.knowledge.pages import kebab
from modwise.reference.tables import Tables

VOID = "8"
EVERY = "*"

# What day edits and findings need of every line; kept for the whole batch, so compact types only.
KEPT = (
    "file",
    "claim_seq",
    "claim_id",
    "line",
    "position",
    "claim_type",
    "payer_id",
    "payer",
    "frequency",
    "billing_npi",
    "rendering_npi",
    "taxonomy",
    "place_of_service",
    "bill_type",
    "revenue_code",
    "date_from",
    "date_to",
    "code",
    "modifiers",
    "charge",
    "unit_basis",
    "units",
    "patient",
)


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
        self._found: list[pl.DataFrame] = []
        self._kept: list[pl.DataFrame] = []

    def feed(self, frame: pl.DataFrame) -> None:
        """Checks one table of lines; whole claims only."""
        frame = self._without_voids(frame)
        coded = np.flatnonzero(frame["code"].is_not_null().to_numpy()).astype(np.uint32)
        carriers = _carriers(frame)
        for edit in self.line_edits:
            rows = _union([carriers.get(m) for m in edit.modifiers]) if edit.modifiers else coded
            if len(rows):
                self._run(edit, Lines(frame, rows))
        if self.day_edits:
            kept = frame.select(KEPT)
            self._kept.append(kept.filter(pl.col("code").is_not_null()))

    def finish(self) -> pl.DataFrame:
        """Runs the day edits and returns all findings (schema: `findings.FINDING`), by file, claim, line and edit."""
        if self._kept:
            frame = pl.concat(self._kept, rechunk=True)
            self._kept.clear()
            self._run_days(frame)
        found = pl.concat(self._found) if self._found else findings.empty()
        self._found.clear()
        order = pl.DataFrame({"file": found["file"].to_physical(), "claim_seq": found["claim_seq"], "line": found["line"]})
        order = order.with_columns(edit=found["edit"].cast(pl.String)).with_row_index("row")
        return found[order.sort("file", "claim_seq", "line", "edit", maintain_order=True)["row"]]

    def _without_voids(self, frame: pl.DataFrame) -> pl.DataFrame:
        void = (frame["frequency"] == VOID).fill_null(value=False)
        if void.any():
            self.not_assessed[EVERY, "the claim voids an earlier one (frequency 8)"] += int(void.sum())
            return frame.filter(~void)
        return frame

    def _run(self, edit: Edit, lines: Lines) -> None:
        lines = _of_types(lines, edit.claim_types)
        known = Known(lines, self.corpus, self.tables)
        about = edit.applies(lines, known)
        if about is not None:
            unknown = np.flatnonzero(about.is_null().to_numpy()).astype(np.uint32)
            self._count_unknown(edit, known.memory, unknown)
            rows = np.flatnonzero(about.fill_null(value=False).to_numpy()).astype(np.uint32)
            lines = lines.at(rows)
            known = Known(lines, self.corpus, self.tables, known.memory.at(rows))
        if len(lines):
            answer = edit.check(lines, known)
            self._take(edit, lines, _statuses(answer), known, findings.none_related(0))

    def _run_days(self, frame: pl.DataFrame) -> None:
        frame, replaced = without_replaced(frame)
        if replaced:
            self.not_assessed["day edits", "a later claim of the batch replaces the claim (frequency 7)"] += replaced
        frame, order, undated = add_days(frame)
        lines = Lines(frame, order)
        alone = int(frame["patient"].is_null().sum())
        for edit in self.day_edits:
            ours = _of_types(lines, edit.claim_types)
            if undated:
                self.not_assessed[edit.code, "the line has no date of service"] += undated
            if not len(ours):
                continue
            known = Known(ours, self.corpus, self.tables)
            cases = edit.check_day(ours, known)
            self._take_cases(edit, ours, cases, known)
        if alone and self.day_edits:
            self.not_assessed["day edits", "no patient on the line: compared with its own claim only"] += alone

    def _take_cases(self, edit: DayEdit, lines: Lines, cases: pl.DataFrame, known: Known) -> None:
        if not cases.height:
            return
        others = cases["other"] if "other" in cases.columns else pl.Series([None] * cases.height, dtype=pl.UInt32)
        related = findings.related_of(lines, others)
        self._take(edit, lines.at(cases["row"]), cases["status"], known, related)

    def _take(self, edit: Edit, lines: Lines, status: pl.Series, known: Known, related: pl.Series) -> None:
        unknown = np.flatnonzero(status.is_null().to_numpy()).astype(np.uint32)
        self._count_unknown(edit, known.memory, unknown)
        flagged = np.flatnonzero(status.is_in(STATUSES).fill_null(value=False).to_numpy()).astype(np.uint32)
        if not len(flagged):
            return
        chosen = lines.at(flagged)
        memory = known.memory.at(flagged)
        # A look-up made for a proposal is no reason for the finding, so it gets a memory of its own.
        proposed = edit.proposed(chosen, Known(chosen, self.corpus, self.tables))
        self._found.append(
            findings.build(
                edit,
                kebab(type(edit).__name__),
                chosen,
                status.gather(flagged),
                memory,
                related.gather(flagged) if len(related) else findings.none_related(len(flagged)),
                proposed,
            )
        )

    def _count_unknown(self, edit: Edit, memory: Memory, rows: Rows) -> None:
        """Counts rows without an answer under the reason of the first look-up that had none."""
        left = rows
        for record in memory.records:
            if not len(left):
                return
            missing = record.missing.gather(left).to_numpy()
            because = left[missing]
            if len(because):
                for reason, count in record.reason(because).value_counts().iter_rows():
                    self.not_assessed[edit.code, str(reason)] += int(count)
                left = left[~missing]
        if len(left):
            self.not_assessed[edit.code, "the claim does not say what the edit needs"] += len(left)


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
