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
from contextlib import contextmanager
from pathlib import Path

import pytest

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
    with serving(home) as url:
        yield url


@contextmanager
def serving(home: Path) -> Iterator[str]:
    """A server over a data folder of its own; its address."""
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


# Not the session's: while it is open an event loop counts as running, and other tests begin loops of their own.
@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    from playwright.sync_api import sync_playwright

    assert CHROMIUM is not None, "CI=true, and no Chromium is installed"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield started
        started.close()
