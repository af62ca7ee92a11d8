"""The few pages the API has by itself: signing in, and its own description."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

FOLDER = Path(__file__).parent / "templates"


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True)


def page(template: str, status: int = 200, **shown: Any) -> HTMLResponse:
    """The template with what it shows; everything escaped."""
    return HTMLResponse(_environment().get_template(template).render(shown), status)


def style() -> Response:
    """The style of these pages."""
    return Response((FOLDER / "plain.css").read_text(encoding="utf-8"), media_type="text/css")
