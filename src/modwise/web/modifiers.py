"""The list of modifiers, a modifier's page, and two of them side by side."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from modwise import api
from modwise.errors import UsageError
from modwise.knowledge.corpus import corpus
from modwise.report.pages import HEADINGS
from modwise.web import choices, rendering, shaping
from modwise.web.linking import known
from modwise.web.words import sentence

router = APIRouter(include_in_schema=False)
Json = dict[str, Any]
BESIDE = ("meaning", "use_when", "do_not_use", "who", "applies_to", "units", "documentation", "denials", "where_used")


@router.get("/modifiers")
def listed(request: Request) -> HTMLResponse:
    """Every modifier, filtered by class, code set, payer and words."""
    payer, as_of = choices.chosen(request)
    asked = request.query_params
    klass = asked.get("class") if asked.get("class") in choices.classes() else None
    code_set = asked.get("set") if asked.get("set") in ("CPT", "HCPCS") else None
    words = asked.get("words", "").strip()[:80]
    rows = api.list_modifiers(klass=klass, code_set=code_set, payer=payer, as_of=as_of)
    full = asked.get("full") == "yes"
    rows = [row for row in rows if (not full or row["page"] == "full") and _has(row, words)]
    shown = {"class": klass, "set": code_set, "payer": payer, "as_of": as_of, "words": words, "full": full}
    return rendering.page(
        request,
        "modifiers.html",
        rows=rows,
        chosen=shown,
        payers=choices.payers(),
        classes=choices.classes(),
        every=len(corpus().modifiers),
    )


def _has(row: Json, words: str) -> bool:
    text = f"{row['modifier']} {row['title']}".lower()
    return all(word in text for word in words.lower().split())


@router.get("/modifier/{code}")
def modifier(code: str, request: Request) -> Response:
    """A modifier's page."""
    key = code.strip().upper()
    if key != code and corpus().has_modifier(key):
        return RedirectResponse(f"/modifier/{key}", status_code=303)
    payer, as_of = choices.chosen(request)
    corpus().modifier(key)
    page = api.show(key, payer=payer, as_of=as_of)
    return rendering.page(
        request,
        "modifier.html",
        page=page,
        numbers=shaping.numbers(page["sources"]),
        about=shaping.about(page),
        payment=shaping.payment(page),
        rules=shaping.rules(page),
        excludes=shaping.excludes(page),
        neighbours=shaping.neighbours(page),
        since=shaping.since(page["in_force"]) if page["in_force"]["from"] else "",
        denial_code=known("carc", key),
        headings=HEADINGS,
        payers=choices.payers(),
        payer=payer,
        as_of=as_of,
    )


@router.get("/compare/{one}/{other}")
def compare(one: str, other: str, request: Request) -> HTMLResponse:
    """Two modifiers, section beside section."""
    pages = [api.show(code) for code in (one.upper(), other.upper())]
    if any("modifier" not in page for page in pages):
        raise UsageError("only modifiers can be put side by side", hint="As in /compare/52/53.", code="no-modifier")
    between = [e for e in pages[0]["sections"].get("neighbours", ()) if e["modifier"] == other.upper()]
    back = [e for e in pages[1]["sections"].get("neighbours", ()) if e["modifier"] == one.upper()]
    sections = [(HEADINGS[name], [page["sections"].get(name, ()) for page in pages]) for name in BESIDE]
    sources = [*{source["key"]: source for page in pages for source in page["sources"]}.values()]
    return rendering.page(
        request,
        "compare.html",
        pages=pages,
        tells=[*between, *back],
        sections=[(heading, sides) for heading, sides in sections if any(sides)],
        payment=[shaping.payment(page) for page in pages],
        numbers=shaping.numbers(sources),
        sources=sources,
        about=frozenset(page["modifier"] for page in pages),
        title=sentence(f"{pages[0]['modifier']} and {pages[1]['modifier']}"),
    )
