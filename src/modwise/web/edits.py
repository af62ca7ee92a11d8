"""The edits: what Modwise checks, one page each."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from modwise import api
from modwise.web import rendering, shaping
from modwise.web.dating import dates
from modwise.web.words import sentence

router = APIRouter(include_in_schema=False)
MOST_CODES = 24


@router.get("/edits")
def listed(request: Request) -> HTMLResponse:
    """Every edit, by what it is about."""
    groups: dict[str, list[dict[str, object]]] = {}
    for row in api.list_edits():
        groups.setdefault(sentence(row["group"]), []).append(row)
    return rendering.page(request, "edits.html", groups=sorted(groups.items()), count=sum(map(len, groups.values())))


@router.get("/edit/{code}")
def edit(code: str, request: Request) -> Response:
    """An edit's page."""
    told = api.edit(code.upper() if len(code) == 6 else code)
    if told["edit"] != code:
        return RedirectResponse(f"/edit/{told['edit']}", status_code=303)
    facts = [
        {
            "says": fact["says"],
            "payer": fact["payer"],
            "values": [{**value, "shown": _short(value["value"]), "since": shaping.since(value)} for value in fact["values"]],
        }
        for fact in told["facts"]
    ]
    return rendering.page(request, "edit.html", page=told, facts=facts, numbers=shaping.numbers(told["sources"]))


def _short(value: object) -> str:
    shown = shaping.value(value)
    if isinstance(shown, str):
        return dates(shown)
    more = len(shown) - MOST_CODES
    return ", ".join(shown[:MOST_CODES]) + (f" and {more:,} more" if more > 0 else "")
