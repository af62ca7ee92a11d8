"""The worklist's tables. Money is cents, days are dates, moments are UTC."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Date, DateTime, ForeignKey, Integer, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

# SQLite numbers rows by itself only in a column of its own INTEGER type.
Number = BigInteger().with_variant(Integer, "sqlite")
Moment = DateTime(timezone=True)


class Base(DeclarativeBase):
    """All tables of the worklist."""


class ItemRow(Base):
    """One denied or cut line, what is to be done about it, and how far that has come."""

    __tablename__ = "item"

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    claim: Mapped[str] = mapped_column(String(80), index=True)
    line: Mapped[int | None] = mapped_column(Integer)
    payer: Mapped[str | None] = mapped_column(String(80), index=True)
    code: Mapped[str | None] = mapped_column(String(16))
    cause: Mapped[str] = mapped_column(String(120), index=True)
    remedy: Mapped[str] = mapped_column(String(40), index=True)
    work_by: Mapped[date | None] = mapped_column(Date)
    at_risk: Mapped[int | None] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(String(20), index=True)
    assignee: Mapped[str | None] = mapped_column(String(80), index=True)
    sent_on: Mapped[date | None] = mapped_column(Date)
    decided_on: Mapped[date | None] = mapped_column(Date)
    closed_on: Mapped[date | None] = mapped_column(Date)
    recovered: Mapped[int | None] = mapped_column(BigInteger)
    reason: Mapped[str | None] = mapped_column(Text)
    added: Mapped[datetime] = mapped_column(Moment)
    changed: Mapped[datetime] = mapped_column(Moment)
    detail: Mapped[dict[str, Any]] = mapped_column(JSON)


class NoteRow(Base):
    """What somebody wrote about an item."""

    __tablename__ = "note"

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), index=True)
    at: Mapped[datetime] = mapped_column(Moment)
    who: Mapped[str] = mapped_column(String(80))
    text: Mapped[str] = mapped_column(Text)


class EventRow(Base):
    """One entry of the audit trail: never changed, never removed. `hash` covers the entry and the hash of the one before it."""

    __tablename__ = "event"

    id: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=False)
    at: Mapped[str] = mapped_column(String(40))
    who: Mapped[str] = mapped_column(String(80))
    action: Mapped[str] = mapped_column(String(40))
    item_id: Mapped[int | None] = mapped_column(Number, index=True)
    # Text, not JSON: the hash covers what was written, and a server may write JSON its own way.
    fields: Mapped[str] = mapped_column(Text)
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class ChainRow(Base):
    """The end of the audit trail; whoever adds to it holds this row."""

    __tablename__ = "chain"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    last: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[str] = mapped_column(String(64))
