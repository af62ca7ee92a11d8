"""What a biller does, from the first click to the paper, in a real browser. Every page on the way is looked at."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from tests.browser.visits import Visitor, visitor
from tests.scenario_files import build, scenarios

DEMO = Path(__file__).parents[2] / "examples" / "demo.837"
NOTE = """OPERATIVE REPORT
Date of service: 01/13/2026
PROCEDURE: Partial colectomy.
DESCRIPTION: The abdomen was opened in the midline. Dr. Sample assisted throughout because no qualified resident was available.
The assistant held the retractors and the stapler. The involved colon was mobilized and resected. A stapled anastomosis was done.
"""
STOPPED = """PROCEDURE: Colonoscopy.
ANESTHESIA: Propofol, given by the anesthesia team.
DESCRIPTION: The colonoscope was advanced to the splenic flexure. Because of inadequate preparation the procedure was stopped there.
"""


@pytest.fixture
def visit(browser: Any, address: str) -> Iterator[Visitor]:
    with visitor(browser, address) as one:
        yield one


def send_claims(visit: Visitor, path: Path) -> None:
    visit.page.goto("/check")
    visit.page.set_input_files("#file", path)
    visit.page.click("main button.primary")


def test_search_leads_to_the_modifiers_page(visit: Visitor) -> None:
    page = visit.page
    page.goto("/")
    visit.look()
    page.keyboard.press("/")
    page.keyboard.type("52")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("52")
    assert page.url.endswith("/modifier/52")
    visit.look()
    page.fill("#q", "May 92250 take 50?")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("92250")
    visit.look()


def test_ask_and_which_modifier(visit: Visitor) -> None:
    page = visit.page
    page.goto("/ask")
    visit.look()
    page.fill("main textarea, main input[name=question]", "What did BCBS of North Dakota pay for 52 in 2018?")
    page.locator("main form button.primary").first.click()
    expect(page.locator("main")).to_contain_text("80")
    visit.look()
    page.goto("/which?code=29881&setting=asc&extent=discontinued&stage=anesthetized&anesthesia_given=yes")
    expect(page.locator("main")).to_contain_text("74")
    visit.look()
    page.goto("/which")
    page.fill("main input[name=code]", "45378")
    page.get_by_role("button", name="Begin").click()
    expect(page.locator(".choices").first).to_be_visible()
    before = page.url
    page.locator(".choices a, .choices button").first.click()
    page.wait_for_url(lambda url: url != before)
    page.go_back()
    assert page.url == before


def test_a_file_becomes_findings_and_a_download(visit: Visitor) -> None:
    page = visit.page
    page.goto("/check")
    visit.look()
    send_claims(visit, DEMO)
    expect(page.locator("h1")).to_contain_text("findings")
    visit.look()
    page.select_option("#edit", "NCC201")
    page.wait_for_url("**edit=NCC201**")
    expect(page.locator("caption").first).to_contain_text("4 findings")
    page.click("tbody td a")
    expect(page.locator("h1")).to_contain_text("NCC201")
    visit.look()
    page.click("tbody tr:first-child th a")
    expect(page.locator("tr.here")).to_have_count(1)
    expect(page.locator("tr.here")).to_contain_text("45380")
    visit.look()
    page.click(".crumbs a >> nth=1")
    with page.expect_download() as given:
        page.locator(".chip", has_text="CSV").click()
    rows = list(csv.DictReader(io.StringIO(Path(given.value.path()).read_text(encoding="utf-8"))))
    assert given.value.suggested_filename == "findings.csv"
    assert {row["file"] for row in rows} == {"demo.837"}
    assert sum(row["edit"] == "NCC201" for row in rows) == 4
    with page.expect_download() as given:
        page.locator(".chip", has_text="SARIF").click()
    assert len(json.loads(Path(given.value.path()).read_text(encoding="utf-8"))["runs"][0]["results"]) == len(rows)
    page.get_by_role("button", name="Remove these files").click()
    page.wait_for_url("**/check")


def test_a_claim_is_found_by_its_number_which_stands_in_no_address(visit: Visitor) -> None:
    send_claims(visit, DEMO)
    visit.page.fill("#claim", "demo-04")
    visit.page.get_by_role("button", name="Find", exact=True).click()
    expect(visit.page.locator("tbody th").first).to_contain_text("DEMO-04")
    assert "demo" not in visit.page.url.lower()
    visit.look()


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("holiday.png", b"\x89PNG\r\n\x1a\n....", "neither X12"),
        ("cut.837", DEMO.read_bytes()[:60], "cut.837"),
        ("broken.csv.gz", b"\x1f\x8b\x08\x00 no gzip", "gzip file is damaged"),
    ],
)
def test_a_bad_file_is_told_by_its_name(visit: Visitor, tmp_path: Path, name: str, data: bytes, says: str) -> None:
    visit.expected |= {413, 422}
    path = tmp_path / name
    path.write_bytes(data)
    send_claims(visit, path)
    expect(visit.page.locator("main")).to_contain_text(says)
    expect(visit.page.locator(".notice")).to_be_visible()
    visit.look()


def test_a_note_is_read_beside_its_checklist(visit: Visitor) -> None:
    page = visit.page
    page.goto("/note")
    visit.look()
    visit.expected.add(400)
    page.click("main button.primary")
    expect(page.locator(".notice.bad")).to_contain_text("no note")
    page.fill("#note", STOPPED)
    page.fill("#code", "45378")
    page.fill("#modifiers", "52")
    page.select_option("#setting", "professional")
    page.select_option("#payer", "medicare-part-b")
    page.click("main button.primary")
    expect(page.locator(".answer .big")).to_contain_text("53")
    expect(page.locator(".answer")).to_contain_text("does not agree")
    visit.look()
    quote = page.locator("a.quote", has_text="stopped there").first
    target = str(quote.get_attribute("href"))
    quote.click()
    expect(page.locator(f"{target} + mark, {target} ~ mark").first).to_be_in_viewport()
    page.locator("mark a", has_text="stopped there").first.click()
    assert "#" in page.url
    assert "stopped" not in page.url


@pytest.fixture(scope="session")
def practice(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Path]]:
    """Remittances and claims of an invented practice, what is known of its cases, and a note."""
    folder = tmp_path_factory.mktemp("practice")
    made: dict[str, list[Path]] = {"remits": [], "claims": []}
    facts = {}
    for scenario in scenarios():
        built = build(scenario)
        for number, raw in enumerate(built.remits):
            made["remits"].append(folder / f"{built.id}-{number}.835")
            made["remits"][-1].write_bytes(raw)
        made["claims"].append(folder / f"{built.id}.837")
        made["claims"][-1].write_bytes(built.claims)
        if built.id in ("T05", "T23"):
            facts[f"CLM-{built.id}"] = {"1": {"chart_supports": ["53" if built.id == "T05" else "82"]}}
    made["facts"] = [folder / "facts.json"]
    made["facts"][0].write_text(json.dumps(facts))
    made["note"] = [folder / "report.txt"]
    made["note"][0].write_text(NOTE)
    return made


def open_denial(visit: Visitor, practice: dict[str, list[Path]], claim: str) -> None:
    """The page of a denial; the remittances are read where they were not yet."""
    page = visit.page
    page.goto("/denials")
    if page.locator("table.worklist").count() == 0:
        visit.look()
        for name in ("remits", "claims", "facts"):
            page.set_input_files(f"#{name}", practice[name])
        page.click("main button.primary")
        expect(page.locator("h1")).to_contain_text("added to the worklist", timeout=60_000)
        visit.look()
        page.get_by_role("link", name="To the worklist").click()
    expect(page.locator("table.worklist")).to_be_visible()
    page.click(f"th a:has-text('{claim}')")
    expect(page.locator("#clock")).to_be_visible()


def test_a_remittance_becomes_a_denial_a_letter_and_a_packet(visit: Visitor, practice: dict[str, list[Path]]) -> None:
    page = visit.page
    open_denial(visit, practice, "CLM-T23")
    visit.look()
    page.go_back()
    visit.look()
    page.go_forward()
    expect(page.locator(".day")).to_have_text("Jun 3, 2026")
    expect(page.locator("main")).to_contain_text("44 days left")

    page.get_by_role("link", name="Write the letter").click()
    visit.look()
    page.set_input_files("#notes", practice["note"])
    page.click("main button.primary")
    expect(page.locator("#preview")).to_contain_text("Dr. Sample assisted throughout", timeout=60_000)
    visit.look()

    gaps = page.locator("[id^=said-]")
    assert gaps.count() >= 2, "address and signer are known to nobody"
    page.fill("#said-signer", "Dana Whitfield, CPC, 555-010-4477")
    page.fill("#said-addressee", "PO Box 10066\nAugusta, GA 30999")
    expect(page.locator("#preview .letter")).to_contain_text("Augusta, GA 30999")
    first = page.locator("textarea[id^='text-0']").first
    asked = first.input_value()
    first.fill(f"{asked} The patient lost $7,531.00 by it.")
    expect(page.locator("#preview mark.untraced").first).to_contain_text("$7,531.00")
    expect(page.locator(".problems")).to_contain_text("not in the ledger")
    first.fill(asked)
    expect(page.locator("#preview .letter")).not_to_contain_text("$7,531.00")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#said-signer")).to_have_value("Dana Whitfield, CPC, 555-010-4477")

    letter = pdf_text(visit, "PDF")
    for said in ("44140-82", "ICN-T23", "Dana Whitfield", "Augusta", "Dr. Sample assisted throughout"):
        assert said in letter, said
    assert "7,531" not in letter
    packet = pdf_text(visit, "Packet with exhibits")
    assert "no qualified resident was available" in packet
    assert "CO-54" in packet or "CO 54" in packet
    with page.expect_download() as given:
        page.click(".chips >> text=Word")
    assert Path(given.value.path()).read_bytes().startswith(b"PK")

    page.fill("#on", "2026-04-21")
    page.get_by_role("button", name="Mark as sent").click()
    expect(page.locator(".page-head")).to_contain_text("Sent")
    page.goto("/appeals")
    expect(page.locator("#sent ~ .table-wrap")).to_contain_text("CLM-T23")
    visit.look()
    page.click("#sent ~ .table-wrap a")
    page.select_option("#state", "overturned")
    page.fill("#amount", "200.03")
    page.fill("#on", "2026-05-20")
    page.get_by_role("button", name="Enter the decision").click()
    expect(page.locator(".page-head")).to_contain_text("Overturned")


def pdf_text(visit: Visitor, chip: str) -> str:
    with visit.page.expect_download() as given:
        visit.page.locator(".chip", has_text=chip).first.click()
    text = "\n".join(page.extract_text() for page in PdfReader(given.value.path()).pages)
    return " ".join(text.split())


def test_where_no_appeal_can_work_the_right_paper_is_given(visit: Visitor, practice: dict[str, list[Path]]) -> None:
    page = visit.page
    open_denial(visit, practice, "CLM-T05")
    page.get_by_role("link", name="Write the letter").click()
    page.click("main button.primary")
    expect(page.locator("h1")).to_have_text("No appeal can work here", timeout=60_000)
    expect(page.locator(".answer")).to_contain_text("new claim")
    expect(page.locator(".paper").first).to_be_visible()
    visit.look()


def test_a_denial_is_worked_on(visit: Visitor, practice: dict[str, list[Path]]) -> None:
    page = visit.page
    open_denial(visit, practice, "CLM-T29")
    page.select_option("#state", "sent")
    visit.expected.add(400)
    page.click("aside button.primary")
    expect(page.locator("aside .notice")).to_contain_text("Give the day")
    page.fill("#on", "2026-04-20")
    page.fill("#assignee", "Dana")
    page.fill("#note", "Sent with the report.")
    page.click("aside button.primary")
    expect(page.locator("main")).to_contain_text("Sent with the report.")
    page.goto("/denials?state=all&assignee=Dana&order=risk")
    expect(page.locator("table.worklist tbody tr")).to_have_count(1)
    visit.look()
    page.fill("#claim", "T29")
    page.get_by_role("button", name="Find", exact=True).click()
    expect(page.locator("table.worklist tbody tr")).to_have_count(1)
    assert "T29" not in page.url


def test_forms_work_without_a_script(browser: Any, address: str, tmp_path: Path) -> None:
    with visitor(browser, address, java_script_enabled=False) as visit:
        page = visit.page
        send_claims(visit, DEMO)
        # The page of a job that is not done loads itself again.
        expect(page.locator("h1")).to_contain_text("findings")
        page.select_option("#status", "bypassed")
        page.click("main form button >> nth=0")
        expect(page.locator("caption").first).to_contain_text("2 findings")
        page.goto("/note")
        page.fill("#note", STOPPED)
        page.click("main button.primary")
        expect(page.locator("h1")).to_have_text("What the note supports")


def test_a_phone_shows_every_page_whole(browser: Any, address: str, practice: dict[str, list[Path]]) -> None:
    with visitor(browser, address, viewport={"width": 360, "height": 740}) as visit:
        open_denial(visit, practice, "CLM-T25")
        assert visit.fits()
        for path in ("/", "/modifier/52", "/check", "/note", "/denials", "/denials/read", "/appeals", "/ask", "/which", "/data"):
            visit.page.goto(path)
            assert visit.fits(), path


def test_nothing_of_a_patient_is_in_the_servers_log(home: Path, visit: Visitor, practice: dict[str, list[Path]]) -> None:
    visit.page.goto("/denials")
    log = (home / "server.log").read_text(encoding="utf-8", errors="replace").lower()
    assert not [word for word in ("doe", "clm-", "icn-", "demo-", "report.txt", "demo.837", "sample") if word in log]
