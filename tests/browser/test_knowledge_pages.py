"""The knowledge pages in a browser: accessible in both themes and widths, by keyboard, without scripts, small."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.visits import Visitor

ANSWERED = "/which?code=45378&setting=professional&extent=discontinued&stage=started&reason=preparation"
PAGES = {
    "start": "/",
    "modifiers": "/modifiers?class=pricing",
    "modifier": "/modifier/52",
    "modifier of a payer": "/modifier/52?payer=bcbs-nd&as_of=2018-06-01",
    "brief modifier": "/modifier/A1",
    "side by side": "/compare/52/53",
    "code": "/code/45378?with=45380",
    "unknown code": "/code/99999",
    "denial code": "/denial-code/CO-97",
    "edits": "/edits",
    "edit": "/edit/RED201",
    "which": "/which",
    "question": "/which?code=45378&setting=professional&topic=extent",
    "number asked": "/which?topic=extent&service=sleep-study&extent=reduced&claim_side=professional",
    "answer": ANSWERED,
    "ask": "/ask",
    "data": "/data",
    "payer": "/coverage/bcbs-nd",
    "dashboard": "/dashboard",
}
MOST_BYTES = 100_000
WIDE, NARROW = (1280, 900), (390, 844)


class Opened(Protocol):
    """Opens a page in a window of its own: `opened(path, dark=…, size=…, scripts=…)`."""

    def __call__(self, path: str, *, dark: bool = False, size: tuple[int, int] = WIDE, scripts: bool = True) -> Page: ...


@pytest.fixture
def opened(browser: Browser, address: str) -> Iterator[Opened]:
    """Opens pages; at the end none of them complained, and nobody else was asked."""
    contexts: list[BrowserContext] = []
    visitors: list[Visitor] = []

    def open_(path: str, *, dark: bool = False, size: tuple[int, int] = WIDE, scripts: bool = True) -> Page:
        context = browser.new_context(
            base_url=address,
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if dark else "light",
            java_script_enabled=scripts,
        )
        contexts.append(context)
        visitors.append(Visitor(context.new_page(), urlsplit(address).netloc))
        page = visitors[-1].page
        reply = page.goto(path)
        assert reply is not None
        assert reply.status == 200, (path, reply.status)
        return page

    yield open_
    for context in contexts:
        context.close()
    for one in visitors:
        one.clean()


def accessible(page: Page) -> None:
    """Nothing that axe finds, of any of its rules."""
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()


def fits(page: Page) -> None:
    """The page is not wider than its window."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth + 1"), page.url


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES.keys())
def test_a_page_is_accessible_light_and_dark_wide_and_narrow(opened: Opened, path: str) -> None:
    page = opened(path, size=WIDE)
    accessible(page)
    fits(page)
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    accessible(page)
    fits(page)


def search(page: Page, words: str) -> None:
    page.keyboard.press("/")
    page.keyboard.type(words)


def test_search_by_keyboard_from_any_page(opened: Opened) -> None:
    page = opened("/data")
    search(page, "52")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("52")
    assert page.url.endswith("/modifier/52")


def test_suggestions_are_taken_with_the_arrow_keys(opened: Opened) -> None:
    page = opened("/")
    search(page, "bilateral proc")
    expect(page.locator(".suggestions a").first).to_be_visible()
    accessible(page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/modifier/50")


def test_escape_closes_the_suggestions(opened: Opened) -> None:
    page = opened("/")
    search(page, "52")
    expect(page.locator(".suggestions a").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".suggestions a")).to_have_count(0)


def test_a_question_from_the_search_box_is_answered(opened: Opened) -> None:
    page = opened("/")
    search(page, "What did BCBS of North Dakota pay for 52 in 2018?")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("80%")
    accessible(page)
    assert "North" not in page.url


def test_questions_lead_to_an_answer_and_back(opened: Opened) -> None:
    page = opened("/which")
    page.get_by_label("Procedure code").fill("45378")
    page.get_by_label("On whose claim does the line stand?").select_option("professional")
    page.get_by_role("button", name="Begin").click()
    page.get_by_role("link", name="Was the service reduced, stopped, called off or changed into another?").click()
    page.get_by_role("link", name="Begun or prepared, and given up before its end").click()
    first = page.get_by_role("heading", level=2).first.inner_text()
    page.get_by_role("link", name="The procedure had begun").click()
    page.go_back()
    assert page.get_by_role("heading", level=2).first.inner_text() == first
    page.go_forward()
    expect(page.get_by_role("region", name="Answer")).to_contain_text("45378-53")
    page.get_by_role("link", name="Change the answer to “How far had it come when it stopped?”").click()
    expect(page.get_by_role("heading", level=2).first).to_have_text(first)


def test_a_case_in_words_and_the_ask_page_work_without_scripts(opened: Opened) -> None:
    page = opened("/which", scripts=False)
    page.get_by_label("What happened, where, and on whose claim").fill(
        "knee arthroscopy 29881 stopped after anesthesia, patient unstable, surgery center"
    )
    page.get_by_role("button", name="Find the modifier").click()
    expect(page.get_by_role("region", name="Answer")).to_contain_text("29881-74")
    page.goto("/ask")
    page.get_by_role("button", name="Difference between 58 and 78").click()
    expect(page.get_by_role("region", name="Answer")).to_contain_text("unplanned return")
    page.goto("/modifier/52")
    page.get_by_label("Payer", exact=True).select_option("bcbs-nd")
    page.get_by_role("button", name="Show").click()
    assert "payer=bcbs-nd" in page.url


def test_choosing_a_payer_shows_its_rules(opened: Opened) -> None:
    page = opened("/modifier/52")
    page.get_by_label("Payer", exact=True).select_option("bcbs-nd")
    page.wait_for_url("**payer=bcbs-nd**")
    expect(page.locator("main")).to_contain_text("Rules and payment as Blue Cross Blue Shield of North Dakota has them")


def test_the_theme_is_switched_and_kept(opened: Opened) -> None:
    page = opened("/")
    background = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(background)
    page.get_by_role("button", name="Dark theme").click()
    dark = page.evaluate(background)
    assert dark != light
    page.goto("/data")
    assert page.evaluate(background) == dark
    accessible(page)
    page.get_by_role("button", name="Light theme").click()
    assert page.evaluate(background) == light


def test_the_skip_link_comes_first_and_leads_to_the_content(opened: Opened) -> None:
    page = opened("/modifier/52")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to the content")
    page.keyboard.press("Enter")
    expect(page.locator(":focus")).to_have_attribute("id", "main")


def test_the_modifier_prints_without_what_only_a_screen_needs(opened: Opened) -> None:
    page = opened("/modifier/52", dark=True)
    page.emulate_media(media="print")
    for left_out in (".site-head", ".toc", ".filters", ".site-foot"):
        expect(page.locator(left_out).first).to_be_hidden()
    expect(page.get_by_role("heading", name="What payers pay")).to_be_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


@pytest.mark.parametrize("path", ["/", "/modifier/52", "/modifier/59", "/modifiers", "/data"])
def test_a_first_visit_loads_less_than_100_kb(opened: Opened, path: str) -> None:
    page = opened("/edits")
    page.context.clear_cookies()
    sizes: list[int] = []
    client = page.context.new_cdp_session(page)
    client.send("Network.enable")
    client.send("Network.setCacheDisabled", {"cacheDisabled": True})
    client.on("Network.loadingFinished", lambda told: sizes.append(told["encodedDataLength"]))
    page.goto(path, wait_until="networkidle")
    assert len(sizes) >= 4
    assert sum(sizes) < MOST_BYTES
