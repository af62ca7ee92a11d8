"""The Word letter says what the letter says, on the starter template and on a practice's own; a broken template is told plainly."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pytest

from modwise.appeals.letter import Section
from modwise.appeals.rendering import slots
from modwise.appeals.rendering.parts import DRAFT, Draft
from modwise.appeals.rendering.starter import starter
from modwise.appeals.rendering.word import word
from modwise.errors import InputError
from tests.paper.letters import STRANGE, flat, letter, said, texts


def read(data: bytes) -> str:
    return "\n".join(paragraph.text for _, paragraph in slots.paragraphs(docx.Document(io.BytesIO(data))))


def template(tmp_path: Path, build: Callable[[Any], None]) -> Path:
    document = docx.Document()
    build(document)
    path = tmp_path / "letter.docx"
    document.save(str(path))
    return path


def test_every_word_stands_in_the_document() -> None:
    one = letter()
    text = flat(read(word(one)))
    for words in texts(one):
        assert flat(words) in text, words


def test_it_has_styles_headers_footers_and_page_fields() -> None:
    document = docx.Document(io.BytesIO(word(letter())))
    section = document.sections[0]
    assert section.first_page_header.paragraphs[0].text.startswith("Northgate")
    assert "Request for redetermination" in section.header.paragraphs[0].text
    for footer in (section.footer, section.first_page_footer):
        assert "PAGE" in footer._element.xml
        assert "NUMPAGES" in footer._element.xml
    names = {p.style.name for p in document.paragraphs if p.style is not None}
    assert {"Heading 1", "Heading 2", "Letter Fact", "Letter Signature"} <= names


def test_no_slot_is_left_and_no_mark() -> None:
    text = read(word(letter()))
    assert "{{" not in text
    assert "\ue000" not in text


def test_markup_comes_out_literally() -> None:
    one = letter(letterhead=[STRANGE], signature=[STRANGE])
    one.sections.append(Section("request", STRANGE, (said(STRANGE),)))
    assert flat(read(word(one))).count(flat(STRANGE)) == 4


def test_what_is_to_be_completed_is_highlighted() -> None:
    document = docx.Document(io.BytesIO(word(letter())))
    lit = [run.text for p in document.paragraphs for run in p.runs if run.font.highlight_color is not None]
    assert lit == ["[TO BE COMPLETED: why the service was reduced]"]


def test_the_signature_keeps_to_the_last_paragraph() -> None:
    paragraphs = docx.Document(io.BytesIO(word(letter()))).paragraphs
    at = next(n for n, p in enumerate(paragraphs) if p.text.startswith("Please allow"))
    assert all(p.paragraph_format.keep_with_next for p in paragraphs[at : at + 3])


def test_the_same_letter_is_the_same_bytes() -> None:
    assert word(letter()) == word(letter())


def test_a_draft_is_marked_with_its_reasons() -> None:
    data = word(letter(), draft=Draft(("The amount $12.00 is in no source.",)))
    document = docx.Document(io.BytesIO(data))
    assert document.paragraphs[0].text == DRAFT
    assert "in no source" in document.paragraphs[1].text
    assert document.sections[0].header.paragraphs[0].text == DRAFT
    assert document.sections[0].first_page_header.paragraphs[0].text == DRAFT


def test_the_starter_template_is_one_that_can_be_used(tmp_path: Path) -> None:
    path = tmp_path / "starter.docx"
    path.write_bytes(starter())
    assert word(letter(), template=path) == word(letter())


def test_a_practices_own_template(tmp_path: Path) -> None:
    def build(document: Any) -> None:
        document.sections[0].header.paragraphs[0].text = "Our own letterhead"
        split = document.add_paragraph("Dated ")
        for piece in ("{{ da", "te }", "} by {{ signer }}"):
            split.add_run(piece)
        document.add_table(1, 1).cell(0, 0).text = "{{ reference }}"
        document.add_paragraph("{{ body }}")
        document.add_paragraph("{% if method %}Sent: {{ method }}{% endif %}")

    one = letter()
    text = read(word(one, template=template(tmp_path, build)))
    assert "Our own letterhead" in text
    assert "Dated 18 May 2026 by Priya Solano, CPC" in text
    assert "Sent: By portal" in text
    assert "42826-52, charge $900.00" in text
    assert "1.\tOne side was done." in text


def _unclosed(document: Any) -> None:
    document.add_paragraph("{{ body }}")
    document.add_paragraph("Dear {{ date")


def _unknown(document: Any) -> None:
    document.add_paragraph("{{ body }}")
    document.add_table(1, 1).cell(0, 0).text = "{{ adress }}"


def _beside(document: Any) -> None:
    document.add_paragraph("Text {{ body }}")


def _in_footer(document: Any) -> None:
    document.add_paragraph("{{ body }}")
    document.sections[0].footer.paragraphs[0].text = "}} x"


def _logic(document: Any) -> None:
    document.add_paragraph("{{ body }}")
    document.add_paragraph("{% if date %} never ended")


def _reaching_out(document: Any) -> None:
    document.add_paragraph("{{ body }}")
    document.add_paragraph("{{ ''.__class__.__mro__ }}")


BROKEN: list[tuple[Callable[[Any], None], str]] = [
    (_unclosed, "paragraph 2"),
    (_unknown, "table 1, paragraph 1"),
    (_beside, "must stand alone"),
    (_in_footer, "footer of section 1, paragraph 1"),
    (_logic, "cannot be used"),
    (_reaching_out, "is no slot"),
    (lambda document: None, "{{ body }}"),
]


@pytest.mark.parametrize(("build", "says"), BROKEN)
def test_a_broken_template_is_told_with_its_place(tmp_path: Path, build: Callable[[Any], None], says: str) -> None:
    with pytest.raises(InputError) as caught:
        word(letter(), template=template(tmp_path, build))
    assert says in str(caught.value)
    assert caught.value.code == "template-broken"
    assert "starter" in caught.value.hint


def test_a_file_that_is_no_template(tmp_path: Path) -> None:
    path = tmp_path / "t.docx"
    path.write_bytes(b"no archive")
    with pytest.raises(InputError, match="no Word document"):
        word(letter(), template=path)
    with pytest.raises(InputError):
        word(letter(), template=tmp_path / "absent.docx")
