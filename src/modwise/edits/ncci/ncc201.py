"""NCC201."""

import polars as pl

from modwise.edits import pairs
from modwise.edits.base import DayEdit, Fix, status_of
from modwise.edits.known import Known
from modwise.edits.lines import Lines


class PairBundled(DayEdit):
    """Two codes of one day that Medicare's National Correct Coding Initiative does not pay together.

    ## What it does
    Compares every two lines of the same patient, provider, payer and date of service with the procedure-to-procedure table. The
    finding stands on the column 2 line, the one that is denied. With indicator 0 no modifier helps. With indicator 1 an
    NCCI-associated modifier lifts the pair: the finding is then `bypassed`, and the record must hold the reason. Modifiers such as
    52, 53, 22, 50, 76 and 77 never lift a pair.

    ## Why it is denied
    Column 2 is taken as part of column 1 when one clinician does both on one day. A payer that follows NCCI denies it, and the
    provider may not bill the patient for it.

    ## Known limits
    Whether a bypass is true is for the record to show, not for the claim. A clinician is told by the rendering number; two of one
    group and specialty count as one for Medicare but not here. Lines over several days are compared by their first day.

    ## Example
    `45385` and `45380` on one day without a modifier: indicator 1, `45380` is denied. `45385` and `45378`: indicator 0.

    ## Use instead
    With indicator 0, only the column 1 code. With indicator 1, the modifier that tells why both stand, if the record tells it: an
    anatomic one first, then 25, 57, 58, 78, 79 or 91 where one of them is the story, then XE, XS, XP or XU, and 59 last.
    """

    code = "NCC201"
    outcome = "deny"
    facts = (
        "follows.ncci",
        "ncci.ptp.never",
        "ncci.associated-modifiers",
        "ncci.bypass-either-column",
        "ncci.associated-anatomic",
    )
    tables = ("ncci_ptp_practitioner", "ncci_ptp_outpatient")
    carc = ("236", "97")
    message = {
        "fail": "{code} is column 2 of {other_code} (indicator {indicator}): {help}.",
        "bypassed": "{code} is column 2 of {other_code} (indicator 1); its modifier lifts the pair. The record must show why both "
        "stand: another site, session, organ, lesion or clinician.",
        "payer_dependent": "{code} is column 2 of {other_code} (indicator {indicator}); the payer says it aligns with NCCI, not how.",
    }
    fix = Fix("proposal", "Drop the column 2 line, or report the modifier that the record supports; none is added for you.")

    def check_day(self, lines: Lines, known: Known) -> pl.DataFrame:
        rows = pairs.with_company(lines)
        there = lines.at(rows)
        follows = known.apart(there).value("follows.ncci")
        asked = rows[(follows.is_in(["yes", "aligns"])).fill_null(value=False).to_numpy()]
        unknown = rows[follows.is_null().to_numpy()]
        found = pairs.cases(lines, asked, known)
        found = pl.concat([pl.DataFrame({"row": unknown}), found], how="diagonal_relaxed").cast(pairs.CASES)  # type: ignore[arg-type]
        return self._judged(found, lines, known)

    def _judged(self, found: pl.DataFrame, lines: Lines, known: Known) -> pl.DataFrame:
        two = known.on(lines.at(found["row"]))
        follows = two.value("follows.ncci")
        pairs.remember(found, lines, known)
        one = known.apart(lines.at(found["other"].fill_null(0)))
        never = two.within("ncci.ptp.never", found["indicator"])
        either, anatomic = one.carries("ncci.bypass-either-column"), one.carries("ncci.associated-anatomic")
        lifted = two.carries("ncci.associated-modifiers") | either | anatomic
        known.say("other_code", one.lines["code"])
        known.say("indicator", found["indicator"])
        known.say("help", _help(never))
        aligned = follows == "aligns"
        inapplicable = found["indicator"].is_null()
        status = status_of(payer_dependent=aligned & ~inapplicable, fail=never | ~lifted, bypassed=lifted)
        status = pl.select(pl.when(~pl.Series(inapplicable)).then(status))[:, 0]
        return found.select("row", "other").with_columns(status=status)


def _help(never: pl.Series) -> pl.Series:
    frame = pl.DataFrame({"never": never})
    never_text = pl.lit("no modifier lets it be paid")
    return frame.select(
        pl.when("never")
        .then(never_text)
        .otherwise(pl.lit("only an NCCI-associated modifier that the record supports lets it be paid"))
    )[:, 0]
