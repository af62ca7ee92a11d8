"""What letters may cite, for whom and when; templates without digits; the library as a whole."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from modwise.appeals import authorities, cards
from modwise.knowledge import checks_letters
from modwise.knowledge.corpus import corpus
from modwise.knowledge.load import FACTS, collect

LIBRARY = authorities.library(corpus())
DAY = date(2026, 3, 5)


@pytest.fixture(scope="module")
def whole() -> dict[str, Any]:
    """The corpus as the loader reads it."""
    return collect(FACTS)[0]


def cite(*wanted: str, payer: str, day: date = DAY, adopted: tuple[str, ...] = ()) -> list[str]:
    return [authority.id for authority, *_ in authorities.cited(wanted, payer, day, adopted, corpus())]


def test_every_authority_of_a_letter_was_read() -> None:
    """Nothing that is known by hearsay, or from practice, is ever cited."""
    for identity, entry in LIBRARY.items():
        kinds = {corpus().sources[key]["kind"] for key in entry["source"]}
        assert authorities.verified(entry, corpus()) == bool(kinds - {"unverified", "secondhand"}), identity


def test_an_unverified_authority_is_never_cited() -> None:
    entry = {**LIBRARY["cpt-52"], "source": ["untraced"]}
    assert not authorities.citable(entry, "aetna", DAY, (), corpus())
    assert not authorities.citable({**entry, "source": ["aapc-forums"]}, "aetna", DAY, (), corpus())
    assert authorities.citable({**entry, "source": ["palmetto-52"]}, "aetna", DAY, (), corpus())


@pytest.mark.parametrize("payer", ["aetna", "cigna", "unitedhealthcare", "anthem", "medicaid-tx"])
def test_medicare_is_not_cited_to_another_payer(payer: str) -> None:
    medicare = [i for i, e in LIBRARY.items() if set(e["payers"]) & {"medicare-part-b", "mac-noridian", "mac-ngs"}]
    assert len(medicare) > 10
    assert cite(*medicare, payer=payer) == []


def test_an_adopting_policy_opens_what_it_adopts_and_no_more() -> None:
    assert cite("mln-59", "cfr-424-44", payer="anthem", adopted=("ncci",)) == ["mln-59"]
    assert cite("mln-59", payer="anthem", adopted=("medicare",)) == []
    assert cite("cfr-424-44", payer="anthem", adopted=("medicare", "ncci")) == []


def test_one_contractors_page_is_not_cited_to_another() -> None:
    assert cite("noridian-modifiers#24", payer="mac-noridian") == ["noridian-modifiers"]
    assert cite("noridian-modifiers#24", payer="mac-palmetto") == []
    assert cite("noridian-modifiers#24", payer="medicare-part-b") == []


@pytest.mark.parametrize(
    ("day", "found"),
    [
        (date(2020, 12, 31), []),
        (date(2021, 1, 1), ["ncci-visits-2021"]),
        (date(2021, 12, 31), ["ncci-visits-2021"]),
        (date(2022, 1, 1), []),
    ],
)
def test_an_edition_is_cited_for_its_own_days(day: date, found: list[str]) -> None:
    assert cite("ncci-visits-2021", payer="medicare-part-b", day=day) == found


def test_the_day_before_a_booklet_appeared_it_is_not_cited() -> None:
    assert cite("mln-59", payer="medicare-part-b", day=date(2025, 1, 31)) == []
    assert cite("mln-59", payer="medicare-part-b", day=date(2025, 2, 1)) == ["mln-59"]


def test_three_authorities_are_enough() -> None:
    many = ["cpt-22", "cpt-24", "cpt-25", "cpt-26", "cpt-50"]
    assert cite(*many, payer="aetna") == many[:3]


def texts(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from texts(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner, key)
    elif isinstance(value, str):
        yield key, value


def test_templates_hold_no_digit() -> None:
    """Digits come into a letter through facts only."""
    written = ("says", "states", "same", "more", "gap", "label", "title")
    for name, card in corpus().kinds["letters"].items():
        loses = {entry["says"] for entry in card.get("loses", ())}
        for key, text in texts({k: v for k, v in card.items() if k not in ("title", "note")}):
            if key in written and text not in loses:
                assert not re.search(r"\d", re.sub(r"\{[^{}]*\}", "", text)), f"{name}: {text}"


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('says = "We know of no smaller code', 'says = "We know of 1 smaller code', "holds a digit"),
        ('says = "We know of no smaller code', 'says = "We know of {no smaller code', "holds a brace"),
        ('cites = ["noridian-52"', 'cites = ["nobody-52"', "stands in no file of citable/"),
        ('items  = ["52.reason"]', 'items  = ["52.rason"]', "is no item of the page of 52"),
        ('modifiers = ["52"]', 'modifiers = ["52", "53"]', "stands in letters/"),
        ('gap    = "why that part was left out, with page and line of the record"\n', "", "must say what to complete"),
    ],
)
def test_a_broken_card_is_named(whole: dict[str, Any], old: str, new: str, problem: str) -> None:
    text = (FACTS / "letters" / "reduced.toml").read_text(encoding="utf-8")
    assert old in text
    broken = tomllib.loads(text.replace(old, new, 1))
    kinds = {**whole["kinds"], "letters": {**whole["kinds"]["letters"], "reduced": broken}}
    problems = list(checks_letters.problems({**whole, "kinds": kinds}))
    assert any(problem in found for found in problems), problems


def test_every_modifier_group_has_its_card() -> None:
    groups = [
        "22",
        "24",
        "25",
        "26",
        "TC",
        "50",
        "51",
        "52",
        "53",
        "57",
        "58",
        "59",
        "XE",
        "XP",
        "XS",
        "XU",
        "62",
        "66",
        "73",
        "74",
        "76",
        "77",
        "91",
        "78",
        "79",
        "80",
        "81",
        "82",
        "AS",
    ]
    held = {modifier for card in corpus().kinds["letters"].values() for modifier in card.get("modifiers", ())}
    assert held == set(groups)


@pytest.mark.parametrize(
    ("cause", "modifiers", "topic", "card", "modifier"),
    [
        ("59_supported_payer_bundled", ["59"], "bundled", "distinct", "59"),
        ("59x_supported_payer_bundled", ["RT", "XS"], "bundled", "distinct", "XS"),
        ("support_not_known", ["76", "26"], "duplicate", "repeated", "76"),
        ("timely_filing_proof_exists", ["25"], "timely", "in-time", None),
        ("units_supported_over_limit", [], "units", "above-limit", None),
        ("record_not_sent", [], "documents", "records", None),
        ("something_else", [], "other", "any", None),
    ],
)
def test_the_card_follows_the_denial(cause: str, modifiers: list[str], topic: str, card: str, modifier: str | None) -> None:
    item = {"cause": cause, "modifiers": modifiers, "topic": topic, "remedy": "appeal"}
    found, argued = cards.card_for(item, corpus())
    assert (found.name, argued) == (card, modifier)
