"""Files in the wrong box: told at the top, kept, and sent where they belong with one click. Without JavaScript."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from modwise.http import workroom
from modwise.http.settings import Settings
from modwise.web.app import create
from tests.web.pages import Page
from tests.web.test_every_page import holds
from tests.web.test_journeys import HTML, token

FOLDER = Path(__file__).parents[2] / "examples" / "denials"
REMIT, CLAIMS = (FOLDER / "remit.835").read_bytes(), (FOLDER / "claims.837").read_bytes()
TABLE = b"claim_id,line,code,modifiers,charge,date_from\nA,1,45378,53,900.00,2026-07-15\n"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def site(home: Path) -> Iterator[TestClient]:
    with TestClient(create(Settings(home=home)), base_url="http://127.0.0.1:8350", headers=HTML) as client:
        yield client


def send(site: TestClient, path: str, files: dict[str, tuple[str, bytes]], **fields: str) -> Any:
    parts: list[Any] = [("modwise_token", (None, token(site))), *((name, (None, value)) for name, value in fields.items())]
    return site.post(path, files=[*parts, *files.items()])


def way(page: str) -> str:
    found = re.search(r'action="(/files/[0-9a-f]{32}/to/\w+)"', page)
    assert found, page
    return found[1]


def ended(site: TestClient, reply: Any) -> str:
    """The page of the job that the reply led to, once it is done."""
    for _ in range(600):
        page = site.get(reply.url.path).text
        if "data-job" not in page:
            return page
        time.sleep(0.1)
    raise AssertionError("the job does not end")


def test_swapped_boxes_are_told_and_put_right(site: TestClient) -> None:
    swapped = {"remits": ("batch.837", CLAIMS), "claims": ("era.835", REMIT)}
    reply = send(site, "/denials/read", swapped, small_balance="5.00")
    assert reply.status_code == 422
    holds(Page(reply.text), "/denials/read")
    assert "batch.837 is a claim file (837); it belongs into the other box." in reply.text
    assert "era.835 is a remittance (835); it belongs into the other box." in reply.text
    assert 'value="5.00"' in reply.text
    after = site.post(way(reply.text), data={"modwise_token": token(site)})
    assert after.url.path.startswith("/denials/read/")
    assert "added to the worklist" in ended(site, after)


@pytest.mark.parametrize(
    ("path", "box", "name", "data", "says", "leads"),
    [
        (
            "/check",
            "file",
            "era.835",
            REMIT,
            "era.835 is a remittance (835); remittances are read under Denials.",
            "/denials/read/",
        ),
        ("/note", "file", "era.835", REMIT, "era.835 is a remittance (835); remittances are read under Denials.", "/denials/read/"),
        ("/note", "file", "b.837", CLAIMS, "b.837 is a claim file (837); claims are checked under Check claims.", "/check/"),
        ("/check", "notes", "b.837", CLAIMS, "b.837 is a claim file (837); it belongs into the other box.", "/check/"),
        ("/denials/read", "remits", "b.csv", TABLE, "b.csv is a table of lines; it belongs into the other box.", ""),
    ],
)
def test_a_file_of_another_page_is_sent_there(
    site: TestClient, path: str, box: str, name: str, data: bytes, says: str, leads: str
) -> None:
    reply = send(site, path, {box: (name, data)})
    assert reply.status_code == 422
    assert says in reply.text
    if leads:
        assert site.post(way(reply.text), data={"modwise_token": token(site)}).url.path.startswith(leads)


def test_what_was_sent_need_not_be_sent_again(site: TestClient) -> None:
    sent = {
        "remits": ("era.835", REMIT),
        "claims": ("b.837", CLAIMS),
        "facts": ("facts.json", b'{"CLM-1001": {"1": {"colour": 1}}}'),
    }
    reply = send(site, "/denials/read", sent, payer="cigna")
    assert reply.status_code == 400
    assert "<strong>era.835</strong>" in reply.text
    assert '<option value="cigna" selected>' in reply.text
    before = re.search(r'name="before" value="([0-9a-f]{32})"', reply.text)
    assert before
    again = send(site, "/denials/read", {"facts": ("facts.json", b"{}")}, before=before[1])
    assert again.url.path.startswith("/denials/read/")
    assert "denials added" in ended(site, again) or "known before" in ended(site, again)


def test_files_that_wait_are_their_senders_and_of_no_other_kind(site: TestClient, home: Path) -> None:
    folder = workroom.new(home)
    folder.write_record({"id": folder.id, "owner": "somebody", "kind": "held", "created": "2026", "state": "done"})
    for number in (folder.id, "0" * 32, "x"):
        assert site.post(f"/files/{number}/to/check", data={"modwise_token": token(site)}).status_code == 404
    assert folder.path.is_dir()
