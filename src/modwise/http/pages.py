"""The few pages the API has by itself: signing in, and its own description."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

FOLDER = Path(__file__).parent / "templates"


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True)


def page(request: Request, template: str, status: int = 200, **shown: Any) -> HTMLResponse:
    """The template with what it shows, in the site's own dress where there is a site (`app.state.dress`); everything escaped."""
    dress: Callable[..., HTMLResponse] | None = getattr(request.app.state, "dress", None)
    if dress is not None:
        return dress(request, template, status=status, **shown)
    return HTMLResponse(_environment().get_template(template).render(shown), status)


def style() -> Response:
    """The style of these pages."""
    return Response((FOLDER / "plain.css").read_text(encoding="utf-8"), media_type="text/css")
