"""835 files into one set of frames."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from modwise.claims.reading import Progress, ReadLog
from modwise.claims.sources import opened
from modwise.errors import InputError
from modwise.remits import schema, x12_remits
from modwise.remits.block import Carry
from modwise.remits.frames import PAYMENT, Quarantined, Remits
from modwise.remits.panels import with_panels
from modwise.remits.payers import with_payers
from modwise.remits.repeats import without_repeats
from modwise.remits.reversals import with_reversals
from modwise.x12 import values

_SUMS = ("claims_paid", "provider_adjusted", "difference")
_OFF = "the payments of the claims less the provider-level adjustments are not the amount paid"


def read(
    paths: Sequence[str | Path], *, keep_going: bool = False, progress: Progress | None = None, log: ReadLog | None = None
) -> Remits:
    """The frames of all 835 files; "-" is standard input, gzip is unpacked.

    Raises X12Error or InputError at the first broken place; with `keep_going` what is broken is set aside in the log and the rest is
    read. What does not balance is quarantined either way. `progress` is called with (bytes read, bytes in all; 0 = not known).
    """
    gathered = _Gathered()
    log = log if log is not None else ReadLog()
    for path in paths:
        log.files.append(str(path))
        with opened(str(path), progress) as (stream, head):
            if not head.lstrip(b" \t\r\n\x00\xef\xbb\xbf").startswith(b"ISA") and head.strip():
                raise InputError(
                    "this is no X12 file: it does not begin with ISA",
                    where=str(path),
                    hint="Give an 835 file.",
                    code="unknown-format",
                )
            for part in x12_remits.read(stream, str(path), gathered.carry, keep_going=keep_going, log=log):
                gathered.add(part)
    remits = gathered.done(log)
    log.lines += remits.lines.height
    return remits


@dataclass
class _Gathered:
    """The parts read so far."""

    carry: Carry = field(default_factory=Carry)
    parts: dict[str, list[pl.DataFrame]] = field(default_factory=lambda: {name: [] for name in schema.FRAMES})
    quarantined: list[Quarantined] = field(default_factory=list)
    paid: dict[int, int] = field(default_factory=dict)
    unread: dict[int, int] = field(default_factory=dict)

    def add(self, part: x12_remits.Part) -> None:
        """Takes one block's frames and sums."""
        for name, frame in part.frames.items():
            if frame.height:
                self.parts[name].append(values.owned(frame))
        self.quarantined += part.quarantined
        for key, (cents, unread) in part.paid.items():
            self.paid[key] = self.paid.get(key, 0) + cents
            self.unread[key] = self.unread.get(key, 0) + unread

    def done(self, log: ReadLog) -> Remits:
        """All of it as one set of frames: payments balanced, copies left out, reversals paired, panels and payers named."""
        remits = Remits(log=log)
        for name in schema.FRAMES:
            setattr(remits, name, schema.joined(name, self.parts.pop(name)))
        remits.payments = self._balanced(remits)
        order = {file: place for place, file in enumerate(log.files)}
        remits.quarantined = sorted([*self.quarantined, *_off(remits.payments)], key=lambda item: (order[item.file], item.position))
        without_repeats(remits)
        remits.claims = with_payers(remits)
        remits.claims = with_reversals(remits)
        remits.lines = with_panels(remits)
        return remits

    def _balanced(self, remits: Remits) -> pl.DataFrame:
        """The payments with what their claims were paid, what was adjusted at provider level and the difference."""
        known = pl.DataFrame(
            {
                "payment_key": list(self.paid),
                "claims_paid": list(self.paid.values()),
                "unread": [self.unread[key] for key in self.paid],
            },
            schema={"payment_key": pl.Int64(), "claims_paid": pl.Int64(), "unread": pl.Int64()},
        )
        adjusted = remits.provider_adjustments.group_by("payment_key").agg(provider_adjusted=pl.col("amount").sum())
        frame = remits.payments.drop(_SUMS).join(known, on="payment_key", how="left").join(adjusted, on="payment_key", how="left")
        paid = pl.when(pl.col("unread").fill_null(0) == 0).then(pl.col("claims_paid").fill_null(0))
        frame = frame.with_columns(claims_paid=paid, provider_adjusted=pl.col("provider_adjusted").fill_null(0))
        frame = frame.with_columns(difference=pl.col("claims_paid") - pl.col("provider_adjusted") - pl.col("amount"))
        return frame.select(list(schema.PAYMENTS)).sort("payment_key")


def _off(payments: pl.DataFrame) -> list[Quarantined]:
    rows = payments.filter(pl.col("difference").fill_null(0) != 0).select("file", "position", "difference").rows()
    return [Quarantined(file, position, PAYMENT, "", 0, difference, _OFF) for file, position, difference in rows]
