"""What stands between a browser and the data: who may call by which name, from where, and what a browser may do with an answer."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from urllib.parse import urlsplit

from fastapi import Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from modwise.http import form_tokens
from modwise.http.bodies import first_bytes
from modwise.http.failures import Refusal
from modwise.http.settings import Settings, allowed_hosts

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
API = "/v1/"
TOKEN_HEADER = "x-modwise-token"  # noqa: S105 - a header's name
TOKEN_FIELD = "modwise_token"  # noqa: S105 - a form field's name
HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": (
        "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}


class SafeHeaders:
    """Puts the headers on every answer, errors too. `cache-control` alone may be set by a route (files of the site itself)."""

    def __init__(self, app: ASGIApp, *, secure: bool) -> None:
        self.app = app
        self.headers = dict(HEADERS)
        if secure:
            self.headers["strict-transport-security"] = "max-age=31536000"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    if name != "cache-control" or name not in given:
                        given[name] = value
            await send(message)

        await self.app(scope, receive, with_headers)


class Gate:
    """Refuses foreign host names (DNS rebinding) and requests that another site makes a browser send."""

    def __init__(self, app: ASGIApp, *, settings: Settings) -> None:
        self.app = app
        self.hosts = allowed_hosts(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] == "http":
            headers = Headers(scope=scope)
            self.check_host(headers)
            check_origin(scope["method"], headers)
        await self.app(scope, receive, send)

    def check_host(self, headers: Headers) -> None:
        """Raises Refusal for a name that is not this server's."""
        given = headers.getlist("host")
        if len(given) != 1 or host_name(given[0]) not in self.hosts:
            raise Refusal(
                403,
                "The request calls this server by a name that is not its own",
                hint="Use http://127.0.0.1 with the port, or name the host with --name.",
                code="foreign-host",
            )


def host_name(host: str) -> str:
    """The name of a Host header, without port; empty for what is none."""
    try:
        return (urlsplit(f"//{host}").hostname or "") if not set(host) & set("/\\@?# \t") else ""
    except ValueError:
        return ""


def check_origin(method: str, headers: Headers) -> None:
    """Raises Refusal for a request that another site's page sends.

    A browser says where a request comes from; programs that are none do not, and are let through: no page can make them send one.
    """
    site, mode = headers.get("sec-fetch-site"), headers.get("sec-fetch-mode")
    if method in SAFE_METHODS:
        # A link from elsewhere may be followed; a picture, script or fetch from elsewhere may not.
        if site in ("cross-site", "same-site") and mode != "navigate":
            raise _foreign()
        return
    if site is not None:
        if site not in ("same-origin", "none"):
            raise _foreign()
    elif (origin := headers.get("origin")) is not None and urlsplit(origin).netloc.lower() != headers.get("host", "").lower():
        raise _foreign()


def _foreign() -> Refusal:
    return Refusal(403, "The request comes from another site", hint="Send it from this site's own pages.", code="cross-site")


class Tokens:
    """The tokens of the site's forms: a keyed hash of the session, so a page of another site cannot know one."""

    def __init__(self) -> None:
        self._secret = secrets.token_bytes(32)

    def of(self, session: str) -> str:
        """The token of a session; of the empty one where nobody signs in."""
        return hmac.new(self._secret, session.encode(), hashlib.sha256).hexdigest()

    def right(self, session: str, given: str) -> bool:
        """Whether the token is the session's."""
        return hmac.compare_digest(self.of(session).encode(), given.encode())


class FormTokens:
    """Asks every changing request of the site for its token: in the header, or as the form's first field.

    Requests to the API need none, unless a browser's session alone says who sends them.
    """

    def __init__(self, app: ASGIApp, *, tokens: Tokens) -> None:
        self.app = app
        self.tokens = tokens

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self._asked(scope):
            given = Headers(scope=scope).get(TOKEN_HEADER)
            if given is None:
                with first_bytes(scope) as limit:
                    given, receive = await form_tokens.first_field(Headers(scope=scope), receive, TOKEN_FIELD, limit.check)
            if not self.tokens.right(scope.get("state", {}).get("session", ""), given):
                raise Refusal(
                    403, "The form has gone stale", hint="Load the page again, then send the form once more.", code="stale-form"
                )
        await self.app(scope, receive, send)

    @staticmethod
    def _asked(scope: Scope) -> bool:
        if scope["method"] in SAFE_METHODS:
            return False
        return not scope["path"].startswith(API) or bool(scope.get("state", {}).get("session"))


def token_of(request: Request) -> str:
    """The token that a page puts into its forms (field `modwise_token`, first) or sends as the header `X-Modwise-Token`."""
    tokens: Tokens = request.app.state.tokens
    return tokens.of(request.scope.get("state", {}).get("session", ""))
