"""L09, L33, L36: the people and numbers are those of this claim; a named person signs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from modwise.appeals.verifying.base import PLACEHOLDER, WARN, Check, Found, put_back
from modwise.appeals.verifying.plain import alike, squash
from modwise.appeals.verifying.reading import Finished
from modwise.appeals.verifying.words import words

_NAME = r"[A-Z][\w'-]+"
_TITLED = re.compile(rf"\b(?:Dr|Mr|Mrs|Ms|Miss|Prof)\.?\s+({_NAME}(?:\s+(?:[A-Z]\.?\s+)?{_NAME})?)")
_CREDENTIALED = re.compile(
    rf"\b({_NAME}(?:\s+[A-Z]\.?)?(?:\s+{_NAME}){{1,2}}),?\s+(?:MD|DO|DPM|DDS|NP|PA-C|PA|CRNA|RN|PhD|CPC|CPB|CCS)\b"
)
_WORD = re.compile(r"[^\W\d_][\w'-]*")


class Names(Check):
    """Every person named is one of the ledger's.

    ## What it does
    Persons with a title or credentials, and names behind "patient", "member", "beneficiary" or "provider", must be names of the ledger.
    The patient's name must stand in the letter as it was drafted.

    ## Known limits
    A bare name in a changed sentence without title or label is caught as a word that nothing carries (L16, L38).
    """

    code = "L09"
    title = "Names are those of the claim"

    def look(self, letter: Finished) -> Iterator[Found]:
        held = _name_words(letter)
        for pattern in (_TITLED, _CREDENTIALED, words().titles):
            for match in pattern.finditer(letter.text):
                said = [word.lower() for word in _WORD.findall(match[1])]
                by_hand = any(start <= match.start() < end for start, end in letter.by_hand)
                if not set(said) <= held and not by_hand:
                    yield Found(
                        match.start(1), match.end(1), "this name is not in the ledger", "Name only the people of this claim."
                    )
        drafted = " ".join(unit.squashed for unit in letter.known.units)
        for fact in letter.ledger.facts:
            name = squash(fact.value)
            lost = name and name in drafted and name not in letter.letters.letters
            if fact.kind == "name" and "patient" in fact.name and lost:
                yield Found(0, 0, "the patient's name is missing or changed", "Put it back as the claim has it.")


def _name_words(letter: Finished) -> set[str]:
    ledger = letter.ledger
    texts = [fact.value for fact in ledger.facts if fact.kind in ("name", "address", "contact", "quote", "statement")]
    texts += [unit.text for unit in letter.known.units]
    return {word.lower() for text in texts for word in _WORD.findall(alike(text))}


class OtherPatient(Check):
    """Nothing of another patient or claim is in the letter.

    ## What it does
    What stands behind a label (claim, member, account, Medicare number, patient) must be that value of this claim. The lines of the
    reference block must stand as drafted.

    ## Known limits
    It knows this claim's values only; what belongs to another claim shows as not belonging to this one.
    """

    code = "L33"
    title = "Nothing of another patient's"

    def look(self, letter: Finished) -> Iterator[Found]:
        held = {squash(fact.value) for fact in letter.ledger.facts if fact.kind in ("identifier", "name")}
        for match in words().labels.finditer(letter.text):
            value = squash(match[1])
            if any(sign.isdigit() for sign in value) and value not in held and not letter.piece_at(match.start(1)).known:
                yield Found(match.start(1), match.end(1), "this is not a number of this claim", "Copy it from the claim.")
        found = letter.cover.found()
        for unit in letter.known.units:
            if unit.part == "reference" and unit.number not in found and unit.facts:
                yield Found(0, 0, "a line of the reference block is missing or changed", put_back(unit.text))


class Signature(Check):
    """A named person signs.

    ## What it does
    The signer's lines of the draft must stand at the end of the letter; a letter whose practice names no signer is blocked.

    ## Known limits
    Whether the person did sign is not seen, nor whether the person may sign for the practice.
    """

    code = "L36"
    title = "A named person signs"

    def look(self, letter: Finished) -> Iterator[Found]:
        signature = [unit for unit in letter.known.units if unit.part == "signature"]
        found = letter.cover.found()
        if not signature:
            yield Found(0, 0, "nobody signs the letter", "Name the signer in practice.toml, or with --practice.")
        elif PLACEHOLDER in signature[0].text and signature[0].number not in found and letter.by_hand:
            start, end = letter.by_hand[-1]
            yield Found(start, end, "the signer was written in by hand", "Put the signer into practice.toml.", WARN)
        elif signature[0].number not in found:
            yield Found(0, 0, "the signature is missing or changed", put_back(signature[0].text))
