"""The values in a letter's text: dates, amounts, codes, references, numbers. Each stretch of text is one value at most."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from modwise.appeals.verifying import dating
from modwise.appeals.verifying.covering import Cover
from modwise.appeals.verifying.known import Known
from modwise.appeals.verifying.plain import Letters
from modwise.appeals.verifying.words import citations, words

OWN_PARTS = frozenset({"letterhead", "addressee", "signature"})


@dataclass(frozen=True)
class Token:
    """One value: what kind, where, and written one way."""

    kind: str
    start: int
    end: int
    value: str


_QUOTE = re.compile(r'(?<![\w"])"(?=\S)([^"]{1,1500}?)(?<=\S)"(?!\w)')
_AMOUNT = re.compile(
    r"(?<!\w)(?:US ?)?-?\$\s?(?P<sum>\d[\d,]*(?:\.\d+)?)(?P<times> ?(?:thousand|million|k|m)\b)?"
    r"|\b(?P<said>\d[\d,]*(?:\.\d+)?) ?(?:US )?(?:dollars|USD)\b",
    re.I,
)
_NPI = re.compile(r"\bNPI\b[\s:#]*(?:no\.?|number)?\s*(\d[\d -]{7,12}\d)", re.I)
_SSN = re.compile(r"\b\d{3}-\d{2}-\d{4}\b")
_EXHIBIT = re.compile(
    r"\b(?:Exhibits?|Attachments?|Enclosures?|Appendix)\s+(?P<labels>[A-Z]{1,2}(?:(?:\s*(?:,|and|&)\s*|\s*(?:to|-)\s*)[A-Z]{1,2}\b)*)(?!\w)"
)
_PAGE_OF = re.compile(r"\bpage\s+(\d+)\s+of\s+(\d+)\b", re.I)
_PAGE = re.compile(r"\b(?:pp?\.|pages?)\s*(\d{1,4}(?![\w])(?:\s*(?:-|to|and|,)\s*\d{1,4}(?![\w-]))*)", re.I)
_LINE = re.compile(r"\blines?\s+(?:no\.\s*)?(\d{1,4}(?![\w])(?:\s*(?:-|to|and)\s*\d{1,4}(?![\w-]))*)", re.I)
_PAGES = re.compile(r"\b(\d+|one|two|three|four|five|six|seven|eight|nine|ten)\s+pages?\b", re.I)
_PERCENT = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?)\s?(?:%|percent\b|per cent\b)", re.I)
_GROUP_CODE = re.compile(r"\b(CO|PR|OA|PI|CR)[- ]?([A-Z]?\d{1,3})\b(?!\.\d)")
_CARC = re.compile(r"\b(?:CARC|reason code)s?[\s:#]*([A-Z]?\d{1,3})\b", re.I)
_RARC = re.compile(r"\b((?:MA|M|N)\d{1,4})\b(?!\.\d)")
_CODED = re.compile(r"\b(\d{5}|\d{4}[FTU]|[A-V]\d{4})((?:\s?-\s?[0-9A-Z]{2}(?![0-9A-Za-z]))*)(?![\w-]*\d)(?=\W|$)")
_MODIFIERS = re.compile(
    r"\b(?:modifier|mod\.?)s?\s+((?:[0-9A-Z]{2})(?:(?:\s*,\s*|\s*/\s*|\s+|,?\s+(?:and|or)\s+)[0-9A-Z]{2})*)(?![0-9A-Za-z])", re.I
)
_ALONE = re.compile(r"(?<![\w.-])-([0-9A-Z]{2})(?![\w-])")
_DIAGNOSIS = re.compile(r"\b([A-TV-Z]\d[0-9A-Z]\.[0-9A-Z]{1,4})\b")
_DIAGNOSED = re.compile(r"\b(?:diagnos[ie]s|ICD-10(?:-CM)?)(?:\s+codes?)?[\s:]+([A-TV-Z]\d[0-9A-Z][0-9A-Z.]{0,5})\b", re.I)
_TIME = re.compile(r"\b([012]?\d:[0-5]\d)(?:\s?([ap])\.?m\b\.?)?", re.I)
_TABLE_FIGURE = re.compile(r"\bindicator(?:\s+(?:of|is|was))?\s+\"?([0-9A-Z])\"?(?!\w)", re.I)
_LISTED = re.compile(r"(?:^|\n|\t)[ \t]*(?:\(?\d{1,2}[.)]|[A-Z][.)])(?=\s)")
_NUMBER = re.compile(r"(?<![\w])[#]?[\w]*\d[\w]*(?:[./:\-][\w]*\d[\w]*|,\d{3}\b|[-/][A-Za-z]+\b)*")


def find(text: str, letters: Letters, cover: Cover, known: Known, by_hand: Sequence[tuple[int, int]] = ()) -> list[Token]:
    """Every value of the text, in order; what was written in by hand is of the practice's own."""
    sheet = _Sheet(text)
    for start, end in by_hand:
        sheet.put("own", start, end, "")
    sheet.take("quote", _QUOTE, lambda m: " ".join(m[1].split()))
    for stretch in cover.stretches:
        if stretch.unit.part in OWN_PARTS:
            sheet.put("own", stretch.start, stretch.end, stretch.unit.text)
    for kind, wanted, value in known.written:
        for start, end in letters.spans(wanted):
            if _bounded(text, start, end):
                sheet.put(kind, start, end, value)
    for citation in citations():
        sheet.take("citation", citation.pattern, lambda m: " ".join(m[0].split()))
    for start, end, value in dating.find(sheet.text):
        sheet.put("date", start, end, value)
    for kind, pattern, value_of in _PATTERNS:
        sheet.take(kind, pattern, value_of)
    sheet.take("", _LISTED, lambda m: "")
    sheet.take("number", _NUMBER, lambda m: m[0].lstrip("#"))
    return sorted((t for t in sheet.found if t.kind), key=lambda t: t.start)


class _Sheet:
    """The text with what was taken blanked out, so that nothing is read twice."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.found: list[Token] = []

    def put(self, kind: str, start: int, end: int, value: str) -> None:
        """Takes a stretch, unless some of it is taken."""
        if "\x00" in self.text[start:end]:
            return
        self.found.append(Token(kind, start, end, value))
        self.text = f"{self.text[:start]}{chr(0) * (end - start)}{self.text[end:]}"

    def take(self, kind: str, pattern: re.Pattern[str], value: Callable[[re.Match[str]], str]) -> None:
        """Takes every match."""
        for match in list(pattern.finditer(self.text)):
            self.put(kind, match.start(), match.end(), value(match))


def _bounded(text: str, start: int, end: int) -> bool:
    before, after = text[start - 1 : start], text[end : end + 1]
    if before.isalnum() or after.isalnum():
        return False
    # A number is no part of a longer one: not "1-234" of "1-234-5", nor "234" of "1,234".
    longer_after = text[end : end + 1] in "-./," and text[end + 1 : end + 2].isalnum() and text[end : end + 1] != ","
    longer_before = text[start - 1 : start] in "-./" and text[start - 2 : start - 1].isdigit()
    return not (start and longer_before) and not longer_after


def amount(text: str) -> str | None:
    """An amount of money with two decimals; None for what is none."""
    try:
        return str(Decimal(text.replace(",", "").replace("$", "").strip()).quantize(Decimal("0.01")))
    except (InvalidOperation, ValueError):
        return None


def _amount_of(match: re.Match[str]) -> str:
    figure = match["sum"] or match["said"]
    many = {"k": 1_000, "t": 1_000, "m": 1_000_000}[match["times"].strip()[0].lower()] if match["times"] else 1
    return amount(str(Decimal(figure.replace(",", "")) * many)) or figure


def _labels(match: re.Match[str]) -> str:
    """Every label named, a range spelt out."""
    ends = re.findall(r"[A-Z]{1,2}|to|-", match["labels"].replace("and", ","))
    named: list[str] = []
    for index, label in enumerate(ends):
        if label in ("to", "-") and index and index + 1 < len(ends) and len(ends[index - 1]) == len(ends[index + 1]) == 1:
            named += [chr(n) for n in range(ord(ends[index - 1]) + 1, ord(ends[index + 1]))]
        elif label not in ("to", "-"):
            named.append(label)
    return " ".join(named)


def _numbers(match: re.Match[str]) -> str:
    """First and last of a range."""
    found = re.findall(r"\d+", match[1])
    return f"{found[0]}-{found[-1]}"


def _first(match: re.Match[str]) -> str:
    return match[1].upper()


def _pages_of(match: re.Match[str]) -> str:
    said = match[1].lower()
    return said if said.isdigit() else str(words().numbers.get(said, 0))


_PATTERNS: tuple[tuple[str, re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    ("amount", _AMOUNT, _amount_of),
    ("npi", _NPI, lambda m: re.sub(r"\D", "", m[1])),
    ("ssn", _SSN, lambda m: m[0]),
    ("exhibit", _EXHIBIT, _labels),
    ("", _PAGE_OF, lambda m: m[0]),
    ("page", _PAGE, _numbers),
    ("line", _LINE, _numbers),
    ("pages", _PAGES, _pages_of),
    ("percent", _PERCENT, _first),
    ("group code", _GROUP_CODE, lambda m: f"{m[1]}-{m[2]}"),
    ("carc", _CARC, _first),
    ("diagnosis", _DIAGNOSIS, _first),
    ("diagnosis", _DIAGNOSED, _first),
    ("rarc", _RARC, _first),
    ("indicator", _TABLE_FIGURE, _first),
    ("modifier", _MODIFIERS, lambda m: " ".join(re.findall(r"\b[0-9A-Z]{2}\b", m[1]))),
    ("code", _CODED, lambda m: " ".join([m[1], *re.findall(r"[0-9A-Z]{2}", m[2])])),
    ("modifier", _ALONE, _first),
    ("time", _TIME, lambda m: f"{m[1]}{(m[2] or '').lower()}"),
)


def of_text(text: str) -> Iterator[str]:
    """The figures of a text: each run of digits with the signs inside it, without the commas of thousands."""
    for match in re.finditer(r"\d+(?:[.,:/-]\d+)*", text):
        yield re.sub(r",(?=\d{3}\b)", "", match[0])
