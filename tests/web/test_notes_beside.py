"""Notes beside the claims of a check: met and missing with quotes, on the page and over the API as on the command line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from modwise import api
from modwise.http.settings import Settings
from modwise.web.app import create
from tests.web.pages import Page
from tests.web.test_boxes import ended
from tests.web.test_every_page import holds
from tests.web.test_journeys import HTML, token

FOLDER = Path(__file__).parents[2] / "examples" / "denials"
CLAIMS = (FOLDER / "claims.837").read_bytes()
NOTES = {
    "CLM-1001.txt": (FOLDER / "note-1001.txt").read_bytes(),
    "CLM-1003-1.txt": (FOLDER / "note-1003.txt").read_bytes(),
    "CLM-1002.txt": (FOLDER / "note-1002.txt").read_bytes(),
    "of nobody.txt": b"A note of nobody.",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    app = create(Settings(home=tmp_path_factory.mktemp("home")))
    with TestClient(app, base_url="http://127.0.0.1:8350", headers=HTML) as client:
        yield client


def sent(site: TestClient, claims: str = "file", notes: dict[str, bytes] | None = None) -> list[Any]:
    parts: list[Any] = [("modwise_token", (None, token(site))), (claims, ("batch.837", CLAIMS))]
    return [*parts, *(("notes", pair) for pair in (NOTES if notes is None else notes).items())]


def test_the_page_shows_what_the_notes_show(site: TestClient) -> None:
    reply = site.post("/check", files=sent(site))
    page = ended(site, reply)
    holds(Page(page), "/check")
    assert "What the notes say" in page
    assert "of nobody.txt" in page
    assert "CLM-1001.txt" in page
    assert "In the note" in page
    told = site.get(f"{reply.url.path}/list").text
    assert "/finding/1" in told
    shown = [site.get(f"{reply.url.path}/finding/{n}").text for n in range(1, 30) if f"/finding/{n}" in told]
    documented = [one for one in shown if "What the note of this line shows" in one]
    assert documented
    holds(Page(documented[0]), "/check/finding")
    assert "“" in page


def test_the_api_answers_as_the_command_line_does(site: TestClient, tmp_path: Path) -> None:
    folder = tmp_path / "notes"
    folder.mkdir()
    for name, data in NOTES.items():
        (folder / name).write_bytes(data)
    (tmp_path / "batch.837").write_bytes(CLAIMS)
    there = json.loads(json.dumps(api.check(tmp_path / "batch.837", notes=folder).to_dict()))
    reply = site.post("/v1/check", files=sent(site, "files")[1:], headers={"accept": "application/json"})
    assert reply.status_code == 200, reply.text
    here = reply.json()
    for one in (*there["findings"], *there["notes"]):
        one["file"] = "batch.837"
    assert here["notes"] == there["notes"]
    assert [one.get("documentation") for one in here["findings"]] == [one.get("documentation") for one in there["findings"]]
    assert here["notes_unused"] == ["of nobody.txt"]


def test_a_note_that_cannot_be_read_is_named(site: TestClient) -> None:
    page = ended(site, site.post("/check", files=sent(site, notes={"CLM-1001.pdf": b"%PDF-1.4 nothing"})))
    assert "Not read:" in page
    assert "CLM-1001.pdf" in page


def test_two_notes_of_one_name_are_told(site: TestClient) -> None:
    files = [*sent(site, notes={}), ("notes", ("CLM-1001.txt", b"A.")), ("notes", ("CLM-1001.txt", b"B."))]
    assert "two notes have the same name" in ended(site, site.post("/check", files=files)).lower()
