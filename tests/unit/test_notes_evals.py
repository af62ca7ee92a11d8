"""The floor of the evaluation on invented notes, and that there are enough of them."""

import json
from collections import Counter

import pytest

from evals import notes as evals

NOTES = list(evals.invented())
SCORE = evals.score_invented(note for group, note in NOTES if group not in {*evals.STRANGE, *evals.STRANGERS, *evals.PLAIN})
STRANGE = evals.score_invented(note for group, note in NOTES if group in evals.STRANGE)
KNOWN, SEALED = (evals.score_invented(note for group, note in NOTES if group == strangers) for strangers in evals.STRANGERS)


def test_enough_notes_of_enough_kinds():
    assert len(NOTES) >= 150
    assert len({note["specialty"] for _, note in NOTES}) >= 15
    assert {note["style"] for _, note in NOTES} >= {"dictated", "templated", "telegraphic", "report", "log"}
    assert len({note["id"] for _, note in NOTES}) == len(NOTES)
    whole = sum(not evals._listed(note["extent"]) & evals.ALARM for _, note in NOTES)
    assert whole >= len(NOTES) * 0.45


PLAIN = evals.score_invented(note for group, note in NOTES if group in evals.PLAIN)
FLOORS = [(SCORE, 0.9, 0.02), (PLAIN, 0.85, 0.06), (STRANGE, 0.7, 0.12), (KNOWN, 0.8, 0.15), (SEALED, 0.3, 0.3)]


@pytest.mark.parametrize(
    ("score", "recall", "alarms"), FLOORS, ids=["usual", "plain", "strange wording", "strangers, known", "strangers, sealed"]
)
def test_what_was_not_carried_out_is_found_without_crying_wolf(score, recall, alarms):
    """All floors but the first keep what was won on wording that is strange or by strangers; they are no aim."""
    counts = score.counts
    found, missed = counts["positive alarm"], counts["positive silent"] + counts["positive unclear"]
    ordinary = counts["negative alarm"] + counts["negative silent"] + counts["negative unclear"]
    assert found / (found + missed) >= recall, score.wrong
    assert counts["negative alarm"] / ordinary <= alarms, score.wrong


def test_reasons_modifiers_and_evidence_hold_their_floor():
    for name in ("extent", "reason", "52 or 53", "modifier", "evidence", "side", "increased work"):
        right, wrong = SCORE.counts[f"{name} right"], SCORE.counts[f"{name} wrong"]
        assert right / (right + wrong) >= 0.9, (name, SCORE.wrong)


def test_a_score_counts_what_it_is_told():
    score = evals.Score()
    for identity, wanted, extent in (
        ("a", True, "reduced"),
        ("b", True, "complete"),
        ("c", False, "discontinued"),
        ("d", False, "unclear"),
    ):
        score.alarm(identity, wanted, extent)
    text = "\n".join(score.lines())
    assert "precision 0.500, recall 0.500, F1 0.500 (1 found, 1 missed)" in text
    assert "alarms per 100 ordinary notes: 50.00 (1 of 2)" in text
    assert score.wrong == ["b (missed: complete)", "c (alarm: discontinued)"]
    assert Counter(score.counts).total() == 4


def test_labels_and_unlabelled_files_are_scored(tmp_path, capsys):
    labels = tmp_path / "labels.jsonl"
    text = "The procedure was aborted because of hypotension."
    row = {"id": "x", "text": text, "completeness": "incomplete", "label": "discontinued_53", "reason": "patient_risk"}
    labels.write_text(json.dumps({**row, "evidence": {"why": [{"quote": "aborted", "start": 18, "end": 25}]}}) + "\n")
    notes = tmp_path / "notes.csv"
    notes.write_text(f"text\n{text}\nAll was done.\n")
    assert evals.main(["--labels", str(labels), "--unlabelled", str(notes)]) == 0
    shown = capsys.readouterr().out
    assert "# labelled\nnot carried to its end: precision 1.000, recall 1.000" in shown
    assert "2 notes: 50.00 alarms per 100" in shown
    assert text not in shown
