"""How facts are written in a letter: dates, amounts, names, quotations, lists."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from modwise.appeals.ledger import Fact
from modwise.knowledge.corpus import corpus

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
# Kept in capitals where a name comes in capitals only.
_CAPITALS = frozenset(
    {"LLC", "LLP", "PLLC", "PC", "PA", "MD", "DO", "DPM", "NP", "PA-C", "ENT", "USA", "US", "BCBS", "UHC", "HMO", "PPO"}
    | {"II", "III", "IV", "MAC", "CGS", "NGS", "WPS", "DBA", "ASC", "ER", "NY", "TX", "FL", "CA"}
)
_SMALL = frozenset({"of", "and", "the", "for", "at", "in"})
MOST_QUOTED = 260


def shown(fact: Fact) -> str:
    """The fact's value as a letter writes it."""
    if fact.kind == "date":
        return day(fact.value)
    if fact.kind == "amount":
        return amount(fact.value)
    if fact.kind == "percent":
        return f"{fact.value} percent"
    if fact.kind == "name":
        return payer_named(fact.value) if fact.name.startswith("payer_") else named(fact.value)
    return fact.value


def day(iso: str) -> str:
    """An ISO date as May 18, 2026; the text itself where it is none."""
    try:
        found = date.fromisoformat(iso)
    except ValueError:
        return iso
    return f"{MONTHS[found.month - 1]} {found.day}, {found.year}"


def amount(text: str) -> str:
    """An amount as $1,234.50; the text itself where it is none."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        return text
    return f"-${-value:,.2f}" if value < 0 else f"${value:,.2f}"


def named(text: str) -> str:
    """A name in capitals as people write it; any other as it stands."""
    if not text.isupper():
        return text
    return " ".join(_word(word, number) for number, word in enumerate(text.split()))


def payer_named(text: str) -> str:
    """A payer's name in capitals as the payer itself writes it, as far as its words are known; any other as it stands."""
    if not text.isupper():
        return text
    return " ".join(_payer_words().get(word, plain) for word, plain in zip(text.split(), named(text).split(), strict=True))


@lru_cache(maxsize=1)
def _payer_words() -> Mapping[str, str]:
    """Words of payers' names that are written otherwise than other names: UnitedHealthcare, TRICARE."""
    words = (word.strip("(),.") for payer in corpus().payers.values() for word in str(payer["title"]).split())
    return {word.upper(): word for word in words if word.upper() != word.lower() and word not in (word.lower(), word.capitalize())}


def _word(word: str, number: int) -> str:
    bare = word.strip(",.")
    if bare in _CAPITALS or (len(bare) > 1 and not re.search("[AEIOUY]", bare)):
        return word
    if number and bare.lower() in _SMALL:
        return word.lower()
    return re.sub(r"(^|[-'&/])([^\W\d_])", lambda match: match[1] + match[2].upper(), word.lower())


def quoted(text: str) -> str:
    """A quotation in double marks, on one line; marks inside become single ones."""
    flat = re.sub(r"\s+", " ", text).strip()
    return "\N{LEFT DOUBLE QUOTATION MARK}" + flat.replace('"', "'") + "\N{RIGHT DOUBLE QUOTATION MARK}"


def joined(parts: Sequence[str], last: str = "and") -> str:
    """A list in words: a; a and b; a, b and c."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def lowered(text: str) -> str:
    """A sentence as it stands behind a colon: small at the front unless an abbreviation is there, without its full stop."""
    bare = text.strip().rstrip(".")
    return bare[:1].lower() + bare[1:] if bare[1:2].islower() or bare[1:2] == " " else bare
