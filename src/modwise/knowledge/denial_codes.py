"""Denial codes as people write them: CO-97, CO97, CARC 97, RARC N130, MA130. No frame library."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from modwise.knowledge.corpus import Corpus

CARC, RARC = "carc", "rarc"
Json = dict[str, Any]

_WORDS = r"carc|rarc|reason(?: code)?|remark(?: code)?|denial(?: code)?|adjustment(?: reason)?(?: code)?|code"
_WHOLE = re.compile(
    rf"(?:(?P<word>{_WORDS})[\s:#-]*)*(?:(?P<group>[a-z]{{2}})[\s:*/-]*)?(?P<letters>[a-z]{{0,2}})0*(?P<number>\d{{1,4}})", re.I
)
# In running text a bare number is a number; a group, a word or a remark code of three characters makes it a denial code.
_INSIDE = re.compile(
    r"\b(?:"
    r"(?P<group>[A-Z]{2})(?:[ :*/-]{1,3})?(?P<carc>[ABDPWY]?\d{1,3})"
    r"|(?:(?P<word>carc|rarc|reason code|remark code|denial code)[\s:#-]{0,3})(?P<named>[A-Z]{0,2}\d{1,4})"
    r"|(?P<remark>(?:MA|M|N)\d{2,4})"
    r")\b(?!\.\d)",
    re.I,
)


@dataclass(frozen=True)
class DenialCode:
    """A claim adjustment reason code (kind carc, with the group it was written with) or a remark code (kind rarc).

    `known` is whether it stands in the code lists this installation holds.
    """

    kind: str
    code: str
    group: str | None
    known: bool

    def __str__(self) -> str:
        return f"{self.group}-{self.code}" if self.group else f"{self.kind.upper()} {self.code}"


def parse(text: str, corpus: Corpus) -> DenialCode | None:
    """The denial code that the text is, whatever its case, hyphens and leading zeros; None when it is none.

    A bare number is a reason code. A code that no list holds is a denial code only where a group or a word says so.
    """
    found = _WHOLE.fullmatch(text.strip())
    if found is None:
        return None
    word, group = (found["word"] or "").lower(), (found["group"] or "").upper()
    letters = found["letters"].upper()
    if group and group not in groups(corpus):
        # "MA130" and "N 130" read as a group: their letters belong to the code.
        group, letters = "", group + letters
    return _code(word, group, letters, found["number"], corpus)


def find(text: str, corpus: Corpus) -> Iterator[tuple[int, int, DenialCode]]:
    """The denial codes in running text, each with its start and end, in order."""
    for found in _INSIDE.finditer(text):
        whole = found["named"] or found["remark"] or found["carc"]
        if found["carc"] and (found["group"].upper() not in groups(corpus)):
            whole = found["group"] + found["carc"]
        code = parse(
            " ".join(part for part in (found["word"], found["group"] if whole == found["carc"] else "", whole) if part), corpus
        )
        if code is not None and (code.known or found["word"] or code.group):
            yield found.start(), found.end(), code


def groups(corpus: Corpus) -> Mapping[str, Json]:
    """Group code → what it says and whether the patient may be billed."""
    table: Mapping[str, Json] = corpus.kinds[CARC]["groups"]["groups"]
    return table


def status(corpus: Corpus, kind: str) -> Mapping[str, Json]:
    """Code → {from, changed, ended, alert} of a kind."""
    table: Mapping[str, Json] = corpus.kinds[kind]["status"]["codes"]
    return table


def _code(word: str, group: str, letters: str, number: str, corpus: Corpus) -> DenialCode | None:
    kinds = (
        [RARC] if word.startswith(("rarc", "remark")) else [CARC] if group or word.startswith(("carc", "reason")) else [CARC, RARC]
    )
    for kind in kinds:
        for code in (f"{letters}{number}", f"{letters}{number.zfill(2)}"):
            if code in status(corpus, kind):
                return DenialCode(kind, code, group or None, known=True)
    if not word and not group:
        return None
    kind = RARC if RARC in kinds and letters in _letters(corpus) else kinds[0]
    return DenialCode(kind, f"{letters}{number}", group or None, known=False)


def _letters(corpus: Corpus) -> set[str]:
    return {code.rstrip("0123456789") for code in status(corpus, RARC)}
