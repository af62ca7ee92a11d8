"""Signing in through the organisation's own identity provider (OpenID Connect, code flow with PKCE). Off unless it is set up."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from modwise.errors import InputError, MissingExtra, UsageError
from modwise.http.settings import Oidc
from modwise.llm import is_loopback

if TYPE_CHECKING:
    from joserfc.jwk import KeySetSerialization

BACK = "/sign-in/oidc/back"
SCOPE = "openid email profile"
# Signed with the provider's own key; an algorithm with a shared secret, or none, is refused.
ALGORITHMS = ["RS256", "PS256", "ES256", "RS512", "PS512", "ES384", "ES512"]
# So long may it take to sign in there.
PATIENCE = 600.0
TIMEOUT = 15.0
MOST_WAITING = 1_000
CLOCKS_DIFFER = 60


@dataclass(frozen=True)
class Started:
    """A sign-in that is under way at the provider; `browser` is in the cookie of the browser that began it."""

    browser: str
    nonce: str
    verifier: str
    onward: str
    begun: float


class Provider:
    """The identity provider; its addresses and keys are asked for when they are first needed."""

    def __init__(self, settings: Oidc, clock: Callable[[], float] = time.monotonic) -> None:
        self.settings = settings
        self._clock = clock
        self._lock = threading.Lock()
        self._waiting: dict[str, Started] = {}
        self._known: dict[str, Any] | None = None

    def begin(self, back: str, onward: str) -> tuple[str, str]:
        """The provider's address to go to, and the secret for this browser's cookie."""
        state, browser, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(4))
        with self._client(back) as client:
            where, _ = client.create_authorization_url(
                self._told()["authorization_endpoint"], state=state, nonce=nonce, code_verifier=verifier
            )
        now = self._clock()
        with self._lock:
            self._waiting = {name: one for name, one in self._waiting.items() if now - one.begun < PATIENCE}
            while len(self._waiting) >= MOST_WAITING:
                self._waiting.pop(next(iter(self._waiting)))
            self._waiting[state] = Started(browser, nonce, verifier, onward, now)
        return str(where), browser

    def finish(self, back: str, state: str, browser: str, code: str) -> tuple[str, str]:
        """The user's name and where they wanted to go. Raises InputError for an answer that is not to be believed."""
        with self._lock:
            started = self._waiting.pop(state, None)
        if started is None or self._clock() - started.begun > PATIENCE or not secrets.compare_digest(started.browser, browser):
            raise _unbelieved("it was not begun here, or too long ago")
        with self._client(back) as client:
            try:
                token = client.fetch_token(self._told()["token_endpoint"], code=code, code_verifier=started.verifier)
            except Exception as error:  # noqa: BLE001 - the client and the provider have many; their words may hold the code
                raise _unbelieved(f"the provider did not confirm it ({type(error).__name__})") from None
        return self._user(self._claims(token, started.nonce)), started.onward

    def _user(self, claims: dict[str, Any]) -> str:
        name = str(claims.get("email") or claims.get("preferred_username") or claims["sub"])
        if claims.get("email") and claims.get("email_verified") is False:
            raise _unbelieved("the provider has not verified the address")
        if self.settings.users and name.lower() not in {one.lower() for one in self.settings.users}:
            raise _unbelieved("this user may not use this server")
        return name[:80]

    def _claims(self, token: dict[str, Any], nonce: str) -> dict[str, Any]:
        from authlib.oidc.core import CodeIDToken
        from joserfc import jwt
        from joserfc.jwk import KeySet

        told = self._told()
        try:
            keys = KeySet.import_key_set(cast("KeySetSerialization", self._get(told["jwks_uri"])))
            read = jwt.decode(str(token["id_token"]), keys, algorithms=ALGORITHMS)
            options = {
                "iss": {"essential": True, "value": told["issuer"]},
                "aud": {"essential": True, "value": self.settings.client_id},
            }
            params = {"nonce": nonce, "client_id": self.settings.client_id, "access_token": token.get("access_token")}
            claims = CodeIDToken(read.claims, read.header, options, params)
            claims.validate(leeway=CLOCKS_DIFFER)
        except (InputError, UsageError):
            raise
        except Exception as error:  # noqa: BLE001 - whatever is wrong with a token, it is not believed
            raise _unbelieved(f"its token is not sound ({type(error).__name__})") from None
        return dict(claims)

    def _told(self) -> dict[str, Any]:
        """What the provider says of itself."""
        if self._known is None:
            issuer = self.settings.issuer.rstrip("/")
            told = self._get(f"{issuer}/.well-known/openid-configuration")
            if str(told.get("issuer", "")).rstrip("/") != issuer:
                raise _unbelieved("it gives itself another name than it was set up with")
            for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
                _check_address(str(told.get(name, "")))
            self._known = told
        return self._known

    def _get(self, url: str) -> dict[str, Any]:
        import httpx2

        try:
            answer = httpx2.get(url, timeout=TIMEOUT)
            answer.raise_for_status()
            told: dict[str, Any] = answer.json()
        except (httpx2.HTTPError, ValueError) as error:
            raise InputError(
                f"the identity provider cannot be reached ({type(error).__name__})",
                hint="Try again; or sign in with an API key.",
                code="no-provider",
            ) from None
        return told

    def _client(self, back: str) -> Any:
        from authlib.integrations.httpx_client import OAuth2Client

        return OAuth2Client(
            self.settings.client_id,
            self.settings.secret,
            scope=SCOPE,
            redirect_uri=back,
            code_challenge_method="S256",
            timeout=TIMEOUT,
        )


def check(settings: Oidc) -> None:
    """Raises UsageError for a provider that would be asked in clear text, MissingExtra without the library."""
    _check_address(settings.issuer)
    try:
        import authlib.integrations.httpx_client  # noqa: F401
    except ImportError:
        raise MissingExtra("signing in through a provider needs an extra", hint="pip install 'modwise[oidc]'.") from None


def _check_address(url: str) -> None:
    from urllib.parse import urlsplit

    parts = urlsplit(url)
    if not parts.hostname or (parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname))):
        raise UsageError("an identity provider is asked over https", hint="Give --oidc-issuer https://…", code="bad-issuer")


def _unbelieved(why: str) -> InputError:
    error = InputError(f"the sign-in is not accepted: {why}", hint="Begin again at /sign-in.", code="sign-in-refused")
    error.status = 403
    return error
