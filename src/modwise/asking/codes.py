"""Codes in a question in any writing: procedure codes, modifiers, CARC and RARC, edits."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass, field

from modwise.asking.aliases import Aliases
from modwise.knowledge.corpus import Corpus

PROCEDURE = r"(?:\d{5}|[a-z]\d{4}|\d{4}[a-z])"
_GROUP = re.compile(r"\b(?:co|pr|oa|pi)[\s-]*(\d{1,3}|[abdpwy]\d{1,2})\b(?!\s*(?:%|percent|units?))", re.IGNORECASE)
_CARC = re.compile(
    r"\b(?:carcs?|(?:denial|reason|adjustment|claim adjustment reason|denial reason)(?: codes?)?|code)\s*#?\s*"
    r"(\d{1,3}|[abdpwy]\d{1,2})\b(?!\s*(?:%|percent|units?|days?|modifier))",
    re.IGNORECASE,
)
_RARC = re.compile(r"\b(?:rarcs?|remarks?(?: codes?)?)\s*#?\s*((?:ma|m|n)?\d{1,4})\b", re.IGNORECASE)
_REMARK = re.compile(r"\b(?:ma\d{1,3}|[mn]\d{2,4})\b", re.IGNORECASE)
_EDIT = re.compile(r"\b[a-z]{3}\d{3}\b", re.IGNORECASE)
_TIED = re.compile(rf"(?<![\w$.])({PROCEDURE})((?:-[0-9a-z]{{2}})+)(?!\w)", re.IGNORECASE)
_ALONE = re.compile(rf"(?<![\w$.,-])({PROCEDURE})(?!\w|\.\d|,\d{{3}})", re.IGNORECASE)
_CUE = re.compile(
    r"\b(?:modif[iy]?e?rs?|mods?)\b[\s:#-]*(?:code\s+)?|(?<=\s)-(?=[0-9A-Za-z]{2}\b)|^-(?=[0-9A-Za-z]{2}\b)", re.IGNORECASE
)
_TOKEN = re.compile(r"(?<![\w$.§#])(?<!\d-)(?:[0-9A-Za-z]{1,4})(?![\w%]|\.\d|,\d)")
_JOIN = re.compile(
    r"^(?:\s*(?:,|/|&|\+|-|–|and|or|vs\.?|versus|with|from|instead of|not)\s*)+(?:(?:modif[iy]?e?rs?|mods?)\s+)?", re.IGNORECASE
)
# What a number counts, or is a number of: then it is no modifier.
_COUNTED = re.compile(
    r"^\s*-?\s*(?:%|percent|days?|minutes?|mins?|hours?|hrs?|weeks?|months?|years?|yrs?|views?|times|kg|mg|mm|cm|dollars?|units|claims|lines|"
    r"polyps|lesions|patients|naps|sections|levels|codes|pairs|procedures|stages|sites|a\.?m|p\.?m)\b",
    re.IGNORECASE,
)
_NUMBER_OF = re.compile(
    r"(?:section|chapter|ch\.?|age|aged|item|box|column|col|indicator|indicators|page|step|mai|pos|place of service|part|phase|type|level|table|first|next|last|within|top|about|only|than|global(?: period)?(?: of)?)\s*$",
    re.IGNORECASE,
)

_PAIR = r"(?:/|\bvs\.?\s|\bversus\s)"
_AFTER_PAIR = re.compile(rf"\s*{_PAIR}\s*([0-9A-Z]{{2}})\b")
_BEFORE_PAIR = re.compile(rf"\b([0-9A-Z]{{2}})\s*{_PAIR}\s*$")


@dataclass
class Codes:
    """The codes found; `unknown` are modifiers and edits that were named and do not exist. `spans` is where they stand."""

    modifiers: list[str] = field(default_factory=list)
    procedures: list[str] = field(default_factory=list)
    carc: list[str] = field(default_factory=list)
    rarc: list[str] = field(default_factory=list)
    edits: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    tied: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    spans: list[tuple[int, int]] = field(default_factory=list)


def codes_in(text: str, corpus: Corpus, aliases: Aliases) -> Codes:
    """The codes in the text, each kind in the order of the text."""
    found = Codes()
    reader = _Reader(text, corpus, aliases, found)
    reader.read()
    for name in ("modifiers", "procedures", "carc", "rarc", "edits", "unknown"):
        setattr(found, name, list(dict.fromkeys(getattr(found, name))))
    return found


class _Reader:
    def __init__(self, text: str, corpus: Corpus, aliases: Aliases, found: Codes) -> None:
        self.text = text
        self.known: Container[str] = corpus.modifiers
        self.edits: Container[str] = corpus.edits
        self.carcs = corpus.kinds.get("carc", {})
        self.aliases = aliases
        self.found = found
        # In a question all in capitals a capital says nothing.
        self.shouted = not any(c.islower() for c in text)

    def read(self) -> None:
        self._edits()
        self._tied()
        self._denial_codes()
        for match in self._free(_ALONE):
            self._take(match, self.found.procedures, match[1].upper())
        self._cued()
        self._uncued()

    def _edits(self) -> None:
        for match in self._free(_EDIT):
            code = match[0].upper()
            if code in self.edits:
                self._take(match, self.found.edits, code)
            elif match[0].isupper() and re.search(r"\bedit\s*$", self.text[: match.start()], re.IGNORECASE):
                self._take(match, self.found.unknown, f"edit {code}")

    def _tied(self) -> None:
        for match in self._free(_TIED):
            named = [m.upper() for m in match[2].split("-") if m]
            self.found.procedures.append(match[1].upper())
            self.found.tied.append((match[1].upper(), tuple(named)))
            for modifier in named:
                self._modifier(modifier, cued=True)
            self.found.spans.append(match.span())

    def _denial_codes(self) -> None:
        for match in self._free(_RARC):
            code = match[1].upper()
            self._take(match, self.found.rarc, code if code[0].isalpha() else f"N{code}")
        for match in self._free(_GROUP):
            # "CO 54" is a denial; the modifier CO stands before no number.
            self._take(match, self.found.carc, match[1].upper())
        for match in self._free(_CARC):
            if match[0].lower().startswith("code") and not re.search(r"(?:deni|reject|adjust|remit)", self.text, re.IGNORECASE):
                continue
            self._take(match, self.found.carc, match[1].upper())
            self._more(match.end(), self.found.carc, r"\d{1,3}")
        for match in self._free(_REMARK):
            self._take(match, self.found.rarc, match[0].upper())

    def _more(self, at: int, into: list[str], form: str) -> None:
        while (match := re.compile(rf"\s*(?:,|/|and|or|&)\s*({form})\b").match(self.text, at)) is not None:
            self._take(match, into, match[1].upper())
            at = match.end()

    def _cued(self) -> None:
        for cue in list(_CUE.finditer(self.text)):
            at = cue.end()
            while (token := _TOKEN.match(self.text, at)) is not None and self._is_free(token.span()):
                if not self._after_cue(token):
                    break
                ranged = re.compile(r"\s*(?:-|–|to|through)\s*(\d\d)\b").match(self.text, token.end())
                at = token.end()
                if ranged and self._range(token[0], ranged[1]):
                    self.found.spans.append(ranged.span())
                    at = ranged.end()
                join = _JOIN.match(self.text[at:])
                if join is None:
                    break
                at += join.end()

    def _after_cue(self, token: re.Match[str]) -> bool:
        code = token[0].upper()
        if len(code) == 2 and code in self.known and not self._is_small_word(token[0]):
            return self._took(token, code)
        strange = (code.isdigit() and len(code) <= 3) or (len(code) == 2 and self._looks_like_one(token[0]))
        if (
            strange
            and not _COUNTED.match(self.text[token.end() :])
            and not (self.shouted and self._is_small_word(token[0].lower()))
        ):
            return self._took(token, code)
        return False

    def _looks_like_one(self, token: str) -> bool:
        """Whether two characters behind "modifier" are meant as one, though none such exists."""
        if token.isupper() or any(c.isdigit() for c in token):
            return True
        return token.isalpha() and token.lower() not in self.aliases.quiet and not self._is_small_word(token)

    def _took(self, token: re.Match[str], code: str) -> bool:
        self._modifier(code, cued=True)
        self.found.spans.append(token.span())
        return True

    def _is_small_word(self, token: str) -> bool:
        low = token.lower()
        return (
            (token.islower() or self.shouted)
            and low in self.aliases.also_words
            and low in self.aliases.quiet | {"ok", "he", "is", "it", "so"}
        )

    def _range(self, first: str, last: str) -> bool:
        if not (first.isdigit() and int(first) < int(last) <= int(first) + 6 and last in self.known):
            return False
        for number in range(int(first) + 1, int(last) + 1):
            if str(number) in self.known:
                self._modifier(str(number), cued=True)
        return True

    def _uncued(self) -> None:
        for token in self._free(_TOKEN):
            code = token[0].upper()
            if len(code) != 2 or code not in self.known or not self._stands_for_itself(token):
                continue
            self._take(token, self.found.modifiers, code)
            ranged = re.compile(r"-(\d\d)\b").match(self.text, token.end())
            if ranged and self._range(code, ranged[1]):
                self.found.spans.append(ranged.span())

    def _stands_for_itself(self, token: re.Match[str]) -> bool:
        before, behind = self.text[: token.start()], self.text[token.end() :]
        if token[0].isdigit():
            return not _COUNTED.match(behind) and not _NUMBER_OF.search(before)
        if behind[:1] == "'" or (behind[:1] == "-" and not re.match(r"-[0-9A-Z]{2}\b", behind)):
            return False
        paired = self._is_modifier(_AFTER_PAIR.match(behind)) or self._is_modifier(_BEFORE_PAIR.search(before))
        named = paired or bool(re.match(r"\s+modifiers?\b", behind, re.IGNORECASE) and token[0].isupper())
        if re.search(r"\bpc/$", before, re.IGNORECASE) or re.match(r"/tc\b", behind, re.IGNORECASE):
            # PC/TC is an indicator.
            return False
        if token[0].upper() in self.aliases.need_a_cue and not named:
            return False
        if token[0].lower() in self.aliases.also_words:
            return token[0].isupper() and not self.shouted
        return token[0].isupper() or any(c.isdigit() for c in token[0]) or token[0].islower()

    def _is_modifier(self, match: re.Match[str] | None) -> bool:
        return match is not None and match[1].upper() in self.known

    def _modifier(self, code: str, *, cued: bool) -> None:
        if code in self.known:
            self.found.modifiers.append(code)
        elif cued:
            self.found.unknown.append(f"modifier {code}")

    def _take(self, match: re.Match[str], into: list[str], code: str) -> None:
        into.append(code)
        self.found.spans.append(match.span())

    def _free(self, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        for match in list(pattern.finditer(self.text)):
            if self._is_free(match.span()):
                yield match

    def _is_free(self, span: tuple[int, int]) -> bool:
        return not any(span[0] < end and start < span[1] for start, end in self.found.spans)
