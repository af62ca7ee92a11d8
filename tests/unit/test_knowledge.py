"""The fact files as a whole, and what the loader refuses."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from modwise.errors import KnowledgeError, UsageError
from modwise.knowledge import load, lock, schema
from modwise.knowledge.corpus import corpus

FULL_PAGES = [
    "22",
    "25",
    "26",
    "TC",
    "50",
    "51",
    "52",
    "53",
    "59",
    "XE",
    "XS",
    "XP",
    "XU",
    "73",
    "74",
    "76",
    "77",
    "LT",
    "RT",
    "62",
    "80",
    "81",
    "82",
    "AS",
]


def test_the_fact_files_are_sound() -> None:
    _, problems = load.collect(load.FACTS)
    assert problems == []


def test_the_lock_holds_every_file() -> None:
    assert lock.problems(lock.read(), lock.entries()) == []


def test_no_authority_is_unused() -> None:
    whole, _ = load.collect(load.FACTS)
    used = {key for key, _ in load.sources_used(whole)}
    assert set(whole["sources"]) - used == set()


@pytest.mark.parametrize("code", FULL_PAGES)
def test_the_modifiers_that_matter_most_have_full_pages(code: str) -> None:
    page = corpus().modifier(code)
    assert page["page"] == "full"
    assert set(page["sections"]) >= set(schema.SECTIONS) - schema.OPTIONAL_SECTIONS


def test_retired_modifiers_are_known_as_retired() -> None:
    fact = corpus().fact_for("CJ.in-force", None)
    assert fact is not None
    before, after = fact.on(date(2018, 12, 31)), fact.on(date(2019, 1, 1))
    assert before is not None
    assert not before.ended
    assert after is not None
    assert after.ended


def test_a_contractor_inherits_and_an_unknown_payer_gets_the_code_sets_rule() -> None:
    known = corpus()
    assert known.line_of("mac-noridian") == ("mac-noridian", "medicare-part-b", "any")
    fact = known.fact_for("mpfs.bilateral.allows-50", "mac-noridian")
    assert fact is not None
    assert fact.payer == "medicare-part-b"
    assert known.fact_for("mpfs.bilateral.allows-50", "aetna") is None
    assert known.fact_for("mpfs.bilateral.allows-50", None) is None


def test_unknown_names_are_usage_errors() -> None:
    with pytest.raises(UsageError, match="no modifier"):
        corpus().modifier("Z9")
    with pytest.raises(UsageError, match="no edit"):
        corpus().edit("NOPE")
    with pytest.raises(KnowledgeError, match="no file holds"):
        corpus().facts("no.such-fact")


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    folder = tmp_path / "facts"
    for name in (*schema.FOLDERS, "authorities"):
        (folder / name).mkdir(parents=True)
    source = '[a-source]\ntitle = "T"\npublisher = "P"\nkind = "manual"\n'
    (folder / "authorities" / "all.toml").write_text(source, encoding="utf-8")
    (folder / "rules" / "one.toml").write_text(RULE, encoding="utf-8")
    return folder


RULE = """
rules = "one"
title = "One"
reviewed = 2026-01-01

[[fact]]
id = "one.rule"
says = "A rule."
payer = "any"
applies_by = "date of service"
confidence = "high"
values = [
  { from = 2020-01-01, value = "a", source = ["a-source"] },
  { from = 2021-01-01, ended = true, source = ["a-source"] },
]
"""


def test_a_sound_set_loads(facts: Path) -> None:
    assert load.load(facts)["facts"]["one.rule"][0]["payer"] == "any"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('rules = "one"', 'rules = "two"', "must equal the file name"),
        ('title = "One"', "", "title is missing"),
        ('title = "One"', 'title = "One"\nextra = 1', "unknown key extra"),
        ("reviewed = 2026-01-01", 'reviewed = "2026-01-01"', "wrong type"),
        ('confidence = "high"', 'confidence = "sure"', "is none of"),
        ("from = 2021-01-01", "from = 2020-01-01", "dates do not rise"),
        ('value = "a", ', "", "either value or ended"),
        ("ended = true, ", 'ended = true, value = "b", ', "either value or ended"),
        ('source = ["a-source"] },\n]', "source = [] },\n]", "no source"),
        ('["a-source"]', '["another"]', "not in authorities"),
        ('payer = "any"', 'payer = "nobody"', "has no file in payers"),
        ('value = "a"', 'value = ["a", "a"]', "names something twice"),
        ('value = "a"', "value = [1]", "other than text"),
        ("[[fact]]", "[[fact", "not readable as TOML"),
    ],
)
def test_what_the_loader_refuses(facts: Path, old: str, new: str, says: str) -> None:
    path = facts / "rules" / "one.toml"
    changed = RULE.replace(old, new)
    assert changed != RULE
    path.write_text(changed, encoding="utf-8")
    with pytest.raises(KnowledgeError, match=says):
        load.load(facts)


def test_a_fact_that_stands_twice_for_a_payer_is_refused(facts: Path) -> None:
    text = RULE + RULE[RULE.index("[[fact]]") :]
    (facts / "rules" / "one.toml").write_text(text, encoding="utf-8")
    with pytest.raises(KnowledgeError, match="stands twice"):
        load.load(facts)


def test_a_change_needs_a_new_reviewed_date(facts: Path) -> None:
    before = lock.entries(facts)
    path = facts / "rules" / "one.toml"
    path.write_text(RULE.replace('value = "a"', 'value = "b"'), encoding="utf-8")
    assert lock.problems(before, lock.entries(facts)) == ["rules/one.toml: changed, but its reviewed date did not"]
    shutil.rmtree(facts / "rules")
    assert lock.problems(before, lock.entries(facts)) == ["rules/one.toml: in the lock, but gone"]
