"""What routes share: JSON as the api gave it, days, and the errors every route documents."""

from __future__ import annotations

import json
from datetime import date
from typing import Annotated, Any

from fastapi import Query
from fastapi.responses import Response
from pydantic import BaseModel, Field

Payer = Annotated[str | None, Query(max_length=80, description="A payer's key; GET /v1/coverage lists them.")]
AsOf = Annotated[date | None, Query(description="What holds on that date of service, as 2026-07-15.")]


class Problem(BaseModel):
    """What was wrong, where, and what to do."""

    code: str
    where: str
    message: str
    hint: str


class Failure(BaseModel):
    """The shape of every error."""

    ok: bool = Field(description="Always false.")
    error: str
    errors: list[Problem]
    status: int


DOCUMENTED: dict[int | str, dict[str, Any]] = {
    status: {"model": Failure, "description": says}
    for status, says in (
        (400, "The request cannot be read, or names something unknown."),
        (401, "A key is needed."),
        (403, "Refused: another site, or another host name."),
        (413, "Larger than this server takes."),
        (422, "Input that cannot be read."),
        (429, "Too many attempts."),
        (500, "A mistake of Modwise."),
        (501, "An optional part is not installed."),
        (503, "Too much work is waiting."),
    )
}


def same(value: Any) -> Response:
    """The value as JSON, exactly as Python and the command line give it."""
    return Response(json.dumps(value, ensure_ascii=False, separators=(",", ":")), media_type="application/json")
