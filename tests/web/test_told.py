"""Pages that answer forms: had again by their address, by whoever sent the form, without what was typed in the address."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from modwise.http.settings import Settings
from modwise.web import told
from modwise.web.app import create
from modwise.web.told import Page, Pages
from tests.web.test_journeys import HTML, token

FORMS: list[tuple[str, dict[str, str], int]] = [
    ("/check", {"payer": ""}, 400),
    ("/denials/read", {"payer": "cigna"}, 400),
    ("/note", {"code": "45378"}, 400),
    ("/ask", {"question": "MARKERNAME 52?"}, 200),
    ("/search", {"q": "MARKERNAME and 52"}, 200),
    ("/which", {"words": "MARKERNAME stopped"}, 200),
    ("/denials/find", {"claim": "MARKERNAME"}, 200),
]


@pytest.mark.parametrize(("path", "fields", "status"), FORMS)
def test_the_answer_to_a_form_is_a_page_to_come_back_to(site: TestClient, path: str, fields: dict[str, str], status: int) -> None:
    files: Any = {"modwise_token": (None, token(site)), **{name: (None, value) for name, value in fields.items()}}
    sent = {"data": {"modwise_token": token(site), **fields}} if path in ("/ask", "/search", "/which") else {"files": files}
    reply = site.post(path, follow_redirects=False, **sent)
    where = reply.headers["location"]
    assert reply.status_code == 303
    assert where.startswith(f"{path}?{told.MARK}=")
    assert "MARKER" not in where
    first, second = site.get(where), site.get(where)
    assert first.status_code == status
    assert first.text == second.text
    assert all(f'value="{value}"' in first.text or value in first.text for value in fields.values())


def test_a_stale_form_is_told_at_an_address_too(site: TestClient) -> None:
    reply = site.post("/check", data={"modwise_token": "invented"}, files={"file": ("a.837", b"ISA")}, follow_redirects=False)
    assert reply.status_code == 303
    assert "gone stale" in site.get(reply.headers["location"]).text


def test_a_mark_that_is_none_leads_to_the_form(site: TestClient) -> None:
    assert site.get("/note?told=invented").status_code == 200
    assert site.get("/search?told=invented", follow_redirects=False).headers["location"] == "/"
    assert site.get("/check/" + "0" * 32 + "/claim?told=x", follow_redirects=False).headers["location"].endswith("/list")


def test_what_no_browser_asked_for_is_answered_at_once(site: TestClient) -> None:
    plain = {"accept": "*/*", "x-modwise-token": token(site)}
    assert site.post("/suggest", data={"q": "5"}, headers=plain, follow_redirects=False).status_code == 200
    assert site.post("/check", headers=plain, follow_redirects=False).status_code == 400


def test_looking_again_is_entered_in_the_trail(tmp_path: Path) -> None:
    with TestClient(create(Settings(home=tmp_path)), base_url="http://127.0.0.1:8350", headers=HTML) as site:
        files: Any = {"modwise_token": (None, token(site)), "note": (None, "Colonoscopy, complete."), "code": (None, "45378")}
        where = site.post("/note", files=files, follow_redirects=False).headers["location"]
        before = len(events(tmp_path))
        assert "Colonoscopy" in site.get(where).text
        assert len(events(tmp_path)) == before + 1


def events(home: Path) -> list[Any]:
    from sqlalchemy.orm import Session

    from modwise.store.database import open_engine
    from modwise.store.models import EventRow

    with Session(open_engine(None, home)) as session:
        return list(session.query(EventRow))


def page(owner: str = "ann", until: float = 100.0, body: bytes = b"x") -> Page:
    return Page((owner, ""), "/note", 200, (), body, None, until)


def test_a_page_is_its_owners_for_a_while() -> None:
    now = [0.0]
    pages = Pages(lambda: now[0])
    mark = pages.put(page())
    assert pages.get(mark, ("ann", ""), "/note") is not None
    assert pages.get(mark, ("bob", ""), "/note") is None
    assert pages.get(mark, ("ann", "another session"), "/note") is None
    assert pages.get(mark, ("ann", ""), "/check") is None
    now[0] = 100.0
    assert pages.get(mark, ("ann", ""), "/note") is None


def test_pages_do_not_fill_the_memory() -> None:
    pages = Pages(lambda: 0.0)
    marks = [pages.put(page(body=b"x" * (told.MOST_BYTES // 10))) for _ in range(30)]
    kept = [mark for mark in marks if pages.get(mark, ("ann", ""), "/note")]
    assert kept == marks[-len(kept) :]
    assert 8 <= len(kept) <= 10
