"""What is asked of a page in the browser."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page


def accessible(page: Page) -> None:
    """No violation that axe finds."""
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()


def fits(page: Page) -> None:
    """The page is not wider than its window."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth + 1"), page.url
