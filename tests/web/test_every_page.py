"""What holds for every page: it renders, is well formed, has one h1, no inline script or style, is small, and its links lead somewhere."""

from __future__ import annotations

import re

import pytest
from fastapi.testclient import TestClient

from modwise import api
from modwise.web.assets import assets
from tests.web.pages import Page

FIRST = ("/", "/modifiers", "/edits", "/ask")
MOST_BYTES = 100_000
MODIFIERS = [row["modifier"] for row in api.list_modifiers()]
EDITS = [row["edit"] for row in api.list_edits()]
RAW = re.compile(r"\b(?:True|Undefined|nan|NaN)\b|\b[a-z]+_[a-z_]+\b|\{\{|\}\}|\{'|(?<!\d)\d{4}-\d{2}-\d{2}")
# In words that are a name for something outside the site.
MAY_STAND = re.compile(r"20\d\d-\d\d-\d\d(?=\.|_)|PPRRVU\w*|\w+_(?:20\d\d)\w*")


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
