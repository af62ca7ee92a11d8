"""Times and lengths as notes write them, and the least that a code needs held against what a note tells."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

import modwise
from modwise.advice import from_note
from modwise.knowledge import checks_reading
from modwise.knowledge.corpus import corpus
from modwise.notes import amounts, noting, text, times
from modwise.notes.planned import Service
from modwise.notes.rules import build, rule_set

LENGTHS = [
    ("7 h 12 min", "432"),
    ("7 hours and 12 minutes", "432"),
    ("7hrs, 12mins", "432"),
    ("4.3 h", "258"),
    ("4,5 h", "270"),
    ("260 min", "260"),
    ("1,440 minutes", "1440"),
    ("6:45", "405"),
    ("six hours", "360"),
    ("two and a half hours", "150"),
    ("2 1/2 hours", "150"),
    ("half an hour", "30"),
    ("an hour", "60"),
    ("48-hour", "2880"),
    ("3 days", "4320"),
    ("90 seconds", "1.5"),
    ("12 mm", None),
    ("5 mg", None),
    ("h", None),
    ("", None),
]
CLOCKS = [
    ("22:41", 1361),
    ("0930", 570),
    ("9:30", 570),
    ("10:15 pm", 1335),
    ("10:15pm", 1335),
    ("10:15 p.m.", 1335),
    ("2:04p", 844),
    ("12:05 am", 5),
    ("12:05 pm", 725),
    ("24:00", 0),
    ("930", None),
    ("25:10", None),
    ("10:75", None),
    ("3/4", None),
    ("1,140", None),
]
BETWEEN = [
    ("22:41", "01:47", 186),
    ("22:21", "02:41", 260),
    ("10:15", "5:30", 435),
    ("10:15 pm", "5:30 am", 435),
    ("10:15 pm", "5:30", 435),
    ("9:40", "14:02", 262),
    ("12:40", "1:20", 40),
    ("2:04p", "2:45p", 41),
    ("08:00", "20:30", 750),
    ("11:00 am", "10:59 am", 1439),
]


@pytest.mark.parametrize(("told", "minutes"), LENGTHS)
def test_a_length_of_time_is_read_in_minutes(told, minutes):
    assert times.minutes(told) == (None if minutes is None else Decimal(minutes))


@pytest.mark.parametrize(("told", "minute"), CLOCKS)
def test_a_time_of_day_is_read(told, minute):
    found = times.clock(told)
    assert (found.minute if found else None) == minute


@pytest.mark.parametrize(("start", "end", "minutes"), BETWEEN)
def test_between_two_times_of_day(start, end, minutes):
    assert times.between(times.clock(start), times.clock(end)) == minutes


def by_24_hours(minute):
    return f"{minute // 60:02}:{minute % 60:02}"


def by_12_hours(minute):
    return f"{(minute // 60 - 1) % 12 + 1}:{minute % 60:02} {'ap'[minute // 720]}m"


@given(st.integers(0, 1439), st.integers(0, 1439))
def test_morning_and_evening_told_any_stretch_of_a_day_is_found(start, length):
    end = (start + length) % 1440
    told = times.clock(by_12_hours(start)), times.clock(by_12_hours(end))
    assert times.is_sure(*told)
    assert times.between(*told) == length


@given(st.integers(0, 1439), st.integers(0, 1439))
def test_a_stretch_told_without_them_is_the_true_one_or_half_a_day_less(start, length):
    told = times.clock(by_24_hours(start)), times.clock(by_24_hours((start + length) % 1440))
    found = times.between(*told)
    assert found == length if times.is_sure(*told) else found == length % 720


@given(
    st.integers(0, 200), st.integers(0, 59), st.sampled_from(["{} h {} min", "{} hours and {} minutes", "{}hrs {}mins", "{}:{:02}"])
)
def test_hours_and_minutes_are_added(hours, minutes, form):
    assert times.minutes(form.format(hours, minutes)) == 60 * hours + minutes


@given(st.decimals(0, 999, places=1))
def test_hours_with_a_decimal(hours):
    assert times.minutes(f"{hours} hours") == hours * 60


@given(st.text(max_size=40))
def test_no_words_break_the_reading_of_numbers(words):
    for read in (times.minutes, times.number, times.clock):
        read(words)


# ---- against a note -------------------------------------------------------------------------------------------------------

BASE = {
    **{"id": "x", "says": "s", "named": "never named", "codes": ["99999"], "confidence": "high", "source": ["untraced"]},
    **{"examples": [], "counter": []},
}
LIGHTS = {"unit": "minutes", "least": 360, "begins": "lights out", "ends": "lights on"}


def told(entry, content):
    """The amount that an entry finds in a text, and its words."""
    words = {
        "words": {name: words for table in corpus().kinds["reading"].values() for name, words in table.get("words", {}).items()}
    }
    rules = build({"w": words, "a": {"amount": [BASE | entry]}})
    note = text.read(content, rule_set().headings)
    found = amounts.most_told(note, rules.amounts[0])
    return found and (found.amount, note.text[found.span.start : found.span.end])


@pytest.mark.parametrize(
    ("content", "amount"),
    [
        ("22:21 Lights out.\n23:02 N2.\n02:41 Lights on.", 260),
        ("Lights out: 22:21. Lights on: 05:30.", 429),
        ("Lights out 22:21   Lights on 05:30", 429),
        ("10:15 pm lights out\n5:30 am lights on", 435),
        ("22:00 lights out\n01:00 lights on for the bathroom\n01:10 lights out\n05:00 lights on", 420),
        ("Lights out.\nLights on.", None),
        ("05:00 lights on\n22:00 lights out", None),
        ("22:00 lights out", None),
        ("INDICATION: 22:21 lights out, 02:41 lights on last time.", None),
        ("PLAN: lights out 22:21, lights on 23:00.", None),
    ],
)
def test_times_beside_their_words(content, amount):
    found = told(LIGHTS, content)
    assert (found and found[0]) == amount


def test_times_of_an_open_half_of_the_day_say_nothing_of_more_than_half_a_day():
    entry = LIGHTS | {"least": 721}
    assert told(entry, "10:15 lights out\n9:30 lights on") is None
    assert told(entry, "22:15 lights out\n9:30 lights on")[0] == 675


def test_the_surest_way_decides_and_of_it_the_most():
    entry = {"unit": "minutes", "least": 20, "told": [r"total (?P<value>\d+ min)", r"(?P<value>\d+ min)"]}
    assert told(entry, "Photic 90 min. Total 12 min, total 14 min.") == (14, "total 14 min")
    assert told(entry, "Recorded 31 min.") == (31, "31 min")
    assert told(entry, "Recorded.") is None


def test_what_is_denied_or_planned_is_not_told():
    entry = {"unit": "count", "least": 4, "each": r"nap (?P<value>\d)", "denied": r"\bnot\b"}
    assert told(entry, "Nap 1 slept.\nNap 2 slept.\nNap 1 repeated.\nNap 3 was not held.")[0] == 2


@pytest.mark.parametrize(
    ("content", "amount"),
    [
        ("He got 15 ml of 500.", 3),
        ("He got 15 ml.\nOrdered: 60 ml.", 25),
        ("He got 15 ml.", None),
        ("He got 15 ml of 0.", None),
    ],
)
def test_the_share_of_what_was_ordered(content, amount):
    entry = {
        "unit": "percent",
        "least": 90,
        "told": [r"got (?P<value>\d+) ml(?: of (?P<whole>\d+))?"],
        "ordered": r"ordered: (?P<value>\d+)",
    }
    found = told(entry, content)
    assert (found and found[0]) == amount


def test_a_stretch_told_by_two_times():
    entry = {"unit": "minutes", "least": 60, "told": [r"(?P<from>\d+:\d+p?)-(?P<to>\d+:\d+p?)"]}
    assert told(entry, "Session 2:04p-2:45p.")[0] == 41


def test_an_amount_is_expected_by_code_or_by_title():
    content = "PROCEDURE: Holter monitor.\nRESULT: 7 hours of data."
    for code in (None, "93224"):
        read = noting.noted(content, code=code)
        assert read.reading.extent == "reduced"
        assert any("twelve hours" in warning for warning in read.as_json()["warnings"])
    assert noting.noted(content, code="45378").reading.extent != "reduced"
    assert noting.service_of(corpus(), "95810", None) == Service("95810", ("family.sleep-six-hours",))


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ({"unit": "count"}, "no told, each or begins"),
        ({"unit": "count", "begins": "a"}, "begins and ends belong together"),
        ({"unit": "count", "told": ["no group"]}, "no group value"),
        ({"unit": "count", "each": "(?P<value>a)", "source": []}, "no source"),
        ({"unit": "count", "each": "(?P<value>a)", "codes": []}, "neither a family nor codes"),
        ({"unit": "count", "each": "(?P<value>a)", "codes": ["9"]}, "no code or range"),
        ({"unit": "yards", "each": "(?P<value>a)"}, "yards"),
        ({"unit": "count", "told": ["(?P<value>a)<unknown-words>"]}, "words <unknown-words> are not known"),
    ],
)
def test_what_is_wrong_with_an_amount_is_told(entry, problem):
    files = {"reading": {"x": {"amount": [{**BASE, "least": 1, **entry}]}}}
    found = list(checks_reading.problems({"kinds": files, "facts": {}, "modifiers": {}}))
    assert any(problem in told for told in found), found


@pytest.mark.parametrize(
    ("code", "content", "fact", "value"),
    [
        ("95810", "SLEEP STUDY\n22:21 lights out\n02:41 lights on", "recorded_hours", "4.33"),
        ("95805", "MSLT\nNap 1 08:00\nNap 2 10:00\nNap 3 12:00", "naps", "3"),
        ("97110", "Therapeutic exercises 6 minutes, then dizzy.", "minutes", "6"),
        ("90834", "Psychotherapy 2:04p-2:24p.", "minutes", "20"),
    ],
)
def test_an_amount_is_a_fact_of_the_case(code, content, fact, value):
    assert from_note.facts(noting.noted(content, code=code))[fact].value == value


def test_a_shorter_night_needs_no_more_facts():
    advised = modwise.read_note_text("SLEEP STUDY\nTRT 260 min. Patient left at 2 am for a sick child.", code="95810")["suggested"]
    assert (advised["modifiers"], advised["certainty"]) == (["52"], "settled")
