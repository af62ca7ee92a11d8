"""A visitor: goes from page to page and looks at each of them for what must never be."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect

from tests.web.pages import Page as Read
from tests.web.test_every_page import holds

AXE = Axe()
# A machine that is busy with other tests takes its time; what is wrong still fails, only later.
PATIENCE = 60_000
expect.set_options(timeout=PATIENCE)
# A page of one kind is looked at once: its path without numbers, and the last word of its heading.
SEEN: set[tuple[str, str]] = set()
_NUMBER = re.compile(r"[0-9a-f]{32}|\d+")
CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}}


class Visitor:
    """A page of the browser with what it complained of."""

    def __init__(self, page: Page, host: str) -> None:
        self.page = page
        self.host = host
        self.complaints: list[str] = []
        self.elsewhere: list[str] = []
        # Answers that tell of a mistake in a form are said by the browser too.
        self.expected: set[int] = set()
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", self._asked)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not any(f"status of {code}" in message.text for code in self.expected):
            self.complaints.append(message.text)

    def _asked(self, request: Request) -> None:
        if urlsplit(request.url).netloc != self.host and not request.url.startswith("blob:"):
            self.elsewhere.append(request.url)

    def look(self) -> None:
        """Nothing is wrong with this page: accessibility in light and dark, no raw value, well formed, small."""
        self.clean()
        path = urlsplit(self.page.url).path
        kind = (_NUMBER.sub("…", path), self.page.locator("h1").inner_text().split(" ")[-1])
        if kind in SEEN:
            return
        SEEN.add(kind)
        assert self.violations(RULES) == [], path
        self.page.emulate_media(color_scheme="dark")
        assert self.violations(CONTRAST) == [], f"{path}, dark"
        self.page.emulate_media(color_scheme="light")
        holds(Read(self.page.content()), path)

    def violations(self, options: dict[str, Any]) -> list[str]:
        """What axe finds wrong with the page."""
        found = AXE.run(self.page, options=options).response["violations"]
        return [f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]]

    def clean(self) -> None:
        """Nothing was complained of, and nobody else was asked."""
        assert self.complaints == []
        assert self.elsewhere == []

    def fits(self) -> bool:
        """Whether the page is no wider than the window."""
        return bool(self.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


@contextmanager
def visitor(browser: Browser, address: str, **options: Any) -> Iterator[Visitor]:
    """A visitor in a window of its own; at the end nothing was complained of."""
    context = browser.new_context(base_url=address, color_scheme="light", **options)
    context.set_default_timeout(PATIENCE)
    one = Visitor(context.new_page(), urlsplit(address).netloc)
    try:
        yield one
        one.clean()
    finally:
        context.close()
