"""Signing in, the API's description and what a job gives: in the site's own dress, or taken along."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from modwise.http import keys
from modwise.http.settings import Settings
from modwise.web import rendering
from modwise.web.app import create
from tests.web.pages import Page
from tests.web.test_boxes import CLAIMS
from tests.web.test_every_page import holds
from tests.web.test_journeys import HTML


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """The site where one must sign in."""
    home = tmp_path_factory.mktemp("home")
    keys.make(home, "anna", dt.datetime(2026, 4, 20, tzinfo=dt.UTC))
    with TestClient(create(Settings(home=home, sign_in=True)), base_url="http://127.0.0.1:8350", headers=HTML) as client:
        yield client


def dressed(page: Page) -> bool:
    return any(link.startswith("/static/modwise.css") for link in page.links)


def test_signing_in_looks_like_the_site_and_shows_nothing_of_it(locked: TestClient) -> None:
    page = Page(locked.get("/sign-in?next=/denials").text)
    holds(page, "/sign-in")
    assert dressed(page)
    assert "/denials" not in page.here
    wrong = locked.post("/sign-in", data={"modwise_token": _token(page), "key": "mw_1_x", "next": "/denials"})
    assert wrong.status_code == 401
    assert dressed(Page(wrong.text))
    assert 'role="alert"' in wrong.text


def _token(page: Page) -> str:
    return next(str(given["value"]) for tag, given in page.tags if given.get("name") == "modwise_token")


def test_the_description_of_the_api_looks_like_the_site(site: TestClient) -> None:
    page = Page(site.get("/v1/docs").text)
    assert dressed(page)
    assert page.wrong == []
    assert "/check" in page.here


def test_a_page_of_findings_is_taken_along(site: TestClient) -> None:
    reply = site.post("/v1/check?format=html", files={"files": ("batch.837", CLAIMS)})
    assert reply.status_code == 200
    assert reply.headers["content-disposition"].startswith("attachment")


def test_a_template_that_names_what_is_not_there_fails() -> None:
    from jinja2 import UndefinedError

    with pytest.raises(UndefinedError):
        rendering.environment().from_string("{{ given.nothing }}").render(given={})
    assert Path(rendering.FOLDER, "plain.html").is_file()
