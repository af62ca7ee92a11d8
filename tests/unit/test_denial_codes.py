"""Denial codes in any writing."""

from __future__ import annotations

import pytest

from modwise.knowledge.corpus import corpus
from modwise.knowledge.denial_codes import find, parse

WRITTEN = [
    ("CO-97", "carc", "97", "CO"),
    ("co97", "carc", "97", "CO"),
    ("CO 097", "carc", "97", "CO"),
    ("PR*B7", "carc", "B7", "PR"),
    ("OA-P12", "carc", "P12", "OA"),
    ("97", "carc", "97", None),
    ("CARC 97", "carc", "97", None),
    ("carc: 4", "carc", "4", None),
    ("reason code 16", "carc", "16", None),
    ("B20", "carc", "B20", None),
    ("CARC CO-253", "carc", "253", "CO"),
    ("N130", "rarc", "N130", None),
    ("RARC N130", "rarc", "N130", None),
    ("remark code ma130", "rarc", "MA130", None),
    ("MA1", "rarc", "MA01", None),
    ("MA01", "rarc", "MA01", None),
    ("m15", "rarc", "M15", None),
    ("rarc M144", "rarc", "M144", None),
    ("denial code N822", "rarc", "N822", None),
]


@pytest.mark.parametrize(("text", "kind", "code", "group"), WRITTEN)
def test_every_writing_is_one_code(text: str, kind: str, code: str, group: str | None) -> None:
    found = parse(text, corpus())
    assert found is not None
    assert (found.kind, found.code, found.group, found.known) == (kind, code, group, True)


@pytest.mark.parametrize("text", ["", "CO", "52x", "hello", "12345", "XQ-97", "N99999", "999", "N9999", "25-CO"])
def test_what_is_no_denial_code_is_none(text: str) -> None:
    assert parse(text, corpus()) is None


@pytest.mark.parametrize(
    ("text", "kind", "code"), [("CO-999", "carc", "999"), ("RARC N999", "rarc", "N999"), ("CARC W99", "carc", "W99")]
)
def test_a_code_no_list_holds_is_carried_where_the_writing_says_what_it_is(text: str, kind: str, code: str) -> None:
    found = parse(text, corpus())
    assert found is not None
    assert (found.kind, found.code, found.known) == (kind, code, False)


def test_codes_are_found_in_running_text() -> None:
    text = "Line 2 (code 99213) came back CO-97 with N20 and MA130, PR 1 for 20; was carc 4 right for M54.5 on 2026-07-15?"
    found = [str(code) for _, _, code in find(text, corpus())]
    assert found == ["CO-97", "RARC N20", "RARC MA130", "PR-1", "CARC 4"]


def test_the_span_found_is_the_code() -> None:
    text = "denied CO-97 today"
    ((start, end, _),) = find(text, corpus())
    assert text[start:end] == "CO-97"
