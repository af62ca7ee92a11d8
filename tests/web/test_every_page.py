"""What holds for every page: it renders, is well formed, has one h1, no inline script or style, is small, and its links lead somewhere."""

from __future__ import annotations

import re

import pytest
from fastapi.testclient import TestClient

from modwise import api
from modwise.web.assets import assets
from tests.web.pages import Page

FIRST = (
    "/",
    "/modifiers",
    "/edits",
    "/ask",
    "/which",
    "/data",
    "/dashboard",
    "/compare/52/53",
    "/compare/58/78",
    "/modifier/52?payer=bcbs-nd",
    "/which?code=45378",
    "/which?code=29881&setting=asc&extent=discontinued&stage=anesthetized&anesthesia_given=yes",
)
MOST_BYTES = 100_000
MODIFIERS = [row["modifier"] for row in api.list_modifiers()]
EDITS = [row["edit"] for row in api.list_edits()]
RAW = re.compile(r"\b(?:True|Undefined|nan|NaN)\b|\b[a-z]+_[a-z_]+\b|\{\{|\}\}|\{'|(?<!\d)\d{4}-\d{2}-\d{2}")
# In words that are a name for something outside the site.
MAY_STAND = re.compile(r"20\d\d-\d\d-\d\d(?=_)|PPRRVU\w*|\w+_(?:20\d\d)\w*")


def read(site: TestClient, path: str) -> Page:
    reply = site.get(path)
    assert reply.status_code == 200, (path, reply.status_code)
    page = Page(reply.text)
    assert page.wrong == [], (path, page.wrong[:3])
    return page


def loaded(page: Page) -> int:
    """Bytes a first visit loads: the page and what it names, as they lie on disk."""
    names = {link.partition("?")[0].removeprefix("/static/") for link in page.links if link.startswith("/static/")}
    return len(page.text.encode()) + sum(len(assets()[name].packed) for name in names)


def holds(page: Page, path: str) -> None:
    assert len([level for level, _ in page.headings if level == 1]) == 1, (path, page.headings)
    assert [text for _, text in page.headings if not text.strip()] == [], path
    assert len(page.ids) == len(set(page.ids)), (path, sorted(i for i in page.ids if page.ids.count(i) > 1))
    for tag, given in page.tags:
        assert tag != "style", path
        assert "style" not in given, (path, tag)
        assert not [name for name in given if name.startswith("on") or name.startswith("hx-on")], (path, tag)
        assert tag != "script" or given.get("src"), path
        for name in ("src", "href", "action"):
            if tag in ("script", "link", "img", "form"):
                assert not str(given.get(name) or "").startswith(("http", "//", "data:", "javascript:")), (path, tag)
    assert loaded(page) < MOST_BYTES, (path, loaded(page))
    raw = RAW.findall(MAY_STAND.sub("", page.words))
    assert raw == [], (path, raw[:5])


@pytest.mark.parametrize("path", FIRST)
def test_a_page_of_the_menu(site: TestClient, path: str) -> None:
    holds(read(site, path), path)


@pytest.mark.parametrize("code", MODIFIERS)
def test_a_modifiers_page(site: TestClient, code: str) -> None:
    page = read(site, f"/modifier/{code}")
    holds(page, code)
    assert code in page.headings[0][1]


@pytest.mark.parametrize("code", EDITS)
def test_an_edits_page(site: TestClient, code: str) -> None:
    page = read(site, f"/edit/{code}")
    holds(page, code)
    assert code in page.headings[0][1]


PAYERS = [row["payer"] for row in api.coverage()["payers"]]


@pytest.mark.parametrize("payer", PAYERS)
def test_a_payers_page(site: TestClient, payer: str) -> None:
    holds(read(site, f"/coverage/{payer}"), payer)


DENIALS = ("CO-97", "CARC-4", "CARC-16", "CARC-226", "CARC-236", "RARC-MA130", "RARC-N822", "RARC-N1", "PR-204", "CARC-1")


@pytest.mark.parametrize("code", DENIALS)
def test_a_denial_codes_page(site: TestClient, code: str) -> None:
    holds(read(site, f"/denial-code/{code}"), code)


CODES = ("45378", "27447", "22614", "97110", "J9035", "00100", "92250", "99213", "G0121", "77067", "99999", "45378?with=45380")


@pytest.mark.parametrize("code", CODES)
def test_a_procedure_codes_page(site: TestClient, code: str) -> None:
    holds(read(site, f"/code/{code}"), code)


def test_every_link_inside_the_site_leads_to_a_page(site: TestClient) -> None:
    """From the first page on; of pages of one kind a few are read, and every address of them must be of a kind that is there."""
    few: dict[str, int] = {}
    waiting, seen = ["/"], {"/"}
    while waiting:
        path = waiting.pop(0)
        reply = site.get(path)
        assert reply.status_code == 200, path
        if not reply.headers["content-type"].startswith("text/html"):
            continue
        page = Page(reply.text)
        for link in sorted(page.here - seen):
            if link in ("/search", "/ask", "/which") and link not in [given.get("href") for _, given in page.tags]:
                continue  # where a form is sent
            kind = link.partition("?")[0].split("/")[1]
            few[kind] = few.get(kind, 0) + 1
            seen.add(link)
            if few[kind] <= 25:
                waiting.append(link)
    assert {"modifier", "code", "edit", "denial-code", "coverage", "compare", "which", "data", "dashboard"} <= set(few)


def test_every_anchor_inside_a_page_is_there(site: TestClient) -> None:
    for path in ("/modifier/52", "/modifier/59", "/modifier/A1", "/code/45378", "/data", "/compare/52/53"):
        page = Page(site.get(path).text)
        missing = {link[1:] for link in page.links if link.startswith("#")} - set(page.ids)
        assert missing == set(), path
