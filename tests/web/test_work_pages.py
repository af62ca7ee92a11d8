"""The work pages without a browser: a hundred thousand findings by pages, somebody else's work, forms with nothing in them."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from getpass import getuser
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from modwise import api
from modwise.http import found, letters, workroom
from modwise.http.settings import Settings
from modwise.store.database import open_engine
from modwise.store.worklist import Worklist
from modwise.web.app import create
from tests.store.test_worklist import NOW, item
from tests.web.pages import Page
from tests.web.test_every_page import MOST_BYTES, holds
from tests.web.test_journeys import HTML, token

MANY = 100_000
EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def site(home: Path) -> Iterator[TestClient]:
    with TestClient(create(Settings(home=home)), base_url="http://127.0.0.1:8350", headers=HTML) as client:
        yield client


def finding(n: int) -> dict[str, Any]:
    edit = ("NCC201", "VIS201", "RED201")[n % 3]
    named = {"edit": edit, "name": "invented", "status": ("fail", "bypassed")[n % 2], "outcome": ("deny", "audit")[n % 2]}
    place = {"file": "year.837", "claim": f"INV-{n // 2}", "line": n % 2 + 1, "code": "99213", "modifiers": ["25"], "seq": n // 2}
    said = {"message": "99213 says something.", "related_lines": [], "facts": [], "carc": ["97"], "fix": None, "position": n}
    return {**named, **place, **said, "amount": "140.00"}


def claim(n: int) -> tuple[str, int, dict[str, Any]]:
    dates = {"date_from": "2026-07-15", "date_to": "2026-07-15"}
    line = {**dates, "place_of_service": "11", "revenue_code": None, "units": 1.0, "charge": 14000, "diagnoses": ["R69"]}
    lines = [{**line, "line": number, "code": "99213", "modifiers": ["25"]} for number in (1, 2)]
    head = {"claim_id": f"INV-{n}", "claim_type": "professional", "payer": "cigna", "payer_name": "", "frequency": "1"}
    return "year.837", n, {**head, "bill_type": None, "billing_npi": "1999999984", "lines": lines}


@pytest.fixture(scope="module")
def check(home: Path) -> str:
    """The number of a check with many findings."""
    folder = workroom.new(home)
    found.write(folder.path / found.NAME, map(finding, range(MANY)), map(claim, range(MANY // 2)))
    sums = {"findings": MANY, "lines": MANY, "amount": "14000000.00"}
    told = {
        "read": {"files": ["year.837"], "claims": MANY // 2, "lines": MANY, "set_aside": []},
        "reference": {},
        "not_assessed": [],
        "summary": {"by_outcome": {"deny": sums}, **sums},
    }
    record = {"id": folder.id, "owner": getuser(), "kind": "check", "created": "2026-07-20T10:00:00+00:00", "state": "done"}
    folder.write_record({**record, "files": [{"label": "year.837"}], "summary": told, "results": []})
    return folder.id


def test_many_findings_are_had_by_pages(site: TestClient, check: str) -> None:
    begun = time.monotonic()
    for path in (f"/check/{check}", f"/check/{check}/list?edit=VIS201&page=600", f"/check/{check}/finding/77777"):
        reply = site.get(path)
        assert reply.status_code == 200, path
        assert len(reply.content) < MOST_BYTES // 2, path
        holds(Page(reply.text), path)
    assert time.monotonic() - begun < 20
    assert "Page 2,000 of 2,000" in site.get(f"/check/{check}/list?page=99999").text


def test_findings_are_shown_in_their_claim(site: TestClient, check: str) -> None:
    text = site.get(f"/check/{check}/finding/10?status=bypassed").text
    assert "INV-4" in text
    assert text.count("This line") == 1
    assert f"/check/{check}/finding/8?status=bypassed" in text
    assert f"/check/{check}/finding/12?status=bypassed" in text
    for gone in ("0", "100001", "-1", "x", "9" * 30):
        assert site.get(f"/check/{check}/finding/{gone}").status_code in (404, 422), gone


@pytest.mark.parametrize("number", ["0" * 32, "..%2f..", "x", "A" * 32])
def test_work_that_is_not_there_or_of_another_kind(site: TestClient, check: str, number: str) -> None:
    for path in (f"/check/{number}", f"/denials/read/{number}", f"/jobs/{number}", f"/jobs/{number}/file/findings.csv"):
        assert site.get(path).status_code in (404, 422), path
    assert site.get(f"/denials/read/{check}").status_code == 404
    assert site.get(f"/jobs/{check}/file/findings.sqlite").status_code == 404


def test_somebody_elses_work_is_not_seen(site: TestClient, home: Path) -> None:
    folder = workroom.new(home)
    folder.write_record({"id": folder.id, "owner": "somebody", "kind": "check", "created": "2026", "state": "running"})
    assert site.get(f"/check/{folder.id}").status_code == 404
    assert folder.id not in site.get("/check").text


@pytest.mark.parametrize(
    ("path", "says"), [("/check", "no file was chosen"), ("/denials/read", "no 835 file"), ("/note", "There is no note")]
)
def test_an_empty_form_says_what_is_missing(site: TestClient, home: Path, path: str, says: str) -> None:
    before = len(list(workroom.folders(home)))
    files = {"modwise_token": (None, token(site)), "payer": (None, "")}
    reply = site.post(path, files=files)
    assert reply.status_code == 400
    assert says.lower() in reply.text.lower()
    assert len(list(workroom.folders(home))) == before


@pytest.mark.parametrize("path", ["/check", "/denials/read", "/note", "/denials/1", "/appeal/1"])
def test_a_form_without_its_token_is_refused(site: TestClient, path: str) -> None:
    assert site.post(path, files={"file": ("a.837", b"ISA")}).status_code == 403


def test_a_worklist_page_stands_any_address(site: TestClient, home: Path) -> None:
    assert "Nothing is on the worklist yet" in site.get("/denials").text
    Worklist(open_engine(None, home)).take([item(claim="<script>alert(1)</script>")], who="pat", now=NOW)
    for query in ("", "?page=0", "?page=99999999", "?order=x", "?due=x&state=nothing", "?state=all&payer=%00", "?assignee='--"):
        reply = site.get(f"/denials{query}")
        assert reply.status_code == 200, query
        assert "<script>alert" not in reply.text
    for path in ("/denials", "/denials/1", "/denials/read", "/appeals", "/check", "/note"):
        holds(Page(site.get(path).text), path)
    assert site.get("/denials/2").status_code == 404
    # The file of the item lies nowhere here: the page says so instead of failing.
    assert "not here any more" in site.get("/appeal/1").text


# ---- what is sent to the pages ---------------------------------------------------------------------------------------------


def send(site: TestClient, path: str, name: str, data: bytes, **fields: str) -> Any:
    return site.post(
        path, data={"modwise_token": token(site), **fields}, files={"file": (name, data)}, headers=HTML, follow_redirects=False
    )


def test_a_form_takes_files_larger_than_a_request_without_files_may_be(site: TestClient, home: Path) -> None:
    lines = b"".join(b"C%d,1,99213,,100.00,2026-01-13\n" % number for number in range(100_000))
    reply = send(site, "/check", "year.csv", b"claim_id,line,code,modifiers,charge,date_from\n" + lines)
    assert reply.status_code == 303, reply.text
    site.post(f"/jobs/{reply.headers['location'].rsplit('/', 1)[1]}/stop", data={"modwise_token": token(site)})
    assert site.post("/search", data={"modwise_token": token(site), "q": "5" * len(lines)}).status_code == 413
    assert site.post("/check", data={"modwise_token": "invented"}, files={"file": ("year.csv", lines)}).status_code == 403


@pytest.mark.parametrize("path", ["/check", "/denials/read", "/note"])
def test_an_empty_file_is_told_by_its_name_and_nothing_stays(site: TestClient, home: Path, path: str) -> None:
    before = {one.id for one in workroom.folders(home)}
    reply = site.get(send(site, path, "nothing.837", b"").headers["location"])
    assert reply.status_code == 400
    assert "nothing.837" in reply.text
    assert "A file is empty" in reply.text
    assert {one.id for one in workroom.folders(home)} == before


def test_a_claim_set_aside_is_told_without_the_servers_folder_and_without_an_option(site: TestClient, home: Path) -> None:
    broken = (EXAMPLES / "demo.837").read_bytes().replace(b"SV1*HC:", b"SV1*H:", 1)
    reply = send(site, "/check", "broken.837", broken)
    page = until_done(site, reply.headers["location"])
    assert "SV101-1" in page
    assert str(home) not in page
    assert "keep-going" not in page
    rows = b"claim_id,line,code,charge,date_from\nA,1,99213,100.00,2026-01-13\nB,1,99213,much,2026-01-13\n"
    page = until_done(site, send(site, "/check", "rows.csv", rows).headers["location"])
    assert "row 3" in page
    assert str(home) not in page


def until_done(site: TestClient, path: str) -> str:
    for _ in range(300):
        text = site.get(path).text
        if "data-job" not in text:
            return text
        time.sleep(0.1)
    raise AssertionError("the work does not end")


@pytest.mark.parametrize(("remedy", "says"), [("appeal", "not known"), ("no_action", "No date is owed")])
def test_a_window_that_is_not_known_is_not_told_as_no_date(home: Path, site: TestClient, remedy: str, says: str) -> None:
    none: dict[str, Any] = dict.fromkeys(("change", "decided", "expected", "expected_from", "allowed", "match", "deadline"))
    lists: dict[str, Any] = {"decided_by": [], "would_change": [], "rarc": []}
    decided = item(claim=f"W-{remedy}", remedy=remedy, carc="97", group="CO", **none, **lists)
    Worklist(open_engine(None, home)).take([decided], who="pat", now=NOW)
    found = api.worklist_page(claim=f"W-{remedy}", home=home)["items"]
    page = site.get(f"/denials/{found[0]['id']}").text
    assert says in page[page.index('id="clock"') :].partition("</section>")[0]


def test_a_page_without_a_letter_shows_what_is_doubtful_of_its_record(home: Path, site: TestClient) -> None:
    Worklist(open_engine(None, home)).take([item(claim="R-1", remedy="appeal", deadline=None)], who="pat", now=NOW)
    number = api.worklist_page(claim="R-1", home=home)["items"][0]["id"]
    folder = letters.folder_of(number, home).path
    folder.mkdir(mode=0o700)
    refused = {"why": "The record says otherwise.", "remedy": "query_provider", "source": []}
    appeal = {"letter": None, "refused": refused, "warnings": [f"{folder}/note-1 gives another date of service."]}
    told = {"appeal": appeal, "papers": [], "labels": {f"{folder}/note-1": "june.txt"}}
    (folder / letters.DRAFT).write_text(json.dumps(told), encoding="utf-8")
    assert "june.txt gives another date of service." in site.get(f"/appeal/{number}").text
