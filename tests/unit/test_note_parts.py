"""What was to be done: the parts of a service, by its code and by its title, and what tells each of them."""

import pytest

from modwise.notes import planned, text
from modwise.notes.rules import rule_set

BOTH_EARS = "PROCEDURE: Bilateral myringotomy with tubes.\n"
BOTH_TUBES = "PROCEDURE: Laparoscopic tubal fulguration.\n"
CATARACT = "PROCEDURE: Phacoemulsification with intraocular lens.\n"
CASES = [
    (BOTH_EARS + "The right ear was opened and a grommet seated.", "69436", ["ear-left"]),
    (BOTH_EARS + "The right ear was opened and a grommet seated. The same was done on the left.", "69436", []),
    ("PROCEDURE: Tympanostomy tube, right.\nA grommet was seated in the right drum.", "69436", []),
    (BOTH_TUBES + "The left tube was coagulated over 3 cm. The right one lay buried under bowel.", "58670", ["tube-right"]),
    (BOTH_TUBES + "The left tube was coagulated over 3 cm. Then the right tube was coagulated likewise.", "58670", []),
    (CATARACT + "The nucleus was phacoemulsified. The bag came away; she leaves aphakic.", "66984", ["lens-in"]),
    (
        CATARACT + "The nucleus was phacoemulsified. The first lens would not unfold, the second was injected into the bag.",
        "66984",
        [],
    ),
    ("PROCEDURE: Vasectomy.\nThe right vas was divided. The left vas could not be found.", "55250", ["vas-left"]),
    ("PROCEDURE: Ureteroscopy, laser lithotripsy, stent.\nThe stone was dusted. No stent was left.", "52356", ["ureteral-stent"]),
    ("PROCEDURE: HoLEP.\nBoth lobes were enucleated into the bladder. The morcellator broke.", "52649", ["prostate-morcellated"]),
]


def lacking(content, code=""):
    plan = planned.planned(text.read(content, rule_set().headings), rule_set(), code)
    assert plan.told is not None
    return [act.part for act in plan.lacking]


@pytest.mark.parametrize(("content", "code", "parts"), CASES)
def test_the_parts_that_a_note_does_not_tell(content, code, parts):
    """The title may name more than the code holds."""
    assert lacking(content, code) == parts
    assert set(parts) <= set(lacking(content))


def test_a_denied_telling_does_not_hide_the_one_behind_it():
    note = text.read(
        "PROCEDURE: Ear tubes.\nThe tube would not seat at first, the cut was made longer and it then went in.", rule_set().headings
    )
    assert planned.planned(note, rule_set(), "69436").told is not None
