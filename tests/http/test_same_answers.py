"""Python, the command line and HTTP give the same JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner
from fastapi.testclient import TestClient

import modwise as mw
from modwise.cli.main import cli

ROWS: list[tuple[str, Callable[[], Any], list[str], tuple[str, str, Any]]] = [
    ("show", lambda: mw.show("52"), ["show", "52"], ("GET", "/v1/show/52", None)),
    ("denial code", lambda: mw.show("CO-97"), ["show", "CO-97"], ("GET", "/v1/denial-codes/CO-97", None)),
    (
        "list",
        lambda: mw.list_modifiers(klass="anatomic"),
        ["list", "--class", "anatomic"],
        ("GET", "/v1/list?class=anatomic", None),
    ),
    ("edits", mw.list_edits, ["edit"], ("GET", "/v1/edits", None)),
    ("edit", lambda: mw.edit("RED201"), ["edit", "RED201"], ("GET", "/v1/edits/RED201", None)),
    ("coverage", lambda: mw.coverage("aetna"), ["coverage", "--payer", "aetna"], ("GET", "/v1/coverage?payer=aetna", None)),
    ("case facts", mw.case_facts, ["advise", "--list-facts"], ("GET", "/v1/case-facts", None)),
    ("data", mw.data_status, ["data", "status"], ("GET", "/v1/data", None)),
    (
        "advise",
        lambda: mw.advise("poor prep, scope reached the splenic flexure", code="G0121", setting="hopd"),
        ["advise", "poor prep, scope reached the splenic flexure", "--code", "G0121", "--setting", "hopd"],
        ("POST", "/v1/advise", {"case": "poor prep, scope reached the splenic flexure", "code": "G0121", "setting": "hopd"}),
    ),
    (
        "ask",
        lambda: mw.ask("What does 52 mean?"),
        ["ask", "What does 52 mean?"],
        ("POST", "/v1/ask", {"question": "What does 52 mean?"}),
    ),
    (
        "price",
        lambda: mw.price("27447", modifiers=["54"], place="21"),
        ["price", "--code", "27447", "--modifier", "54", "--pos", "21"],
        ("POST", "/v1/price", {"code": "27447", "modifiers": ["54"], "place": "21"}),
    ),
]


@pytest.mark.parametrize(("name", "python", "words", "request_"), ROWS, ids=[row[0] for row in ROWS])
def test_the_same_json_everywhere(
    client: TestClient, name: str, python: Callable[[], Any], words: list[str], request_: tuple[str, str, Any]
) -> None:
    method, path, body = request_
    answer = client.request(method, path, json=body)
    assert answer.status_code == 200, answer.text
    said = CliRunner().invoke(cli, [*words, "--format", "json"], standalone_mode=False)
    assert json.loads(said.stdout) == answer.json()
    assert json.loads(json.dumps(python())) == answer.json()
