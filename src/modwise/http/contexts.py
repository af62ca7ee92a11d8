"""The claims that findings stand in, so that a page can show a line between the other lines of its claim."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from modwise import api

if TYPE_CHECKING:
    import polars as pl

    from modwise.report.result import CheckResult

Json = dict[str, Any]
OF_CLAIM = ("claim_id", "claim_type", "payer", "payer_name", "frequency", "bill_type", "billing_npi")
OF_LINE = ("line", "date_from", "date_to", "place_of_service", "revenue_code", "code", "modifiers", "units", "charge", "diagnoses")
_SLICE = 10_000


def findings_of(result: CheckResult) -> Iterator[Json]:
    """The findings as plain values, each with the number of its claim in its file (`seq`)."""
    numbers = _numbers(result)
    for row, seq in zip(result.finding_dicts(), numbers, strict=True):
        yield {**row, "seq": seq}


def _numbers(result: CheckResult) -> Iterator[int]:
    for start in range(0, result.found.height, _SLICE):
        yield from result.found.frame(start, start + _SLICE)["claim_seq"].to_list()


def claims_of(
    result: CheckResult, files: Sequence[Path], labels: Mapping[str, str], *, keep_going: bool, payer: str | None
) -> list[tuple[str, int, Json]]:
    """(file as the user calls it, number in the file, claim with its lines) of every claim that has a finding.

    The files are read a second time: most claims have no finding, and keeping all of them would take more memory than the check.
    """
    wanted = _wanted(result)
    if not wanted.height:
        return []
    found: list[tuple[str, int, Json]] = []
    for frame in api.claim_lines(files, keep_going=keep_going):
        found.extend(_claims(frame, wanted, labels, payer))
    return found


def _wanted(result: CheckResult) -> pl.DataFrame:
    import polars as pl

    parts = [
        result.found.frame(start, start + _SLICE).select(pl.col("file").cast(pl.String), "claim_seq").unique()
        for start in range(0, result.found.height, _SLICE)
    ]
    return pl.concat(parts).unique() if parts else pl.DataFrame(schema={"file": pl.String, "claim_seq": pl.UInt32})


def _claims(
    frame: pl.DataFrame, wanted: pl.DataFrame, labels: Mapping[str, str], payer: str | None
) -> Iterator[tuple[str, int, Json]]:
    import polars as pl

    there = frame.with_columns(pl.col("file").cast(pl.String)).join(
        wanted, on=("file", "claim_seq"), how="semi", maintain_order="left"
    )
    rows = there.select("file", "claim_seq", *OF_CLAIM, *OF_LINE).iter_rows(named=True)
    for (file, seq), lines in groupby(rows, key=lambda row: (row["file"], row["claim_seq"])):
        yield labels.get(file, file), seq, _claim(list(lines), payer)


def _claim(lines: Sequence[Json], payer: str | None) -> Json:
    first = lines[0]
    return {
        **{name: first[name] for name in OF_CLAIM},
        "payer": payer or first["payer"],
        "lines": [{name: _plain(line[name]) for name in OF_LINE} for line in lines],
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
