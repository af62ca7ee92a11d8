"""Asking for a case one question at a time: only what still can change the answer."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any

import click

from modwise import api
from modwise.errors import UsageError
from modwise.report.layout import Paper

BACK = ("back", "b")
END = ("stop", "q")


def ask(asked: Mapping[str, Any], paper: Paper) -> dict[str, Any]:
    """The case with the facts that were answered; ends when the answer stands, nothing is left to ask, or the input ends."""
    facts: dict[str, str] = dict(asked["facts"])
    order: list[str] = []
    click.echo(paper.paint("Answer with a number or a word; `back` goes back, `stop` ends the questions.", "dim"), err=True)
    while question := _next({**asked, "facts": facts}):
        answer = _answer(question, paper)
        if answer is None:
            break
        if answer in BACK:
            if order:
                facts.pop(order.pop(), None)
            continue
        facts[question["fact"]] = answer
        order.append(question["fact"])
    return {**asked, "facts": facts}


def _next(asked: Mapping[str, Any]) -> Mapping[str, Any] | None:
    told = api.advise(
        asked["case"],
        code=asked["code"],
        setting=asked["setting"],
        payer=asked["payer"],
        on=asked["on"],
        facts=asked["facts"],
    )
    missing: Sequence[Mapping[str, Any]] = told["missing"]
    return missing[0] if told["certainty"] == "needs_facts" and missing and not told["contradictions"] else None


def _answer(question: Mapping[str, Any], paper: Paper) -> str | None:
    values = question["values"]
    while True:
        click.echo("\n" + paper.wrap(question["question"]), err=True)
        for number, value in enumerate(values, 1):
            click.echo(paper.wrap(value["says"], first=f"  {number}. "), err=True)
        click.echo("> ", nl=False, err=True)
        line = sys.stdin.readline()
        text = line.strip().lower()
        if not line or text in END:
            return None
        if text in BACK:
            return BACK[0]
        if chosen := _chosen(text, values, question["fact"]):
            return chosen
        click.echo("That is none of the answers.", err=True)


def _chosen(text: str, values: Sequence[Mapping[str, str]], fact: str) -> str | None:
    if text.isdigit() and values and 1 <= int(text) <= len(values):
        return values[int(text) - 1]["value"]
    if not values:
        return _number(text, fact)
    exact = [v["value"] for v in values if v["value"].lower() == text]
    begun = [v["value"] for v in values if text and v["value"].lower().startswith(text)]
    return exact[0] if exact else begun[0] if len(begun) == 1 else None


def _number(text: str, fact: str) -> str | None:
    try:
        return text if api.advise(None, facts={fact: text}) else None
    except UsageError:
        return None
