"""The packet: its pages, labels and bookmarks; only the pages quoted, only this claim; the quoted words marked."""

from __future__ import annotations

import hashlib
import io
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from modwise.appeals.ledger import Exhibit
from modwise.appeals.packet import packet
from modwise.appeals.packets import marking, records, sheets
from modwise.appeals.packets.records import RecordPage
from modwise.appeals.rendering.parts import DRAFT, Draft
from modwise.appeals.rendering.pdf import moment
from modwise.errors import InputError
from modwise.notes import files
from tests.paper.ledgers import NOTE, QUOTES, letter_and_ledger
from tests.paper.letters import STRANGE, flat


def read(data: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(data)).pages]


def test_parts_stand_in_their_order_numbered_throughout() -> None:
    pages = read(packet(*letter_and_ledger()))
    assert len(pages) == 7
    for number, page in enumerate(pages, 1):
        assert f"Packet page {number} of 7" in page
    for page, words in zip(
        pages,
        (
            "Contents",
            "CMS-20027",
            "priced as a reduced service",
            "Service lines as decided",
            "OPERATIVE REPORT",
            "Page three.",
            "Sources",
        ),
        strict=True,
    ):
        assert words in page


def test_exhibits_are_labelled_on_every_page() -> None:
    pages = read(packet(*letter_and_ledger()))
    found = [re.findall(r"Exhibit [A-Z]\s*page \d of \d", page) for page in pages[3:6]]
    assert [flat("".join(one)) for one in found] == ["ExhibitApage1of1", "ExhibitBpage1of2", "ExhibitBpage2of2"]


def test_the_cover_tells_the_pages_and_no_patient() -> None:
    cover = read(packet(*letter_and_ledger()))[0]
    assert "5–6" in cover
    assert "7" in cover
    for private in ("Marsh", "1EG4", "2226079123450", "42826", "10 February"):
        assert private not in cover


def test_bookmarks_lead_to_the_parts() -> None:
    reader = PdfReader(io.BytesIO(packet(*letter_and_ledger())))
    marks = [(str(one.title), reader.get_destination_page_number(one)) for one in reader.outline if not isinstance(one, list)]  # type: ignore[union-attr]
    assert [title for title, _ in marks] == [
        "Cover sheet",
        "Request for redetermination: the elements of form CMS-20027",
        "Letter",
        "Exhibit A: Remittance advice of 20 March 2026, 1 page",
        "Exhibit B: Operative report, 2 pages",
        "Sources",
    ]
    assert [page for _, page in marks] == [0, 1, 2, 3, 4, 6]


def test_only_the_pages_quoted_are_sent() -> None:
    text = "".join(read(packet(*letter_and_ledger())))
    assert "HIDDEN MARKER" in NOTE
    assert "HIDDEN MARKER" not in text


def test_documents_that_no_exhibit_names_stay_out() -> None:
    one, held = letter_and_ledger()
    held.documents["other.txt"] = "Another patient: OTHER PATIENT MARKER"
    assert "OTHER PATIENT MARKER" not in "".join(read(packet(one, held)))


def test_the_remittance_shows_the_reasons_at_the_line_in_question() -> None:
    page = read(packet(*letter_and_ledger()))[3]
    assert re.search(r"1\s+42826-52\s+\$900.00\s+\$0.00\s+CO-252 \$900.00, M29", page)
    assert re.search(r"2\s+99213\s+\$150.00\s+\$71.15\s+", page)
    assert "CO-252: a record that was asked for has not come." in page


def test_a_typed_denial_has_an_excerpt_too() -> None:
    one, held = letter_and_ledger()
    held.item["file"] = None
    held.facts = [fact for fact in held.facts if not fact.name.startswith("paid_line")]
    page = read(packet(one, held))[3]
    assert "Explanation of benefits, as typed" in page
    assert re.search(r"1\s+42826-52\s+\$900.00\s+\$0.00\s+CO-252 \$900.00, M29", page)


def test_only_figures_that_the_letter_rests_on_are_listed() -> None:
    page = read(packet(*letter_and_ledger()))[6]
    assert "Fee schedule indicator bilateral" in page
    assert "does not use" not in page


@pytest.mark.parametrize(
    ("form", "words"),
    [
        (("CMS-20027, or a letter with the same elements",), "20027"),
        (("CMS-20033",), "20033"),
        (("written request with a signed waiver of liability",), "Waiver of liability"),
        (("the payer's reconsideration form",), None),
        ((), None),
    ],
)
def test_the_request_page_is_the_one_that_the_route_names(form: tuple[str, ...], words: str | None) -> None:
    pages = read(packet(*letter_and_ledger(form=form)))
    assert len(pages) == (7 if words else 6)
    assert (words is None) or words in pages[1]


def test_what_the_form_lacks_is_a_placeholder() -> None:
    one, held = letter_and_ledger(form=("CMS-20033",))
    page = flat(read(packet(one, held))[1])
    assert flat("[TO BE COMPLETED: number of the redetermination, as its letter states it]") in page
    assert flat("[TO BE COMPLETED: telephone]") in page


def test_lines_are_numbered_as_the_letter_cites_them() -> None:
    page = read(packet(*letter_and_ledger()))[5]
    assert re.search(r"^\s*2\s+No complication. No early termination\.", page, re.M)


def test_an_exhibit_that_is_not_at_hand_keeps_its_place() -> None:
    one, held = letter_and_ledger()
    held.exhibits.append(Exhibit("C", "Statement of reduction", "statement"))
    pages = read(packet(one, held))
    assert "TO BE COMPLETED" in pages[6]
    assert "Statement of reduction" in pages[6]
    assert flat("Exhibit C page 1 of 1") in flat(pages[6])


def test_a_draft_is_marked_on_every_page() -> None:
    pages = read(packet(*letter_and_ledger(), draft=Draft(("Something does not hold.",))))
    assert all(DRAFT in page for page in pages)


def test_the_same_packet_is_the_same_bytes() -> None:
    def body(data: bytes) -> bytes:
        return re.sub(rb"/ID \[.*?\]", b"", data, flags=re.S)

    assert body(packet(*letter_and_ledger())) == body(packet(*letter_and_ledger()))


def test_markup_in_a_note_comes_out_literally() -> None:
    one, held = letter_and_ledger()
    note = f"First\n{STRANGE}\nLast"
    held.exhibits[1] = replace(held.exhibits[1], pages=(1,), spans=((6, 6 + len(STRANGE)),))
    held.documents["absent-note.txt"] = note
    assert flat(STRANGE) in flat("".join(read(packet(one, held))))


# ---- notes as PDF ------------------------------------------------------------------------------------------------------------


def pdf_note(tmp_path: Path) -> tuple[Path, str]:
    """A PDF of three pages and its text as read, pages parted by form feeds."""
    blocks: list[sheets.Block] = []
    for page in NOTE.split("\f"):
        blocks += [sheets.page(), {"is": "lines", "lines": [[(line, False)] if line else [] for line in page.split("\n")]}]
    path = tmp_path / "note.pdf"
    path.write_bytes(sheets.set_blocks("Note", blocks, when=moment("")))
    pages = [page.extract_text() for page in PdfReader(path).pages]
    assert files.read_note(path) == "\n".join(pages)
    return path, "\f".join(pages)


def test_a_pdf_note_gives_its_own_pages_with_the_quotes_marked(tmp_path: Path) -> None:
    path, text = pdf_note(tmp_path)
    one, held = letter_and_ledger()
    start = text.index("No early termination")
    exhibit = Exhibit(
        "B", "Operative report", "note", str(path), (3,), ((start, start + 20),), hashlib.sha256(path.read_bytes()).hexdigest()
    )
    held.exhibits[1] = exhibit
    held.documents = {str(path): text}
    pages = read(packet(one, held))
    assert len(pages) == 6
    assert "Page three." in pages[4]
    assert "HIDDEN MARKER" not in "".join(pages)
    reader = PdfReader(io.BytesIO(packet(one, held)))
    assert b"1 0.88 0.54 rg" in reader.pages[4].get_contents().get_data()  # type: ignore[union-attr]


def test_the_mark_stands_where_the_words_stand(tmp_path: Path) -> None:
    path, text = pdf_note(tmp_path)
    page = text.split("\f")[2]
    start = page.index("No early termination")
    reader = PdfReader(path)
    [(x, y, width, height)] = marking.places(reader.pages[2], RecordPage(3, page, ((start, start + 20),)))
    chunks = [chunk for chunk in marking._chunks(reader.pages[2]) if "early" in chunk.text]
    assert chunks[0].x - 2 <= x <= chunks[0].x + 200
    assert y < chunks[0].y < y + height
    assert 40 < width < 200


def test_a_note_that_was_changed_is_not_enclosed(tmp_path: Path) -> None:
    path = tmp_path / "note.txt"
    path.write_text(NOTE, encoding="utf-8")
    one, held = letter_and_ledger()
    held.exhibits[1] = replace(held.exhibits[1], file=str(path), sha256=hashlib.sha256(b"another").hexdigest())
    held.documents = {str(path): NOTE}
    with pytest.raises(InputError, match="changed after"):
        packet(one, held)


def test_a_page_that_is_not_there(tmp_path: Path) -> None:
    one, held = letter_and_ledger()
    held.exhibits[1] = replace(held.exhibits[1], pages=(9,))
    with pytest.raises(InputError, match="no page 9"):
        packet(one, held)


@given(
    st.lists(st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), max_size=12), min_size=1, max_size=8),
    st.data(),
)
def test_marked_pieces_are_the_quoted_words(lines: list[str], data: st.DataObject) -> None:
    text = "\n".join(lines)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    page = RecordPage(1, text, ((start, end),) if end > start else ())
    pieces = list(records._lines(page))
    assert flat("".join(words for line in pieces for words, _ in line)) == flat(text)
    assert flat("".join(words for line in pieces for words, marked in line if marked)) == flat(text[start:end])


def test_quotes_across_pages_bring_both_pages() -> None:
    text = "one\ntwo\fthree\nfour"
    pages = records.pages_of(Exhibit("B", "x", "note", "f", (1,), ((4, 13),)), text)
    assert [(page.number, page.text, page.spans) for page in pages] == [(1, "one\ntwo", ((4, 7),)), (2, "three\nfour", ((0, 5),))]


def test_the_quotes_of_the_note_are_where_the_ledger_says() -> None:
    _, held = letter_and_ledger()
    assert [NOTE[a:b] for a, b in held.exhibits[1].spans] == list(QUOTES)
