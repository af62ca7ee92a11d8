"""CSV and Parquet tables of claim lines into the same frame: our column names, or Tuva's `medical_claim` ones."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator, Sequence

import polars as pl

from modwise.claims import schema
from modwise.claims.reading import ReadLog, SetAside
from modwise.errors import InputError

SLICE = 200_000
MODIFIER_COLUMNS = tuple(f"hcpcs_modifier_{n}" for n in range(1, 6))
DIAGNOSIS_COLUMNS = tuple(f"diagnosis_code_{n}" for n in range(1, 26))

# Names of other models -> ours. Tuva's medical_claim, and what billing exports call the same.
ALIASES = {
    "claim_line_number": "line",
    "line_number": "line",
    "hcpcs_code": "code",
    "procedure_code": "code",
    "cpt": "code",
    "place_of_service_code": "place_of_service",
    "bill_type_code": "bill_type",
    "revenue_center_code": "revenue_code",
    "service_unit_quantity": "units",
    "charge_amount": "charge",
    "claim_line_start_date": "date_from",
    "claim_line_end_date": "date_to",
    "service_date": "date_from",
    "date": "date_from",
    "rendering_id": "rendering_npi",
    "billing_id": "billing_npi",
    "plan": "payer_name",
    "payer_identifier": "payer_id",
    "patient_id": "patient",
    "person_id": "patient",
    "member_id": "patient",
}
NEEDED = ("claim_id", "code")
_HINT = "See docs/lines-frame.md for the names that are read."


def looks_like_csv(head: bytes) -> bool:
    """Whether the first line is a header row that names a claim number and a procedure code."""
    first = head.split(b"\n", 1)[0].decode("utf-8", "replace").lower()
    names = {name.strip().strip('"') for sep in ",\t;|" for name in first.split(sep)}
    return bool(names & _names_of("code")) and bool(names & _names_of("claim_id"))


def _names_of(column: str) -> set[str]:
    return {column, *(alias for alias, ours in ALIASES.items() if ours == column)}


def read_csv(raw: bytes, file: str, columns: Sequence[str], *, keep_going: bool, log: ReadLog) -> Iterator[pl.DataFrame]:
    """Tables of lines of a CSV; every column is read as text first, so that 00100 stays 00100. Raises InputError with the row."""
    head = raw[:4096].split(b"\n", 1)[0].decode("utf-8", "replace")
    separator = max(",\t;|", key=head.count)
    try:
        table = pl.read_csv(io.BytesIO(raw), separator=separator, infer_schema=False, encoding="utf8-lossy")
    except pl.exceptions.PolarsError as error:
        raise InputError(f"not a readable CSV: {str(error).splitlines()[0]}", where=file, code="bad-csv") from None
    yield from _tables(table, file, columns, keep_going, log)


def read_parquet(raw: bytes, file: str, columns: Sequence[str], log: ReadLog) -> Iterator[pl.DataFrame]:
    """Tables of lines of a Parquet file. Raises InputError when it is damaged or a column does not fit."""
    try:
        table = pl.read_parquet(io.BytesIO(raw))
    except (pl.exceptions.PolarsError, OSError) as error:
        raise InputError(f"not a readable Parquet file: {str(error).splitlines()[0]}", where=file, code="bad-parquet") from None
    yield from _tables(table, file, columns, False, log)


def _tables(table: pl.DataFrame, file: str, columns: Sequence[str], keep_going: bool, log: ReadLog) -> Iterator[pl.DataFrame]:
    table = _renamed(table, file)
    frame, bad = _typed(table, file)
    if bad.height:
        _refuse(bad, file, keep_going, log)
        spoilt = bad["claim_id"].unique()
        frame = frame.filter(~pl.col("claim_id").is_in(spoilt.implode()))
    # Claims may be scattered over a table; a claim's lines are put together, in the order its first line has.
    order = pl.col("claim_id").rle_id()
    scattered = frame.select(order.n_unique() != pl.col("claim_id").n_unique()).item()
    if scattered:
        frame = frame.with_columns(_first=pl.col("position").min().over("claim_id")).sort("_first", "position").drop("_first")
    frame = frame.with_columns(claim_seq=order.cast(pl.UInt32) + 1)
    log.claims += frame["claim_seq"].n_unique()
    start = 0
    while start < frame.height:
        stop = min(start + SLICE, frame.height)
        if stop < frame.height:
            last = frame["claim_seq"][stop]
            stop = int(frame["claim_seq"].search_sorted(last, side="left")) or stop
            if stop <= start:
                stop = int(frame["claim_seq"].search_sorted(last, side="right"))
        yield schema.complete(frame[start:stop], columns)
        start = stop


def of_frame(frame: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    """A frame in the schema of lines made whole: what a check needs and the frame leaves out is filled as for a table.

    Unlike in a table, `charge` is in integer cents. Raises InputError for a column that is missing or does not fit.
    """
    _need_columns(frame, "frame", "")
    if "charge" in frame.columns and not frame.schema["charge"].is_integer():
        raise InputError("the frame's charge is not in whole cents", hint=_HINT, code="bad-value")
    if "file" not in frame.columns:
        frame = frame.with_columns(file=pl.lit("frame"))
    if "claim_seq" not in frame.columns:
        frame = frame.with_columns(claim_seq=pl.struct("file", "claim_id").rank("dense").cast(pl.UInt32))
    if "position" not in frame.columns:
        frame = frame.with_row_index("position")
    if "modifiers" not in frame.columns:
        frame = frame.with_columns(modifiers=_listed(frame, "modifiers", MODIFIER_COLUMNS))
    try:
        return schema.complete(_filled(frame), columns)
    except pl.exceptions.PolarsError as error:
        raise InputError(f"the frame does not fit the lines schema: {str(error).splitlines()[0]}", hint=_HINT) from None


def _renamed(table: pl.DataFrame, file: str) -> pl.DataFrame:
    names: dict[str, str] = {}
    taken = {name.strip().lower() for name in table.columns}
    for name in table.columns:
        clean = name.strip().lower()
        ours = ALIASES.get(clean, clean)
        names[name] = clean if ours in names.values() or (ours != clean and ours in taken) else ours
    table = table.rename(names)
    _need_columns(table, "table", file)
    return table


def _need_columns(table: pl.DataFrame, kind: str, where: str) -> None:
    missing = [name for name in NEEDED if name not in table.columns]
    if missing:
        raise InputError(
            f"the {kind} has no column {' and no column '.join(missing)}", where=where, hint=_HINT, code="missing-column"
        )


def _typed(table: pl.DataFrame, file: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The table in the frame's types, and the values that do not fit: claim_id, row, column."""
    table = table.with_row_index("position")
    text = table.with_columns(pl.col(pl.String).str.strip_chars().replace("", None))
    # A mark of the member number is made only where X12 is read, so that those of claims and remits compare.
    made = {name: _column(text, name) for name in schema.COLUMNS if name in text.columns and name != "member"}
    made["modifiers"] = _listed(text, "modifiers", MODIFIER_COLUMNS)
    made["diagnoses"] = _listed(text, "diagnoses", DIAGNOSIS_COLUMNS)
    frame = text.select(expr.alias(name) for name, expr in made.items())
    frame = frame.with_columns(file=pl.lit(file, dtype=pl.Categorical()))
    frame = _filled(frame)
    bad = [
        text.filter(pl.col(name).is_not_null() & frame[name].is_null()).select(
            pl.col("claim_id").cast(pl.String), pl.col("position"), pl.lit(name).alias("column")
        )
        for name in made
        if name in text.columns and name not in ("modifiers", "diagnoses")
    ]
    return frame, pl.concat(bad).sort("position")


def _column(table: pl.DataFrame, name: str) -> pl.Expr:
    kind, given = schema.COLUMNS[name][0], table.schema[name]
    column = pl.col(name)
    if name == "charge":
        return _money(column, given)
    if name == "patient":
        # An opaque mark, as for X12: nothing of the identifier can be read from it.
        return column.cast(pl.String).hash(seed=_SEED) if given != pl.UInt64 else column
    if isinstance(kind, pl.Date):
        return _date(column, given)
    if isinstance(kind, (pl.Float64, pl.UInt32, pl.Int64)) and given == pl.String:
        return column.cast(pl.Float64, strict=False).cast(kind, strict=False)
    return column.cast(pl.String).cast(kind) if isinstance(kind, pl.Categorical) else column.cast(kind, strict=False)


_SEED = int.from_bytes(os.urandom(4), "little")


def _money(column: pl.Expr, given: pl.DataType) -> pl.Expr:
    """Dollars in the table, cents in the frame; text that is no amount of at most two decimals is null."""
    if given == pl.String:
        plain = column.str.replace_all(r"[$,]", "")
        good = plain.str.contains(r"^-?(\d+(\.\d{0,2}0*)?|\.\d{1,2}0*)$")
        return (pl.when(good).then(plain).cast(pl.Decimal(18, 2), strict=False) * 100).cast(pl.Int64)
    return (column.cast(pl.Decimal(18, 2)) * 100).cast(pl.Int64)


def _date(column: pl.Expr, given: pl.DataType) -> pl.Expr:
    if given == pl.String:
        return pl.coalesce(column.str.to_date(fmt, strict=False) for fmt in ("%Y-%m-%d", "%Y%m%d", "%m/%d/%Y"))
    return column.cast(pl.Date, strict=False)


def _listed(table: pl.DataFrame, name: str, parts: Sequence[str]) -> pl.Expr:
    """A list column: given as a list, as text ("59;RT", "59 RT", "59,RT"), or as numbered columns."""
    if name in table.columns:
        if isinstance(table.schema[name], pl.List):
            return pl.col(name).cast(pl.List(pl.String))
        return pl.col(name).str.extract_all(r"[^\s,;:|]+").fill_null([])
    there = [part for part in parts if part in table.columns]
    if not there:
        return pl.lit([], dtype=pl.List(pl.String))
    return pl.concat_list(pl.col(part).cast(pl.String) for part in there).list.drop_nulls()


def _filled(frame: pl.DataFrame) -> pl.DataFrame:
    billed = pl.lit(None, dtype=pl.String) if "bill_type" not in frame.columns else pl.col("bill_type").cast(pl.String)
    kind = pl.when(billed.is_not_null()).then(pl.lit(schema.INSTITUTIONAL)).otherwise(pl.lit(schema.PROFESSIONAL))
    if "claim_type" in frame.columns:
        kind = pl.coalesce(pl.col("claim_type").cast(pl.String).str.to_lowercase(), kind)
    frame = frame.with_columns(claim_type=kind.cast(pl.Categorical()))
    if "line" not in frame.columns:
        frame = frame.with_columns(line=(pl.int_range(pl.len(), dtype=pl.UInt32).over("claim_id") + 1))
    if "date_to" not in frame.columns and "date_from" in frame.columns:
        frame = frame.with_columns(date_to="date_from")
    return frame


def _refuse(bad: pl.DataFrame, file: str, keep_going: bool, log: ReadLog) -> None:
    for claim, row, column in bad.unique("claim_id", maintain_order=True).iter_rows():
        why = f"{file} row {row + 2}: the column {column} holds no {_kind_word(column)}"
        if not keep_going:
            raise InputError(why, hint="Correct the table, or use --keep-going to check the other claims.", code="bad-value")
        log.set_aside.append(SetAside(file, row, str(claim), why))


def _kind_word(column: str) -> str:
    if column == "charge":
        return "amount of money"
    kind = schema.COLUMNS[column][0]
    return "date" if isinstance(kind, pl.Date) else "number"
