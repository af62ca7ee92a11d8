"""The site: the HTTP application with the pages added."""

from __future__ import annotations

from fastapi import FastAPI

from modwise.http import app as http
from modwise.http.settings import Settings
from modwise.web import asking, assets, checking, codes, edits, faults, home, modifiers, noting, searching, working

# A module of pages has a `router`; its addresses are met in this order.
PAGES = (assets, home, searching, modifiers, codes, edits, asking, working, checking, noting)


def create(settings: Settings) -> FastAPI:
    """The application with `/v1` and every page. Raises what the HTTP application raises for settings that are not safe."""
    app = http.create(settings)
    for module in PAGES:
        app.include_router(module.router)
    app.add_middleware(faults.Readable)
    return app
