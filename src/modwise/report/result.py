"""The result of a check, as frames and as the JSON every front returns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

import polars as pl

from modwise.claims.reading import ReadLog
from modwise.edits.base import OUTCOMES
from modwise.edits.findings import Findings

if TYPE_CHECKING:
    from modwise.report.documented import Documented

Json = dict[str, Any]
# So many findings are written out at a time.
SLICE = 10_000


class Shown(Protocol):
    """What a report writes out: a result at hand, or one that was kept."""

    def finding_dicts(self) -> Iterator[Json]:
        """Each finding as plain values."""

    def head(self) -> Json:
        """Everything but the findings."""


@dataclass
class CheckResult:
    """Findings and what could not be judged.

    `findings` is a frame, one row a finding (schema: `modwise.edits.findings.FINDING`), by file, claim and line; it is written out when
    it is first asked for, from `found`. `not_assessed` counts lines by (edit, reason). `editions` are the CMS tables that were used.
    """

    found: Findings
    log: ReadLog
    not_assessed: Mapping[tuple[str, str], int]
    editions: list[Json]
    edits: int
    documented: Documented | None = None

    @cached_property
    def findings(self) -> pl.DataFrame:
        """All findings, a row each."""
        return self.found.frame()

    def called(self, names: Mapping[str, str]) -> CheckResult:
        """The same result with its files called by other names, such as those the user gave them."""
        log = replace(
            self.log,
            files=[names.get(file, file) for file in self.log.files],
            set_aside=[replace(one, file=names.get(one.file, one.file)) for one in self.log.set_aside],
        )
        documented = self.documented.called(names) if self.documented else None
        return replace(self, found=self.found.called(names), log=log, documented=documented)

    @cached_property
    def summary(self) -> Json:
        """Findings and dollars by outcome; a line's charge counts once per outcome, and once in all."""
        rows = self.found.outcomes()
        by_outcome = {outcome: _sums(rows.filter(pl.col("outcome") == outcome)) for outcome in OUTCOMES}
        return {"by_outcome": {name: part for name, part in by_outcome.items() if part["findings"]}, **_sums(rows)}

    def not_assessed_rows(self) -> list[Json]:
        """`{edit, reason, lines}`, most lines first."""
        rows = sorted(self.not_assessed.items(), key=lambda item: (-item[1], item[0]))
        return [{"edit": edit, "reason": reason, "lines": count} for (edit, reason), count in rows]

    def finding_dicts(self) -> Iterator[Json]:
        """Each finding as plain values: money as text with two decimals, dates as ISO text."""
        for start in range(0, self.found.height, SLICE):
            for row in self.found.frame(start, start + SLICE).drop("claim_seq").iter_rows(named=True):
                row["amount"] = None if row["amount"] is None else f"{row['amount']:.2f}"
                for fact in row["facts"]:
                    fact["from"] = fact["from"].isoformat() if fact["from"] else None
                if self.documented is not None:
                    from modwise.report.documented import documentation_of

                    entry = self.documented.entries.get((row["file"], row["claim"], row["line"]))
                    row["documentation"] = documentation_of(entry) if entry else None
                yield row

    def reference(self) -> Json:
        """Table → edition used, with its dates."""
        return {row["table"]: row for row in self.editions}

    def head(self) -> Json:
        """Everything but the findings."""
        return {
            "read": self.log.as_dict(),
            "reference": self.reference(),
            "not_assessed": self.not_assessed_rows(),
            "summary": self.summary,
            **self.notes(),
        }

    def notes(self) -> Json:
        """What the notes say of each line that has one, notes that could not be read, and those of no line; nothing without notes."""
        if self.documented is None:
            return {}
        unread = [{"note": note, "why": why} for note, why in sorted(self.documented.unread.items())]
        return {"notes": list(self.documented.entries.values()), "notes_unread": unread, "notes_unused": self.documented.unused()}

    def to_dict(self) -> Json:
        """The whole result as the JSON has it."""
        head = self.head()
        return {
            "read": head["read"],
            "reference": head["reference"],
            "findings": list(self.finding_dicts()),
            "not_assessed": head["not_assessed"],
            "summary": head["summary"],
            **self.notes(),
        }


def _sums(rows: pl.DataFrame) -> Json:
    once = rows.unique("row")
    return {"findings": rows.height, "lines": once.height, "amount": f"{Decimal(once['charge'].sum()) / 100:.2f}"}
