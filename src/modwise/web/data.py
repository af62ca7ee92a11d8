"""*Data*: which editions answer, what is known of which payer, and what is not."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from modwise import api
from modwise.knowledge.corpus import ANY, corpus
from modwise.web import choices, dating, rendering, shaping, words

router = APIRouter(include_in_schema=False)
Json = dict[str, Any]
MOST_CODES = 12
ROUTES = {
    "new-claim": "Until when a new claim is taken",
    "corrected-claim": "Until when a corrected claim is taken",
    "appeal-1": "Until when a first appeal is taken",
}


@router.get("/data")
def data(request: Request) -> HTMLResponse:
    """Editions of the tables, coverage by payer, what is not assessed."""
    told = api.coverage()
    rows = api.data_status(home=request.app.state.settings.home)
    return rendering.page(request, "data.html", tables=[_table(row) for row in rows], told=told, groups=_groups(told["payers"]))


def _table(row: Json) -> Json:
    return {
        "name": words.table_name(row["table"]),
        "edition": dating.edition(row["edition"]) if row["edition"] else None,
        "from": dating.day(row.get("valid_from")),
        "to": dating.day(row.get("valid_to")),
        "rows": row["rows"],
        "starter": row.get("starter"),
    }


def _groups(payers: list[Json]) -> list[tuple[str, list[Json]]]:
    groups: dict[str, list[Json]] = {}
    for row in sorted(payers, key=lambda row: (row["payer"] != ANY, row["title"].lower())):
        known, asked = len(row["known"]), len(row["known"]) + len(row["not_known"])
        shown = {**row, "facts": len(row["topics"]), "answered": known, "asked": asked}
        groups.setdefault(words.KINDS_OF_PAYER.get(row["kind"], "The code sets"), []).append(shown)
    order = ["The code sets", *words.KINDS_OF_PAYER.values()]
    return sorted(groups.items(), key=lambda pair: order.index(pair[0]))


@router.get("/coverage/{payer}")
def coverage(payer: str, request: Request) -> HTMLResponse:
    """What is known of a payer, and since when; what is not."""
    _, as_of = choices.chosen(request)
    row = api.coverage(payer, as_of=as_of)["payers"][0]
    book = corpus()
    known = [_shown(one) for one in row["known"]]
    others = [_shown(one) for one in _others(row)]
    sources = [{"key": key, **book.sources[key]} for key in dict.fromkeys(key for one in known for key in one["source"])]
    return rendering.page(
        request,
        "coverage.html",
        page=row,
        kind=choices.kind_of(payer),
        line=[(key, words.payer(key)) for key in book.line_of(payer)[1:] if key != ANY],
        known=_by_group(known),
        missing=[
            (group, _by_question(rows)) for group, rows in _by_group([{**one, **label(one["fact"])} for one in row["not_known"]])
        ],
        others=[one for one in others if not one["modifier"]],
        pages=list(dict.fromkeys(one["modifier"] for one in others if one["modifier"])),
        sources=sources,
        numbers=shaping.numbers(sources),
        as_of=as_of,
    )


def _shown(one: Json) -> Json:
    shown = shaping.value(one["value"])
    if isinstance(shown, list):
        shown = ", ".join(shown) if len(shown) <= MOST_CODES else f"{len(shown)} codes"
    shown = dating.dates(shown)
    return {**one, **label(one["fact"]), "shown": shown, "when": shaping.since({**one, "from": one["since"]})}


def _others(row: Json) -> list[Json]:
    """The payer's own facts that are not among the topics asked of everybody."""
    asked = {one["fact"] for one in row["known"]}
    return [one for one in row["topics"] if one["fact"] not in asked]


def _by_group(rows: list[Json]) -> list[tuple[str, list[Json]]]:
    groups: dict[str, list[Json]] = {}
    for row in rows:
        groups.setdefault(words.sentence(row["group"]), []).append(row)
    return list(groups.items())


def _by_question(rows: list[Json]) -> list[tuple[str, list[str]]]:
    """What is asked, with the modifiers it is asked of."""
    asked: dict[str, list[str]] = {}
    for row in rows:
        asked.setdefault(row["says"], []).extend([row["modifier"]] if row["modifier"] else [])
    return list(asked.items())


def label(fact: str) -> Json:
    """What a topic asks, and the modifier it is about: {says, modifier}."""
    owner = fact.partition(".")[0]
    book = corpus()
    says = ROUTES.get(fact) or (book.facts(fact)[0].says if book.has_fact(fact) else words.sentence(fact))
    return {"says": says, "modifier": owner if book.has_modifier(owner) else None}
