"""A model's words: kept where one statement carries them, dropped where anything is added, turned or left away."""

from __future__ import annotations

from typing import Any

import pytest

import modwise as mw
from modwise.asking.aliases import Aliases
from modwise.asking.phrasing import bears, phrased
from modwise.knowledge.corpus import corpus
from modwise.llm import Endpoint
from tests.unit.test_llm import said, serving

ND = {
    "text": "Modifier 52 (Blue Cross Blue Shield of North Dakota) pays 80% (0.80), by 2010-01-01 at the latest until 2019-09-30. NDRP-GC-004.",
    "payer": "bcbs-nd",
    "until": "2019-09-30",
}
VISIT = {"text": "Whether 52 may stand on a visit: invalid.", "payer": "any", "until": None}
MEANING = {
    "text": "Modifier 52, meaning: It asks the payer for less than the full price. It lifts no edit: a bundled pair stays bundled.",
    "payer": "any",
    "until": None,
}


@pytest.mark.parametrize(
    ("statement", "sentence", "kept"),
    [
        (ND, "Blue Cross Blue Shield of North Dakota pays 80% for modifier 52 until 2019-09-30", True),
        (ND, "BCBSND pays 80% for 52 until 2019-09-30", True),
        (ND, "Modifier 52 pays 80% until 2019-09-30", False),
        (ND, "Aetna pays 80% for 52 until 2019-09-30", False),
        (ND, "BCBSND pays 80% for 52", False),
        (ND, "BCBSND pays 85% for 52 until 2019-09-30", False),
        (ND, "BCBSND pays 80% for 53 until 2019-09-30", False),
        (ND, "BCBSND never pays 80% for 52 until 2019-09-30", False),
        (ND, "BCBSND always pays 80% for 52 until 2019-09-30", False),
        (ND, "BCBSND pays 80% for 52 until 2019-09-30 and requires an operative report", False),
        (ND, "BCBSND pays 80% for 52 until 2019-09-30, per section 20.4.6", False),
        (ND, "BCBSND pays 80% for 45378-52 until 2019-09-30", False),
        (VISIT, "52 on a visit is invalid", True),
        (VISIT, "52 may stand on a visit", False),
        (VISIT, "52 is valid on a visit", False),
        (MEANING, "It lifts no edit: a bundled pair stays bundled", True),
        (MEANING, "It lifts the edit", False),
        (MEANING, "It asks the payer for less than the full price", True),
        (MEANING, "It asks the payer for half the full price", False),
        (MEANING, "It asks Medicare for less than the full price", False),
    ],
)
def test_a_sentence_must_be_carried_whole(statement: dict[str, Any], sentence: str, kept: bool) -> None:
    assert bears(statement, sentence, Aliases(corpus())) is kept


def test_what_the_model_invents_is_dropped() -> None:
    told = mw.ask("What did BCBSND pay for 52 in 2018?")
    words = (
        "Blue Cross Blue Shield of North Dakota pays 80% for modifier 52 until 2019-09-30 [1]. It pays 95% with modifier 22 [1]. "
        "Appeals are due within 120 days. CARC 97 applies [2]."
    )
    with serving(said(words)) as (where, asked):
        found = phrased("What did BCBSND pay for 52 in 2018?", told, where)
    assert found["answer"] == "Blue Cross Blue Shield of North Dakota pays 80% for modifier 52 until 2019-09-30. [1]"
    assert (len(found["phrased"]["kept"]), found["phrased"]["dropped"]) == (1, 3)
    assert told["statements"][0]["text"] in asked[0][2]["messages"][1]["content"]
    assert found["statements"] == told["statements"]


@pytest.mark.parametrize(("body", "status"), [(said("All of it is wrong. Call 555-0100."), 200), (b"", 500), (said(""), 200)])
def test_the_plain_answer_stands_when_nothing_is_left(body: bytes, status: int) -> None:
    told = mw.ask("What does UHC pay for 52?")
    with serving(body, status) as (where, _):
        assert phrased("What does UHC pay for 52?", told, where)["answer"] == told["answer"]


def test_what_was_not_found_is_not_phrased() -> None:
    told = mw.ask("What is the capital of France?")
    found = phrased("What is the capital of France?", told, Endpoint("http://127.0.0.1:9/v1"))
    assert found["answer"] == told["answer"]
    assert found["found"] is False


def test_the_environment_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(said("UnitedHealthcare commercial plans pays 50% for modifier 52 [1].")) as (where, _):
        monkeypatch.setenv("MODWISE_LLM_URL", where.url)
        found = mw.ask("What does UHC pay for 52?", phrase=True)
    assert found["phrased"]["kept"] == ["UnitedHealthcare commercial plans pays 50% for modifier 52. [1]"]
