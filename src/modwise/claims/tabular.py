"""CSV and Parquet tables of claim lines into the same frame: our column names, or Tuva's `medical_claim` ones."""

from __future__ import annotations

import csv
import io
import os
import re
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
# What a broken row is called by: the first row of a table stands below its header.
FIRST_ROW = 2
# Made by the reader of a table, whatever the table says of them.
MADE = ("position", "claim_seq")
LISTS = ("modifiers", "diagnoses")
# Whole numbers up to here are exact as floats.
LARGEST = 2**53
NEAR = 1e-4
_HINT = "See docs/lines-frame.md for the names that are read."


def looks_like_csv(head: bytes) -> bool:
    """Whether the first line is a header row that names a claim number and a procedure code."""
    first = _first_line(head).lower()
    names = {name.strip().strip('"') for sep in ",\t;|" for name in first.split(sep)}
    return bool(names & _names_of("code")) and bool(names & _names_of("claim_id"))


def _names_of(column: str) -> set[str]:
    return {column, *(alias for alias, ours in ALIASES.items() if ours == column)}


def _first_line(raw: bytes) -> str:
    return re.split(rb"[\r\n]", raw, maxsplit=1)[0].decode("utf-8", "replace")


def read_csv(raw: bytes, file: str, columns: Sequence[str], *, keep_going: bool, log: ReadLog) -> Iterator[pl.DataFrame]:
    """Tables of lines of a CSV; every column is read as text first, so that 00100 stays 00100. Raises InputError with the row."""
    if b"\n" not in raw:
        raw = raw.replace(b"\r", b"\n")
    head = _first_line(raw[:4096])
    separator = max(",\t;|", key=head.count)
    try:
        table = pl.read_csv(io.BytesIO(raw), separator=separator, infer_schema=False, encoding="utf8-lossy")
    except pl.exceptions.PolarsError:
        # The library's own words quote the row, which may name a patient.
        raise InputError(f"not a readable CSV: {_broken_row(raw, separator)}", where=file, code="bad-csv") from None
    yield from _tables(table, file, columns, keep_going, log, cut=_cut_short(raw, head, separator))


def _broken_row(raw: bytes, separator: str) -> str:
    rows = csv.reader(io.StringIO(raw.decode("utf-8", "replace"), newline=""), delimiter=separator)
    try:
        width = len(next(rows))
        number = next((number for number, row in enumerate(rows, 2) if len(row) > width), None)
    except (csv.Error, StopIteration):
        number = None
    return f"row {number} has more values than the header" if number else "a quotation mark is not closed"


def _cut_short(raw: bytes, head: str, separator: str) -> bool:
    """Whether the last row has fewer values than the header and no line end: what is left of a file that was cut."""
    last = raw[raw.rfind(b"\n") + 1 :].decode("utf-8", "replace")
    # With an odd count of quotation marks it is the end of a value of several lines.
    if not last.strip() or last.count('"') % 2:
        return False
    return len(next(csv.reader([last], delimiter=separator))) < len(next(csv.reader([head], delimiter=separator)))


def read_parquet(raw: bytes, file: str, columns: Sequence[str], *, keep_going: bool, log: ReadLog) -> Iterator[pl.DataFrame]:
    """Tables of lines of a Parquet file. Raises InputError when it is damaged or a column does not fit."""
    try:
        table = pl.read_parquet(io.BytesIO(raw))
    except (pl.exceptions.PolarsError, OSError) as error:
        raise InputError(f"not a readable Parquet file: {str(error).splitlines()[0]}", where=file, code="bad-parquet") from None
    yield from _tables(table, file, columns, keep_going, log)


def read_json_lines(raw: bytes, file: str, columns: Sequence[str], *, keep_going: bool, log: ReadLog) -> Iterator[pl.DataFrame]:
    """Tables of lines of a file of JSON lines. Raises InputError with the number of the line that cannot be read."""
    from modwise.claims import json_lines

    yield from _tables(json_lines.table(raw, file, keep_going=keep_going, log=log), file, columns, keep_going, log, first=1)


def _tables(
    table: pl.DataFrame,
    file: str,
    columns: Sequence[str],
    keep_going: bool,
    log: ReadLog,
    *,
    cut: bool = False,
    first: int = FIRST_ROW,
) -> Iterator[pl.DataFrame]:
    table = _renamed(table, file)
    try:
        frame, bad = _typed(table, file, cut)
    except pl.exceptions.PolarsError:
        kinds = ", ".join(f"{name} {kind}" for name, kind in table.schema.items() if name in schema.COLUMNS)
        raise InputError(f"a column has a type that cannot be read: {kinds}", where=file, hint=_HINT, code="bad-column") from None
    if bad.height:
        _refuse(bad, file, keep_going, log, first)
        frame = frame.filter(pl.col("claim_id").is_not_null() & ~pl.col("claim_id").is_in(bad["claim_id"].unique().implode()))
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
    frame = _frames_own(frame)
    if "file" not in frame.columns or frame["file"].null_count():
        named = pl.col("file").cast(pl.String).fill_null("frame") if "file" in frame.columns else pl.lit("frame")
        frame = frame.with_columns(file=named)
    if "claim_seq" not in frame.columns or frame["claim_seq"].null_count():
        frame = frame.with_columns(claim_seq=pl.struct("file", "claim_id").rank("dense").cast(pl.UInt32))
    if "position" not in frame.columns:
        frame = frame.with_row_index("position")
    frame = _filled(frame.with_columns(modifiers=_listed(frame, "modifiers", MODIFIER_COLUMNS)))
    unfit = [name for name in columns if name in frame.columns and not _fits(frame[name], name)]
    if unfit:
        raise InputError(
            f"the frame does not fit the lines schema: {', '.join(f'{name} holds {frame.schema[name]}' for name in unfit)}",
            hint=_HINT,
            code="bad-column",
        )
    return schema.complete(frame, columns)


def _frames_own(frame: pl.DataFrame) -> pl.DataFrame:
    """A frame's columns as they may come from other tools: codes as numbers, persons as text, NaN for what is not known."""
    _check_types(frame, "")
    texts = [
        pl.col(name).cast(pl.String)
        for name, kind in frame.schema.items()
        if name in schema.COLUMNS and kind.is_integer() and schema.COLUMNS[name][0] in (pl.String(), pl.Categorical())
    ]
    frame = frame.with_columns(*texts, pl.col(pl.Float32, pl.Float64).fill_nan(None))
    if frame.schema.get("patient") == pl.String:
        frame = frame.with_columns(pl.col("patient").hash(seed=_SEED))
    return frame


def _fits(values: pl.Series, name: str) -> bool:
    """Whether the column can be taken into the schema; a number is no date."""
    kind = schema.COLUMNS[name][0]
    if isinstance(kind, pl.Date) and values.dtype.is_numeric():
        return False
    try:
        values.cast(kind)
    except pl.exceptions.PolarsError:
        return False
    return True


def _renamed(table: pl.DataFrame, file: str) -> pl.DataFrame:
    """Our names for the columns; those the reader makes itself are left out. Raises InputError where a name stands twice."""
    names: dict[str, str] = {}
    # A name that stands twice comes from the CSV reader with a number behind the second.
    written = {name: re.sub(r"_duplicated_\d+$", "", name).strip().lower() for name in table.columns}
    for name, clean in written.items():
        ours = ALIASES.get(clean, clean)
        names[name] = name if ours in names.values() or (ours != clean and ours in written.values()) else ours
        if ours in schema.COLUMNS and list(written.values()).count(clean) > 1:
            raise InputError(f"two columns are named {clean}", where=file, hint=_HINT, code="double-column")
    table = table.rename(names).drop(MADE, strict=False)
    _need_columns(table, "table", file)
    return table


def _need_columns(table: pl.DataFrame, kind: str, where: str) -> None:
    missing = [name for name in NEEDED if name not in table.columns]
    if missing:
        raise InputError(
            f"the {kind} has no column {' and no column '.join(missing)}", where=where, hint=_HINT, code="missing-column"
        )


def _typed(table: pl.DataFrame, file: str, cut: bool) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The table in the frame's types, and the values that do not fit: claim_id, position, column ("" = the row itself is cut)."""
    _check_types(table, file)
    text = table.with_row_index("position").with_columns(pl.col(pl.Categorical, pl.Enum).cast(pl.String))
    text = text.with_columns(pl.col(pl.String).str.strip_chars().replace("", None), pl.col(pl.Float32, pl.Float64).fill_nan(None))
    text = text.filter(~pl.all_horizontal(pl.exclude("position").is_null()))
    # A mark of the member number is made only where X12 is read, so that those of claims and remits compare.
    made = {name: _column(text, name) for name in schema.COLUMNS if name in text.columns and name != "member"}
    made["modifiers"] = _listed(text, "modifiers", MODIFIER_COLUMNS)
    made["diagnoses"] = _listed(text, "diagnoses", DIAGNOSIS_COLUMNS)
    frame = text.select(expr.alias(name) for name, expr in made.items())
    frame = _filled(frame.with_columns(file=pl.lit(file, dtype=pl.Categorical())))
    place = (pl.col("claim_id").cast(pl.String), "position")
    bad = [
        text.filter(pl.col(name).is_not_null() & frame[name].is_null()).select(*place, pl.lit(name).alias("column"))
        for name in made
        if name in text.columns and name not in LISTS
    ]
    bad.append(text.filter(pl.col("claim_id").is_null()).select(*place, pl.lit("claim_id").alias("column")))
    if cut:
        bad.insert(0, text.tail(1).select(*place, pl.lit("").alias("column")))
    return frame, pl.concat(bad).sort("position", maintain_order=True)


def _check_types(table: pl.DataFrame, file: str) -> None:
    """Raises InputError for a column of lists or records where single values belong, or a list of records."""
    for name, kind in table.schema.items():
        inner = kind.inner if isinstance(kind, (pl.List, pl.Array)) and name in LISTS else kind
        if name in schema.COLUMNS and inner.is_nested():
            raise InputError(f"the column {name} holds {kind}", where=file, hint=_HINT, code="bad-column")


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
    if isinstance(kind, (pl.Float64, pl.UInt32, pl.Int64)):
        number = column.cast(pl.Float64, strict=False)
        fits = (number.abs() < LARGEST) & (pl.lit(isinstance(kind, pl.Float64)) | (number == number.floor()))
        return pl.when(fits).then(number).cast(kind, strict=False)
    return column.cast(pl.String).cast(kind) if isinstance(kind, pl.Categorical) else column.cast(kind, strict=False)


_SEED = int.from_bytes(os.urandom(4), "little")


def _money(column: pl.Expr, given: pl.DataType) -> pl.Expr:
    """Dollars in the table, cents in the frame; text that is no amount of at most two decimals is null."""
    if given == pl.String:
        plain = column.str.replace_all(r"[$,]", "")
        good = plain.str.contains(r"^-?(\d+(\.\d{0,2}0*)?|\.\d{1,2}0*)$")
        return (pl.when(good).then(plain).cast(pl.Decimal(18, 2), strict=False) * 100).cast(pl.Int64)
    if given.is_float():
        # Of a float's digits only those that can be meant are looked at.
        cents = (column * 100).round()
        return pl.when(((column * 100 - cents).abs() < NEAR) & (cents.abs() < LARGEST)).then(cents).cast(pl.Int64)
    return (column.cast(pl.Decimal(18, 2), strict=False) * 100).cast(pl.Int64)


def _date(column: pl.Expr, given: pl.DataType) -> pl.Expr:
    if given == pl.String or given.is_integer():
        return pl.coalesce(column.cast(pl.String).str.to_date(fmt, strict=False) for fmt in ("%Y-%m-%d", "%Y%m%d", "%m/%d/%Y"))
    return column.cast(pl.Date, strict=False)


def _listed(table: pl.DataFrame, name: str, parts: Sequence[str]) -> pl.Expr:
    """A list column: given as a list, as text ("59;RT", "59 RT", "59,RT"), or as numbered columns."""
    if name in table.columns:
        if isinstance(table.schema[name], (pl.List, pl.Array)):
            return pl.col(name).cast(pl.List(pl.String)).list.eval(_said(pl.element())).fill_null([])
        return pl.col(name).cast(pl.String).str.extract_all(r"[^\s,;:|]+").fill_null([])
    there = [part for part in parts if part in table.columns]
    if not there:
        return pl.lit([], dtype=pl.List(pl.String))
    return pl.concat_list(pl.col(part).cast(pl.String) for part in there).list.eval(_said(pl.element()))


def _said(values: pl.Expr) -> pl.Expr:
    """The texts that are more than blanks."""
    stripped = values.str.strip_chars()
    return stripped.filter(stripped.str.len_bytes() > 0)


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


def _refuse(bad: pl.DataFrame, file: str, keep_going: bool, log: ReadLog, first: int) -> None:
    # Rows without a claim number are told one by one.
    claim = pl.coalesce("claim_id", pl.format("row {}", "position"))
    for number, row, column in bad.filter(claim.is_first_distinct()).iter_rows():
        why = f"row {row + first}: {_wrong(column)}"
        if not keep_going:
            raise InputError(
                f"{file} {why}", hint="Correct the table, or use --keep-going to check the other claims.", code="bad-value"
            )
        log.set_aside.append(SetAside(file, row, str(number or ""), why))


def _wrong(column: str) -> str:
    if not column:
        return "the file ends inside this row"
    return "the column claim_id is empty" if column == "claim_id" else f"the column {column} holds no {_kind_word(column)}"


def _kind_word(column: str) -> str:
    if column == "charge":
        return "amount of money"
    kind = schema.COLUMNS[column][0]
    return "date" if isinstance(kind, pl.Date) else "number"
