"""What a question is understood to speak of: codes, payers, dates, strangers."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modwise.asking.aliases import Aliases
from modwise.asking.dates import periods
from modwise.asking.index import Index, open_index
from modwise.asking.question import Question, understand
from modwise.knowledge.corpus import corpus


@lru_cache
def index() -> Index:
    return open_index(corpus())


@lru_cache
def aliases() -> Aliases:
    return Aliases(corpus())


def asked(text: str) -> Question:
    return understand(text, corpus(), aliases(), lambda word: bool(index().containing([word])))


@pytest.mark.parametrize(
    ("text", "modifiers"),
    [
        ("modifier 52", ["52"]),
        ("-52 on a visit?", ["52"]),
        ("mod 52 and 53", ["52", "53"]),
        ("is 52 valid", ["52"]),
        ("modifiers 80-82", ["80", "81", "82"]),
        ("80, 81, or 82?", ["80", "81", "82"]),
        ("LT/RT", ["LT", "RT"]),
        ("73/74 in an ASC", ["73", "74"]),
        ("gt vs 95", ["GT", "95"]),
        ("GA or GZ?", ["GA", "GZ"]),
        ("27447-50-RT", ["50", "RT"]),
        ("use the modifier as needed", []),
        ("is AS paid as 80 is", ["AS", "80"]),
        ("it is paid as usual", []),
        ("WHAT DOES 52 PAY AT UHC", ["52"]),
        ("52% of the fee", []),
        ("90 days after", []),
        ("pays $52", []),
        ("52 units", []),
        ("a PA in the OR", []),
        ("CO 54 on the remit", []),
        ("CT of the head without contrast", []),
        ("modifier CT", ["CT"]),
        ("in chapter 12", []),
        ("modifer 25", ["25"]),
    ],
)
def test_modifiers_in_any_writing(text: str, modifiers: list[str]) -> None:
    assert list(asked(text).modifiers) == modifiers


@pytest.mark.parametrize(
    ("text", "part", "codes"),
    [
        ("co97", "carc", ["97"]),
        ("CO-97", "carc", ["97"]),
        ("CO 97 and PR-204", "carc", ["97", "204"]),
        ("carc 4, 16 and 97", "carc", ["4", "16", "97"]),
        ("denial code B20", "carc", ["B20"]),
        ("reason code #50", "carc", ["50"]),
        ("N130", "rarc", ["N130"]),
        ("ma130?", "rarc", ["MA130"]),
        ("remark code M15", "rarc", ["M15"]),
        ("rarc n705", "rarc", ["N705"]),
        ("45378-53", "procedures", ["45378"]),
        ("g0105 and J9355", "procedures", ["G0105", "J9355"]),
        ("the fee is 12,345 dollars", "procedures", []),
        ("red201", "edits", ["RED201"]),
        ("why does edit NCC201 fire", "edits", ["NCC201"]),
    ],
)
def test_codes_in_any_writing(text: str, part: str, codes: list[str]) -> None:
    assert list(getattr(asked(text), part)) == codes


@pytest.mark.parametrize(
    ("text", "payers"),
    [
        ("UHC", ["unitedhealthcare"]),
        ("united healthcare community plan", ["unitedhealthcare-community"]),
        ("BCBSND", ["bcbs-nd"]),
        ("Blue Cross Blue Shield of North Dakota", ["bcbs-nd"]),
        ("bcbs-nd", ["bcbs-nd"]),
        ("First Coast/Novitas", ["mac-fcso", "mac-novitas"]),
        ("Elevance", ["anthem"]),
        ("Florida Medicaid", ["medicaid-fl"]),
        ("Priority Health (Michigan)", ["priority-health"]),
    ],
)
def test_payers_by_what_they_are_called(text: str, payers: list[str]) -> None:
    assert list(asked(f"what does {text} pay for 52").payer_keys) == payers


def test_medicare_alone_is_all_its_programmes() -> None:
    assert {"medicare-part-b", "medicare-opps", "medicare-asc"} <= set(asked("what does Medicare pay for 52").payer_keys)
    assert asked("what does Medicare Part B pay for 52").payer_keys == ("medicare-part-b",)


@pytest.mark.parametrize(
    "text",
    [
        "what does Kaiser pay for 52",
        "Ohio Medicaid and modifier 50",
        "BCBS of Alabama on 25",
        "what does Acme Health pay for 25?",
        "Zenith Mutual's policy on 59",
        "modifier ZZ",
        "what is modifier 5",
        "99213-7B",
        "edit XYZ999",
    ],
)
def test_what_is_named_and_not_held_is_a_stranger(text: str) -> None:
    assert asked(text).strangers


@pytest.mark.parametrize(
    "text", ["what does UHC pay for 52", "modifier for a hand", "modifier to use", "Is 25 paid by Anthem?", "Medicare Part B"]
)
def test_what_is_held_is_no_stranger(text: str) -> None:
    assert asked(text).strangers == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("in 2018", "2018-01-01 to 2018-12-31"),
        ("on 3/15/2024", "2024-03-15"),
        ("on March 15th, 2024", "2024-03-15"),
        ("15 Mar 2024", "2024-03-15"),
        ("2024-03-15", "2024-03-15"),
        ("before October 2019", "until 2019-09-30"),
        ("until 10/1/2019", "until 2019-10-01"),
        ("after 2019-09-30", "from 2019-10-01"),
        ("since 2016", "from 2016-01-01"),
        ("2023+", "from 2023-01-01"),
        ("between 2018 and 2020", "2018-01-01 to 2020-12-31"),
        ("Q3 2024", "2024-07-01 to 2024-09-30"),
        ("CY2025", "2025-01-01 to 2025-12-31"),
    ],
)
def test_dates_in_many_writings(text: str, words: str) -> None:
    assert [p.words() for p in periods(f"52 {text}?")[0]] == [words]


@pytest.mark.parametrize("text", ["97110", "2018 units", "$2,480", "45378 in 2018 and now", "13/45/2024"])
def test_what_is_no_date_or_every_date(text: str) -> None:
    assert periods(text)[0] == ()


@given(st.dates(date(1990, 1, 1), date(2040, 12, 31)), st.sampled_from(["%Y-%m-%d", "%m/%d/%Y", "%B %d, %Y", "%d %b %Y"]))
def test_every_day_is_read_in_every_writing(day: date, form: str) -> None:
    found = list(periods(f"paid on {day.strftime(form)} by them")[0])
    assert [(p.start, p.end) for p in found] == [(day, day)]


@given(st.text(max_size=200))
def test_no_text_is_too_odd(text: str) -> None:
    question = asked(text)
    assert set(question.modifiers) <= set(corpus().modifiers)


def test_topics_lead_to_what_exists() -> None:
    known = {s for identity in corpus().fact_ids() for s in [identity.partition(".")[2]]}
    for topic in aliases().topics.values():
        for end in topic.facts:
            assert any(k.startswith(end[:-1]) if end.endswith("*") else k == end for k in known), (
                f"{topic.name}: no fact ends in {end}"
            )


def test_aliases_name_modifiers_that_exist() -> None:
    tables: list[Any] = list(corpus().kinds["aliases"].values())
    named = {m for t in tables for name in ("phrase", "lookup") for row in t.get(name, ()) for m in row.get("modifiers", ())}
    assert named
    assert named <= set(corpus().modifiers)
