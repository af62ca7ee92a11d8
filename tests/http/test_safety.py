"""Who may call, by which name, from where; and what every answer says to a browser."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from fastapi import FastAPI, Request
from fastapi.responses import PlainTextResponse
from fastapi.testclient import TestClient

from modwise.errors import UsageError
from modwise.http import settings as settings_module
from modwise.http.app import create
from modwise.http.safety import HEADERS, host_name
from modwise.http.settings import Settings

from .conftest import BASE

ASK = {"question": "What does 52 mean?"}


def shape(body: dict[str, object], status: int) -> None:
    assert set(body) == {"ok", "error", "errors", "status"}
    assert body["ok"] is False
    assert body["status"] == status
    errors = body["errors"]
    assert isinstance(errors, list)
    assert errors
    for one in errors:
        assert set(one) == {"code", "where", "message", "hint"}
        assert one["message"]


@pytest.mark.parametrize(
    ("method", "path", "sent", "status"),
    [
        ("GET", "/v1/nothing", {}, 404),
        ("GET", "/nothing", {}, 404),
        ("PUT", "/v1/list", {}, 405),
        ("GET", "/v1/show/Z9", {}, 400),
        ("GET", "/v1/show/52?as_of=yesterday", {}, 422),
        ("GET", "/v1/list?payer=nobody", {}, 400),
        ("POST", "/v1/advise", {"json": {"name": "x"}}, 422),
        ("POST", "/v1/advise", {"content": b"{", "headers": {"content-type": "application/json"}}, 422),
        ("POST", "/v1/advise", {"content": b"\xc3\x28", "headers": {"content-type": "application/json"}}, 400),
        ("POST", "/v1/ask", {"json": {"question": "a" * 3_000_000}}, 413),
        ("POST", "/v1/price", {"json": {"code": "99213", "charge": "much"}}, 400),
    ],
)
def test_every_error_has_one_shape_and_every_answer_the_headers(
    client: TestClient, method: str, path: str, sent: dict[str, object], status: int
) -> None:
    answer = client.request(method, path, **sent)  # type: ignore[arg-type]
    assert answer.status_code == status
    shape(answer.json(), status)
    for name, value in HEADERS.items():
        assert answer.headers[name] == value


def test_answers_carry_the_headers_too(client: TestClient) -> None:
    answer = client.get("/v1/show/52")
    assert answer.status_code == 200
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8350", "", "a@127.0.0.1", "[::1"]
)
def test_a_foreign_host_name_is_refused(client: TestClient, host: str) -> None:
    answer = client.get("/v1/list", headers={"host": host})
    assert answer.status_code == 403
    assert answer.json()["errors"][0]["code"] == "foreign-host"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:1", "LOCALHOST:8350", "[::1]:8350"])
def test_its_own_names_are_served(client: TestClient, host: str) -> None:
    assert client.get("/v1/edits", headers={"host": host}).status_code == 200


def test_the_name_of_a_host_header() -> None:
    assert [host_name(h) for h in ("a.example:80", "A.example", "[::1]:80", "a b", "a/b", "[::1")] == [
        "a.example",
        "a.example",
        "::1",
        "",
        "",
        "",
    ]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"origin": BASE}, 200),
        ({"sec-fetch-site": "same-origin", "origin": BASE}, 200),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://127.0.0.1:3000"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
    ],
)
def test_another_sites_page_cannot_send_anything(client: TestClient, headers: dict[str, str], status: int) -> None:
    assert client.post("/v1/ask", json=ASK, headers=headers).status_code == status


@pytest.mark.parametrize(("mode", "status"), [("navigate", 200), ("no-cors", 403), ("cors", 403)])
def test_another_site_may_link_here_and_embed_nothing(client: TestClient, mode: str, status: int) -> None:
    answer = client.get("/v1/edits", headers={"sec-fetch-site": "cross-site", "sec-fetch-mode": mode})
    assert answer.status_code == status


# ---- the site's forms ----------------------------------------------------------------------------------------------------


@pytest.fixture
def form(app: FastAPI) -> TestClient:
    """A client of an app with a page that takes a form."""

    @app.post("/page")
    async def page(request: Request) -> PlainTextResponse:
        async with request.form() as read:
            return PlainTextResponse(",".join(read))

    return TestClient(app, base_url=BASE)


def test_a_form_without_its_token_is_refused(form: TestClient, app: FastAPI) -> None:
    token = app.state.tokens.of("")
    other = {"data": {"words": "x"}}
    for sent in ({}, other, {"files": {"file": ("a", b"b")}}, {"data": {"words": "x", "modwise_token": token}}):
        assert form.post("/page", **sent).status_code == 403  # type: ignore[arg-type]
    assert form.post("/page", data={"modwise_token": "wrong"}).status_code == 403
    assert form.post("/page", json={"modwise_token": token}).status_code == 403


def test_a_form_with_its_token_first_arrives_whole(form: TestClient, app: FastAPI) -> None:
    token = app.state.tokens.of("")
    assert form.post("/page", data={"modwise_token": token, "words": "x"}).text == "modwise_token,words"
    whole = form.post("/page", data={"modwise_token": token}, files={"file": ("a.txt", b"x" * 10_000)})
    assert whole.text == "modwise_token,file"
    assert form.post("/page", data={"words": "x"}, headers={"x-modwise-token": token}).text == "words"


# ---- faults --------------------------------------------------------------------------------------------------------------


def test_a_fault_says_nothing_of_its_words(
    app: FastAPI, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    @app.get("/v1/fault")
    def fault() -> None:
        raise KeyError("ZZCANARY SMITH")

    with caplog.at_level(logging.DEBUG), TestClient(app, base_url=BASE) as client:
        answer = client.get("/v1/fault?name=ZZCANARY")
    assert answer.status_code == 500
    shape(answer.json(), 500)
    out, err = capfd.readouterr()
    for said in (answer.text, caplog.text.replace("http://", ""), out, err):
        assert "ZZCANARY SMITH" not in said
    assert "fault KeyError at" in caplog.text


def test_a_wrong_value_is_not_said_back(client: TestClient) -> None:
    answer = client.post("/v1/advise", json={"facts": {"ZZCANARY": ["ZZCANARY"]}, "ZZCANARY": 1, "setting": "ZZCANARY"})
    assert answer.status_code == 422
    assert "ZZCANARY" not in answer.text


def test_nothing_is_traced_whatever_the_environment_says(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    from opentelemetry import trace

    monkeypatch.setenv("FASTAPI_OTEL_AUTO_CONFIGURE", "true")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    spans: list[str] = []

    class Tracer(trace.NoOpTracer):
        def start_span(self, name: str, *args: object, **kwargs: object) -> trace.Span:
            spans.append(name)
            return trace.INVALID_SPAN

    class Provider(trace.TracerProvider):
        def get_tracer(self, *args: object, **kwargs: object) -> trace.Tracer:
            return Tracer()

    monkeypatch.setattr(trace, "get_tracer_provider", Provider)
    app = create(settings)
    with TestClient(app, base_url=BASE) as client:
        assert client.get("/v1/edits").status_code == 200
    assert spans == []


# ---- beyond this machine -------------------------------------------------------------------------------------------------

CERT = {"tls_cert": Path("cert.pem"), "tls_key": Path("key.pem")}


@pytest.mark.parametrize(
    ("chosen", "accounts", "code"),
    [
        ({}, False, None),
        ({"host": "::1"}, False, None),
        ({"sign_in": True}, False, "no-authentication"),
        ({"sign_in": True}, True, None),
        ({"host": "0.0.0.0"}, False, "no-authentication"),
        ({"host": "0.0.0.0"}, True, "no-tls"),
        ({"host": "billing.example.org", **CERT}, True, None),
        ({"host": "127.0.0.1", "proxied": True}, False, "no-authentication"),
        ({"host": "127.0.0.1", "proxied": True}, True, None),
        ({"tls_cert": Path("cert.pem")}, False, "bad-tls"),
    ],
)
def test_what_is_not_safe_does_not_start(chosen: dict[str, object], accounts: bool, code: str | None) -> None:
    wanted = Settings(**chosen)  # type: ignore[arg-type]
    if code is None:
        settings_module.check(wanted, accounts=accounts)
        return
    with pytest.raises(UsageError) as raised:
        settings_module.check(wanted, accounts=accounts)
    assert raised.value.code == code
