"""The columns of each stored table and their types."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from modwise.reference.layouts import fee_schedule

Kinds = Mapping[str, pl.DataType]

FEE: Kinds = {
    **{name: pl.String() for name in (*fee_schedule.KEYS, *fee_schedule.INDICATORS)},
    **{name: pl.Decimal(12, fee_schedule.RVU_SCALE) for name in fee_schedule.RVUS},
    **{name: pl.Decimal(12, fee_schedule.SHARE_SCALE) for name in fee_schedule.SHARES},
}
MUE: Kinds = {"code": pl.String(), "units": pl.Int32(), "mai": pl.String()}
# Written by hand with dates and words; stored with days and numbers.
PTP_ROWS: Kinds = {
    "column1": pl.String(),
    "column2": pl.String(),
    "indicator": pl.String(),
    "rationale": pl.String(),
    "effective": pl.Date(),
    "deletion": pl.Date(),
}
ADD_ON_ROWS: Kinds = {
    "add_on": pl.String(),
    "primary": pl.String(),
    "type": pl.UInt8(),
    "effective": pl.Date(),
    "deletion": pl.Date(),
}
