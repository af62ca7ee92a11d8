"""L01–L06, L08, L17, L21: every value in the letter is one that its ledger holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from modwise.appeals.ledger import Fact
from modwise.appeals.verifying.base import Check, Found
from modwise.appeals.verifying.known import Known, number
from modwise.appeals.verifying.reading import Finished
from modwise.appeals.verifying.tokens import Token, of_text
from modwise.knowledge.corpus import corpus

REDRAFT = "Correct it, or give the fact with --facts and draft the letter again."
# Shorter runs of letters and digits are figures, not numbers of a claim, member or account.
ID_LENGTH = 6
_LESS = re.compile(r"\b(?:less|minus)\b")
_DIVIDED = re.compile(r"\bdivided by\b")


class Dates(Check):
    """Every date is one of the ledger's.

    ## What it does
    Finds dates in every written form (20 March 2026, March 20, 2026, 3/20/26, 2026-03-20, a month alone, a day without a year) and blocks
    those that are not in the claim, the remit, the notes, the deadlines or an authority, and words that look like a date and are none.

    ## Known limits
    Dates with the day first in figures alone (20/03/2026) read as month first. A date that the ledger holds for something else passes
    here; L17 and L38 hold it to its sentence.
    """

    code = "L01"
    title = "Dates trace to the ledger"

    def look(self, letter: Finished) -> Iterator[Found]:
        for token in letter.of("date"):
            if not set(token.value.split()) <= letter.known.dates:
                yield Found(token.start, token.end, "this date is not in the ledger", REDRAFT)


class Amounts(Check):
    """Every amount of money is one of the ledger's.

    ## What it does
    Compares each amount ($1,234.50, 1234.50 dollars, $2 thousand) with the amounts of claim, remit, contract and what was computed of them.

    ## Known limits
    Amounts written out in words alone are held to their sentence only (L38).
    """

    code = "L02"
    title = "Amounts trace to the ledger"

    def look(self, letter: Finished) -> Iterator[Found]:
        for token in letter.of("amount"):
            if number(token.value) not in letter.known.amounts:
                yield Found(token.start, token.end, "this amount is not in the ledger", REDRAFT)


class Codes(Check):
    """Every procedure code is on the claim or in a cited authority.

    ## What it does
    Finds five-character procedure codes and compares them with the claim's lines, its paired lines and the authorities.

    ## Known limits
    Five digits in an address stand as part of that address. What a code means is not judged here; L07 holds such sentences.
    """

    code = "L03"
    title = "Procedure codes trace to the claim"

    def look(self, letter: Finished) -> Iterator[Found]:
        for token in letter.of("code"):
            if token.value.split()[0] not in letter.known.codes:
                yield Found(token.start, token.end, "this procedure code is not on the claim", REDRAFT)


class Modifiers(Check):
    """Every modifier is on the claim, or is named to tell it from the one that is.

    ## What it does
    Behind a code (99213-25) only modifiers of the claim's lines may stand. After the word "modifier" another one may stand where the
    letter as drafted names it, as a contrast.

    ## Known limits
    A bare two-character word that follows neither a hyphen nor the word "modifier" is not taken for one.
    """

    code = "L04"
    title = "Modifiers trace to the claim"

    def look(self, letter: Finished) -> Iterator[Found]:
        known = letter.known
        named = known.listed("modifier") | known.line_modifiers
        for token in (*letter.of("code"), *letter.of("modifier")):
            coded = token.kind == "code"
            allowed = known.line_modifiers if coded else named | _contrasted(letter, token)
            parts = token.value.split()[coded:]
            if not set(parts) <= (allowed or named):
                yield Found(token.start, token.end, "this modifier is not on the claim", REDRAFT)


def _contrasted(letter: Finished, token: Token) -> set[str]:
    """Modifiers of the sentence as it was drafted."""
    unit = letter.cover.unit_at(token.start)
    return set(token.value.split()) if unit is not None and unit.part not in ("subject", "reference") else set()


class Diagnoses(Check):
    """Every diagnosis code is on the claim.

    ## What it does
    Compares ICD-10-CM codes, with their point or behind the word "diagnosis", with those of the claim and the notes.

    ## Known limits
    A three-character code without the word "diagnosis" before it is not taken for one.
    """

    code = "L05"
    title = "Diagnosis codes trace to the claim"

    def look(self, letter: Finished) -> Iterator[Found]:
        held = {code.replace(".", "") for code in letter.known.listed("diagnosis")}
        for token in letter.of("diagnosis"):
            if token.value.replace(".", "") not in held:
                yield Found(token.start, token.end, "this diagnosis code is not on the claim", REDRAFT)


class DenialCodes(Check):
    """Every denial code is on this line's remit and was in force on its date.

    ## What it does
    Compares groups, reason codes and remark codes with those of the remit, and with the code lists: unknown ones, and those that began
    after or ended before the remit's date, are blocked.

    ## Known limits
    A code of another line of the claim counts only where the ledger holds it. Without a remit date the lists' dates are not compared.
    """

    code = "L06"
    title = "Denial codes trace to the remit"

    def look(self, letter: Finished) -> Iterator[Found]:
        known = letter.known
        groups, carcs, rarcs = known.listed("group"), known.listed("carc"), known.listed("rarc")
        pairs = {f"{group}-{carc}" for group in groups for carc in carcs}
        carcs |= {value.split("-")[-1] for value in carcs}
        pairs |= {value for value in known.listed("carc") if "-" in value}
        notice = next((fact.value for fact in letter.ledger.find("notice_date")), None)
        for token in (*letter.of("group code"), *letter.of("carc"), *letter.of("rarc")):
            held = {"group code": pairs, "carc": carcs, "rarc": rarcs}[token.kind]
            if token.value not in held:
                yield Found(
                    token.start,
                    token.end,
                    "this denial code is not on the remit's line",
                    "Name the codes as the remit prints them.",
                )
            elif (fault := _inactive(token, notice)) is not None:
                yield Found(token.start, token.end, fault, "Check the code against the remit.")


def _inactive(token: Token, notice: str | None) -> str | None:
    kind = "rarc" if token.kind == "rarc" else "carc"
    row = corpus().kinds[kind]["status"]["codes"].get(token.value.split("-")[-1])
    if row is None:
        return "this code is in no code list"
    if notice is None:
        return None
    began, ended = str(row.get("from") or ""), str(row.get("ended") or "")
    if began and began > notice:
        return "this code began after the remit's date"
    return "this code had ended on the remit's date" if ended and ended <= notice else None


class Identifiers(Check):
    """Every identifier is exactly one of the ledger's.

    ## What it does
    Claim, member, account, provider and tracking numbers are matched sign by sign; any other long run of letters and digits is blocked.
    A National Provider Identifier must also pass its check digit.

    ## Known limits
    Runs shorter than six signs are figures and go to L17.
    """

    code = "L08"
    title = "Identifiers match exactly"

    def look(self, letter: Finished) -> Iterator[Found]:
        held = letter.known.values("identifier")
        for token in letter.of("npi"):
            if token.value not in held:
                yield Found(token.start, token.end, "this NPI is not in the ledger", REDRAFT)
        for token in letter.of("identifier"):
            digits = token.value
            labelled = letter.text[max(token.start - 12, 0) : token.start].upper().rstrip(" :#.").endswith("NPI")
            if labelled and not valid_npi(digits):
                yield Found(token.start, token.end, "this NPI fails its check digit", "Look it up in the claim.")
        for token in letter.of("number"):
            if _is_identifier(token.value):
                yield Found(token.start, token.end, "this number is no identifier of this claim", REDRAFT)


def _is_identifier(value: str) -> bool:
    signs = [sign for sign in value if sign.isalnum()]
    return len(signs) >= ID_LENGTH and sum(sign.isdigit() for sign in signs) >= ID_LENGTH // 2


def valid_npi(digits: str) -> bool:
    """Whether ten digits pass the check of a National Provider Identifier (Luhn over 80840 and the number)."""
    if len(digits) != 10 or not digits.isdigit():
        return False
    total = 24  # what the prefix 80840 adds
    for place, sign in enumerate(reversed(digits)):
        value = int(sign) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


class Figures(Check):
    """Every other figure is one of the ledger's, in a sentence that carries it.

    ## What it does
    Sizes, times, percentages, counts and other numbers must stand in a fact, a note's quotation or an authority. In a sentence that was
    changed, the figures must stand under the same words as in the one it was drafted as.

    ## Known limits
    Units are compared with the sentence as drafted, not converted.
    """

    code = "L17"
    title = "Figures trace to the ledger"

    def look(self, letter: Finished) -> Iterator[Found]:
        held = _figures(letter)
        for token in (*letter.of("number"), *letter.of("percent"), *letter.of("time")):
            if _is_identifier(token.value) or letter.piece_at(token.start).known:
                continue
            if not {_plain(figure) for figure in of_text(token.value)} <= held:
                yield Found(token.start, token.end, "this figure is not in the ledger", REDRAFT)
        for one in letter.loose:
            if one.why == "figure":
                yield Found(
                    one.piece.start,
                    one.piece.end,
                    "its figures are not those of the draft",
                    f"{REDRAFT} The draft says: {one.nearest}",
                )


def _figures(letter: Finished) -> set[str]:
    ledger = letter.ledger
    texts = [fact.value for fact in ledger.facts]
    texts += [text for a in ledger.authorities for text in (a.citation, a.edition or "", *a.holds)]
    texts += [exhibit.title for exhibit in ledger.exhibits]
    return {_plain(figure) for text in texts for figure in of_text(text)}


def _plain(figure: str) -> str:
    value = number(figure)
    return figure if value is None else f"{value.normalize():f}"


class TableFigures(Check):
    """Every indicator of a CMS table is the one the ledger read from it.

    ## What it does
    A sentence that names an indicator's figure must name one that stands in the ledger with its table and edition.

    ## Known limits
    The table itself is not opened again; the ledger holds which edition was read.
    """

    code = "L21"
    title = "Table indicators are those that were read"

    def look(self, letter: Finished) -> Iterator[Found]:
        held = letter.known.listed("indicator")
        for token in letter.of("indicator"):
            unit = letter.cover.unit_at(token.start)
            if unit is not None and unit.authorities:
                continue  # the authority's own proposition
            if token.value not in held:
                yield Found(token.start, token.end, "this indicator was not read from the table", REDRAFT)


class Arithmetic(Check):
    """Percentages and sums come out.

    ## What it does
    Where a sentence names one percentage and two amounts, one amount must be that share of the other, or that much less. What the
    ledger computed as a difference or a share is computed again.

    ## Known limits
    Sums over more than one sentence are not followed.
    """

    code = "L25"
    title = "Arithmetic comes out"

    def look(self, letter: Finished) -> Iterator[Found]:
        for piece in letter.pieces:
            inside = [t for t in letter.tokens if piece.start <= t.start < piece.end]
            shares = [value for t in inside if t.kind == "percent" and (value := number(t.value)) is not None]
            sums = [value for t in inside if t.kind == "amount" and (value := number(t.value)) is not None]
            if len(shares) == 1 and len(set(sums)) == 2 and not _share(shares[0], *sorted(set(sums))):
                yield Found(piece.start, piece.end, "the percentage is not the share of these amounts", "Compute it again.")
        for fact in letter.ledger.facts:
            wanted = _again(fact, letter.known)
            if wanted is not None and wanted != number(fact.value):
                yield Found(0, 0, f"{fact.name} is not {fact.formula}", "Draft the letter again.")


def _again(fact: Fact, known: Known) -> Decimal | None:
    """What a fact that was computed of two others comes to; None where it is another kind of sum, or they are not there."""
    first, second = (
        (known.facts[name] for name in fact.of) if len(fact.of) == 2 and set(fact.of) <= known.facts.keys() else (None, None)
    )
    if first is None or second is None:
        return None
    one, two = number(first.value), number(second.value)
    if one is None or two is None:
        return None
    if fact.kind == "amount" and _LESS.search(fact.formula or ""):
        return one - two
    if fact.kind == "percent" and _DIVIDED.search(fact.formula or "") and two:
        exact = 100 * one / two
        return round(exact, max(-int((number(fact.value) or exact).as_tuple().exponent), 0))
    return None


def _share(percent: Decimal, less: Decimal, more: Decimal) -> bool:
    if not more:
        return True
    places = max(-int(percent.as_tuple().exponent), 0)
    shares = (100 * less / more, 100 * (more - less) / more, 100 * (more - less) / less if less else percent)
    return any(round(share, places) == percent for share in shares)
