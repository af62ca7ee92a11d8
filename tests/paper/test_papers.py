"""The right paper where no appeal can work: which one, what it says, and what it leaves to be completed."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from modwise.appeals.book import Book
from modwise.appeals.drafting import Desk
from modwise.appeals.gathering import Files
from modwise.appeals.ledger import Source
from modwise.appeals.papers.making import for_item
from modwise.appeals.papers.paper import Paper
from modwise.appeals.practice import Practice
from modwise.appeals.rendering.pdf import pdf
from modwise.appeals.rendering.word import word
from modwise.knowledge.corpus import corpus
from tests.paper.test_replacement import CONTROL, SENT, rows, segments

PRACTICE = Practice(
    "practice.toml",
    {"name": "Northgate ENT", "address": ["400 Alder Way", "Fairmont, ZZ 00000"], "telephone": "555-0100"},
    {"name": "Priya Solano", "credentials": "CPC", "title": "Billing Manager"},
)


def item(**changed: Any) -> dict[str, Any]:
    return {
        "file": None,
        "position": None,
        "claim": "NG-77120-1",
        "line": 1,
        "payer": "aetna",
        "payer_control": CONTROL,
        "service": "2026-02-10",
        "notice": "2026-03-20",
        "code": "42826",
        "modifiers": ["59", "LT"],
        "charge": "900.00",
        "paid": "0.00",
        "allowed": "0.00",
        "group": "CO",
        "carc": "97",
        "rarc": [],
        "adjustments": [{"group": "CO", "carc": "97", "amount": "900.00"}],
        "match": {"claim": "NG-77120-1", "line": 1, "by": "claim", "confidence": "high"},
        "remedy": "corrected_claim",
        "change": "59 to XS",
        "decided_by": [],
        "would_change": [],
        **changed,
    }


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    claims = tmp_path / "batch.837"
    claims.write_text(SENT, encoding="utf-8")
    return Desk(Files([claims]), PRACTICE, date(2026, 5, 18), tmp_path / "home")


def papers(desk: Desk, **changed: Any) -> dict[str, Paper]:
    return {paper.kind: paper for paper in for_item(item(**changed), desk)}


def names(paper: Paper) -> set[str]:
    return {gap.name for gap in paper.missing}


@pytest.mark.parametrize(
    ("remedy", "payer", "kinds"),
    [
        ("corrected_claim", "aetna", {"corrected-claim"}),
        ("corrected_claim", "medicare-part-b", set()),
        ("reopening", "medicare-part-b", {"reopening"}),
        ("new_claim", "medicare-part-b", {"new-claim-narrative", "attachment-cover"}),
        ("query_provider", "aetna", {"provider-query"}),
        ("send_documents", "aetna", {"attachment-cover"}),
        ("write_off", "aetna", set()),
        ("bill_patient", "aetna", set()),
    ],
)
def test_the_papers_of_a_remedy(desk: Desk, remedy: str, payer: str, kinds: set[str]) -> None:
    assert set(papers(desk, remedy=remedy, payer=payer)) == kinds


def test_the_corrected_claim_is_one_that_can_be_sent(desk: Desk) -> None:
    paper = papers(desk)["corrected-claim"]
    assert paper.missing == ()
    assert paper.file == "corrected-claim.837"
    assert paper.data is not None
    assert "SV1*HC:42826:XS:LT::::DESC*900*UN*2***1:2" in segments(paper.data)
    assert {row["original_ref"] for row in rows(paper.data)} == {CONTROL}


def test_a_correction_that_is_not_known_is_not_made(desk: Desk) -> None:
    paper = papers(desk, change="one of the two modifiers")["corrected-claim"]
    assert names(paper) == {"change"}
    assert paper.data is not None
    assert "SV1*HC:42826:59:LT::::DESC*900*UN*2***1:2" in segments(paper.data)


@pytest.mark.parametrize(
    ("changed", "gap"),
    [({"payer_control": None}, "payer_control"), ({"match": None}, "claim"), ({"payer": "medicare-opps"}, "condition")],
)
def test_what_keeps_a_corrected_claim_from_being_sent_is_said(desk: Desk, changed: dict[str, Any], gap: str) -> None:
    paper = papers(desk, **changed)["corrected-claim"]
    assert gap in names(paper)
    assert (paper.data is None) == (gap != "condition")


def test_a_reopening_names_the_line_before_and_after(desk: Desk) -> None:
    paper = papers(desk, remedy="reopening", payer="medicare-part-b")["reopening"]
    assert paper.letter is not None
    assert paper.letter.kind == "reopening"
    text = " ".join((paper.text or "").split())
    assert "correct a clerical error: 59 to XS" in text
    assert "The line as it was sent: 42826-59-LT." in text
    assert "The line as it should read: 42826-XS-LT." in text
    assert names(paper) == {"clerical_error"}
    assert "[TO BE COMPLETED: what was keyed" in text


def test_a_query_asks_openly(desk: Desk) -> None:
    book = Book()
    book.add("quote", "item.59.site", "lesion on the left shoulder", Source("note", "n.txt", "page 1, line 4"))
    book.add("code", "code", "11102", Source("claim"))
    paper = for_item(item(remedy="query_provider"), desk, book)[0]
    text = " ".join((paper.text or "").split())
    assert "“lesion on the left shoulder” (page 1, line 4)" in text
    assert "At which sites, through which incisions" in text
    for leading in ("59", "XS", "modifier", "pay", "denied", "$", "should have", "please confirm", "agree"):
        assert leading not in text.replace("555-0100", "").replace("PAYER", ""), leading


@pytest.mark.parametrize("modifier", ["22", "25", "52", "53", "57", "58", "59", "62", "73", "76", "78", "80", "26", "50", "QW"])
def test_no_question_names_a_modifier_or_wants_an_answer(desk: Desk, modifier: str) -> None:
    paper = papers(desk, remedy="query_provider", modifiers=[modifier])["provider-query"]
    assert paper.letter is not None
    asked = [
        sentence.text
        for section in paper.letter.sections
        if section.key == "application"
        for block in section.blocks
        for sentence in getattr(block, "sentences", ())
    ]
    assert asked
    for question in asked:
        assert question.endswith("?")
        assert modifier not in question
        assert not question.lower().startswith(("did", "was", "is", "were", "do ", "can", "should", "would"))


def test_a_narrative_holds_no_more_than_a_segment(desk: Desk) -> None:
    book = Book()
    for name, value in (("part_omitted", "LEFT TONSIL NOT REMOVED"), ("share_percent", "50"), ("reason", "R" * 70)):
        book.add("statement", name, value, Source("facts"))
    paper = for_item(item(remedy="new_claim", modifiers=["52"], payer="medicare-part-b"), desk, book)
    narrative = next(p for p in paper if p.kind == "new-claim-narrative")
    [line] = [line for line in (narrative.text or "").splitlines() if line.startswith("NTE*")]
    assert line == "NTE*ADD*REDUCED LEFT TONSIL NOT REMOVED; DONE 50 PCT"
    assert len(line.removeprefix("NTE*ADD*")) <= 80
    assert names(narrative) == {"narrative"}


def test_a_narrative_that_nothing_is_known_for_is_a_placeholder(desk: Desk) -> None:
    paper = papers(desk, remedy="new_claim", modifiers=["53"], payer="medicare-part-b")["new-claim-narrative"]
    assert "[TO BE COMPLETED" in (paper.text or "")
    assert names(paper) == {"reason"}


def test_no_paper_names_another_patient(desk: Desk) -> None:
    for remedy in ("corrected_claim", "reopening", "new_claim", "query_provider", "send_documents"):
        for paper in papers(desk, remedy=remedy).values():
            assert "OTHERMARKER" not in (paper.text or "")


def test_letters_among_them_are_set_as_letters_are(desk: Desk) -> None:
    paper = papers(desk, remedy="reopening", payer="medicare-part-b")["reopening"]
    assert paper.letter is not None
    assert pdf(paper.letter).startswith(b"%PDF")
    assert word(paper.letter).startswith(b"PK")


def test_every_paper_has_a_maker_and_a_source() -> None:
    from modwise.appeals.papers.making import _MAKERS

    for paper in corpus().kinds["papers"].values():
        assert paper["kind"] == "form" or paper["kind"] in _MAKERS
        assert paper["source"]
