"""Reading a note from end to end: offsets, files, errors, the fronts."""

import io
import json
import zipfile

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

import modwise
from modwise.cli.main import cli
from modwise.errors import InputError, UsageError
from modwise.notes import files, noting, text
from modwise.notes.rules import rule_set
from modwise.report import note_html

STOPPED = (
    "PROCEDURE: Colonoscopy.\n"
    "DESCRIPTION: After sedation with midazolam the scope was advanced to the hepatic flexure. "
    "The patient became hypotensive, so we agreed to abort the procedure.\n"
    "PLAN: A repeat is planned.\n"
)
FRAGMENTS = [
    "PROCEDURE: Colonoscopy.",
    "The procedure was aborted because of hypotension.",
    "Only the right ear was tested.",
    "HISTORY: A colonoscopy was aborted last year.",
    "unable to pass the scope",
    "The cecum was reached.",
    "\u2018Consent\u2019 was obtained\u2014twice.",
    "Caf\u00e9 \u0130stanbul \U0001f600",
    "ANESTHESIA: None.",
    "\r\n",
    "\t",
    "\n\n",
]


def pieces(value):
    """Every piece of evidence anywhere in the JSON."""
    if isinstance(value, dict):
        if {"start", "end", "quote"} <= value.keys():
            yield value
        for inner in value.values():
            yield from pieces(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from pieces(inner)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.text(max_size=40)), min_size=1, max_size=14), st.sampled_from([" ", "\n", ""])
)
def test_a_quote_is_the_text_at_its_offsets(parts, joint):
    content = joint.join(parts)
    found = modwise.read_note_text(content, code="45378", modifiers=["52", "53", "22", "50", "74"])
    for piece in pieces(found):
        assert content[piece["start"] : piece["end"]] == piece["quote"]
    assert found == modwise.read_note_text(content, code="45378", modifiers=["52", "53", "22", "50", "74"])


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=400))
def test_folding_keeps_every_offset(content):
    assert len(text.fold(content)) == len(content)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=12))
def test_sections_and_sentences_cover_the_note_in_order(parts):
    content = "\n".join(parts)
    note = text.read(content, rule_set().headings)
    assert [s.start for s in note.sections] == [0, *(s.end for s in note.sections[:-1])]
    assert note.sections[-1].end == len(content)
    for one, other in zip(note.sentences, note.sentences[1:], strict=False):
        assert one.end <= other.start


def test_the_json_has_the_shape_that_every_front_returns():
    found = modwise.read_note_text(STOPPED, code="45378", modifiers=["53"])
    assert set(found) == {"reading", "claim", "suggested", "checklist", "seen_not_counted", "warnings"}
    assert {k: found["reading"][k] for k in ("extent", "reason", "anesthesia", "laterality", "increased_work")} == {
        "extent": "discontinued",
        "reason": "risk",
        "anesthesia": "given",
        "laterality": "not_stated",
        "increased_work": False,
    }
    assert found["suggested"]["modifiers"] == ["53"]
    assert found["suggested"]["certainty"] == "settled"
    assert found["claim"]["agrees"] is True
    for entry in found["checklist"]:
        assert entry["status"] in ("met", "not_found", "contradicted")
        assert bool(entry["evidence"]) == (entry["status"] != "not_found")
    json.dumps(found)


@pytest.mark.parametrize(
    ("setting", "content", "modifiers"),
    [
        ("professional", STOPPED, ["53"]),
        ("asc", STOPPED, ["74"]),
        (
            "hopd",
            "She was taken to the operating room and prepped for general anesthesia. The case was cancelled before induction because of a "
            "blood pressure of 230/120.",
            ["73"],
        ),
    ],
)
def test_the_setting_decides_between_53_73_and_74(setting, content, modifiers):
    assert modwise.read_note_text(content, code="45378", setting=setting)["suggested"]["modifiers"] == modifiers


def test_a_claim_that_says_something_else_does_not_agree():
    found = modwise.read_note_text(STOPPED, code="45378", modifiers=["52"], setting="professional")
    assert found["claim"]["agrees"] is False
    status = {entry["item"]: entry["status"] for entry in found["checklist"]}
    assert status["finished-as-meant"] == "contradicted"


def test_a_note_in_words_that_no_rule_knows_is_not_held_against_the_modifier():
    odd = "Colonoscopy. Stool everywhere, so we packed it in around the descending colon and he will come back another day."
    for modifier in ("52", "53"):
        found = modwise.read_note_text(odd, code="45378", modifiers=[modifier], setting="professional")
        if found["reading"]["extent"] == "complete":
            assert found["claim"]["agrees"] is None
            assert any("read it before" in warning for warning in found["warnings"])
    whole = "Colonoscopy. The scope was advanced to the cecum, identified by the appendiceal orifice."
    found = modwise.read_note_text(whole, code="45378", modifiers=["53"], setting="professional")
    assert found["claim"]["agrees"] is False


def test_what_is_not_counted_is_shown_with_why():
    found = modwise.read_note_text("The scope was withdrawn and the procedure was terminated.", code="45378")
    (seen,) = found["seen_not_counted"]
    assert seen["rule"] == "closing.normal"
    assert "ended" in seen["why"]


def test_a_code_outside_the_families_expects_no_landmark():
    content = "PROCEDURE: Colonoscopy.\nDESCRIPTION: The scope was advanced to the transverse colon. All was normal."
    assert modwise.read_note_text(content, code="45378")["reading"]["extent"] == "discontinued"
    assert modwise.read_note_text(content, code="99213")["reading"]["extent"] == "complete"


# ---- files --------------------------------------------------------------------------------------------------------------------


def docx(body):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", body)
    return out.getvalue()


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def test_word_paragraphs_tabs_and_breaks(tmp_path):
    path = tmp_path / "note.docx"
    path.write_bytes(
        docx(
            f"<w:document {W}><w:body><w:p><w:r><w:t>PROCEDURE:</w:t><w:tab/><w:t>Colonoscopy</w:t></w:r></w:p>"
            "<w:p><w:del><w:r><w:delText>aborted</w:delText></w:r></w:del><w:r><w:t>One</w:t><w:br/><w:t>two</w:t></w:r></w:p>"
            "</w:body></w:document>"
        )
    )
    assert files.read_note(path) == "PROCEDURE:\tColonoscopy\nOne\ntwo"


def test_rtf_text_without_its_tables(tmp_path):
    path = tmp_path / "note.rtf"
    path.write_bytes(
        rb"{\rtf1\ansi{\fonttbl{\f0 Arial;}}{\*\generator X;}\f0 The \b scope\b0  was\par withdrawn\'92s \u8212? end \{x\}}"
    )
    assert files.read_note(path) == "The scope was\nwithdrawn\u2019s \u2014 end {x}"


def pdf(content):
    """A PDF of one page that shows the text."""
    stream = f"BT /F1 12 Tf 72 720 Td ({content}) Tj ET".encode() if content else b""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    body, places = bytearray(b"%PDF-1.4\n"), []
    for number, entry in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, entry)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(body)
    return (
        bytes(body)
        + b"xref\n0 6\n0000000000 65535 f \n"
        + table
        + b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % start
    )


def test_a_pdf_with_text_is_read_and_a_scanned_one_says_so(tmp_path):
    path = tmp_path / "note.pdf"
    path.write_bytes(pdf("The procedure was aborted."))
    assert files.read_note(path).strip() == "The procedure was aborted."
    path.write_bytes(pdf(""))
    with pytest.raises(InputError) as error:
        files.read_note(path)
    assert error.value.code == "note-scanned"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"  \n",
        b"PK\x03\x04 broken",
        b"%PDF-1.4 Roe broken",
        docx("<!DOCTYPE x [<!ENTITY a 'b'>]><x/>"),
        docx("<x"),
        b"\x00\x01Roe\x00",
    ],
)
def test_what_cannot_be_read_is_an_error_that_tells_nothing_of_the_text(tmp_path, data):
    path = tmp_path / "note.bin"
    path.write_bytes(data)
    with pytest.raises(InputError) as error:
        files.read_note(path)
    assert str(path) in str(error.value)
    assert "Roe" not in str(error.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_text_in_any_usual_encoding(tmp_path, encoding):
    path = tmp_path / "note.txt"
    path.write_bytes("Caf\u00e9 na\u00efve".encode(encoding))
    assert files.read_note(path) == "Caf\u00e9 na\u00efve"


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=300))
def test_any_rtf_body_is_read_without_a_crash(body):
    assert isinstance("".join(files._rtf_pieces((b"{\\rtf1 " + body + b"}").decode("latin-1"))), str)


# ---- fronts -------------------------------------------------------------------------------------------------------------------


def test_the_command_prints_text_json_and_html(tmp_path):
    path = tmp_path / "note.txt"
    path.write_text(STOPPED)
    run = CliRunner().invoke
    asked = ["note", str(path), "--code", "45378", "--modifier", "53"]
    shown = run(cli, asked)
    assert shown.exit_code == 0
    assert "45378-53 (settled)" in shown.output
    assert json.loads(run(cli, [*asked, "--format", "json"]).output) == modwise.read_note(path, code="45378", modifiers=["53"])
    assert '<mark class="extent"' in run(cli, [*asked, "--format", "html"]).output
    piped = run(cli, ["note", "-", "--code", "45378", "--format", "json"], input=STOPPED)
    assert json.loads(piped.output)["reading"]["extent"] == "discontinued"


def test_html_shows_the_whole_note_and_escapes_it():
    content = "The <b>procedure</b> was aborted because of hypotension & pain."
    shown = note_html.page(modwise.read_note_text(content), content)
    assert "<b>procedure" not in shown
    assert "&lt;b&gt;procedure" in shown
    assert "<script" not in shown


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=60), st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=5))
def test_marks_change_nothing_of_the_text(content, spans):
    import re
    from html import unescape

    marks = [(min(a, b), min(max(a, b), len(content)), "item", "x") for a, b in spans if min(a, b) < min(max(a, b), len(content))]
    plain = re.sub(r'<mark class="item" title="[^"]*">|</mark>', "", note_html.marked(content, marks))
    assert unescape(plain) == unescape(note_html.marked(content, []))


@pytest.mark.parametrize(
    ("options", "error"),
    [({"code": "1"}, "bad-code"), ({"modifiers": ["ZZZ"]}, "unknown-modifier"), ({"payer": "nobody"}, "unknown-payer")],
)
def test_wrong_options_are_usage_errors(options, error):
    with pytest.raises(UsageError) as raised:
        modwise.read_note_text("The scope was passed.", **options)
    assert raised.value.code == error


def test_no_frame_library_is_needed():
    import subprocess
    import sys

    code = "import sys, modwise; modwise.read_note_text('The procedure was aborted.', code='45378'); print('polars' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
    assert noting is not None


# ---- proposals of a language model ----------------------------------------------------------------------------------------------


def test_a_proposal_counts_only_word_for_word(monkeypatch):
    monkeypatch.setenv("MODWISE_LLM_URL", "http://127.0.0.1:9/v1")
    content = STOPPED + "HISTORY: The share of the work was one half last year.\n"
    quotes = [
        {"item": 1, "quote": "the scope was advanced  to the\nhepatic flexure"},
        {"item": 1, "quote": "the scope was advanced to the splenic flexure"},
        {"item": 1, "quote": "the scope"},
        {"item": 1, "quote": "The share of the work was one half"},
        {"item": 99, "quote": "the scope was advanced to the hepatic flexure"},
    ]
    asked = []

    def complete(where, instruction, text, *, most_tokens):
        asked.append(text)
        return "Here: " + json.dumps(quotes)

    monkeypatch.setattr("modwise.llm.complete", complete)
    plain = modwise.read_note_text(content, code="45378", modifiers=["74"])
    found = modwise.read_note_text(content, code="45378", modifiers=["74"], propose=True)
    proposals = found.pop("proposals")
    assert found == plain
    (piece,) = proposals["evidence"]
    assert piece["by"] == "model"
    assert content[piece["start"] : piece["end"]] == piece["quote"] == "the scope was advanced to the hepatic flexure"
    assert proposals["rejected"] == 4
    assert len(asked) == 1


@pytest.mark.parametrize("answer", ["", "no", "[", '[{"item": "1", "quote": 3}]', '{"item": 1}', "[1, 2]"])
def test_an_answer_that_is_none_proposes_nothing(monkeypatch, answer):
    monkeypatch.setenv("MODWISE_LLM_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setattr("modwise.llm.complete", lambda *a, **k: answer)
    assert modwise.read_note_text(STOPPED, modifiers=["74"], propose=True)["proposals"]["evidence"] == []


def test_without_an_endpoint_nothing_is_asked(monkeypatch):
    monkeypatch.delenv("MODWISE_LLM_URL", raising=False)
    with pytest.raises(UsageError) as error:
        modwise.read_note_text(STOPPED, modifiers=["74"], propose=True)
    assert error.value.code == "no-llm"


# ---- what a reading may claim ---------------------------------------------------------------------------------------------

UNTOLD = (
    "PROCEDURE: Right total knee arthroplasty.\nDESCRIPTION: The joint was opened. " + "Cloudy fluid welled up and was sent. " * 4
)


def test_a_note_that_does_not_tell_its_own_act_is_unclear_and_settles_nothing():
    found = modwise.read_note_text(UNTOLD, code="27447", modifiers=["53"])
    assert found["reading"]["extent"] == "unclear"
    assert found["reading"]["shown"] is False
    assert found["suggested"]["certainty"] == "needs_facts"
    assert found["claim"]["agrees"] is None
    assert any("no words are found that tell its own act as done" in warning for warning in found["warnings"])


def test_complete_for_want_of_a_sign_is_not_called_carried_to_its_end():
    found = modwise.read_note_text("PROCEDURE: Excision of mole.\nThe mole was excised.", code="11400", modifiers=["52"])
    assert (found["reading"]["extent"], found["reading"]["shown"], found["claim"]["agrees"]) == ("complete", False, None)


@pytest.mark.parametrize(
    ("told", "extent"),
    [
        ("The gallbladder was removed.", "complete"),
        ("The gallbladder could not be freed from the duodenum.", "reduced"),
        ("The gallbladder could not be freed at first. It was then dissected out and the gallbladder was removed.", "complete"),
    ],
)
def test_a_difficulty_counts_until_the_act_of_the_service_is_told(told, extent):
    assert modwise.read_note_text(f"PROCEDURE: Cholecystectomy.\n{told}", code="47600")["reading"]["extent"] == extent


def test_the_side_that_was_not_to_be_worked_on_is_no_part_left_out():
    text = "PROCEDURE: Injection of left knee.\nThe left knee was injected with 40 mg. The right knee was not injected."
    assert modwise.read_note_text(text, code="20610")["reading"]["extent"] == "complete"


WORDS = st.sampled_from(
    [
        "the",
        "stone",
        "was",
        "not",
        "left",
        "no",
        "never",
        "placed",
        "could",
        "only",
        "neither",
        "nor",
        ",",
        "7",
        "removed",
        "untreated",
    ]
)


@settings(max_examples=80, deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=30))
def test_a_row_has_one_mark_for_each_word(words):
    lexicon = rule_set().lexicon
    folded = " ".join(words)
    found = lexicon.words(folded, 0, len(folded))
    assert len(lexicon.row(found)) == len(found) == len(lexicon.places(folded, 0, len(folded)))
    assert [folded[a:b] for a, b in lexicon.places(folded, 0, len(folded))] == found


def test_words_are_inflected():
    from modwise.notes.lexicon import inflected, plurals

    assert set(inflected("place")) == {"place", "places", "placed", "placing"}
    assert {"carries", "carried"} <= set(inflected("carry"))
    assert {"stopped", "stopping"} <= set(inflected("stop"))
    assert set(plurals("biopsy")) == {"biopsy", "biopsies"}
    assert rule_set().lexicon.row(["ungrafted"]) == "Q"


@pytest.mark.parametrize(
    ("content", "words", "kind"),
    [
        ("SPECIMEN: Right lobe.\n\nThe neck was opened. The left lobe was left for another day.\n", "the left lobe", "body"),
        ("DRAINS:\n\n1. Blake\n\n2. Penrose\n\nThe neck was closed.\n", "penrose", "aside"),
        (
            "INDICATIONS: Stone. The patient was taken to the operating room and placed supine. The scope went in.",
            "the scope",
            "body",
        ),
        ("INDICATIONS: Stone. Two years ago she was taken to the operating room. It failed.", "it failed", "history"),
        ("HISTORY:, Stone.,PROCEDURE #2: , Insertion of lines.,The wire would not go.", "insertion", "title"),
        ("EXAM: CT OF THE HEAD\nTECHNIQUE: Without contrast.", "ct of the head", "title"),
        ("CHIEF COMPLAINT: Fall.\nEXAM: Gait normal.", "gait", "body"),
        ("PLANNED OPERATION: Total thyroidectomy.\nTold.", "total", "title"),
    ],
)
def test_sentences_stand_in_the_section_that_they_belong_to(content, words, kind):
    note = text.read(content, rule_set().headings)
    assert note.kind_of(note.sentence_at(note.folded.index(words))) == kind


def test_a_setting_that_is_not_known_is_refused():
    with pytest.raises(UsageError, match="hospital_outpatient"):
        modwise.read_note_text("The scope was passed.", setting="hospital_outpatient")
