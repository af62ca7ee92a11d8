"""From flagged rows to findings: message, citations, fix, in columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from string import Formatter
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from modwise.edits.base import STATUSES, Edit, Fix, messages, outcome_of
from modwise.edits.batch import OWN, Batch, Rows
from modwise.edits.known import CITATION, Memory
from modwise.edits.lines import Lines

RELATED = pl.Struct({"file": pl.String, "claim": pl.String, "line": pl.UInt32, "code": pl.String})
FIX = pl.Struct({"kind": pl.String, "modifiers": pl.List(pl.String), "note": pl.String})

# column -> type; the order is the order of the JSON keys.
FINDING: dict[str, pl.DataType] = {
    "edit": pl.Categorical(),
    "name": pl.Categorical(),
    "status": pl.Categorical(),
    "outcome": pl.Categorical(),
    "file": pl.Categorical(),
    "claim": pl.String(),
    "line": pl.UInt32(),
    "related_lines": pl.List(RELATED),
    "code": pl.Categorical(),
    "modifiers": pl.List(pl.String()),
    "message": pl.String(),
    "facts": pl.List(CITATION),
    "carc": pl.List(pl.String()),
    "amount": pl.Decimal(18, 2),
    "fix": FIX,
    "position": pl.Int64(),
    "claim_seq": pl.UInt32(),
}
NEAREST = " Read from the nearest edition of the table: none covers the date of service."


# What a finding says, the same for every line of a situation.
CASE = ("edit", "name", "status", "outcome", "code", "modifiers", "message", "facts", "carc", "fix")


@dataclass(frozen=True)
class Found:
    """Findings of one edit: `case` a row for each thing said (columns CASE), `which` of them each finding says, on which `rows` of the
    batch, and the `related` row of each (-1 = none).
    """

    case: pl.DataFrame
    which: Rows
    rows: Rows
    related: npt.NDArray[np.int64] | None


class Findings:
    """All findings of a check, by file, claim, line and edit; written out as a frame when asked for.

    What many lines share is held once, so that a year of claims fits into memory.
    """

    def __init__(self, case: pl.DataFrame, which: Rows, rows: Rows, related: npt.NDArray[np.int64], own: pl.DataFrame) -> None:
        self.case = case
        self.which = which
        self.rows = rows
        self.related = related
        self._own = own

    @classmethod
    def none(cls) -> Findings:
        """No findings."""
        nothing = pl.DataFrame(schema={name: FINDING[name] for name in CASE})
        rows = np.empty(0, dtype=np.uint32)
        own = pl.DataFrame(schema={"claim_seq": pl.UInt32, "charge": pl.Int64})
        return cls(nothing, rows, rows, rows.astype(np.int64), own)

    @classmethod
    def of(cls, parts: Sequence[Found], batch: Batch) -> Findings:
        """The findings of all edits, put in order."""
        if not parts:
            return cls.none()
        first = np.cumsum([0, *(part.case.height for part in parts)])
        case = pl.concat([part.case for part in parts])
        which = np.concatenate([part.which + np.uint32(start) for part, start in zip(parts, first, strict=False)])
        rows = np.concatenate([part.rows for part in parts])
        related = np.concatenate([np.full(len(p.rows), -1, dtype=np.int64) if p.related is None else p.related for p in parts])
        edits = case["edit"].cast(pl.String).rank("dense").to_numpy()[which]
        order = np.lexsort((edits, *_places(batch.own, rows)))
        own = pl.concat([batch.own.select(OWN), batch.shared("code")], how="horizontal")
        return cls(case, which[order].astype(np.uint32), rows[order], related[order], own)

    @property
    def height(self) -> int:
        """How many findings."""
        return len(self.rows)

    def frame(self, start: int = 0, stop: int | None = None) -> pl.DataFrame:
        """Findings `start` to `stop` (default: all), a row each (schema FINDING)."""
        if not self.height:
            return empty()
        rows, which, related = self.rows[start:stop], self.which[start:stop], self.related[start:stop]
        said = self.case[which]
        lines = self._own[rows]
        frame = said.with_columns(
            lines["file"],
            lines["claim_id"].alias("claim"),
            lines["line"],
            lines["position"],
            lines["claim_seq"],
            _dollars(lines["charge"]).alias("amount"),
            self._related(related).alias("related_lines"),
        )
        return frame.select(list(FINDING)).cast(FINDING)  # type: ignore[arg-type]

    def called(self, names: Mapping[str, str]) -> Findings:
        """The same findings with their files called by other names."""
        if not self.height:
            return self
        files = self._own["file"].cast(pl.String)
        own = self._own.with_columns(files.replace(dict(names)).cast(pl.Categorical()).alias("file"))
        return Findings(self.case, self.which, self.rows, self.related, own)

    def _related(self, related: npt.NDArray[np.int64]) -> pl.Series:
        """A list with the one related line of each finding, or an empty one."""
        known = related >= 0
        there = self._own[np.where(known, related, 0).astype(np.uint32)]
        frame = there.select("file", pl.col("claim_id").alias("claim"), "line", "code").with_columns(known=pl.Series(known))
        one = pl.struct(pl.col("file").cast(pl.String), "claim", "line", pl.col("code").cast(pl.String))
        nothing = pl.lit([], dtype=pl.List(RELATED))
        return frame.select(pl.when("known").then(pl.concat_list(one)).otherwise(nothing).alias("related"))["related"]

    def outcomes(self) -> pl.DataFrame:
        """A row a finding: `outcome`, `row` (one number a line) and `charge` in cents."""
        return pl.DataFrame(
            {
                "outcome": self.case["outcome"].gather(self.which),
                "row": pl.Series(self.rows, dtype=pl.UInt32),
                "charge": self._own["charge"].gather(self.rows) if self.height else pl.Series([], dtype=pl.Int64),
            }
        )


def _places(own: pl.DataFrame, rows: Rows) -> tuple[npt.NDArray[Any], ...]:
    """What the rows are ordered by, the last first: the row, its line number, its claim, its file in the order of the batch."""
    files = own["file"]
    order = {name: number for number, name in enumerate(files.unique(maintain_order=True))}
    rank = files.gather(rows).replace_strict(order, return_dtype=pl.Int64).to_numpy() if len(order) > 1 else np.zeros(len(rows))
    return rows, own["line"].gather(rows).to_numpy(), own["claim_seq"].gather(rows).to_numpy(), rank


def _dollars(cents: pl.Series) -> pl.Series:
    hundred = pl.lit(100, dtype=pl.Decimal(18, 2))
    return pl.select(cents.cast(pl.Decimal(18, 2)) / hundred)[:, 0]


def empty() -> pl.DataFrame:
    """No findings."""
    return pl.DataFrame(schema=FINDING)


def names_the_line(edit: Edit) -> bool:
    """Whether a message of the edit names something that differs between lines of one situation."""
    keys = {key for _, template in messages(type(edit)) for _, key, _, _ in Formatter().parse(template)}
    return not keys.isdisjoint(OWN)


def build(edit: Edit, kind_name: str, lines: Lines, status: pl.Series, memory: Memory, proposed: pl.Series | None) -> pl.DataFrame:
    """What the edit says of each of `lines` (only flagged ones; `memory` and the rest are aligned with them): columns CASE.

    `proposed` holds the modifiers that would mend the line, or None to use `edit.fix`.
    """
    modifiers = lines["modifiers"]
    frame = pl.DataFrame(
        {
            "code": lines["code"],
            "modifiers": modifiers,
            "status": status,
            "message": _message(edit, lines, status, memory),
            "facts": _facts(memory, len(lines)),
            "fix": _fix(edit.fix, modifiers, proposed),
        }
    )
    outcomes = {name: outcome_of(type(edit), name) for name in STATUSES}
    return frame.select(
        pl.lit(edit.code).alias("edit"),
        pl.lit(kind_name).alias("name"),
        "status",
        pl.col("status").replace_strict(outcomes, return_dtype=pl.String).alias("outcome"),
        *("code", "modifiers", "message", "facts"),
        pl.lit(list(edit.carc), dtype=pl.List(pl.String)).alias("carc"),
        "fix",
    ).cast({name: FINDING[name] for name in CASE})


def _message(edit: Edit, lines: Lines, status: pl.Series, memory: Memory) -> pl.Series:
    # Not "status": a message may speak of a fee-schedule status.
    frame = pl.DataFrame({"_status": status})
    text = pl.lit("")
    fields: dict[str, pl.Series] = {}
    for name, template in messages(type(edit)):
        for _, key, _, _ in Formatter().parse(template):
            if key and key not in fields:
                fields[key] = _field(key, edit, lines, memory.said)
        text = pl.when(pl.col("_status") == name).then(_formatted(template)).otherwise(text)
    nearest = [record.nearest for record in memory.records if record.nearest is not None]
    for number, series in enumerate(nearest):
        fields[f"_nearest{number}"] = series
    frame = frame.with_columns(**fields)
    if nearest:
        doubt = pl.any_horizontal(*(pl.col(f"_nearest{n}").fill_null(value=False) for n in range(len(nearest))))
        text = pl.concat_str(text, pl.when(doubt).then(pl.lit(NEAREST)).otherwise(pl.lit("")))
    return frame.select(text.alias("message"))["message"]


def _field(key: str, edit: Edit, lines: Lines, said: Mapping[str, pl.Series]) -> pl.Series:
    if key in said:
        values = said[key]
        return (values.list.join(", ") if values.dtype == pl.List else values.cast(pl.String)).fill_null("unknown")
    if key == "modifiers":
        return lines["modifiers"].list.join("-").fill_null("")
    if key == "modifier":
        ours = pl.Series([list(edit.modifiers)], dtype=pl.List(pl.String)).new_from_index(0, len(lines))
        return lines["modifiers"].list.set_intersection(ours).list.get(0, null_on_oob=True).fill_null("")
    if key == "units":
        return _plain_number(lines["units"])
    return lines[key].cast(pl.String).fill_null("unknown")


def _plain_number(values: pl.Series) -> pl.Series:
    return values.cast(pl.String).str.strip_suffix(".0").fill_null("unknown")


def _formatted(template: str) -> pl.Expr:
    parts: list[pl.Expr] = []
    for literal, key, _, _ in Formatter().parse(template):
        if literal:
            parts.append(pl.lit(literal))
        if key:
            parts.append(pl.col(key))
    return pl.concat_str(*parts)


def _facts(memory: Memory, height: int) -> pl.Series:
    """What each finding cites, in the order it was looked up; one look-up is cited once."""
    every = np.arange(height, dtype=np.uint32)
    cited = {record.key: record.cite(every) for record in memory.records}
    if not cited:
        return pl.Series([[]], dtype=pl.List(CITATION)).new_from_index(0, height)
    rows = np.tile(every, len(cited))
    flat = pl.concat(list(cited.values()))
    there = flat.struct.field("id").is_not_null().to_numpy()
    order = np.argsort(rows[there], kind="stable")
    kept = flat.gather(np.flatnonzero(there)[order])
    offsets = np.zeros(height + 1, dtype=np.int64)
    np.cumsum(np.bincount(rows[there], minlength=height), out=offsets[1:])
    # Polars' own concatenation of structs into lists goes value by value; Arrow takes the offsets as they are.
    return pl.Series(pl.from_arrow(pa.LargeListArray.from_arrays(pa.array(offsets), kept.to_arrow()))).cast(pl.List(CITATION))


def _fix(fix: Fix | None, modifiers: pl.Series, proposed: pl.Series | None) -> pl.Series:
    if fix is None:
        return pl.Series([None], dtype=FIX).new_from_index(0, len(modifiers))
    if proposed is None:
        frame = pl.DataFrame({"m": modifiers}).with_columns(pl.col("m").fill_null([]))
        kept = pl.col("m").list.set_difference(list(fix.remove)) if fix.remove else pl.col("m")
        added = pl.concat_list(kept, pl.lit(list(fix.add), dtype=pl.List(pl.String))) if fix.add else kept
        proposed = frame.select(added.alias("m"))["m"]
    return pl.DataFrame({"m": proposed}).select(
        pl.struct(
            pl.lit(fix.kind).alias("kind"), pl.col("m").cast(pl.List(pl.String)).alias("modifiers"), pl.lit(fix.note).alias("note")
        ).alias("fix")
    )["fix"]
