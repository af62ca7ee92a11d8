"""A letter is written when it passes its checks: whole, private, with its ledger; a failing one only by force, and marked."""

from __future__ import annotations

import json
import stat
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import pytest
from pypdf import PdfReader

import modwise
from modwise import api
from modwise.appeals.appeal import Appeal
from modwise.appeals.letter import Paragraph, Sentence
from modwise.appeals.rendering.parts import DRAFT
from modwise.appeals.verifying.pages import read_pages
from modwise.errors import InputError, UsageError
from tests.letter_files import drafted, letter_cases
from tests.paper.letters import flat

CASES = {case["id"]: case for case in letter_cases()}
ENDINGS = ("txt", "md", "docx", "pdf")


@pytest.fixture
def good(tmp_path: Path) -> Appeal:
    return drafted(CASES["52-tonsil"], tmp_path)


@pytest.fixture
def wrong(good: Appeal) -> Appeal:
    """The letter with an amount that nobody read anywhere."""
    assert good.letter is not None
    first = good.letter.sections[0]
    invented = Paragraph((Sentence("The plan owes $4,321.00 for it."),))
    good.letter.sections[0] = replace(first, blocks=(*first.blocks, invented))
    return good


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_letter_that_holds_is_written_with_its_ledger(good: Appeal, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"letter.{ending}"
    files = api.write_appeal(good, path)
    assert files == [path, tmp_path / f"letter.{ending}.ledger.json"]
    assert [stat.S_IMODE(file.stat().st_mode) for file in files] == [0o600, 0o600]
    assert DRAFT not in "".join(read_pages(path).pages)
    assert good.problems == []
    assert json.loads(files[1].read_text()) == json.loads(json.dumps(good.ledger.as_dict()))


@pytest.mark.parametrize("ending", ENDINGS)
def test_what_was_written_passes_verify(good: Appeal, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"letter.{ending}"
    api.write_appeal(good, path)
    case: Any = CASES["52-tonsil"]
    found = modwise.verify(path, today=case["today"])
    assert found["ok"], found["problems"]
    assert found["read"]["sentences"]["changed"] == 0


@pytest.mark.parametrize("ending", ENDINGS)
def test_every_format_says_the_same(good: Appeal, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"letter.{ending}"
    api.write_appeal(good, path)
    text = flat("".join(read_pages(path).pages))
    assert good.letter is not None
    for section in good.letter.sections:
        for block in section.blocks:
            for sentence in getattr(block, "sentences", ()):
                assert flat(sentence.text) in text


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_letter_that_fails_is_not_written(wrong: Appeal, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"letter.{ending}"
    with pytest.raises(UsageError) as caught:
        api.write_appeal(wrong, path)
    assert caught.value.code == "letter-fails"
    assert "L02" in str(caught.value)
    assert "4,321" not in str(caught.value)
    assert not list(tmp_path.glob("letter*"))
    assert any(problem["check"] == "L02" for problem in wrong.problems)


@pytest.mark.parametrize("ending", ENDINGS)
def test_by_force_it_is_written_and_marked(wrong: Appeal, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"letter.{ending}"
    api.write_appeal(wrong, path, force=True)
    text = "".join(read_pages(path).pages)
    assert flat(DRAFT) in flat(text)
    assert "L02" in text


def test_a_failing_write_leaves_the_old_file(wrong: Appeal, tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("the old letter")
    with pytest.raises(UsageError):
        api.write_appeal(wrong, path)
    assert path.read_text() == "the old letter"


def test_what_is_to_be_completed_is_no_reason_not_to_write(tmp_path: Path) -> None:
    found = drafted(CASES["52-silent"], tmp_path)
    path = tmp_path / "letter.pdf"
    api.write_appeal(found, path)
    assert "TO BE COMPLETED" in read_pages(path).pages[0]
    assert any(problem["check"] == "L30" for problem in found.problems)


def test_a_packet(good: Appeal, tmp_path: Path) -> None:
    path = tmp_path / "packet.pdf"
    api.write_appeal(good, path, packet=True)
    reader = PdfReader(path)
    assert len(reader.pages) >= 5
    assert "Contents" in reader.pages[0].extract_text()
    assert modwise.verify(path, today=CASES["52-tonsil"]["today"])["ok"]


@pytest.mark.parametrize(("line", "check"), [("Thank you for your attention.", None), ("We were promised $77.00 for it.", "L02")])
def test_a_template_of_the_practice(good: Appeal, tmp_path: Path, line: str, check: str | None) -> None:
    template = api.starter_template(tmp_path / "mine.docx")
    document = docx.Document(str(template))
    document.paragraphs[-1].insert_paragraph_before(line)
    document.save(str(template))
    path = tmp_path / "letter.docx"
    if check is not None:
        with pytest.raises(UsageError, match=check):
            api.write_appeal(good, path, template=template)
    api.write_appeal(good, path, template=template, force=check is not None)
    assert any(line in p.text for p in docx.Document(str(path)).paragraphs)


@pytest.mark.parametrize(
    ("name", "how", "code"),
    [
        ("letter.rtf", {}, "bad-ending"),
        ("letter", {}, "bad-ending"),
        ("letter.txt", {"template": "t.docx"}, "bad-ending"),
        ("letter.docx", {"packet": True}, "bad-ending"),
    ],
)
def test_endings_that_do_not_fit(good: Appeal, tmp_path: Path, name: str, how: dict[str, Any], code: str) -> None:
    with pytest.raises(UsageError) as caught:
        api.write_appeal(good, tmp_path / name, **how)
    assert caught.value.code == code


def test_a_refusal_writes_no_letter_but_its_papers(tmp_path: Path) -> None:
    found = drafted(CASES["52-stopped"], tmp_path)
    with pytest.raises(UsageError, match="there is no letter"):
        api.write_appeal(found, tmp_path / "letter.txt")
    for form in ("txt", "docx", "pdf"):
        folder = tmp_path / form
        folder.mkdir()
        files = api.write_papers(found, folder, form=form)
        assert [file.name for file in files] == [f"provider-query.{form}"]
        assert "There is no expected answer." in " ".join("".join(read_pages(files[0]).pages).split())


def test_a_folder_that_is_not_there(good: Appeal, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        api.write_appeal(good, tmp_path / "absent" / "letter.txt")
    assert caught.value.code == "not-written"
