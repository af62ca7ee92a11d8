"""Letters from cases as data: what stands in them, what must not, and that everything in them was read somewhere."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from modwise.appeals.appeal import Appeal
from modwise.appeals.ledger import Ledger
from modwise.appeals.stored import letter_of
from tests.letter_files import drafted, golden, letter_cases

CASES = letter_cases()


class Letters(dict[str, Appeal]):
    """The letters by case, each drafted when it is first asked for."""

    def __init__(self, folders: pytest.TempPathFactory) -> None:
        self.folders = folders

    def __missing__(self, key: str) -> Appeal:
        case = next(case for case in CASES if case["id"] == key)
        self[key] = drafted(case, self.folders.mktemp(key))
        return self[key]


@pytest.fixture(scope="module")
def letters(tmp_path_factory: pytest.TempPathFactory) -> Letters:
    return Letters(tmp_path_factory)


def flat(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_a_letter_says_what_it_must_and_nothing_that_it_must_not(case: Mapping[str, Any], letters: Letters) -> None:
    found = letters[case["id"]]
    if "refused" in case:
        assert found.kind == "refused"
        assert found.letter is None
        assert found.refused is not None
        assert found.refused["remedy"] == case["refused"]
        assert found.refused["source"]
        return
    assert found.refused is None, found.refused
    assert found.complete == case["complete"], found.missing
    for words in case["has"]:
        assert words in flat(found.text), words
    for words in case.get("lacks", ()):
        assert words not in found.text, words


@pytest.mark.parametrize("case", [c for c in CASES if "refused" not in c], ids=lambda case: case["id"])
def test_the_text_is_the_one_that_was_read_by_people(case: Mapping[str, Any], letters: Letters) -> None:
    assert letters[case["id"]].text == golden(case).read_text(encoding="utf-8"), "python -m tests.letters.golden writes them again"


@pytest.mark.parametrize("case", [c for c in CASES if "refused" not in c], ids=lambda case: case["id"])
def test_every_digit_and_quotation_was_read_somewhere(case: Mapping[str, Any], letters: Letters) -> None:
    found = letters[case["id"]]
    assert found.letter is not None
    facts = {fact.id: fact for fact in found.ledger.facts}
    held = {a.id for a in found.ledger.authorities}
    for section in found.letter.sections:
        for block in section.blocks:
            for sentence in getattr(block, "sentences", ()):
                assert set(sentence.facts) <= set(facts)
                assert set(sentence.authorities) <= held
                if re.search(r"\d", re.sub(r"\(Exhibit [A-Z], page \d+, line \d+\)", "", sentence.text)):
                    assert sentence.facts or sentence.authorities, sentence.text
    documents = [flat(text) for text in found.ledger.documents.values()]
    stated = [flat(fact.value) for fact in found.ledger.facts]
    for quote in re.findall("\u201c(.*?)\u201d", flat(found.text)):
        assert any(quote in text for text in [*documents, *stated]), quote


@pytest.mark.parametrize("case", [c for c in CASES if "refused" not in c], ids=lambda case: case["id"])
def test_page_and_line_of_a_quotation_are_where_it_stands(case: Mapping[str, Any], letters: Letters) -> None:
    found = letters[case["id"]]
    for fact in found.ledger.facts:
        if fact.source.kind == "note" and fact.source.file in found.ledger.documents:
            text = found.ledger.documents[fact.source.file]
            assert text[fact.source.start : fact.source.end] == fact.value
            page = text.count("\f", 0, fact.source.start) + 1
            begin = text.rfind("\f", 0, fact.source.start) + 1
            assert (fact.source.page, fact.source.line) == (page, text.count("\n", begin, fact.source.start) + 1)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_the_ledger_comes_back_from_its_json(case: Mapping[str, Any], letters: Letters) -> None:
    found = letters[case["id"]]
    again = Ledger.of(json.loads(json.dumps(found.ledger.as_dict())))
    assert again.as_dict() == found.ledger.as_dict()
    if found.letter is not None:
        assert letter_of(again.letter) == found.letter


def test_no_letter_holds_another_patients_name(tmp_path: Path) -> None:
    """Two claims in one file: the ledger of one holds nothing of the other."""
    case = next(c for c in CASES if c["id"] == "52-tonsil")
    found = drafted(case, tmp_path)
    other = tmp_path / "both.835"
    text = (tmp_path / "remit.835").read_bytes()
    start, end = text.index(b"CLP*"), text.index(b"SE*")
    claim = text[start:end]
    stranger = (
        claim.replace(b"CLM-52-tonsil", b"CLM-OTHER")
        .replace(b"MARSH*EVELYN", b"OTHERMAN*ZED")
        .replace(b"MEM52-tonsil", b"ZEDMEMBER")
    )
    double = text[:end] + stranger + text[end:]
    number = int(re.search(rb"SE\*(\d+)", double)[1])  # type: ignore[index]
    double = double.replace(b"SE*%d" % number, b"SE*%d" % (number + claim.count(b"~")))
    other.write_bytes(double)
    both = drafted(case, tmp_path, remits=[other], keep_going=True)
    assert both.text == found.text
    assert "Zed" not in str(both.as_dict())
    assert "OTHERMAN" not in str(both.as_dict())
    assert "ZEDMEMBER" not in str(both.as_dict())
