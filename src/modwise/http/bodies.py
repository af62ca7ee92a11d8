"""How large a request may be and how long it may take: small and quick, unless a route takes uploads and says so before it reads."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from fastapi import Request
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from modwise.http.failures import Refusal
from modwise.http.settings import MEGA

# Seconds without a byte after which a body is given up.
PATIENCE = 30.0


@dataclass
class Limit:
    """The most bytes a request's body may have, and how many it has as far as is known."""

    most: float
    seen: int = 0

    def check(self) -> None:
        """Raises the refusal of a body that is larger."""
        if self.seen > self.most:
            raise too_large(self.most)


class Bodies:
    """Ends a request whose body is larger than its limit or stops arriving."""

    def __init__(self, app: ASGIApp, *, most: int, patience: float = PATIENCE) -> None:
        self.app = app
        self.most = most
        self.patience = patience

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("content-length", "")
        limit = Limit(self.most, int(announced) if announced.isdecimal() else 0)
        scope.setdefault("state", {})["limit"] = limit
        counted, whole = 0, False

        async def bounded() -> Message:
            nonlocal counted, whole
            if whole:
                # What comes after the body is only the news that the client went away; that may take as long as it likes.
                return await receive()
            try:
                message = await asyncio.wait_for(receive(), self.patience)
            except TimeoutError:
                raise Refusal(408, headers={"connection": "close"}) from None
            counted += len(message.get("body", b""))
            whole = not message.get("more_body", False)
            limit.seen = max(limit.seen, counted)
            limit.check()
            return message

        await self.app(scope, bounded, send)


@contextmanager
def first_bytes(scope: Scope) -> Iterator[Limit]:
    """While it lasts a body of any size may begin to be read; gives the limit, to `check` when the route that set it reads on."""
    limit: Limit = scope.setdefault("state", {}).setdefault("limit", Limit(math.inf))
    most, limit.most = limit.most, math.inf
    try:
        yield limit
    finally:
        limit.most = most


def too_large(most: float) -> Refusal:
    """The refusal of a body larger than so many bytes."""
    return Refusal(413, f"The request is larger than {most / MEGA:,.0f} MB", headers={"connection": "close"})


def allow_upload(request: Request) -> int:
    """Lets this request's body be as large as an upload may be; returns that size. Called before anything is read."""
    most: int = request.app.state.settings.most_upload
    request.state.limit.most = most
    return most
