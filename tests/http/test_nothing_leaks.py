"""A claim, a remit and a note with marked names go through every route of a really started server. No log, error, header, address, temporary
file or audit entry holds the mark; after `purge` nothing does."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx2
import pytest
from click.testing import CliRunner
from sqlalchemy import text

from modwise.cli.main import cli
from modwise.http.app import create
from modwise.http.settings import Settings
from modwise.store.database import shared_engine
from tests.scenario_files import build, scenarios

MARK = "ZZCANARY"
NOTE = f"Patient {MARK} JOHN, born 1950. Colonoscopy. Sedation given. Scope advanced to the transverse colon, poor prep, stopped."
ROUTES = {
    (method.upper(), path)
    for path, methods in create(Settings(home=Path("no-such-folder"))).openapi()["paths"].items()
    for method in methods
}


class Watched:
    """A client that keeps what a leak could stand in: errors, and every header."""

    def __init__(self, address: str) -> None:
        self.client = httpx2.Client(base_url=address, timeout=120)
        self.seen: list[str] = []
        self.called: set[tuple[str, str]] = set()

    def __call__(self, method: str, route: str, path: str = "", **sent: Any) -> httpx2.Response:
        answer = self.client.request(method, path or route, **sent)
        self.called.add((method, route))
        self.seen.append(str(answer.headers.raw))
        if answer.status_code >= 400:
            self.seen.append(answer.text)
        assert answer.status_code < 500, answer.text
        return answer


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def server(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Watched, Path, Path]]:
    """The client, the log of the server, and the folder that it would use for temporary files."""
    log, spool, working = (tmp_path_factory.mktemp(name) for name in ("log", "tmp", "cwd"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "MODWISE_HOME": str(home), "TMPDIR": str(spool)}
    command = [sys.executable, "-m", "modwise", "serve", "--port", str(port), "--today", "2026-04-15"]
    with (log / "log").open("wb") as out:
        child = subprocess.Popen(command, env=environment, stdout=out, stderr=out, cwd=working)
        try:
            for _ in range(900):
                with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                    break
                time.sleep(0.1)
            watched = Watched(f"http://127.0.0.1:{port}")
            with watched.client:
                yield watched, log / "log", spool
        finally:
            child.terminate()
            child.wait(30)


def holding(folder: Path) -> list[str]:
    """The files below the folder that hold the mark, in their name or within."""
    found = [path for path in folder.rglob("*") if path.is_file()]
    return [str(path) for path in found if MARK in str(path) or MARK.encode() in path.read_bytes()]


def files() -> dict[str, bytes]:
    """Claims and remit with the mark as the patient's name."""
    built = build(next(one for one in scenarios() if one["id"] == "T23"))
    claims = built.claims.replace(b"NM1*IL*1*", b"NM1*IL*1*" + MARK.encode())
    remit = built.remits[0].replace(b"NM1*QC*1*", b"NM1*QC*1*" + MARK.encode())
    assert MARK.encode() in claims
    assert MARK.encode() in remit
    return {"claims": claims, "remits": remit}


def test_no_mark_anywhere(server: tuple[Watched, Path, Path], home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    call, log, spool = server
    _work(call, files())
    _wrong(call, files())
    _look(call)
    assert ROUTES - call.called == set()
    log_text = log.read_text()
    assert MARK not in log_text, log_text
    leaks = [one for one in call.seen if MARK in one]
    assert leaks == [], "\n".join(leaks)
    assert list(spool.iterdir()) == []
    monkeypatch.setenv("MODWISE_HOME", str(home))
    inside = {Path(one).relative_to(home).parts[0] for one in holding(home)}
    assert inside <= {"work", "worklist.sqlite"}
    with shared_engine(home=home).connect() as connection:
        assert MARK not in str(connection.execute(text("SELECT * FROM event")).all())
    CliRunner().invoke(cli, ["purge", "--yes"], catch_exceptions=False, standalone_mode=False)
    assert holding(home) == []


def _work(call: Watched, given: dict[str, bytes]) -> None:
    remit = [("remits", (f"{MARK}.835", given["remits"])), ("claims", (f"{MARK}.837", given["claims"]))]
    fast = {"wait": "60"}
    assert call("POST", "/v1/check", files=[("files", (f"{MARK}.837", given["claims"]))], data=fast).status_code == 200
    line = {"claim_id": "A", "code": "99214", "modifiers": ["52"], "patient": MARK, "charge": "1.00"}
    lines = {"content-type": "application/x-ndjson"}
    assert call("POST", "/v1/check", content=json.dumps(line).encode(), headers=lines).status_code == 200
    assert call("POST", "/v1/note", data={"text": NOTE, "code": "45378"}).status_code == 200
    assert call("POST", "/v1/note", files=[("file", (f"{MARK}.txt", NOTE.encode()))], data=fast).status_code == 200
    assert call("POST", "/v1/denials", files=remit, data=fast).status_code == 200
    assert call("POST", "/v1/underpaid", files=remit[:1], data=fast).status_code == 200
    letter = call("POST", "/v1/appeal", files=[*remit, ("notes", (f"{MARK}.txt", NOTE.encode()))], data=fast).json()
    assert letter["letter"]
    sent = [
        ("letter", (f"{MARK}.txt", letter["letter"]["text"].encode())),
        ("ledger", ("l.json", json.dumps(letter["ledger"]).encode())),
    ]
    assert call("POST", "/v1/verify", files=sent, data=fast).status_code == 200
    assert call("POST", "/v1/worklist", files=remit, data=fast).json()["added"] == 1
    call("PATCH", "/v1/worklist/{number}", "/v1/worklist/1", json={"note": f"{MARK} called", "assignee": "anna"})
    call("POST", "/v1/advise", json={"case": f"{MARK}: poor prep, scope reached the splenic flexure", "code": "G0121"})
    call("POST", "/v1/ask", json={"question": f"What does 52 mean for {MARK}?"})
    begun = call("POST", "/v1/check", files=[("files", (f"{MARK}.837", given["claims"]))], data={"wait": "0"})
    where = begun.headers["location"]
    while call("GET", "/v1/jobs/{id}", where).json()["state"] in ("waiting", "running"):
        time.sleep(0.1)
    assert call("GET", "/v1/jobs/{id}/results/{name}", f"{where}/results/findings.csv").status_code == 200
    again = call("POST", "/v1/check", files=[("files", (f"{MARK}.837", given["claims"]))], data={"wait": "0"})
    assert call("DELETE", "/v1/jobs/{id}", again.headers["location"]).status_code == 204


def _wrong(call: Watched, given: dict[str, bytes]) -> None:
    # An answer names a broken file as its sender called it, so those here have plain names; logs, addresses and paths name none.
    fast = {"wait": "60"}
    cut = given["claims"][: given["claims"].index(MARK.encode()) + 20]
    broken = given["claims"].replace(b"*HC:", b"*" + MARK.encode() + b":")
    for content in (
        cut,
        broken,
        NOTE.encode(),
        b"claim_id,code,charge\nA,99213," + MARK.encode(),
        b'{"claim_id": "' + MARK.encode(),
    ):
        call("POST", "/v1/check", files=[("files", ("broken.837", content))], data=fast)
    unbalanced = given["remits"].replace(b"*PR*", b"*" + MARK.encode() + b"*")
    for content in (given["remits"][:400], unbalanced):
        for route in ("/v1/denials", "/v1/underpaid"):
            call("POST", route, files=[("remits", ("broken.835", content))], data=fast)
    call(
        "POST",
        "/v1/denials",
        files=[("remits", ("a", given["remits"]))],
        data={"facts": json.dumps({MARK: {MARK: {MARK: MARK}}}), **fast},
    )
    call("POST", "/v1/appeal", files=[("remits", ("a", given["remits"]))], data={"claim": MARK, **fast})
    call("POST", "/v1/verify", files=[("letter", ("l", b"\x00")), ("ledger", ("l.json", NOTE.encode()))], data=fast)
    call("POST", "/v1/note", files=[("file", ("n", b"%PDF-1.4 " + NOTE.encode()))], data=fast)
    call("POST", "/v1/note", data={"text": "", MARK: MARK})
    call("POST", "/v1/advise", json={MARK: MARK, "facts": {MARK: [MARK]}})
    call("POST", "/v1/advise", json={"case": 5, "facts": {"extent": MARK}})
    call("POST", "/v1/price", json={"code": "99213", "charge": MARK, "others": [MARK]})
    call("POST", "/v1/ask", json={"question": [MARK]})
    call("POST", "/v1/ask", content=f'{{"question": "{MARK}'.encode(), headers={"content-type": "application/json"})
    call("PATCH", "/v1/worklist/{number}", "/v1/worklist/1", json={"state": "sent", "on": MARK, "reason": MARK})
    call("PATCH", "/v1/worklist/{number}", "/v1/worklist/1", json={"state": "overturned", "on": "2026-07-15", "reason": MARK})
    call("POST", "/v1/session", json={"key": f"mw_{MARK}_{MARK}"})


def _look(call: Watched) -> None:
    for route in ROUTES - call.called:
        method, path = route
        for name, value in (("{code}", "52"), ("{number}", "1"), ("{id}", "0" * 32), ("{name}", "x.json")):
            path = path.replace(name, value)
        call(method, route[1], path, **({"json": {"claim": "1"}} if method == "POST" else {}))
