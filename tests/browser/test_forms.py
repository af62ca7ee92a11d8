"""Forms in a real browser: going back after an error, swapped boxes, the practice, answers on a denial's page. Every page is looked at."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import serving
from tests.browser.visits import RULES, Visitor, visitor

FOLDER = Path(__file__).parents[2] / "examples" / "denials"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of its own: what is taken in here must not stand on the worklist of other journeys."""
    with serving(tmp_path_factory.mktemp("forms")) as url:
        yield url


@pytest.fixture
def visit(browser: Any, address: str) -> Iterator[Visitor]:
    with visitor(browser, address) as one:
        one.expected |= {400, 422}
        yield one


def test_back_works_after_an_error_and_after_an_answer(visit: Visitor) -> None:
    page = visit.page
    page.goto("/note")
    page.fill("#code", "45378")
    page.click("main button.primary")
    expect(page.locator("[role=alert]")).to_contain_text("There is no note")
    expect(page.locator("#code")).to_have_value("45378")
    page.fill("#note", "Colonoscopy, complete to the cecum.")
    page.click("main button.primary")
    expect(page.locator("h1")).to_contain_text("What the note supports")
    page.locator("nav.site-nav a", has_text="Data").click()
    expect(page.locator("h1")).to_contain_text("What is known")
    page.go_back()
    expect(page.locator("h1")).to_contain_text("What the note supports")
    page.go_back()
    expect(page.locator("[role=alert]")).to_contain_text("There is no note")
    page.go_back()
    expect(page.locator("h1")).to_contain_text("Read a note")
    assert "told=" not in page.url


def test_swapped_boxes_are_put_right_with_one_click_without_scripts(browser: Any, address: str) -> None:
    with visitor(browser, address, java_script_enabled=False) as one:
        page = one.page
        one.expected.add(422)
        page.goto("/denials/read")
        page.set_input_files("#remits", FOLDER / "claims.837")
        page.set_input_files("#claims", FOLDER / "remit.835")
        page.click("main button.primary")
        expect(page.locator("[role=alert]")).to_contain_text("remit.835 is a remittance (835); it belongs into the other box.")
        page.get_by_role("button", name="Put each file into its box").click()
        page.wait_for_url("**/denials/read/*")
        # Without scripts the page asks again by itself.
        page.wait_for_selector("h1:has-text('added to the worklist'), h1:has-text('0 denials')")


def test_a_refused_form_is_accessible(visit: Visitor) -> None:
    page = visit.page
    page.goto("/check")
    page.set_input_files("#file", FOLDER / "remit.835")
    page.click("main button.primary")
    expect(page.locator("[role=alert]")).to_contain_text("remittances are read under Denials")
    visit.look()
    # Names of columns stand there, which no other page may show: only its accessibility is looked at.
    page.goto("/check/columns")
    assert visit.violations(RULES) == []


def test_the_practice_is_set_once(visit: Visitor) -> None:
    page = visit.page
    page.goto("/practice")
    visit.look()
    page.fill("#practice-name", "Northgate Surgical Group, PLLC")
    page.fill("#practice-npi", "1999999985")
    page.get_by_role("button", name="Save").click()
    page.click("[role=alert] a")
    expect(page.locator("#practice-npi")).to_be_focused()
    visit.look()
    page.fill("#practice-npi", "1999999984")
    page.fill("#signer-name", "Priya Solano")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("[role=status]")).to_contain_text("Saved")
    expect(page.locator("#signer-name")).to_have_value("Priya Solano")


def test_an_answer_decides_a_denial_anew(visit: Visitor) -> None:
    page = visit.page
    page.goto("/denials/read")
    page.set_input_files("#remits", FOLDER / "remit.835")
    page.set_input_files("#claims", FOLDER / "claims.837")
    page.click("main button.primary")
    page.get_by_role("link", name="To the worklist").click()
    page.fill("#claim", "CLM-1002")
    page.get_by_role("button", name="Find", exact=True).click()
    page.click("table.worklist th a:has-text('CLM-1002')")
    expect(page.locator(".answer .big")).to_contain_text("Ask the clinician")
    visit.look()
    page.check("input[name=answer-record][value='59']")
    page.get_by_role("button", name="Decide with these answers").click()
    expect(page.locator(".answer .big")).to_contain_text("Appeal")
    expect(page.locator("[role=status]")).to_contain_text("Decided anew")
    visit.look()


def test_notes_beside_claims(visit: Visitor, tmp_path: Path) -> None:
    page = visit.page
    note = tmp_path / "CLM-1003.txt"
    note.write_bytes((FOLDER / "note-1003.txt").read_bytes())
    page.goto("/check")
    page.set_input_files("#file", FOLDER / "claims.837")
    page.set_input_files("#notes", note)
    page.click("main button.primary")
    expect(page.locator("#notes")).to_contain_text("What the notes say")
    page.locator("main details summary").first.click()
    expect(page.locator(".checked").first).to_contain_text("“")
    visit.look()
