"""Makes the app: every route under /v1, one error shape, nothing that leaves this machine."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from fastapi import FastAPI
from starlette.middleware import Middleware

from modwise.http import failures
from modwise.http.answers import DOCUMENTED
from modwise.http.bodies import Bodies
from modwise.http.identity import Accounts, Identify
from modwise.http.jobs import Jobs
from modwise.http.records import Records
from modwise.http.routes import asking, claims, entrance, jobs, knowledge, notes, prices, remits, signing, worklist
from modwise.http.safety import FormTokens, Gate, SafeHeaders, Tokens
from modwise.http.settings import Settings

PREFIX = "/v1"
# In the order of the API's description.
TOPICS = (knowledge, asking, prices, claims, notes, remits, worklist, jobs, signing)
# The framework could trace requests with their values; all of it stays off, whatever the environment says.
TELEMETRY_OFF = {"tracing": False, "metrics": False, "logs": False, "operation_spans": False, "auto_configure": False}


def create(settings: Settings) -> FastAPI:
    """The app of the API. A site adds its pages to it; `app.state.settings` and `app.state.tokens` are at hand for them."""
    tokens, accounts = Tokens(), Accounts(settings)
    app = FastAPI(
        title="Modwise",
        summary="Procedure-code modifiers: checked, explained, appealed.",
        version=version("modwise"),
        telemetry=TELEMETRY_OFF,  # type: ignore[arg-type]
        openapi_url=f"{PREFIX}/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        middleware=_middleware(settings, tokens, accounts),
        lifespan=_working,
    )
    app.state.settings, app.state.tokens, app.state.accounts = settings, tokens, accounts
    app.state.jobs = Jobs(settings.folder)
    failures.install(app)
    for routes in TOPICS:
        app.include_router(routes.router, prefix=PREFIX, responses=DOCUMENTED)
    app.include_router(entrance.router)
    return app


@asynccontextmanager
async def _working(app: FastAPI) -> AsyncIterator[None]:
    """Begins the server's work with the server, and ends it so."""
    app.state.jobs = Jobs(app.state.settings.folder)
    try:
        yield
    finally:
        app.state.jobs.close()


def _middleware(settings: Settings, tokens: Tokens, accounts: Accounts) -> list[Middleware]:
    """From the outside in."""
    return [
        Middleware(SafeHeaders, secure=settings.secure),
        Middleware(failures.Faults),
        Middleware(Gate, settings=settings),
        Middleware(Bodies, most=settings.most_body),
        Middleware(Identify, settings=settings, accounts=accounts),
        Middleware(FormTokens, tokens=tokens),
        Middleware(Records, settings=settings),
    ]
