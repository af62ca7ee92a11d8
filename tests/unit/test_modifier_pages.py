"""The modifiers' pages as a whole: every code, every link from both ends, what the screen shows."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from modwise import api
from modwise.cli import knowing
from modwise.errors import UsageError
from modwise.knowledge import links
from modwise.knowledge.corpus import corpus
from modwise.report.layout import Paper
from modwise.report.pages import modifier_text

CODES = sorted(corpus().modifiers)
ENTRY = {"question": "Was it the other?", "says": "Then it was.", "source": ["untraced"], "confidence": "high"}


def table(page: str, *neighbours: str) -> dict[str, object]:
    return {"page": page, "sections": {"neighbours": [{**ENTRY, "modifier": n} for n in neighbours]}}


def test_a_link_is_read_from_its_other_end() -> None:
    found = links.incoming({"AA": table("full", "BB"), "BB": table("brief"), "CC": table("full", "BB")})
    assert [entry["modifier"] for entry in found["BB"]] == ["AA", "CC"]
    assert found["BB"][0]["question"] == ENTRY["question"]


def test_a_link_to_a_full_page_that_does_not_answer_is_found() -> None:
    modifiers = {"AA": table("full", "BB", "CC", "DD"), "BB": table("brief"), "CC": table("full"), "DD": table("full", "AA")}
    assert list(links.one_way(modifiers)) == [("AA", "CC")]


def test_full_pages_that_name_each_other_do_so_from_both_sides() -> None:
    assert list(links.one_way(corpus().modifiers)) == []


def test_every_link_shows_on_both_pages() -> None:
    for code in CODES:
        for entry in corpus().modifiers[code]["sections"].get("neighbours", ()):
            other = api.show(entry["modifier"])
            shown = [*other["sections"].get("neighbours", ()), *other["named_by"]]
            assert code in {e["modifier"] for e in shown}, f"{entry['modifier']} does not show {code}"


def test_what_the_page_says_itself_is_not_said_again() -> None:
    for code in CODES:
        page = api.show(code)
        own = {e["modifier"] for e in page["sections"].get("neighbours", ())}
        assert not own & {e["modifier"] for e in page["named_by"]}


@pytest.mark.parametrize("code", CODES)
def test_every_page_fits_eighty_columns(code: str) -> None:
    text = modifier_text(api.show(code), Paper(80))
    assert [line for line in text.splitlines() if len(line) > 80] == []


def test_addresses_of_sources_are_not_broken() -> None:
    for code in ("22", "52", "78"):
        page = api.show(code)
        text = modifier_text(page, Paper(80), ["sources"])
        assert [source["url"] for source in page["sources"] if source.get("url", "") not in text] == []


def test_neighbours_with_one_question_stand_together() -> None:
    page = {**api.show("LT"), "sections": {"neighbours": [{**ENTRY, "modifier": code} for code in ("F1", "F2", "F3", "T1")]}}
    text = modifier_text(page, Paper(80), ["neighbours"])
    assert "F1, F2, F3, T1" in text
    assert text.count(ENTRY["question"]) == 1


def test_a_payers_list_holds_what_it_or_its_programme_speaks_of() -> None:
    contractor = {row["modifier"] for row in api.list_modifiers(payer="mac-fcso")}
    programme = {row["modifier"] for row in api.list_modifiers(payer="medicare-part-b")}
    assert contractor >= programme
    assert "52" in contractor
    assert {row["modifier"] for row in api.list_modifiers(payer="moda")} < {row["modifier"] for row in api.list_modifiers()}
    with pytest.raises(UsageError, match="no payer"):
        api.list_modifiers(payer="nobody")


def test_the_filters_of_list_hold_together() -> None:
    answer = CliRunner().invoke(knowing.list_, ["--class", "pricing", "--payer", "bcbs-nd", "--format", "json"])
    assert answer.exit_code == 0, answer.output
    rows = json.loads(answer.output)
    assert {"52", "53"} <= {row["modifier"] for row in rows}
    assert all("pricing" in row["class"] for row in rows)
