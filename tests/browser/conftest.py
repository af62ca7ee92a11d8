"""A really started server with a data folder of its own, and Debian's Chromium in front of it.

Where no Chromium is installed these tests are not collected, and the run's head says so; with CI=true its absence is a failure.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
WANTED = CHROMIUM is not None or os.environ.get("CI") == "true"
collect_ignore_glob = [] if WANTED else ["test_*.py"]
TODAY = "2026-04-20"
QUIET = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)


def pytest_report_header() -> str:
    return "" if WANTED else "no Chromium here: the journeys in the browser are not tested"


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="session")
def address(home: Path) -> Iterator[str]:
    """The address of a started server."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "modwise", "serve", "--port", str(port), "--today", TODAY]
    log = (home / "server.log").open("wb")
    server = subprocess.Popen(command, env={**os.environ, "MODWISE_HOME": str(home)}, stdout=log, stderr=log)
    url = f"http://127.0.0.1:{port}"
    try:
        _until_it_answers(url, server)
        yield url
    finally:
        server.terminate()
        server.wait(20)
        log.close()


def _until_it_answers(url: str, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        assert server.poll() is None, "the server ended before it answered"
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the server does not answer")


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    from playwright.sync_api import sync_playwright

    assert CHROMIUM is not None, "CI=true, and no Chromium is installed"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield started
        started.close()


WIDE, NARROW = (1280, 900), (390, 844)


class Opened(Protocol):
    """Opens a page in a browser of its own: `opened(path, dark=…, size=…, scripts=…)`."""

    def __call__(self, path: str, *, dark: bool = False, size: tuple[int, int] = WIDE, scripts: bool = True) -> Page: ...


@pytest.fixture
def opened(browser: Browser, address: str) -> Iterator[Opened]:
    """Opens pages. At the end: no console error, no request beyond this machine."""
    contexts: list[BrowserContext] = []
    problems: list[str] = []

    def watch(page: Page) -> None:
        page.on("console", lambda said: problems.append(said.text) if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("request", lambda asked: None if asked.url.startswith((address, "blob:", "about:")) else problems.append(asked.url))

    def open_(path: str, *, dark: bool = False, size: tuple[int, int] = WIDE, scripts: bool = True) -> Page:
        context = browser.new_context(
            base_url=address,
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if dark else "light",
            java_script_enabled=scripts,
        )
        contexts.append(context)
        page = context.new_page()
        watch(page)
        reply = page.goto(path)
        assert reply is not None
        assert reply.status == 200, (path, reply.status)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert problems == []
