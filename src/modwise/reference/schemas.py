"""The columns of each stored table and their types."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from modwise.reference import editions
from modwise.reference.layouts import fee_schedule

Kinds = Mapping[str, pl.DataType]

_EXACT = pl.Decimal(12, 4)
_INDEX = pl.Decimal(12, 3)

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

_HCPCS: Kinds = {
    "code": pl.String(),
    "effective": pl.Date(),
    "deletion": pl.Date(),
    "action": pl.String(),
    "action_date": pl.Date(),
    **{name: pl.String() for name in ("coverage", "multiple_pricing", "betos", "statute", "anesthesia_units")},
    **{name: pl.String() for name in ("pricing", "type_of_service", "laboratory", "cross_reference")},
}
_PLACE: Kinds = {name: pl.String() for name in ("area", "contractor", "locality")}

# Tables with one row a key; the first column is the key.
BY_KEY: Mapping[str, Kinds] = {
    **dict.fromkeys(editions.MUE.values(), MUE),
    editions.OPPS: {
        **{name: pl.String() for name in ("code", "status", "apc")},
        "weight": _EXACT,
        **dict.fromkeys(("rate", "copayment", "minimum_copayment"), _EXACT),
    },
    editions.ASC: {**{name: pl.String() for name in ("code", "multiple", "indicator")}, "weight": _EXACT, "rate": _EXACT},
    editions.ASC_ANCILLARY: {"code": pl.String(), "indicator": pl.String(), "weight": _EXACT, "rate": _EXACT, "copayment": _EXACT},
    editions.ASC_EXCLUDED: {"code": pl.String()},
    editions.ASC_DEVICE: {
        **{name: pl.String() for name in ("code", "indicator", "apc")},
        **{"apc_offset": _EXACT, "opps_rate": _EXACT, "offset": _EXACT, "portion": _EXACT},
    },
    editions.HCPCS: _HCPCS,
    editions.HCPCS_MODIFIERS: _HCPCS,
    editions.GPCI: {
        **_PLACE,
        **{name: pl.String() for name in ("state", "name")},
        **dict.fromkeys(("work", "expense", "malpractice"), _INDEX),
    },
    editions.LOCALITIES: {**_PLACE, **{name: pl.String() for name in ("state", "name", "counties")}},
    editions.ANESTHESIA: {**_PLACE, "name": pl.String(), "factor": _EXACT},
    editions.ANESTHESIA_BASE: {"code": pl.String(), "units": pl.Int32()},
}
