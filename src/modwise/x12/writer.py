"""Writes X12: ordinary values become segments, and envelopes get their counts and control numbers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from modwise.errors import UsageError

Value = str | int | dt.date | None | Sequence["str | int | dt.date | None"]
Segment = Sequence[Value]

_ISA_WIDTHS = (2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1, 1)


@dataclass(frozen=True)
class Separators:
    """How a file is written: separators, and what stands behind each segment terminator."""

    element: str = "*"
    component: str = ":"
    segment: str = "~"
    repetition: str = "^"
    eol: str = ""


@dataclass(frozen=True)
class TransactionSet:
    """The segments of one ST to SE, without those two; `kind` is 835, 837 …; `version` is written to ST03 where given."""

    kind: str
    segments: Sequence[Segment]
    version: str = ""


@dataclass(frozen=True)
class Group:
    """One GS to GE: `kind` is HP for remits, HC for claims."""

    kind: str
    version: str
    sets: Sequence[TransactionSet]


@dataclass(frozen=True)
class Interchange:
    """One ISA to IEA."""

    groups: Sequence[Group]
    control: int = 1
    sender: str = "SENDER"
    receiver: str = "RECEIVER"
    written: dt.datetime = field(default_factory=lambda: dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    usage: str = "T"


def money(cents: int) -> str:
    """Cents as X12 writes money: no more digits than needed."""
    whole, part = divmod(abs(cents), 100)
    text = f"{whole}.{part:02d}".rstrip("0").rstrip(".") if part else str(whole)
    return f"-{text}" if cents < 0 else text


def write(interchanges: Iterable[Interchange], separators: Separators | None = None) -> bytes:
    """The file's bytes. Raises UsageError for a value that holds a separator, which would be read as something else."""
    used = separators or Separators()
    return "".join(_interchange(interchange, used) for interchange in interchanges).encode()


def _interchange(interchange: Interchange, used: Separators) -> str:
    day, time = interchange.written.strftime("%y%m%d"), interchange.written.strftime("%H%M")
    control = f"{interchange.control:09d}"
    fields = ("00", "", "00", "", "ZZ", interchange.sender, "ZZ", interchange.receiver, day, time)
    tail = (used.repetition, "00501", control, "0", interchange.usage, used.component)
    parts = [used.element.join(["ISA", *(text.ljust(width) for text, width in zip((*fields, *tail), _ISA_WIDTHS, strict=True))])]
    for number, group in enumerate(interchange.groups, 1):
        parts += _group(group, number, interchange, used)
    parts.append(_segment(("IEA", len(interchange.groups), control), used))
    return "".join(part + used.segment + used.eol for part in parts)


def _group(group: Group, number: int, interchange: Interchange, used: Separators) -> list[str]:
    when = interchange.written
    head = (
        "GS",
        group.kind,
        interchange.sender,
        interchange.receiver,
        when.date(),
        when.strftime("%H%M"),
        number,
        "X",
        group.version,
    )
    parts = [_segment(head, used)]
    for count, transaction in enumerate(group.sets, 1):
        parts += _transaction(transaction, f"{count:04d}", used)
    return [*parts, _segment(("GE", len(group.sets), number), used)]


def _transaction(transaction: TransactionSet, control: str, used: Separators) -> list[str]:
    body = [_segment(segment, used) for segment in transaction.segments]
    start = _segment(("ST", transaction.kind, control, transaction.version), used)
    return [start, *body, _segment(("SE", len(body) + 2, control), used)]


def _segment(segment: Segment, used: Separators) -> str:
    texts = [_element(value, used) for value in segment]
    while texts and not texts[-1]:
        texts.pop()
    return used.element.join(texts)


def _element(value: Value, used: Separators) -> str:
    if isinstance(value, str) or value is None or isinstance(value, (int, dt.date)):
        return _simple(value, used)
    texts = [_simple(part, used) for part in value]
    while texts and not texts[-1]:
        texts.pop()
    return used.component.join(texts)


def _simple(value: str | int | dt.date | None, used: Separators) -> str:
    if value is None:
        return ""
    text = value.strftime("%Y%m%d") if isinstance(value, dt.date) else str(value)
    for separator in (used.element, used.component, used.segment):
        if separator in text:
            raise UsageError(
                f"a value holds the separator {separator!r}", hint="Choose other separators.", code="separator-in-value"
            )
    return text
