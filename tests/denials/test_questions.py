"""The questions of a line: what an answer becomes in the facts, and that it can be taken back."""

from __future__ import annotations

from typing import Any

import pytest

from modwise.denying import given, questions
from modwise.errors import UsageError
from modwise.knowledge.corpus import corpus

ANSWERS: list[tuple[str, Any, dict[str, Any]]] = [
    ("record", ["25", "59", "25"], {"chart_supports": ["25", "59"]}),
    ("record", [], {"chart_supports": []}),
    ("requested", "yes", {"documents": {"requested": True}}),
    ("sent", "no", {"documents": {"sent": False}}),
    ("proof", "yes", {"acceptance": {"in_time": True}}),
    ("abn", "no", {"abn": {"signed": False}}),
    ("appeal", "yes", {"appeals": [{"level": 1}]}),
    ("units", "2", {"units_supported": 2}),
    ("units", "1.5", {"units_supported": 1.5}),
    ("rate", "$1,234.50", {"contract": {"rate": "1234.50"}}),
    ("contractor", "mac-noridian", {"mac": "mac-noridian"}),
    ("pair", "1", {"tables": {"ptp": {"indicator": "1"}}}),
    ("limit", "3", {"tables": {"mue": {"mai": "3"}}}),
    ("assistant", "2", {"tables": {"assistant": "2"}}),
]


@pytest.mark.parametrize(("question", "answer", "facts"), ANSWERS)
def test_an_answer_is_a_fact_and_can_be_taken_back(question: str, answer: Any, facts: dict[str, Any]) -> None:
    assert questions.facts_of({question: answer}, {}) == facts
    assert questions.facts_of({question: None}, facts) == {}
    given.checked({"claim": {"1": facts}})
    shown = next(one for one in questions.shown({"asks": [question], "answers": facts, "topic": "bundled", "modifiers": []}))
    back = shown["said"]["supports"] if question == "record" else shown["said"]
    assert questions.facts_of({question: back}, {}) == facts


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("requested", "perhaps"),
        ("units", "-1"),
        ("units", "٣"),
        ("rate", "free"),
        ("rate", "0.00"),
        ("pair", "7"),
        ("contractor", "aetna"),
        ("record", ["5"]),
        ("nothing", "yes"),
    ],
)
def test_what_answers_nothing_is_refused(question: str, answer: Any) -> None:
    with pytest.raises(UsageError):
        questions.facts_of({question: answer}, {})


def test_a_decided_appeal_stays_beside_an_open_one() -> None:
    decided = {"level": 1, "decided": "2026-06-12", "outcome": "unfavorable"}
    facts = questions.facts_of({"appeal": "yes"}, {"appeals": [decided]})
    assert facts == {"appeals": [decided, {"level": 2}]}
    assert questions.facts_of({"appeal": "no"}, facts) == {"appeals": [decided]}


def test_every_question_leads_to_a_fact_that_is_known() -> None:
    for row in questions.questions(corpus()):
        value: Any = {"modifiers": ["25"], "number": "1", "amount": "1.00", "contractor": "mac-noridian"}.get(row["kind"], "yes")
        value = next(iter(row["answers"])) if row["kind"] == "choice" else value
        assert questions.at(questions.facts_of({row["question"]: value}, {}), row["fact"]) is not None


def test_answers_are_laid_over_the_file() -> None:
    base = {"A": {"1": {"documents": {"requested": True}, "chart": "x"}, "2": {"mac": "mac-wps"}}}
    over = {"A": {"1": {"documents": {"sent": True}}}, "B": {"*": {"chart_supports": []}}}
    assert questions.merged(base, over) == {
        "A": {"1": {"documents": {"requested": True, "sent": True}, "chart": "x"}, "2": {"mac": "mac-wps"}},
        "B": {"*": {"chart_supports": []}},
    }
    assert base["A"]["1"] == {"documents": {"requested": True}, "chart": "x"}
