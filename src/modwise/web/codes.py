"""A procedure code's page and a denial code's."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from modwise import api
from modwise.knowledge.corpus import corpus
from modwise.web import choices, rendering, shaping

router = APIRouter(include_in_schema=False)
Json = dict[str, Any]
SERVICES = {"practitioner": "On a professional claim", "outpatient": "On a hospital outpatient claim", "dme": "Supplies (DME)"}
RVUS = {
    "work_rvu": "Work",
    "pe_nonfacility_rvu": "Practice expense, office",
    "pe_facility_rvu": "Practice expense, facility",
    "mp_rvu": "Malpractice",
    "total_nonfacility_rvu": "Total, office",
    "total_facility_rvu": "Total, facility",
}
SHARES = {"pre": "Before (56)", "intra": "The operation (54)", "post": "After (55)"}


@router.get("/code/{code}")
def procedure(code: str, request: Request) -> Response:
    """What is known of a procedure code."""
    if code != code.strip().upper():
        return RedirectResponse(f"/code/{code.strip().upper()}", status_code=303)
    _, as_of = choices.chosen(request)
    other = request.query_params.get("with", "").strip() or None
    told = api.procedure(code, other=other, as_of=as_of, home=request.app.state.settings.home)
    return rendering.page(
        request,
        "code.html",
        page=told,
        numbers=shaping.numbers(told["sources"]),
        as_of=as_of,
        services=SERVICES,
        rvus=RVUS,
        shares=SHARES,
        said=_by_owner(told["said"]),
    )


def _by_owner(said: list[Json]) -> list[tuple[str, str, list[Json]]]:
    """What names the code, by the page it stands on: [(code of the page, its address, statements)]."""
    groups: dict[str, list[Json]] = {}
    for one in said:
        groups.setdefault(one["owner"], []).append(one)
    book = corpus()
    kinds = {code: "/modifier/" for code in groups if code in book.modifiers} | {
        code: "/edit/" for code in groups if code in book.edits
    }
    return [(owner, kinds.get(owner, "") and kinds[owner] + owner, rows) for owner, rows in groups.items()]


@router.get("/denial-code/{code}")
def denial_code(code: str, request: Request) -> HTMLResponse:
    """What is known of a CARC or RARC."""
    _, as_of = choices.chosen(request)
    told = api.denial_code(code.replace("CARC-", "CARC ").replace("RARC-", "RARC "), as_of=as_of)
    return rendering.page(
        request,
        "denial_code.html",
        page=told,
        numbers=shaping.numbers(told["sources"]),
        as_of=as_of,
        named=_on_pages(told["kind"], told["code"]),
    )


def _on_pages(kind: str, code: str) -> list[tuple[str, list[str]]]:
    """What the pages of modifiers say of the code as a reason for a denial, each with the modifiers that say it."""
    book = corpus()
    found: dict[str, list[str]] = {}
    for modifier in sorted(book.modifiers):
        for entry in book.modifiers[modifier]["sections"].get("denials", ()):
            if code in entry.get(kind, ()):
                found.setdefault(entry["says"], []).append(modifier)
    return list(found.items())
