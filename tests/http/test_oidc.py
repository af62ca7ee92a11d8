"""Signing in through an identity provider: a small one of our own, on this machine, that says what a test wants it to say."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi.testclient import TestClient
from joserfc import jwt
from joserfc.jwk import RSAKey

from modwise.errors import UsageError
from modwise.http import oidc
from modwise.http.app import create
from modwise.http.settings import Oidc, Settings

from .conftest import BASE

SECRET = "shared-with-the-provider"


class Idp(ThreadingHTTPServer):
    """An identity provider for one client. `says` are the claims of its next token, `key` what it signs with."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.issuer = f"http://127.0.0.1:{self.server_address[1]}"
        self.published = RSAKey.generate_key(2048, parameters={"kid": "one"})
        self.key = self.published
        self.says: dict[str, Any] = {}
        self.nonce = ""
        self.challenge = ""

    def authorize(self, where: str) -> str:
        """What the user's browser does there: the provider takes note of the request and gives a code. Returns the state."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(where).query).items()}
        assert where.startswith(f"{self.issuer}/authorize")
        assert (asked["response_type"], asked["client_id"], asked["code_challenge_method"]) == ("code", "modwise", "S256")
        assert asked["redirect_uri"] == f"{BASE}/sign-in/oidc/back"
        self.nonce, self.challenge = asked["nonce"], asked["code_challenge"]
        return asked["state"]

    def token(self) -> str:
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "sub": "u1",
            "aud": "modwise",
            "exp": now + 60,
            "iat": now,
            "nonce": self.nonce,
            "email": "anna@clinic.example",
            **self.says,
        }
        kept = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode({"alg": "RS256", "kid": "one"}, kept, self.key)


class Answers(BaseHTTPRequestHandler):
    server: Idp

    def do_GET(self) -> None:
        issuer = self.server.issuer
        told = {
            "/.well-known/openid-configuration": {
                "issuer": issuer,
                "authorization_endpoint": f"{issuer}/authorize",
                "token_endpoint": f"{issuer}/token",
                "jwks_uri": f"{issuer}/keys",
            },
            "/keys": {"keys": [self.server.published.as_dict(private=False)]},
        }
        self._say(told[self.path])

    def do_POST(self) -> None:
        body = parse_qs(self.rfile.read(int(self.headers["content-length"])).decode())
        verifier = body["code_verifier"][0].encode()
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier).digest()).rstrip(b"=").decode()
        good = body["code"] == ["good"] and challenge == self.server.challenge
        if good:
            self._say({"access_token": "a", "token_type": "Bearer", "id_token": self.server.token()})
        else:
            self._say({"error": "invalid_grant"}, 400)

    def _say(self, body: Any, status: int = 200) -> None:
        sent = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(sent)))
        self.end_headers()
        self.wfile.write(sent)

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""


@pytest.fixture(scope="module")
def made() -> Iterator[Idp]:
    idp = Idp()
    thread = threading.Thread(target=idp.serve_forever, daemon=True)
    thread.start()
    yield idp
    idp.shutdown()
    idp.server_close()
    thread.join()


@pytest.fixture
def idp(made: Idp) -> Idp:
    made.says, made.key = {}, made.published
    return made


@pytest.fixture(scope="module")
def browser(made: Idp, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    provider = Oidc(made.issuer, "modwise", SECRET, users=("Anna@clinic.example",))
    chosen = Settings(home=tmp_path_factory.mktemp("home"), sign_in=True, oidc=provider)
    with TestClient(create(chosen), base_url=BASE, follow_redirects=False) as one:
        yield one


@pytest.fixture
def client(idp: Idp, browser: TestClient) -> TestClient:
    """A browser that nobody has signed in with."""
    browser.cookies.clear()
    return browser


def signed(client: TestClient, idp: Idp, code: str = "good", **changed: str) -> Any:
    """The answer to the browser that comes back from the provider."""
    away = client.get("/sign-in/oidc?next=/denials")
    assert away.status_code == 303, away.text
    state = idp.authorize(away.headers["location"])
    return client.get("/sign-in/oidc/back", params={"state": state, "code": code, **changed})


def test_who_the_provider_knows_is_signed_in(client: TestClient, idp: Idp) -> None:
    assert "/sign-in/oidc?next=" in client.get("/sign-in").text
    assert client.get("/v1/edits").status_code == 401
    answer = signed(client, idp)
    assert answer.status_code == 200, answer.text
    assert 'content="0; url=/denials"' in answer.text
    assert client.get("/v1/session").json()["user"] == "anna@clinic.example"
    assert client.get("/v1/edits").status_code == 200


def test_the_secret_is_in_no_text_form(idp: Idp) -> None:
    assert SECRET not in repr(Settings(oidc=Oidc(idp.issuer, "modwise", SECRET)))


@pytest.mark.parametrize(
    "says",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another"},
        {"aud": None},
        {"iss": "https://evil.example"},
        {"exp": 1_000_000_000},
        {"exp": None},
        {"email": "ben@clinic.example"},
        {"email": None},
        {"email_verified": False},
        {"azp": "another", "aud": ["modwise", "another"]},
    ],
)
def test_a_token_that_is_not_sound_lets_nobody_in(client: TestClient, idp: Idp, says: dict[str, Any]) -> None:
    idp.says = says
    answer = signed(client, idp)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (403, "sign-in-refused")
    assert client.get("/v1/edits").status_code == 401


def test_a_token_signed_by_somebody_else_lets_nobody_in(client: TestClient, idp: Idp) -> None:
    idp.key = RSAKey.generate_key(2048, parameters={"kid": "one"})
    assert signed(client, idp).status_code == 403


def test_a_code_or_state_of_somebody_else_lets_nobody_in(client: TestClient, idp: Idp) -> None:
    assert signed(client, idp, code="stolen").status_code == 403
    assert signed(client, idp, state="stolen").status_code == 403
    away = client.get("/sign-in/oidc")
    state = idp.authorize(away.headers["location"])
    # The code of this browser's sign-in, in another browser.
    client.cookies.clear()
    assert client.get("/sign-in/oidc/back", params={"state": state, "code": "good"}).status_code == 403


def test_a_state_holds_once_and_not_for_ever(idp: Idp) -> None:
    now = 0.0
    provider = oidc.Provider(Oidc(idp.issuer, "modwise", SECRET), lambda: now)
    back = f"{BASE}/sign-in/oidc/back"
    where, browser = provider.begin(back, "/")
    state = idp.authorize(where)
    assert provider.finish(back, state, browser, "good") == ("anna@clinic.example", "/")
    with pytest.raises(oidc.InputError):
        provider.finish(back, state, browser, "good")
    where, browser = provider.begin(back, "/")
    state = idp.authorize(where)
    now = oidc.PATIENCE + 1
    with pytest.raises(oidc.InputError):
        provider.finish(back, state, browser, "good")


def test_a_provider_is_asked_over_https_or_on_this_machine() -> None:
    oidc.check(Oidc("https://id.example", "modwise"))
    oidc.check(Oidc("http://127.0.0.1:1", "modwise"))
    for issuer in ("http://id.example", "id.example", "ftp://id.example", ""):
        with pytest.raises(UsageError):
            oidc.check(Oidc(issuer, "modwise"))


def test_a_provider_that_cannot_be_reached_is_said(tmp_path: Path) -> None:
    provider = Oidc("http://127.0.0.1:9", "modwise", SECRET)
    with TestClient(create(Settings(home=tmp_path, sign_in=True, oidc=provider)), base_url=BASE) as client:
        answer = client.get("/sign-in/oidc")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "no-provider")


def test_without_a_provider_there_is_no_way_to_one(tmp_path: Path) -> None:
    with TestClient(create(Settings(home=tmp_path, sign_in=True)), base_url=BASE) as client:
        assert client.get("/sign-in/oidc").status_code == 404
