"""ANA201."""

import polars as pl

from modwise.edits.base import Edit, Fix
from modwise.edits.known import Known
from modwise.edits.lines import Lines


class PlaceOfAnotherPart(Edit):
    """An anatomic modifier of another part of the body than the code's.

    ## What it does
    Flags finger, toe, eyelid and coronary modifiers on codes that belong to another of these regions.

    ## Why it is denied
    The place the modifier names is not where the code works, so the line is rejected.

    ## Known limits
    The regions are lists of ours, dated and not complete: a code in none of them is not looked at.

    ## Example
    `28285-F5`: a toe operation with a thumb modifier.

    ## Use instead
    The modifier of the digit, lid or vessel that was treated.
    """

    code = "ANA201"
    outcome = "reject"
    modifiers = (
        *("FA", "F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8", "F9"),
        *("TA", "T1", "T2", "T3", "T4", "T5", "T6", "T7", "T8", "T9"),
        *("E1", "E2", "E3", "E4", "LC", "LD", "LM", "RC", "RI"),
    )
    facts = ("anatomic.fingers", "anatomic.toes", "anatomic.eyelids", "anatomic.coronary")
    carc = ("4",)
    message = "{code} with modifier {modifier}: the code belongs to another part of the body ({region})."
    fix = Fix("proposal", "Report the modifier of the part that was treated.")

    def check(self, lines: Lines, known: Known) -> pl.Series:
        regions = {
            "fingers": "finger-procedures",
            "toes": "toe-procedures",
            "eyelids": "eyelid-procedures",
            "coronary": "coronary-procedures",
        }
        code_in = {region: known.family(family) for region, family in regions.items()}
        named = {region: known.carries(f"anatomic.{region}") for region in regions}
        frame = pl.DataFrame({**{f"code {r}": s for r, s in code_in.items()}, **{f"named {r}": s for r, s in named.items()}})
        inside = pl.concat_str(
            *(pl.when(f"code {r}").then(pl.lit(r)).otherwise(pl.lit("")) for r in regions), separator=" "
        ).str.strip_chars()
        known.say("region", frame.select(inside.alias("region"))["region"])
        somewhere = pl.any_horizontal(f"code {r}" for r in regions)
        fits = pl.any_horizontal(pl.col(f"code {r}") & pl.col(f"named {r}") for r in regions)
        return frame.select((somewhere & ~fits).alias("wrong"))["wrong"]
