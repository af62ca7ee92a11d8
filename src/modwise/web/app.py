"""The site: the HTTP application with the pages added."""

from __future__ import annotations

from fastapi import FastAPI

from modwise.http import app as http
from modwise.http.settings import Settings
from modwise.web import (
    appealing,
    asking,
    assets,
    checking,
    codes,
    dashboard,
    data,
    denials,
    edits,
    faults,
    footing,
    home,
    modifiers,
    noting,
    searching,
    which,
    working,
)

# A module of pages has a `router`; its addresses are met in this order.
PAGES = (
    assets,
    home,
    searching,
    modifiers,
    codes,
    edits,
    which,
    asking,
    dashboard,
    data,
    working,
    checking,
    noting,
    denials,
    appealing,
)


def create(settings: Settings) -> FastAPI:
    """The application with `/v1` and every page. Raises what the HTTP application raises for settings that are not safe."""
    app = http.create(settings)
    for module in PAGES:
        app.include_router(module.router)
    app.add_middleware(faults.Readable)
    # Reading the tables' editions loads the frame library: here, once, and not while the first reader waits.
    footing.told(settings.home)
    return app
