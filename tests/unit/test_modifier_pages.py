"""The modifiers' pages as a whole: every code, every link from both ends, what the screen shows."""

from __future__ import annotations

import json
import re
from collections import Counter

import pytest
from click.testing import CliRunner

from modwise import api
from modwise.cli import knowing
from modwise.errors import UsageError
from modwise.knowledge import checks_pages, links, schema
from modwise.knowledge.corpus import corpus
from modwise.report.layout import Paper
from modwise.report.pages import modifier_text

CODES = sorted(corpus().modifiers)
ENTRY = {"question": "Was it the other?", "says": "Then it was.", "source": ["untraced"], "confidence": "medium"}


def table(page: str, *neighbours: str) -> dict[str, object]:
    return {"page": page, "sections": {"neighbours": [{**ENTRY, "modifier": n} for n in neighbours]}}


def entries(code: str) -> list[tuple[str, dict[str, object]]]:
    sections = corpus().modifiers[code]["sections"]
    return [(name, entry) for name, found in sections.items() for entry in found]


FULL = [code for code in CODES if corpus().modifiers[code]["page"] == "full"]


@pytest.mark.parametrize(("code_set", "listed"), [("CPT", "code-sets.cpt-modifiers"), ("HCPCS", "code-sets.hcpcs-modifiers")])
def test_every_modifier_of_the_code_set_has_a_page(code_set: str, listed: str) -> None:
    (fact,) = corpus().facts(listed)
    assert set(fact.values[-1].value or ()) == {code for code in CODES if corpus().modifiers[code]["code_set"] == code_set}


def test_enough_pages_are_full_and_each_has_every_section() -> None:
    assert len(FULL) >= 100
    for code in FULL:
        assert set(corpus().modifiers[code]["sections"]) >= set(schema.SECTIONS) - schema.OPTIONAL_SECTIONS, code


def test_every_page_says_something_beyond_its_title() -> None:
    assert [code for code in CODES if not entries(code)] == []


def test_titles_tell_modifiers_apart() -> None:
    titles = Counter(" ".join(re.findall(r"\w+", corpus().modifiers[code]["title"].lower())) for code in CODES)
    assert [title for title, count in titles.items() if count > 1] == []
    assert [code for code in CODES if not 8 <= len(corpus().modifiers[code]["title"]) <= 90] == []


def test_no_text_of_a_page_is_longer_than_a_few_lines() -> None:
    for code in CODES:
        for name, entry in entries(code):
            long = [text for text in entry.values() if isinstance(text, str) and len(text) > 260]
            assert not long, (code, name, long)


@pytest.mark.parametrize(("kind", "remarks"), [("carc", False), ("rarc", True)])
def test_denials_name_codes_that_exist_and_have_not_ended(kind: str, remarks: bool) -> None:
    status = corpus().kinds[kind]["status"]["codes"]
    for code in FULL:
        named = [c for entry in corpus().modifiers[code]["sections"]["denials"] for c in entry.get(kind, ())]
        assert named or remarks, f"{code} names no {kind}"
        assert [c for c in named if "ended" in status.get(c, {"ended": True})] == [], code


@pytest.mark.parametrize(
    ("section", "entry", "says"),
    [
        ("who", {"says": "A.", "source": ["untraced"], "confidence": "high"}, "medium confidence at most"),
        ("disagreements", {**ENTRY, "id": "D-99", "answers": [{"payer": "any"}]}, "two answers"),
        ("neighbours", {**ENTRY, "modifier": "BB"}, r"BB.toml: .*does not name AA"),
    ],
)
def test_what_is_wrong_on_a_page_is_named_with_its_place(section: str, entry: dict[str, object], says: str) -> None:
    silent = {"page": "full", "sections": {}}
    assert list(checks_pages.problems({"AA": {"page": "full", "sections": {}}, "BB": silent})) == []
    (problem,) = checks_pages.problems({"AA": {"page": "full", "sections": {section: [entry]}}, "BB": silent})
    assert problem.startswith("modifiers/")
    assert re.search(says, problem)


def test_every_recorded_disagreement_stands_on_a_page_with_each_answer() -> None:
    answers: dict[str, int] = {}
    for code in CODES:
        for entry in corpus().modifiers[code]["sections"].get("disagreements", ()):
            answers[entry["id"]] = max(answers.get(entry["id"], 0), len(entry["answers"]))
    assert set(answers) >= {f"D-{number:02}" for number in range(1, 17)}


@pytest.mark.parametrize(
    ("fact", "payers"),
    [
        ("53.payment", {"medicare-part-b", "unitedhealthcare", "regence", "humana", "ibx", "bcbs-nm", "bcbs-nd", "sanford"}),
        ("54.payment", {"medicare-part-b", "highmark", "sanford"}),
        ("80.payment", {"medicare-part-b", "security-health-plan", "michigan-wc", "horizon-nj-health"}),
        ("62.payment", {"medicare-part-b", "oxford", "bcbs-nc"}),
        ("51.payment", {"medicare-part-b", "medicaid-fl", "unitedhealthcare-community"}),
        ("50.on-indicator-3", {"mac-wps", "mac-fcso"}),
    ],
)
def test_figures_that_differ_are_facts_of_each_payer(fact: str, payers: set[str]) -> None:
    own = {f.payer: f.values[-1].value for f in corpus().facts(fact)}
    assert set(own) >= payers
    assert len(set(own.values())) > 1


def test_full_pages_say_what_they_pay() -> None:
    assert [code for code in FULL if not corpus().has_fact(f"{code}.payment")] == ["CS"]


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
