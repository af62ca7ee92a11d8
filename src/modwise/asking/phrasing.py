"""An answer reworded by a language model: a sentence stays only where one statement carries all of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from modwise import llm
from modwise.asking.aliases import Aliases, words
from modwise.errors import InputError, UsageError
from modwise.knowledge.corpus import ANY, corpus

Json = dict[str, Any]
INSTRUCTION = (
    "Reword the numbered statements as a short answer to the question, in plain sentences. Use one statement for each sentence and end it "
    "with that statement's number in brackets, as [2]. Keep every code, number, date, payer and negation exactly. Add nothing: no fact, no "
    "reason, no advice that is not in the statements."
)
# How many of a sentence's words of content may be the model's own.
OWN_WORDS = 0.15
_SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?](?=\w)[^.!?\n]*)*[.!?]*(?:\s*\[[\d, ]+\])*\.?")
_CITED = re.compile(r"\[([\d, ]+)\]")
_FIGURE = re.compile(r"(?<!\w)\$?\d[\d.,/-]*\d%?|(?<!\w)\d%?")
_CODE = re.compile(r"\b(?=\w*\d)[A-Z0-9]{2,7}\b|\b[A-Z]{2}\b")
_NOT = re.compile(r"\b(?:no|not|never|none|neither|nor|without|cannot|nothing|unless|except|invalid|\w+n't)\b", re.IGNORECASE)


def phrased(question: str, told: Json, endpoint: llm.Endpoint | None = None) -> Json:
    """The answer with the model's sentences that a statement carries, in `answer` and `phrased.kept`; the plain one where none is left.

    `phrased` is {kept, dropped, error}. Raises UsageError where no endpoint is set.
    """
    where = endpoint or llm.endpoint()
    if where is None:
        raise UsageError("no language model is set", hint="Set MODWISE_LLM_URL, or ask without --phrase.", code="no-llm")
    if not told["found"]:
        return {**told, "phrased": {"kept": [], "dropped": 0, "error": None}}
    listed = "\n".join(f"[{number}] {s['text']}" for number, s in enumerate(told["statements"], 1))
    try:
        text = llm.complete(where, INSTRUCTION, f"Question: {question}\n\nStatements:\n{listed}")
    except InputError as error:
        return {**told, "phrased": {"kept": [], "dropped": 0, "error": error.message}}
    sentences = [s.strip() for s in _SENTENCE.findall(text) if words(s)]
    kept = list(carried(sentences, told["statements"], Aliases(corpus())))
    answer = " ".join(kept) if kept else told["answer"]
    return {**told, "answer": answer, "phrased": {"kept": kept, "dropped": len(sentences) - len(kept), "error": None}}


def carried(sentences: Iterable[str], statements: list[Json], aliases: Aliases) -> Iterator[str]:
    """The sentences that one statement carries, each with the number of that statement."""
    for sentence in sentences:
        named = {int(n) for group in _CITED.findall(sentence) for n in re.findall(r"\d+", group)}
        bare = _CITED.sub("", sentence).strip().rstrip(".").strip()
        for number, statement in enumerate(statements, 1):
            if (not named or number in named) and bears(statement, bare, aliases):
                yield f"{bare}. [{number}]"
                break


def bears(statement: Mapping[str, Any], sentence: str, aliases: Aliases) -> bool:
    """Whether the statement says all that the sentence says, for the same payer and days, and as far as it goes no less."""
    whole = str(statement["text"])
    if not _same_holder(statement, sentence, aliases) or not _figures(sentence) <= _figures(whole):
        return False
    if statement.get("until") and not _has_day(sentence, str(statement["until"])):
        return False
    # A long statement may deny one thing and affirm another: the sentence must agree with the part it takes its words from.
    # What a statement asks ("Was it given up?", "Whether it may stand: invalid") is not what it says.
    parts = [part for part in re.split(r"(?<=[.;?])\s+", whole) if not part.endswith("?")]
    return any(_says(part, sentence, aliases) for part in [whole, *parts])


def _says(part: str, sentence: str, aliases: Aliases) -> bool:
    if bool(_NOT.search(sentence)) != bool(_NOT.search(part)):
        return False
    said, source = _content(sentence, aliases), _stems(words(part))
    own = [word for word in said if _stem(word) not in source]
    return not (set(own) & aliases.turning) and len(own) <= OWN_WORDS * len(said)


def _same_holder(statement: Mapping[str, Any], sentence: str, aliases: Aliases) -> bool:
    """The payers the sentence names are those of the statement, and a payer's own rule is told as that payer's."""
    named = [set(f.meaning) for f in aliases.payers.find(words(sentence))]
    held = {key for f in aliases.payers.find(words(str(statement["text"]))) for key in f.meaning}
    payer = str(statement.get("payer") or ANY)
    held |= {payer} - {ANY}
    if any(not meaning & held for meaning in named):
        return False
    return payer == ANY or any(payer in meaning for meaning in named)


def _figures(text: str) -> set[str]:
    """Codes, numbers and dates, written alike."""
    plain = {f.strip("$.,/-") for f in _FIGURE.findall(text)}
    return {f.replace(",", "") for f in plain if f} | set(_CODE.findall(text))


def _has_day(sentence: str, day: str) -> bool:
    return day in sentence or day[:4] in sentence


def _content(sentence: str, aliases: Aliases) -> list[str]:
    return [word for word in words(sentence) if word not in aliases.joining and not _NOT.fullmatch(word)]


def _stems(spoken: Iterable[str]) -> set[str]:
    return {_stem(word) for word in spoken}


def _stem(word: str) -> str:
    return re.sub(r"(?:ing|ies|ied|es|ed|s)$", "", word) if len(word) > 4 else word.rstrip("s") if len(word) == 4 else word
