"""The worklist by pages: filters, orders, and the sums above it. The database does the work, so that a hundred thousand items are a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Engine, Select, case, func, select
from sqlalchemy.orm import Session

from modwise.errors import UsageError
from modwise.store import states
from modwise.store.models import ItemRow
from modwise.store.worklist import shown

Json = dict[str, Any]
# What nobody has to work on any more.
ENDED = (states.OVERTURNED, states.CLOSED)
COLUMNS = ("payer", "cause", "remedy", "assignee", "state")
ORDERS: Mapping[str, Sequence[Any]] = {
    "due": (ItemRow.work_by.is_(None), ItemRow.work_by, ItemRow.id),
    "risk": (ItemRow.at_risk.is_(None), ItemRow.at_risk.desc(), ItemRow.id),
    "payer": (ItemRow.payer, ItemRow.work_by.is_(None), ItemRow.work_by, ItemRow.id),
    "remedy": (ItemRow.remedy, ItemRow.work_by.is_(None), ItemRow.work_by, ItemRow.id),
    "claim": (ItemRow.claim, ItemRow.line, ItemRow.id),
    "changed": (ItemRow.changed.desc(), ItemRow.id),
}


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which items: null = any. `state` "open" is every state that is not ended; `due` on or before that day; `claim` a part of its number."""

    state: str | None = None
    payer: str | None = None
    cause: str | None = None
    remedy: str | None = None
    assignee: str | None = None
    due: date | None = None
    claim: str | None = None


def page(engine: Engine, wanted: Wanted, *, order: str = "due", start: int = 0, most: int = 50) -> Json:
    """{count, at_risk, items}: the items from `start` on, at most so many, and how many and how much all of them are."""
    if order not in ORDERS:
        raise UsageError(f"items are not ordered by {order}", hint=f"Orders: {', '.join(ORDERS)}.", code="unknown-order")
    with Session(engine) as session:
        count, risk = session.execute(_where(select(func.count(), func.sum(ItemRow.at_risk)), wanted)).one()
        rows = session.scalars(_where(select(ItemRow), wanted).order_by(*ORDERS[order]).offset(start).limit(most))
        return {"count": count, "at_risk": int(risk or 0), "items": [shown(row) for row in rows]}


def totals(engine: Engine, today: date, soon: date) -> Json:
    """What is open: {items, at_risk, late, soon, unknown}; amounts in cents, `soon` due from today up to that day."""
    late = case((ItemRow.work_by < today, 1), else_=0)
    near = case((ItemRow.work_by.between(today, soon), 1), else_=0)
    unknown = case((ItemRow.at_risk.is_(None), 1), else_=0)
    sums = select(func.count(), func.sum(ItemRow.at_risk), func.sum(late), func.sum(near), func.sum(unknown))
    with Session(engine) as session:
        row = session.execute(_where(sums, Wanted(state="open"))).one()
    return dict(zip(("items", "at_risk", "late", "soon", "unknown"), (int(value or 0) for value in row), strict=True))


def choices(engine: Engine) -> dict[str, list[tuple[str, int]]]:
    """For each filter the values that occur, with how many items."""
    found = {}
    with Session(engine) as session:
        for name in COLUMNS:
            column = getattr(ItemRow, name)
            rows = session.execute(select(column, func.count()).group_by(column).order_by(func.count().desc())).all()
            found[name] = [(value, number) for value, number in rows if value is not None]
    return found


def _where(query: Select[*tuple[Any, ...]], wanted: Wanted) -> Select[Any]:
    if wanted.state == "open":
        query = query.where(ItemRow.state.not_in(ENDED))
    elif wanted.state:
        query = query.where(ItemRow.state == wanted.state)
    for name in ("payer", "cause", "remedy", "assignee"):
        if value := getattr(wanted, name):
            query = query.where(getattr(ItemRow, name) == value)
    if wanted.due is not None:
        query = query.where(ItemRow.work_by <= wanted.due)
    if wanted.claim:
        query = query.where(ItemRow.claim.icontains(wanted.claim, autoescape=True))
    return query
