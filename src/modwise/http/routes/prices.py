"""What a payer should allow."""

from __future__ import annotations

import datetime
from typing import Literal

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from modwise import api
from modwise.http.answers import same
from modwise.http.models import Priced

router = APIRouter(tags=["prices"])


class PricedLine(BaseModel):
    """A line and what is known of it. Amounts and shares are text, as 120.00 and 0.50."""

    model_config = ConfigDict(extra="forbid")

    code: str = Field(max_length=20)
    modifiers: list[str] = Field(default_factory=list, max_length=8)
    payer: str | None = Field(default=None, max_length=80)
    date: datetime.date | None = None
    setting: Literal["professional", "hopd", "asc", "cah"] = "professional"
    place: str | None = Field(default=None, max_length=4)
    mac: str | None = Field(default=None, max_length=10)
    locality: str | None = Field(default=None, max_length=4)
    units: str = Field(default="1", max_length=12)
    charge: str | None = Field(default=None, max_length=20)
    others: list[str] = Field(
        default_factory=list, max_length=50, description='Other lines of the day, as "45380-59" or "97110-GPx2".'
    )
    rate: str | None = Field(default=None, max_length=20)
    factors: dict[str, str] = Field(default_factory=dict, description="A modifier's share as agreed.")
    care_days: int | None = Field(default=None, ge=0, le=365)
    minutes: int | None = Field(default=None, ge=1, le=10_000)
    base_units: str | None = Field(default=None, max_length=12)


@router.post("/price", responses={200: {"model": Priced}})
def price(line: PricedLine, request: Request) -> Response:
    """The amount the payer should allow, step by step with sources; unknown, with the reason, where a step is not known."""
    said = line.model_dump(exclude={"code", "modifiers", "payer", "date"})
    home = request.app.state.settings.home
    return same(api.price(line.code, modifiers=line.modifiers, payer=line.payer, day=line.date, home=home, **said))
