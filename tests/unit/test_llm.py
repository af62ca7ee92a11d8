"""The client of a language model, against a scripted server on this machine."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from modwise import llm
from modwise.errors import InputError, UsageError


class Script(BaseHTTPRequestHandler):
    """Answers what its server was told to, and keeps what it was asked."""

    server: Any

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        self.server.asked.append((self.path, dict(self.headers), json.loads(self.rfile.read(length))))
        self.send_response(self.server.status)
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(self.server.body)

    def log_message(self, *args: Any) -> None:
        """Says nothing."""


@contextmanager
def serving(body: bytes, status: int = 200, headers: dict[str, str] | None = None) -> Iterator[tuple[llm.Endpoint, list[Any]]]:
    server: Any = HTTPServer(("127.0.0.1", 0), Script)
    server.asked, server.body, server.status, server.headers = [], body, status, headers or {}
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield llm.Endpoint(f"http://127.0.0.1:{server.server_port}/v1", "a-model", "a-key", timeout=5), server.asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def said(content: object) -> bytes:
    return json.dumps({"choices": [{"message": {"role": "assistant", "content": content}}]}).encode()


def test_it_asks_as_the_others_do_and_returns_the_words() -> None:
    with serving(said("Half.")) as (where, asked):
        assert llm.complete(where, "Rephrase.", "52 pays 0.50.") == "Half."
    path, headers, body = asked[0]
    assert path == "/v1/chat/completions"
    assert headers["Authorization"] == "Bearer a-key"
    assert (body["model"], body["temperature"]) == ("a-model", 0)
    assert [m["content"] for m in body["messages"]] == ["Rephrase.", "52 pays 0.50."]


@pytest.mark.parametrize(
    ("body", "status", "headers"),
    [
        (b"", 500, {}),
        (b"<html>", 200, {}),
        (b"{}", 200, {}),
        (b'{"choices": []}', 200, {}),
        (said(None), 200, {}),
        (said(["a"]), 200, {}),
        (b"", 302, {"Location": "http://example.org/"}),
        (said("x" * (llm.MOST_BYTES + 1)), 200, {}),
    ],
)
def test_whatever_goes_wrong_is_one_error_that_holds_nothing_of_the_text(body: bytes, status: int, headers: dict[str, str]) -> None:
    with serving(body, status, headers) as (where, _), pytest.raises(InputError) as caught:
        llm.complete(where, "Rephrase.", "Jane Doe")
    assert caught.value.code == "llm-failed"
    assert "Jane" not in str(caught.value)


def test_a_server_that_is_not_there() -> None:
    with serving(b"") as (where, _):
        pass
    with pytest.raises(InputError, match="cannot be reached"):
        llm.complete(where, "a", "b")


def test_a_proxy_of_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with serving(said("Half.")) as (where, _):
        assert llm.complete(where, "a", "b") == "Half."


def test_nothing_is_set_by_default() -> None:
    assert llm.endpoint({}) is None
    assert llm.endpoint({"MODWISE_LLM_URL": " "}) is None


@pytest.mark.parametrize("url", ["http://127.0.0.1:8080/v1", "http://localhost/v1/", "http://[::1]:1/v1", "https://127.9.9.9/v1"])
def test_this_machine_needs_no_leave(url: str) -> None:
    found = llm.endpoint({"MODWISE_LLM_URL": url, "MODWISE_LLM_KEY": "secret"})
    assert found is not None
    assert found.url == url.rstrip("/")
    assert "secret" not in repr(found)


@pytest.mark.parametrize(
    "url",
    [
        "https://api.example.org/v1",
        "http://127.0.0.1.example.org/v1",
        "http://localhost.example.org",
        "http://10.0.0.1/v1",
        "http://0.0.0.0/v1",
    ],
)
def test_another_machine_needs_leave(url: str) -> None:
    with pytest.raises(UsageError, match="leaves this machine"):
        llm.endpoint({"MODWISE_LLM_URL": url})
    assert llm.endpoint({"MODWISE_LLM_URL": url, "MODWISE_LLM_REMOTE": "allow"}) is not None


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://127.0.0.1", "127.0.0.1:8080", "http://"])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(UsageError, match="no address"):
        llm.endpoint({"MODWISE_LLM_URL": url, "MODWISE_LLM_REMOTE": "allow"})
