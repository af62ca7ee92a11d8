"""API keys, sessions of browsers, lock-out, and what the audit trail says of them."""

from __future__ import annotations

import json
import re
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session

import modwise as mw
from modwise.cli.main import cli
from modwise.errors import InputError, UsageError
from modwise.http import keys
from modwise.http.app import create
from modwise.http.routes.entrance import inside
from modwise.http.sessions import FREE_TRIES, LONGEST_WAIT, Lockout, Sessions
from modwise.http.settings import Settings
from modwise.store.database import shared_engine
from modwise.store.models import EventRow

from .conftest import BASE

NOW = datetime(2026, 7, 15, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    """A data folder with two users' keys: a hash takes a third of a second on purpose."""
    folder = tmp_path_factory.mktemp("home")
    return folder, keys.make(folder, "anna", NOW)[1], keys.make(folder, "ben", NOW)[1]


@pytest.fixture
def guarded(made: tuple[Path, str, str], tmp_path: Path) -> Iterator[tuple[TestClient, str, Path]]:
    """A client of a server that asks for keys; anna's key; the server's data folder."""
    home = tmp_path / "guarded"
    home.mkdir()
    (home / keys.FILE).write_bytes((made[0] / keys.FILE).read_bytes())
    with TestClient(create(Settings(home=home, sign_in=True)), base_url=BASE, follow_redirects=False) as client:
        yield client, made[1], home


def trail(home: Path) -> list[tuple[str, str, dict[str, object]]]:
    with Session(shared_engine(home=home)) as session:
        return [(e.who, e.action, json.loads(e.fields)) for e in session.scalars(select(EventRow).order_by(EventRow.id))]


def test_a_key_is_shown_once_and_kept_as_a_hash(made: tuple[Path, str, str]) -> None:
    folder, text, _ = made
    path = folder / keys.FILE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    kept = path.read_text()
    assert keys.parts(text)[1] not in kept
    assert "$argon2id$" in kept
    found = keys.Keys(folder).of(text)
    assert found is not None
    assert found.user == "anna"


def test_what_is_no_key_opens_nothing(made: tuple[Path, str, str]) -> None:
    folder, text, other = made
    known = keys.Keys(folder)
    mixed = f"mw_{keys.parts(text)[0]}_{keys.parts(other)[1]}"
    for wrong in ("", "mw", "mw__", "mw_00000000_x", mixed, text[:-1], text + "x", f"x{text}"):
        assert known.of(wrong) is None


def test_a_revoked_key_ends_at_once(tmp_path: Path) -> None:
    key, text = keys.make(tmp_path, "anna", NOW)
    known = keys.Keys(tmp_path)
    assert known.of(text) == key
    keys.revoke(tmp_path, key.id)
    assert known.of(text) is None
    with pytest.raises(UsageError):
        keys.revoke(tmp_path, key.id)


@pytest.mark.parametrize("name", ["", "   ", "a\nb", "x" * 61])
def test_a_user_has_a_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError):
        keys.make(tmp_path, name, NOW)


@pytest.mark.parametrize("content", ["{", "[]", '{"keys": [{"id": "x"}]}', '{"keys": 1}'])
def test_a_damaged_file_of_keys_lets_nobody_in(tmp_path: Path, content: str) -> None:
    (tmp_path / keys.FILE).write_text(content)
    with pytest.raises(InputError):
        keys.Keys(tmp_path).of("mw_00000000_x")


# ---- requests ------------------------------------------------------------------------------------------------------------


def test_without_a_key_nothing_is_answered(guarded: tuple[TestClient, str, Path]) -> None:
    client, _, _ = guarded
    for path in ("/v1/show/52", "/v1/list", "/v1/openapi.json", "/v1/docs", "/v1/nothing", "/static/../v1/list"):
        answer = client.get(path)
        assert answer.status_code == 401, path
        assert answer.headers["www-authenticate"] == "Bearer"
    assert client.get("/", headers={"accept": "text/html"}).headers["location"] == "/sign-in?next=/"
    assert client.get("/v1/session").json()["user"] is None


def test_a_key_in_the_header_is_enough(guarded: tuple[TestClient, str, Path]) -> None:
    client, key, _ = guarded
    bearer = {"authorization": f"Bearer {key}"}
    assert client.get("/v1/edits", headers=bearer).status_code == 200
    assert client.post("/v1/ask", json={"question": "What does 52 mean?"}, headers=bearer).status_code == 200
    assert client.get("/v1/session", headers=bearer).json()["user"] == "anna"
    assert client.get("/v1/edits", headers={"authorization": f"Basic {key}"}).status_code == 401


def test_a_browser_signs_in_works_and_signs_out(guarded: tuple[TestClient, str, Path]) -> None:
    client, key, home = guarded
    page = client.get("/sign-in?next=/denials")
    token = re.search(r'name="modwise_token" value="(\w+)"', page.text)
    assert token
    answer = client.post("/sign-in", data={"modwise_token": token[1], "next": "/denials", "key": key})
    assert (answer.status_code, answer.headers["location"]) == (303, "/denials")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert client.get("/v1/edits").status_code == 200
    # The session alone does not send anything: the page's token must come with it.
    assert client.post("/v1/ask", json={"question": "What does 52 mean?"}).status_code == 403
    session = client.cookies["modwise"]
    mine = client.app.state.tokens.of(session)  # type: ignore[attr-defined]
    sent = client.post("/v1/ask", json={"question": "What does 52 mean?"}, headers={"x-modwise-token": mine})
    assert sent.status_code == 200
    assert client.post("/sign-out", data={"modwise_token": mine}).status_code == 303
    client.cookies.set("modwise", session)
    assert client.get("/v1/edits").status_code == 401
    assert [(who, action) for who, action, _ in trail(home)] == [("anna", "signed in"), ("anna", "signed out")]
    assert mw.worklist_verify(home=home) == []


def test_over_tls_the_cookie_travels_only_there(made: tuple[Path, str, str]) -> None:
    app = create(Settings(home=made[0], proxied=True, names=("billing.example.org",)))
    with TestClient(app, base_url="https://billing.example.org") as client:
        answer = client.post("/v1/session", json={"key": made[1]})
    assert answer.status_code == 201
    assert answer.json()["user"] == "anna"
    assert answer.headers["set-cookie"].startswith("__Host-modwise=")
    assert "Secure" in answer.headers["set-cookie"]
    assert "strict-transport-security" in answer.headers


def test_many_wrong_keys_are_made_to_wait_and_right_ones_are_not(guarded: tuple[TestClient, str, Path]) -> None:
    client, key, home = guarded
    wrong = {"authorization": "Bearer mw_00000000_ZZCANARY"}
    statuses = [client.get("/v1/edits", headers=wrong).status_code for _ in range(FREE_TRIES + 2)]
    assert statuses == [401] * FREE_TRIES + [429] * 2
    refused = client.get("/v1/edits", headers=wrong)
    assert int(refused.headers["retry-after"]) > 0
    assert refused.json()["errors"][0]["code"] == "too-many"
    assert client.get("/v1/edits", headers={"authorization": f"Bearer {key}"}).status_code == 200
    assert client.post("/v1/session", json={"key": "mw_1_x"}).status_code == 429
    assert trail(home)[-1][1] == "sign-in refused"
    assert "ZZCANARY" not in json.dumps(trail(home))


def test_a_session_dies_with_its_key(guarded: tuple[TestClient, str, Path]) -> None:
    client, key, home = guarded
    assert client.post("/v1/session", json={"key": key}).status_code == 201
    assert client.get("/v1/edits").status_code == 200
    keys.revoke(home, keys.parts(key)[0])
    assert client.get("/v1/edits").status_code == 401


@pytest.mark.parametrize(
    ("given", "leads"),
    [
        ("/denials", "/denials"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example", "/"),
        ("", "/"),
        ("/a\r\nset-cookie: x", "/"),
    ],
)
def test_signing_in_leads_nowhere_else(given: str, leads: str) -> None:
    assert inside(given) == leads


def test_the_description_is_a_page_that_loads_nothing_from_elsewhere(client: TestClient) -> None:
    page = client.get("/v1/docs").text
    paths = client.get("/v1/openapi.json").json()["paths"]
    assert all(f"{method.upper()} {path}" in page for path, methods in paths.items() for method in methods)
    assert "ModifierPage | DenialCodePage" in page
    assert "<script" not in page
    assert "style=" not in page
    assert re.findall(r'(?:src|href)="((?:https?:)?//[^"]*)"', page) == []


# ---- time ----------------------------------------------------------------------------------------------------------------


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_session_left_alone_ends() -> None:
    clock = Clock()
    sessions = Sessions(900.0, clock)
    name = sessions.begin("anna")
    clock.now = 800
    assert sessions.of(name) is not None
    clock.now = 1_600
    # A page that asks by itself is no use.
    assert sessions.of(name, touch=False) is not None
    clock.now = 1_701
    assert sessions.of(name) is None
    assert sessions.of("") is None


def test_a_session_ends_after_the_longest_day() -> None:
    clock = Clock()
    sessions = Sessions(900.0, clock)
    name = sessions.begin("anna")
    for minute in range(0, 12 * 60, 10):
        clock.now = minute * 60.0
        assert sessions.of(name) is not None
    clock.now = 12 * 3600.0 + 1
    assert sessions.of(name) is None


def test_each_further_wrong_key_waits_twice_as_long() -> None:
    clock = Clock()
    lockout = Lockout(clock)
    waits = []
    for _ in range(FREE_TRIES + 8):
        lockout.failed("10.0.0.1", "k")
        waits.append(lockout.wait("10.0.0.1", "k"))
    assert waits[: FREE_TRIES - 1] == [0.0] * (FREE_TRIES - 1)
    assert waits[FREE_TRIES - 1 : FREE_TRIES + 2] == [30.0, 60.0, 120.0]
    assert waits[-1] == LONGEST_WAIT
    assert lockout.wait("10.0.0.2", "k") == 0.0
    clock.now += LONGEST_WAIT * 3
    lockout.failed("10.0.0.1", "k")
    assert lockout.wait("10.0.0.1", "k") == 0.0


# ---- the commands --------------------------------------------------------------------------------------------------------


def test_the_commands_make_show_and_take_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODWISE_HOME", str(tmp_path))

    def run(*words: str) -> dict[str, str] | list[dict[str, str]]:
        told = CliRunner().invoke(cli, ["key", *words, "--format", "json"], catch_exceptions=False)
        read: dict[str, str] | list[dict[str, str]] = json.loads(told.stdout)
        return read

    made = run("new", "anna")
    assert isinstance(made, dict)
    assert made["key"].startswith(f"mw_{made['id']}_")
    assert run("list") == [{"id": made["id"], "user": "anna", "made": made["made"]}]
    assert run("revoke", made["id"])
    assert run("list") == []
    assert [action for _, action, _ in trail(tmp_path)] == ["key made", "key revoked"]
