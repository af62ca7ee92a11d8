"""The site: the HTTP application with the pages added."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.middleware import Middleware

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
    moving,
    noting,
    practising,
    rendering,
    searching,
    told,
    which,
    working,
)

# A module of pages has a `router`; its addresses are met in this order.
PAGES = (
    assets,
    home,
    searching,
    modifiers,
    moving,
    codes,
    edits,
    which,
    asking,
    dashboard,
    data,
    working,
    checking,
    noting,
    practising,
    denials,
    appealing,
)


def create(settings: Settings) -> FastAPI:
    """The application with `/v1` and every page. Raises what the HTTP application raises for settings that are not safe."""
    app = http.create(settings)
    for module in PAGES:
        app.include_router(module.router)
    app.state.dress = rendering.page
    pages = told.Pages()
    # From the inside out: what was kept is shown once it is known who asks; refusals become pages, and pages that answer forms are kept.
    app.user_middleware.append(Middleware(told.Shown, pages=pages))
    app.add_middleware(faults.Readable)
    app.add_middleware(told.Kept, pages=pages)
    # Reading the tables' editions loads the frame library: here, once, and not while the first reader waits.
    footing.told(settings.home)
    return app
