"""Templates to responses: one environment, everything escaped, the words of the house as filters."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from modwise.http import pages
from modwise.http.safety import token_of
from modwise.web import assets, footing, navigation, words, work_words

FOLDER = Path(__file__).resolve().parent / "templates"


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The templates' environment; everything that is shown is escaped."""
    made = Environment(
        loader=FileSystemLoader([FOLDER, pages.FOLDER]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(words.FILTERS)
    made.filters.update(work_words.FILTERS)
    made.globals.update(asset=assets.address)
    return made


def page(request: Request, template: str, /, *, status: int = 200, **shown: Any) -> HTMLResponse:
    """A whole page: the template with what it shows, the navigation and the footer."""
    around = {
        "request": request,
        "nav": navigation.entries(request),
        "footing": footing.told(request.app.state.settings.home),
        "form_token": token_of(request),
        "q": "",
        "known": bool(getattr(request.state, "user", None)),
        "session": getattr(request.state, "session", ""),
        "user": getattr(request.state, "user", None),
    }
    text = environment().get_template(template).render({**around, **shown})
    return HTMLResponse(text, status_code=status)


def part(request: Request, template: str, /, *, status: int = 200, **shown: Any) -> HTMLResponse:
    """A piece of a page, for what is put into a page that stands."""
    text = environment().get_template(template).render({"request": request, "form_token": token_of(request), **shown})
    return HTMLResponse(text, status_code=status)
