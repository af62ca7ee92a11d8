"""Who sends a request: the owner of the API key in the header, whoever signed in with this browser, or on this machine its user."""

from __future__ import annotations

import math
from typing import Any
from urllib.parse import quote

from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Receive, Scope, Send

from modwise.home import user_name
from modwise.http import keys
from modwise.http.failures import Refusal
from modwise.http.keys import Key, Keys
from modwise.http.oidc import BACK, Provider
from modwise.http.safety import API
from modwise.http.sessions import COOKIE, Lockout, Sessions
from modwise.http.settings import Settings

SIGN_IN = "/sign-in"
# What may be had without a key: the way to sign in, and the site's own files.
OPEN = frozenset({SIGN_IN, "/sign-in.css", "/sign-in/oidc", BACK, "/favicon.ico", "/v1/session"})
OPEN_BELOW = ("/static/",)
# Asked again and again by a page that waits; that is no use of the session.
POLLED = ("/v1/jobs/", "/jobs/")


class Accounts:
    """Keys, sessions and wrong tries of one server."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.keys = Keys(settings.folder)
        self.sessions = Sessions(settings.idle_minutes * 60.0)
        self.lockout = Lockout()
        self.provider = Provider(settings.oidc) if settings.oidc else None

    def any(self) -> bool:
        """Whether somebody can sign in at all."""
        return self.provider is not None or self.keys.any()

    @property
    def cookie(self) -> str:
        """The session cookie's name; over TLS one that no other host can set."""
        return f"__Host-{COOKIE}" if self.settings.secure else COOKIE

    def by_key(self, text: str, address: str) -> Key:
        """The key that the text is. Raises Refusal 401 for none, 429 after too many."""
        identity, _ = keys.parts(text)
        # Ids that do not exist are counted together, or an attacker could try each once for free.
        identity = identity if identity in {key.id for key in keys.kept(self.settings.folder)} else ""
        if wait := self.lockout.wait(address, identity):
            raise Refusal(429, headers={"retry-after": str(math.ceil(wait))})
        found = self.keys.of(text)
        if found is None:
            self.lockout.failed(address, identity)
            raise Refusal(401, "The key is not known", headers={"www-authenticate": "Bearer"})
        self.lockout.passed(address, identity)
        return found

    def by_session(self, name: str, path: str) -> str | None:
        """The user of the session; None when it is over, or its key was taken back."""
        session = self.sessions.of(name, touch=not path.startswith(POLLED))
        if session is None:
            return None
        if session.key is not None and not self.keys.has(session.key):
            self.sessions.end(name)
            return None
        return session.user


class Identify:
    """Says in the request's state who sends it (`user`) and by which `session`; refuses whoever must say so and does not."""

    def __init__(self, app: ASGIApp, *, settings: Settings, accounts: Accounts) -> None:
        self.app = app
        self.settings = settings
        self.accounts = accounts
        self.local = user_name()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        state["user"], state["session"] = await self._who(scope)
        if state["user"] is None and not is_open(scope["path"]):
            if not _wants_page(scope):
                raise Refusal(401, headers={"www-authenticate": "Bearer"})
            away = RedirectResponse(f"{SIGN_IN}?next={quote(scope['path'])}", 303)
            await away(scope, receive, send)
            return
        await self.app(scope, receive, send)

    async def _who(self, scope: Scope) -> tuple[str | None, str]:
        headers = Headers(scope=scope)
        kind, _, text = headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer":
            key = await run_in_threadpool(self.accounts.by_key, text, address(scope))
            return key.user, ""
        if not self.settings.signed_in:
            return self.local, ""
        name = cookie_parser(headers.get("cookie", "")).get(self.accounts.cookie, "")
        user = self.accounts.by_session(name, scope["path"]) if name else None
        return user, name if user else ""


def is_open(path: str) -> bool:
    """Whether the path may be had without a key."""
    return path in OPEN or path.startswith(OPEN_BELOW)


def _wants_page(scope: Scope) -> bool:
    accepts = Headers(scope=scope).get("accept", "")
    return scope["method"] == "GET" and not scope["path"].startswith(API) and "text/html" in accepts


def address(scope: Scope) -> str:
    """The address a request comes from."""
    client: tuple[str, Any] | None = scope.get("client")
    return client[0] if client else ""
