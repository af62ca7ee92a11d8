"""*Dashboard*: the open denials in figures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from modwise import api
from modwise.http.settings import Settings
from modwise.web import charts, measuring, navigation, rendering, words
from modwise.web.measuring import Sum

router = APIRouter(include_in_schema=False)
NO_MODIFIER = "No modifier"


@dataclass(frozen=True)
class Panel:
    """One question of the dashboard: its drawing, and its table of the same figures."""

    title: str
    head: str
    rows: tuple[tuple[str, Sum], ...]
    drawing: Markup


@router.get("/dashboard")
def dashboard(request: Request) -> HTMLResponse:
    """Denials by days left, payer, modifier and remedy, dollars at risk, overturn rate."""
    settings: Settings = request.app.state.settings
    database, home = settings.database, settings.home
    rows = api.worklist_list(database=database, home=home)
    waiting = measuring.open_items(rows)
    return rendering.page(
        request,
        "dashboard.html",
        any=bool(rows),
        open=measuring.total(waiting),
        measures=api.worklist_measures(database=database, home=home),
        panels=_panels(waiting, settings.today or date.today()) if waiting else [],
        denials=navigation.serves(request, "/denials"),
    )


def _panels(rows: Sequence[measuring.Json], today: date) -> list[Panel]:
    return [
        _panel("Days left", "Time left", measuring.by_days_left(rows, today), str),
        _panel(
            "By payer",
            "Payer",
            measuring.by(rows, lambda row: [row["payer"] or ""]),
            lambda key: words.payer(key) if key else "Payer not known",
        ),
        _panel("By modifier", "Modifier", measuring.by(rows, lambda row: row["modifiers"] or [NO_MODIFIER]), str),
        _panel("By what has to be done", "Remedy", measuring.by(rows, lambda row: [row["remedy"]]), words.remedy),
    ]


def _panel(title: str, head: str, sums: list[Sum], name: Callable[[str], str]) -> Panel:
    rows = tuple(
        (name(one.key) if one.key or place < measuring.MOST - 1 else "All others", one)
        for place, one in enumerate(measuring.first(sums))
    )
    drawn = [charts.Bar(label, one.at_risk, words.money(one.at_risk)) for label, one in rows]
    return Panel(title, head, rows, charts.bars(drawn, f"{title}: dollars at risk. The table beside holds the same figures."))
