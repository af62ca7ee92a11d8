"""The page of the practice: what it saves the command line reads, what is wrong stands beside its field."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from modwise.appeals import practice
from modwise.http.settings import Settings
from modwise.web.app import create
from tests.web.pages import Page
from tests.web.test_every_page import holds
from tests.web.test_journeys import HTML, post

SAID = {
    "practice-name": "Northgate Surgical Group, PLLC",
    "practice-address": "400 Alder Way\r\nFairmont, ZZ 00000\r\n",
    "practice-npi": "1999999984",
    "signer-name": "Priya Solano",
    "contact-name": "Dana Whitfield",
    "contact-telephone": "701-555-0102",
    "payer-0-payer": "",
    "payer-0-method": "mail",
    "payer-0-level": "1",
    "payer-1-payer": "medicare-part-b",
    "payer-1-level": "2",
    "payer-1-method": "mail",
    "payer-1-addressee": "Example Contractor\nPO Box 1\nAnytown, ZZ 00000",
}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def site(home: Path) -> Iterator[TestClient]:
    with TestClient(create(Settings(home=home)), base_url="http://127.0.0.1:8350", headers=HTML) as client:
        yield client


def test_what_the_form_saves_is_what_letters_read(site: TestClient, home: Path) -> None:
    reply = post(site, "/practice", **SAID)
    assert reply.headers["location"] == "/practice?saved=yes"
    found = practice.read(None, home)
    assert found.practice["address"] == ["400 Alder Way", "Fairmont, ZZ 00000"]
    assert found.contact == {"name": "Dana Whitfield", "telephone": "701-555-0102"}
    assert found.payer(["medicare-part-b"], None, 2)["addressee"][1] == "PO Box 1"
    page = site.get("/practice?saved=yes")
    holds(Page(page.text), "/practice")
    assert "Saved." in page.text
    assert 'value="Priya Solano"' in page.text
    assert ", level 2</legend>" in page.text


def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(site: TestClient, home: Path) -> None:
    wrong = {**SAID, "practice-npi": "1999999985", "payer-1-method": "fax", "contact-telephone": ""}
    reply = post(site, "/practice", **wrong)
    assert reply.status_code == 400
    page = Page(reply.text)
    holds(page, "/practice")
    assert {"#practice-npi", "#payer-1-fax", "#contact-telephone"} <= set(page.links)
    invalid = {given["name"] for _, given in page.tags if given.get("aria-invalid") == "true"}
    assert invalid == {"practice-npi", "payer-1-fax", "contact-telephone"}
    assert 'value="1999999985"' in reply.text
    assert not (home / "practice.toml").exists()


def test_a_broken_file_is_told_and_kept(site: TestClient, home: Path) -> None:
    (home / "practice.toml").write_text("[practice\n", encoding="utf-8")
    assert "cannot be read" in site.get("/practice").text
    post(site, "/practice", **SAID)
    assert (home / "practice.toml.before").read_text(encoding="utf-8") == "[practice\n"


def test_the_page_is_found_from_data_and_holds_up_without_a_file(site: TestClient) -> None:
    assert "/practice" in Page(site.get("/data").text).here
    holds(Page(site.get("/practice").text), "/practice")
