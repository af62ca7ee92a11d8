"""The PDF says what the letter says: text, pages, marks, tags, the same bytes each time."""

from __future__ import annotations

import io
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from modwise.appeals.letter import Letter, Section, Sentence
from modwise.appeals.rendering.parts import DRAFT, Draft, clean, marked
from modwise.appeals.rendering.pdf import moment, pdf
from tests.paper.letters import STRANGE, flat, letter, said, texts


def read(data: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(data)).pages]


def long_letter(paragraphs: int) -> Letter:
    one = letter()
    more = [
        Section("application", f"Part {n}", (said("A sentence that fills most of a line on paper. " * 8),))
        for n in range(paragraphs)
    ]
    return letter(sections=[*one.sections[:-1], *more, one.sections[-1]])


def test_every_word_stands_in_the_pdf_in_its_order() -> None:
    one = letter()
    text, at = flat("".join(read(pdf(one)))), 0
    for words in texts(one):
        if one.method and words == one.method.text:
            continue
        found = text.find(flat(words), at)
        assert found >= 0, words
        at = found


@pytest.mark.parametrize("where", ["sentence", "name", "reference", "exhibit", "signature", "cell"])
def test_markup_comes_out_literally(where: str) -> None:
    one = letter()
    if where == "sentence":
        one.sections.append(Section("request", STRANGE, (said(STRANGE),)))
    elif where == "name":
        one.letterhead[:] = [STRANGE, STRANGE]
    elif where == "reference":
        one.reference[0] = type(one.reference[0])(STRANGE, Sentence(STRANGE))
    elif where == "exhibit":
        one.exhibits.append(Sentence(STRANGE))
    elif where == "cell":
        table = one.sections[2].blocks[0]
        one.sections[2] = Section("application", None, (type(table)((STRANGE, "b"), ((Sentence(STRANGE), Sentence("c")),)),))
    else:
        one.signature.append(STRANGE)
    assert flat(STRANGE) in flat("".join(read(pdf(one))))


def test_numbers_run_through_the_letter() -> None:
    text = flat("".join(read(pdf(letter()))))
    for words in ("1.Onesidewasdone", "2.Thereasonwas", "3.Athirdfact"):
        assert words in text


def test_pages_are_counted_and_headed() -> None:
    pages = read(pdf(long_letter(11)))
    assert len(pages) == 2
    assert "Page 1 of 2" in pages[0]
    assert "Page 2 of 2" in pages[1]
    assert "Request for redetermination" in pages[1]


@pytest.mark.parametrize("paragraphs", range(4, 16))
def test_no_signature_stands_alone(paragraphs: int) -> None:
    pages = read(pdf(long_letter(paragraphs)))
    signed = next(page for page in pages if "Priya Solano" in page)
    assert "revised remittance" in signed


def test_what_a_little_less_size_brings_on_one_page_is_one_page() -> None:
    counts = [len(read(pdf(long_letter(n)))) for n in range(3, 12)]
    assert counts == sorted(counts)
    assert counts[0] == 1
    assert counts[-1] == 2


def test_the_same_letter_is_the_same_bytes() -> None:
    assert pdf(letter()) == pdf(letter())


def test_it_is_tagged_titled_and_dated() -> None:
    reader = PdfReader(io.BytesIO(pdf(letter())))
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] == True  # noqa: E712 - a PDF object
    assert root["/Lang"].startswith("en")
    assert reader.metadata is not None
    assert reader.metadata.title == "RE: Request for redetermination (first level)"
    assert reader.metadata.creation_date == moment("18 May 2026")
    assert reader.xmp_metadata is not None
    assert "pdfuaid:part" in reader.xmp_metadata.rdf_root.toxml()


def test_a_draft_is_marked_on_every_page_with_its_reasons() -> None:
    pages = read(pdf(long_letter(11), draft=Draft(("The amount $12.00 is in no source.", "Past its deadline."))))
    assert all(DRAFT in page for page in pages)
    assert "in no source" in pages[0]
    assert "Past its deadline" in pages[0]


def test_a_name_that_the_fonts_lack_still_gives_a_letter() -> None:
    text = "".join(read(pdf(letter(addressee=["山田太郎", "Second line"]))))
    assert "Second line" in text


@pytest.mark.parametrize(
    ("day", "iso"),
    [("18 May 2026", "2026-05-18"), ("May 18, 2026", "2026-05-18"), ("2026-05-18", "2026-05-18"), ("soon", "2000-01-01")],
)
def test_the_moment_written_into_the_file_is_the_letters_day(day: str, iso: str) -> None:
    assert moment(day).date().isoformat() == iso


@given(st.text(max_size=300))
def test_clean_text_has_no_character_that_cannot_be_set(text: str) -> None:
    kept = clean(text)
    assert clean(kept) == kept
    assert not any(ord(c) < 32 or c in "\u202e\u2066\ue000" for c in kept)


@given(st.lists(st.sampled_from(["a [b] ", "[TO BE COMPLETED: x]", "[TO BE COMPLETED:]", "]", "["]), max_size=8))
def test_pieces_put_together_are_the_text(parts: list[str]) -> None:
    text = "".join(parts)
    assert "".join(piece for piece, _ in marked(text)) == text


@settings(max_examples=25, deadline=None)
@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=200))
def test_any_typed_text_comes_out_of_the_pdf(text: str) -> None:
    one = letter(sections=[Section("ask", None, (said("Begin", text, "End"),))])
    assert flat(text) in flat("".join(read(pdf(one))))
