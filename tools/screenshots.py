"""Pictures of the main pages, light and dark, wide and narrow, from servers started with invented data: `make screenshots`.

All go to build/screenshots; the chosen ones to docs/screenshots too, which the README shows. Look at each before it is committed.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.scenario_files import build, scenarios  # noqa: E402 - the project's root must be found first

BUILT, SHOWN = ROOT / "build" / "screenshots", ROOT / "docs" / "screenshots"
EXAMPLES = ROOT / "examples"
WIDE, NARROW = {"width": 1200, "height": 860}, {"width": 390, "height": 844}
# name, theme, window: those in the README.
CHOSEN = (
    ("modifier", "light", "wide"),
    ("findings", "light", "wide"),
    ("note", "light", "wide"),
    ("worklist", "light", "wide"),
    ("denial", "dark", "wide"),
    ("letter", "light", "wide"),
    ("which", "dark", "narrow"),
)
MOST = 200_000
NOTE = """PREOPERATIVE DIAGNOSIS: Screening for colon cancer.
PROCEDURE: Colonoscopy.
ANESTHESIA: Propofol, given by the anesthesia team.
DESCRIPTION: After informed consent the patient was sedated and the colonoscope was advanced to the splenic flexure.
Solid stool was found there and could not be washed away. Because of the inadequate preparation the procedure was stopped
at 10:42 by the endoscopist. No polyps were seen up to this point. A repeat colonoscopy is planned in four weeks.
COMPLICATIONS: None.
"""
Step = Callable[[Page], None]


@contextmanager
def server(today: str) -> Iterator[str]:
    """A server with a data folder of its own, counting days from `today`."""
    with tempfile.TemporaryDirectory() as home, socket.socket() as probe:
        shutil.copy(EXAMPLES / "denials" / "practice.toml", home)
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        command = [sys.executable, "-m", "modwise", "serve", "--port", str(port), "--today", today]
        started = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            command, env={**os.environ, "MODWISE_HOME": home}, stderr=subprocess.DEVNULL
        )
        try:
            url = f"http://127.0.0.1:{port}"
            for _ in range(300):
                try:
                    urllib.request.urlopen(url, timeout=5).close()
                    break
                except OSError:
                    time.sleep(0.2)
            yield url
        finally:
            started.terminate()
            started.wait(20)


def main() -> None:
    """Takes every picture."""
    BUILT.mkdir(parents=True, exist_ok=True)
    SHOWN.mkdir(parents=True, exist_ok=True)
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        with server("2026-06-02") as url:
            take(browser, url, {"worklist": worklist, "denial": denial})
        with server("2026-11-24") as url:
            pages: dict[str, Step] = {
                "start": at("/"),
                "modifier": at("/modifier/52"),
                "which": at("/which?code=45378&setting=professional"),
                "findings": findings,
                "finding": finding,
                "note": note,
                "letter": letter,
                "dashboard": at("/dashboard"),
            }
            take(browser, url, pages)
        browser.close()
    for name, theme, window in CHOSEN:
        file = f"{name}-{theme}-{window}.png"
        size = (BUILT / file).stat().st_size
        if size > MOST:
            raise SystemExit(f"{file} has {size:,} bytes; at most {MOST:,} go into the documentation")
        shutil.copy(BUILT / file, SHOWN / f"{name}.png")


def take(browser: Browser, url: str, pages: dict[str, Step]) -> None:
    """Each page once by its steps, then in four looks."""
    context = browser.new_context(base_url=url, viewport=WIDE)
    page = context.new_page()
    for name, go in pages.items():
        go(page)
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
            for window, size in (("wide", WIDE), ("narrow", NARROW)):
                page.set_viewport_size(size)  # type: ignore[arg-type]
                page.wait_for_timeout(150)
                page.screenshot(path=BUILT / f"{name}-{theme}-{window}.png")
        page.set_viewport_size(WIDE)  # type: ignore[arg-type]
    context.close()


def at(path: str) -> Step:
    """The step that goes to an address."""
    return lambda page: page.goto(path) and None


def findings(page: Page) -> None:
    """Claims are checked."""
    page.goto("/check")
    page.set_input_files("#file", EXAMPLES / "demo.837")
    page.click("main button.primary")
    page.wait_for_selector("h1:has-text('findings')", timeout=60_000)


def finding(page: Page) -> None:
    """One of them in its claim."""
    page.click("tbody td a:has-text('Two codes of one day')")
    page.click("tbody tr:first-child th a")


def note(page: Page) -> None:
    """A note is read."""
    page.goto("/note")
    page.fill("#note", NOTE)
    page.fill("#code", "45378")
    page.fill("#modifiers", "52")
    page.select_option("#setting", "professional")
    page.select_option("#payer", "medicare-part-b")
    page.click("main button.primary")
    page.wait_for_selector("mark")


def worklist(page: Page) -> None:
    """Remittances of many payers are read."""
    with tempfile.TemporaryDirectory() as folder:
        remits, claims = [], []
        for built in map(build, scenarios()):
            for number, raw in enumerate(built.remits):
                remits.append(Path(folder) / f"{built.id}-{number}.835")
                remits[-1].write_bytes(raw)
            claims.append(Path(folder) / f"{built.id}.837")
            claims[-1].write_bytes(built.claims)
        take_in(page, remits, claims)
    page.goto("/denials")


def denial(page: Page) -> None:
    """One of the denials."""
    page.click("th a:has-text('CLM-T23')")
    page.wait_for_selector("#clock")


def letter(page: Page) -> None:
    """The letter of a denial, with its note."""
    folder = EXAMPLES / "denials"
    take_in(page, [folder / "remit.835"], [folder / "claims.837"], folder / "facts.json")
    page.goto("/denials")
    page.click("th a:has-text('CLM-1003')")
    page.get_by_role("link", name="Write the letter").click()
    page.set_input_files("#notes", folder / "note-1003.txt")
    page.click("main button.primary")
    page.wait_for_selector("#preview", timeout=60_000)


def take_in(page: Page, remits: list[Path], claims: list[Path], facts: Path | None = None) -> None:
    """Reads remittances with their claims."""
    page.goto("/denials/read")
    page.set_input_files("#remits", remits)
    page.set_input_files("#claims", claims)
    if facts is not None:
        page.set_input_files("#facts", facts)
    page.click("main button.primary")
    page.wait_for_selector("h1:has-text('added to the worklist')", timeout=90_000)


if __name__ == "__main__":
    main()
