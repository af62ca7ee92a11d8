"""The worklist: denials worked to their end."""

from __future__ import annotations

import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from modwise import api
from modwise.http.answers import same
from modwise.http.models import Measures, WorkItem, WorkLine
from modwise.http.records import recorded
from modwise.http.work import owner

router = APIRouter(tags=["worklist"], prefix="/worklist")
Number = Annotated[int, Path(ge=1, le=2**53, description="The item's number.")]
State = Literal["new", "in_progress", "sent", "upheld", "overturned", "partly", "closed"]
Word = Annotated[str | None, Query(max_length=120)]


class Wanted(BaseModel):
    """Which items; what is left out is not asked for. Asked in a body, since a claim number belongs into no address."""

    model_config = ConfigDict(extra="forbid")

    state: State | None = None
    assignee: str | None = Field(default=None, max_length=80)
    payer: str | None = Field(default=None, max_length=80)
    cause: str | None = Field(default=None, max_length=120)
    remedy: str | None = Field(default=None, max_length=40)
    claim: str | None = Field(default=None, max_length=80)
    limit: int | None = Field(default=None, ge=1, le=1_000_000)


class Change(BaseModel):
    """What is changed on an item."""

    model_config = ConfigDict(extra="forbid")

    state: State | None = None
    assignee: str | None = Field(default=None, max_length=80)
    note: str | None = Field(default=None, max_length=20_000)
    on: datetime.date | None = Field(default=None, description="The day it was sent, decided or closed.")
    amount: str | None = Field(default=None, max_length=20, description="What was recovered, as 120.00.")
    reason: str | None = Field(default=None, max_length=2_000, description="Why it was closed.")


@router.get("", dependencies=[recorded("see the worklist")], responses={200: {"model": list[WorkLine]}})
def rows(
    request: Request,
    state: State | None = None,
    assignee: Word = None,
    payer: Word = None,
    cause: Word = None,
    remedy: Word = None,
    limit: Annotated[int | None, Query(ge=1, le=1_000_000)] = None,
) -> Response:
    """The items, the earliest deadline first."""
    wanted = Wanted.model_construct(
        state=state, assignee=assignee, payer=payer, cause=cause, remedy=remedy, claim=None, limit=limit
    )
    return same(api.worklist_list(**_where(request), **wanted.model_dump()))


@router.post("/find", dependencies=[recorded("see the worklist")], responses={200: {"model": list[WorkLine]}})
def find(wanted: Wanted, request: Request) -> Response:
    """The items of a claim, and by everything else; the claim's number stands in no address."""
    return same(api.worklist_list(**_where(request), **wanted.model_dump()))


@router.get("/measures", responses={200: {"model": Measures}})
def measures(request: Request) -> Response:
    """Counts and dollars by state, overturn rate, what was recovered, days to decision, own chances."""
    return same(api.worklist_measures(**_where(request)))


@router.get("/{number}", dependencies=[recorded("see an item")], responses={200: {"model": WorkItem}})
def show(number: Number, request: Request) -> Response:
    """An item with its decision, notes and trail."""
    return same(api.worklist_show(number, **_where(request)))


@router.patch("/{number}", dependencies=[recorded("change an item")], responses={200: {"model": WorkItem}})
def change(number: Number, change: Change, request: Request) -> Response:
    """Changes an item: new → in_progress → sent → upheld, overturned or partly → closed."""
    said = change.model_dump(exclude_none=True)
    return same(api.worklist_set(number, who=owner(request), **_where(request), **said))


def _where(request: Request) -> dict[str, Any]:
    settings = request.app.state.settings
    return {"database": settings.database, "home": settings.home}
