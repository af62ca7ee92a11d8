"""Codes that need several acts: a note that tells all of them, and one for each that it leaves out."""

import pytest

from modwise.notes import noting, planned, text
from modwise.notes.rules import rule_set

# code, what is not told ("" where all is), the note
CASES = [
    ("47563", "", "The gallbladder was taken off its bed. The cholangiogram showed free flow into the duodenum."),
    (
        "47563",
        "cholangiogram",
        "The catheter would not thread into a duct of one millimeter. The gallbladder was taken off its bed and bagged.",
    ),
    ("60240", "", "The right lobe was dissected off the trachea. The left lobe was then removed in the same way."),
    (
        "60240",
        "left lobe",
        "The right lobe was dissected off the trachea and sent. The signal was gone on that side and we closed.",
    ),
    ("60240", "right lobe", "The left lobe was removed. The signal was gone on that side and the rest waits for another day."),
    ("19307", "axilla", "The breast was taken off the fascia and sent. Her pressure fell to 60 and the skin was closed."),
    ("19307", "", "The breast was taken off the fascia. Level one and two nodes were swept down and sent."),
    ("44204", "join", "The sigmoid was transected and removed. He was on two pressors and the ends were left stapled."),
    ("44204", "", "The sigmoid was transected and removed. The stapler was passed and the anastomosis was tested under water."),
    ("44143", "stoma", "The sigmoid was transected and removed. The mesentery was so short that the belly was left open."),
    ("43282", "mesh", "The sac was brought down and the crura were closed with five stitches. The wrap was sutured."),
    ("43644", "bowel joined", "The pouch was stapled. The gastrojejunostomy was sewn in two layers and held under water."),
    ("43276", "stent in", "The old stent was snared and withdrawn. The wire would not pass the stricture again."),
    ("45390", "resect", "The lesion was injected and rose at its rim alone. The center held fast and a tattoo was set."),
    ("15100", "graft", "The graft was harvested from the thigh at 0.012 inch. The bed began to bleed from all its surface."),
    ("15100", "", "The graft was harvested from the thigh at 0.012 inch. It was meshed and stapled to the bed."),
    ("17311", "margins", "Stages one to four were excised and mapped. At the bone there was tumor still and he was sent on."),
    ("38900", "node", "Five ml of blue dye were injected. The probe was silent over the axilla in all its corners."),
]


@pytest.mark.parametrize(("code", "lacking", "told"), CASES)
def test_each_part_of_a_code_is_looked_for(code, lacking, told):
    note = text.read(f"OPERATIVE NOTE.\nDESCRIPTION: {told}", rule_set().headings)
    plan = planned.planned(note, rule_set(), code)
    assert plan.told is not None
    assert [act.part for act in plan.lacking] == ([lacking] if lacking else [])


BOTH = "PROCEDURE: Bilateral inguinal hernia repair.\nDESCRIPTION: "
RIGHT = "On the right the sac was reduced and mesh was laid over the floor and sutured to the tubercle with a running stitch. "
# Long enough that a part which is not told was not merely passed over.
REST = (
    "The cord and its vessels were looked at again and were free. Blood loss was small, the counts of sponges and needles were right, and the skin "
    "was closed with a running stitch beneath it. Glue was painted over the cut and a light dressing was laid upon that. He was taken to the "
    "recovery room awake and at ease, with the testis down in the scrotum."
)


@pytest.mark.parametrize("code", [None, "49505"])
def test_a_title_of_both_sides_asks_for_both_whatever_the_code(code):
    one = noting.noted(BOTH + RIGHT + REST, code=code).reading
    two = noting.noted(BOTH + RIGHT + "The left groin was done in the same manner with its own mesh. " + REST, code=code).reading
    assert (one.extent, two.extent) == ("unclear", "complete")


def test_a_line_that_begins_with_a_decimal_is_no_further_name_of_a_list():
    note = text.read(
        "PROCEDURE: Infrared coagulation of hemorrhoids\n1.5 s pulses x 4 to each of three columns.", rule_set().headings
    )
    assert [part.kind for part in note.sections] == ["title", "body"]
