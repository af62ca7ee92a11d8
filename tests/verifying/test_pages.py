"""Finished letters as files: text, Markdown, Word, PDF; what is read, and what is refused."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from docx import Document

import modwise as mw
from modwise.appeals.verifying.pages import read_pages
from modwise.errors import InputError
from tests.verifying.letters import REDUCED, SITES, built, text_of

WORDS = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def beside(path: Path, case: Any = REDUCED) -> Path:
    path.with_suffix(".ledger.json").write_text(json.dumps(built(case).as_dict()), encoding="utf-8")
    return path


def word_file(path: Path, body: str, **parts: str) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", f"<w:document {WORDS}><w:body>{body}</w:body></w:document>")
        for name, text in parts.items():
            archive.writestr(f"word/{name}.xml", f"<w:x {WORDS}>{text}</w:x>")
    return path


def p(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def test_a_text_letter_passes_beside_its_ledger(tmp_path: Path) -> None:
    path = beside(tmp_path / "letter.txt")
    path.write_text(text_of(built(REDUCED).letter), encoding="utf-8")
    found = mw.verify(path, today=REDUCED.today)
    assert found["ok"], found["problems"]
    assert (found["read"]["kind"], found["read"]["ledger"]) == ("txt", str(tmp_path / "letter.ledger.json"))


def test_markdown_is_read_without_its_marks(tmp_path: Path) -> None:
    path = beside(tmp_path / "letter.md", SITES)
    text = text_of(built(SITES).letter).replace("The denial\n", "## The denial\n").replace("We ask that", "**We ask** that")
    rows = [f"| {' | '.join(line.split(chr(9)))} |" if "\t" in line else line for line in text.splitlines()]
    path.write_text("\n".join(rows).replace("| Line 2 |", "| Line 2 |\n|---|---|---|"), encoding="utf-8")
    found = mw.verify(path, today=SITES.today)
    assert found["ok"], found["problems"]


def test_a_word_letter_passes_with_its_tables(tmp_path: Path) -> None:
    letter = built(SITES).letter
    document = Document()
    for line in text_of(letter).split("\n"):
        if "\t" in line:
            cells = line.split("\t")
            row = document.add_table(rows=1, cols=len(cells)).rows[0]
            for cell, text in zip(row.cells, cells, strict=True):
                cell.text = text
        elif line.strip():
            document.add_paragraph(line)
    path = beside(tmp_path / "letter.docx", SITES)
    document.save(str(path))
    # Lines of a wrapped paragraph became paragraphs of their own; the sentences are found all the same.
    found = mw.verify(path, today=SITES.today)
    assert found["ok"], found["problems"]
    assert found["read"]["kind"] == "docx"


def test_heads_feet_boxes_and_notes_of_a_word_file_are_read(tmp_path: Path) -> None:
    box = "<w:p><w:r><w:pict><w:txbxContent>" + p("in a box") + "</w:txbxContent></w:pict></w:r></w:p>"
    twice = f'<w:p><w:r><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r></w:p>'
    path = word_file(
        tmp_path / "x.docx", p("body") + twice, header1=p("at the head"), footer1=p("at the foot"), footnotes=p("below")
    )
    text = "\n".join(read_pages(path).pages)
    assert [text.count(words) for words in ("body", "in a box", "at the head", "at the foot", "below")] == [1, 1, 1, 1, 1]


def test_deleted_words_are_gone_and_tracked_changes_are_told(tmp_path: Path) -> None:
    body = f"<w:p><w:ins><w:r><w:t>new</w:t></w:r></w:ins><w:del><w:r><w:delText>old</w:delText></w:r></w:del></w:p>{p('rest')}"
    found = read_pages(word_file(tmp_path / "x.docx", body, comments=p("a remark")))
    assert "old" not in found.pages[0]
    assert "new" in found.pages[0]
    assert len(found.remarks) == 2


def test_pages_of_a_word_file_part_at_page_breaks(tmp_path: Path) -> None:
    body = p("one") + '<w:p><w:r><w:br w:type="page"/><w:t>two</w:t></w:r></w:p>'
    assert len(read_pages(word_file(tmp_path / "x.docx", body)).pages) == 2


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("x.txt", b"", "letter-empty"),
        ("x.docx", b"PK\x03\x04 and no more", "letter-not-text"),
        ("x.pdf", b"%PDF-1.7 and no more", "letter-not-text"),
        ("x.txt", b"\xd0\xcf\x11\xe0 an old Word file", "letter-not-text"),
    ],
)
def test_what_is_no_letter_is_refused(tmp_path: Path, name: str, data: bytes, code: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(InputError) as error:
        read_pages(path)
    assert error.value.code == code


def test_entities_of_a_word_file_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.docx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", '<!DOCTYPE x [<!ENTITY e "boom">]><x>&e;</x>')
    with pytest.raises(InputError, match="entities"):
        read_pages(path)


def test_a_missing_ledger_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear reviewer,")
    with pytest.raises(InputError, match="--ledger"):
        mw.verify(path)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"ledger": 99}', '{"ledger": 1, "facts": 3}'])
def test_a_broken_ledger_is_an_error_without_its_words(tmp_path: Path, text: str) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear reviewer,")
    (tmp_path / "letter.ledger.json").write_text(text)
    with pytest.raises(InputError):
        mw.verify(path)
