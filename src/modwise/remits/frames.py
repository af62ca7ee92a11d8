"""What reading remits gives: the frames, and what was set aside or does not balance."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import polars as pl

from modwise.claims.reading import ReadLog
from modwise.remits import schema

LINE, CLAIM, PAYMENT = "line", "claim", "payment"


@dataclass(frozen=True)
class Quarantined:
    """Something whose amounts do not add up: `level` is line, claim or payment; `difference` in cents (expected less stated).

    `claim` is CLP01 ("" for a payment) and `line` the number of the SVC in the claim (0 = none). Its claim stands in no frame.
    """

    file: str
    position: int
    level: str
    claim: str
    line: int
    difference: int
    why: str

    def as_dict(self) -> dict[str, Any]:
        """As the JSON has it."""
        amount = f"{'-' if self.difference < 0 else ''}{abs(self.difference) // 100}.{abs(self.difference) % 100:02d}"
        return {
            "file": self.file,
            "position": self.position,
            "level": self.level,
            "claim": self.claim,
            "line": self.line,
            "difference": amount,
            "why": self.why,
        }


@dataclass
class Remits:
    """The frames of all files read; their columns are in `schema.FRAMES`, their keys join them.

    Claims that could not be read (`log.set_aside`) or do not balance (`quarantined`) are in none of them. A payment that does not
    balance keeps its claims, and is in `quarantined`. A payment that was given twice counts once; `repeated` has the file and position of
    the others.
    """

    payments: pl.DataFrame = field(default_factory=lambda: schema.empty("payments"))
    claims: pl.DataFrame = field(default_factory=lambda: schema.empty("claims"))
    lines: pl.DataFrame = field(default_factory=lambda: schema.empty("lines"))
    adjustments: pl.DataFrame = field(default_factory=lambda: schema.empty("adjustments"))
    remarks: pl.DataFrame = field(default_factory=lambda: schema.empty("remarks"))
    references: pl.DataFrame = field(default_factory=lambda: schema.empty("references"))
    amounts: pl.DataFrame = field(default_factory=lambda: schema.empty("amounts"))
    provider_adjustments: pl.DataFrame = field(default_factory=lambda: schema.empty("provider_adjustments"))
    log: ReadLog = field(default_factory=ReadLog)
    quarantined: list[Quarantined] = field(default_factory=list)
    repeated: list[tuple[str, int]] = field(default_factory=list)
