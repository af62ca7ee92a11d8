"""The cover of a packet is checked: its pages, its list of exhibits, its dates and amounts."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from modwise.appeals.ledger import Ledger
from modwise.appeals.packet import packet
from modwise.appeals.verifying import covers, letters
from modwise.appeals.verifying.covers import Packet
from modwise.appeals.verifying.pages import read_pages
from tests.letter_files import drafted, letter_cases

CASES = {case["id"]: case for case in letter_cases()}


@pytest.fixture(scope="module")
def bound(tmp_path_factory: pytest.TempPathFactory) -> tuple[Packet, Ledger, Path]:
    folder = tmp_path_factory.mktemp("covers")
    found = drafted(CASES["52-tonsil"], folder)
    assert found.letter is not None
    path = folder / "packet.pdf"
    path.write_bytes(packet(found.letter, found.ledger))
    (folder / "packet.pdf.ledger.json").write_text(json.dumps(found.ledger.as_dict()), encoding="utf-8")
    read = read_pages(path).packet
    assert read is not None
    return read, found.ledger, path


def test_a_packet_as_written_has_a_true_cover(bound: tuple[Packet, Ledger, Path]) -> None:
    read, ledger, path = bound
    assert covers.problems(read, ledger) == []
    assert letters.verify(path, None, date(2026, 5, 18))["problems"] == []


@pytest.mark.parametrize(
    ("old", "new", "check"),
    [
        ("May 18, 2026", "May 19, 2026", "L01"),
        ("Contents", "Contents of $901.00", "L02"),
        ("Operative report", "Office visit", "L11"),
    ],
)
def test_a_changed_cover_is_found(old: str, new: str, check: str, bound: tuple[Packet, Ledger, Path]) -> None:
    read, ledger, _ = bound
    assert old in read.cover
    found = covers.problems(replace(read, cover=read.cover.replace(old, new, 1)), ledger)
    assert check in {problem.check for problem in found}
    assert {problem.place.page for problem in found} == {1}


def test_a_page_too_few_or_an_exhibit_too_many_is_found(bound: tuple[Packet, Ledger, Path]) -> None:
    read, ledger, _ = bound
    assert covers.problems(replace(read, total=read.total - 1), ledger)
    assert covers.problems(read, replace(ledger, exhibits=ledger.exhibits[:1]))
