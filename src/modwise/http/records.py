"""The audit trail of the server: who did what, when and from where, to which record. No entry, no answer; no value of a patient."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from modwise import api
from modwise.http.identity import address
from modwise.http.settings import Settings


def recorded(action: str) -> Any:
    """A dependency of routes that touch patient data: the request is entered in the trail as that action.

    A path parameter `number` names the worklist's item, `id` the piece of work.
    """
    return Depends(_entry(action))


def _entry(action: str) -> Callable[[Request], None]:
    def enter(request: Request) -> None:
        request.state.record = (action, request.path_params)

    return enter


def enter(settings: Settings, who: str, action: str, fields: dict[str, Any]) -> None:
    """Adds an entry of the server's own: a sign-in, a lockout, a purge."""
    api.record(action, who=who, fields=fields, database=settings.database, home=settings.home)


class Records:
    """Enters a request in the trail before the first byte of its answer leaves."""

    def __init__(self, app: ASGIApp, *, settings: Settings) -> None:
        self.app = app
        self.settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def after_entry(message: Message) -> None:
            record = scope.get("state", {}).get("record")
            if message["type"] == "http.response.start" and record is not None:
                await run_in_threadpool(self._enter, scope, record, message["status"])
            await send(message)

        await self.app(scope, receive, after_entry)

    def _enter(self, scope: Scope, record: tuple[str, dict[str, Any]], status: int) -> None:
        action, named = record
        # Beside the item's own trail, which tells how it was worked, not who looked at it.
        about = {name: str(named[key])[:40] for name, key in (("work", "id"), ("item", "number")) if key in named and status < 400}
        state = scope["state"]
        fields = {"status": status, "from": address(scope), **about}
        enter(self.settings, state.get("user") or "nobody", action, fields)
