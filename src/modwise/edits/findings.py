"""From flagged rows to findings: message, citations, fix, in columns."""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter

import numpy as np
import polars as pl
import pyarrow as pa

from modwise.edits.base import STATUSES, Edit, Fix, messages, outcome_of
from modwise.edits.known import CITATION, Memory
from modwise.edits.lines import Lines, Rows

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


def empty() -> pl.DataFrame:
    """No findings."""
    return pl.DataFrame(schema=FINDING)


def build(
    edit: Edit, kind_name: str, lines: Lines, status: pl.Series, memory: Memory, related: pl.Series, proposed: pl.Series | None
) -> pl.DataFrame:
    """The findings of one edit, one per row of `lines` (only flagged rows; `memory` and the rest are aligned with it).

    `related` holds a list of RELATED per row; `proposed` the modifiers that would mend the line, or None to use `edit.fix`.
    """
    modifiers = lines["modifiers"]
    frame = pl.DataFrame(
        {
            "file": lines["file"],
            "claim": lines["claim_id"],
            "line": lines["line"],
            "code": lines["code"],
            "modifiers": modifiers,
            "charge": lines["charge"],
            "position": lines["position"],
            "claim_seq": lines["claim_seq"],
            "status": status,
            "related_lines": related,
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
        *("file", "claim", "line", "related_lines", "code", "modifiers", "message", "facts"),
        pl.lit(list(edit.carc), dtype=pl.List(pl.String)).alias("carc"),
        (pl.col("charge").cast(pl.Decimal(18, 2)) / pl.lit(100, dtype=pl.Decimal(18, 2))).alias("amount"),
        *("fix", "position", "claim_seq"),
    ).cast(FINDING)  # type: ignore[arg-type]


def _message(edit: Edit, lines: Lines, status: pl.Series, memory: Memory) -> pl.Series:
    frame = pl.DataFrame({"status": status})
    text = pl.lit("")
    fields: dict[str, pl.Series] = {}
    for name, template in messages(type(edit)):
        for _, key, _, _ in Formatter().parse(template):
            if key and key not in fields:
                fields[key] = _field(key, edit, lines, memory.said)
        text = pl.when(pl.col("status") == name).then(_formatted(template)).otherwise(text)
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


def related_of(lines: Lines, others: pl.Series) -> pl.Series:
    """A list with the one related line for each row; `others` holds row numbers in `lines`, null = none."""
    known = others.is_not_null()
    rows: Rows = others.fill_null(0).cast(pl.UInt32).to_numpy()
    there = lines.at(rows)
    frame = pl.DataFrame(
        {"file": there["file"], "claim": there["claim_id"], "line": there["line"], "code": there["code"], "known": known}
    )
    one = pl.struct(pl.col("file").cast(pl.String), "claim", "line", pl.col("code").cast(pl.String))
    nothing = pl.lit([], dtype=pl.List(RELATED))
    return frame.select(pl.when("known").then(pl.concat_list(one)).otherwise(nothing).alias("related_lines"))["related_lines"]


def none_related(height: int) -> pl.Series:
    """Empty lists of related lines."""
    return pl.Series([[]], dtype=pl.List(RELATED)).new_from_index(0, height)
