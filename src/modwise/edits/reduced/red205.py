"""RED205."""

import polars as pl

from modwise.edits.base import Edit, Fix
from modwise.edits.known import Known
from modwise.edits.lines import Lines


class SmallerCodeExists(Edit):
    """Modifier 52 where a code for the smaller service exists.

    ## What it does
    Flags codes with 52 for which a code of the smaller service is known: limited studies, fewer views, fewer levels.

    ## Why it is denied
    52 is for services that no code describes. Where one does, the payer denies the reduced line as wrongly coded.

    ## Known limits
    The pairs are a list of ours and not complete. Whether the smaller code fits what was done is for the record to say.

    ## Example
    `76700-52`, where a limited study has a code of its own.

    ## Use instead
    The smaller code without a modifier, if it describes what was done.
    """

    code = "RED205"
    outcome = "deny"
    modifiers = ("52",)
    facts = ("family.smaller-code",)
    carc = ("4", "16")
    message = "{code} with modifier 52: {smaller} describes the smaller service."
    fix = Fix("proposal", "Report the smaller code if it describes what was done.", remove=("52",))

    def check(self, lines: Lines, known: Known) -> pl.Series:
        listed = known.value("family.smaller-code")
        codes = lines["code"].cast(pl.String)
        smaller = pl.Series([None], dtype=pl.String).new_from_index(0, len(lines))
        for text in listed.unique().drop_nulls():
            pairs = dict(pair.split(">") for pair in text.split(", "))
            found = codes.replace_strict(pairs, default=None, return_dtype=pl.String)
            smaller = smaller.zip_with((listed != text).fill_null(value=True), found)
        known.say("smaller", smaller)
        return pl.select(pl.when(listed.is_not_null()).then(smaller.is_not_null()))[:, 0]
