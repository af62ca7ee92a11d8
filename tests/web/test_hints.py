"""Hints on pages: no command, option, variable or file of the documentation; the page that does the same instead."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

import modwise
from modwise.web.hints import on_page
from tests.web.pages import Page

HOME = Path(modwise.__file__).parent
ENGINE = re.compile(r"modwise [a-z]+|--[a-z]+|docs/|[A-Z]{3,}_[A-Z]+|\.toml\b|\.py\b")
# These answer a terminal, an operator or a program, and no page.
APART = ("cli", "spark.py", "mcp.py", "testing.py", "knowledge/scaffold.py", "reference/installing.py", "reference/importing.py")


@pytest.mark.parametrize(
    ("hint", "says"),
    [
        ("See docs/lines-frame.md for the names that are read.", '<a href="/check/columns">See which columns a table needs</a>.'),
        ("Correct the export, or use --keep-going to check the other claims.", "Correct the export."),
        ("`modwise list` shows all: 52, 53 …", '<a href="/modifiers">See the list of modifiers</a>. Near it: 52, 53 …'),
        ("docs/appeals.md lists the keys.", '<a href="/practice">Set it on the page of your practice</a>.'),
        ("Nothing was written. `--force` writes it, marked as a draft.", "Nothing was written."),
        ("Give <b> as 120.00.", "Give &lt;b&gt; as 120.00."),
        ("Write it as 2026-03-09.", "Write it as 2026-03-09."),
    ],
)
def test_a_hint_says_what_a_page_can_do(hint: str, says: str) -> None:
    assert str(on_page(hint)) == says


def hints() -> Iterator[tuple[str, str]]:
    """Every hint of the program, its values left open."""
    for path in sorted(HOME.rglob("*.py")):
        name = path.relative_to(HOME).as_posix()
        if name.startswith(APART):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.keyword) and node.arg == "hint":
                text = _text(node.value)
                if text:
                    yield f"{name}:{node.value.lineno}", text


def _text(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "52" for part in node.values)
    return ""


def test_no_hint_of_the_program_shows_an_engine_word_on_a_page() -> None:
    found = {place: str(on_page(hint)) for place, hint in hints()}
    assert len(found) > 150
    assert {place: text for place, text in found.items() if ENGINE.search(re.sub(r'href="[^"]*"', "", text))} == {}


def test_every_page_that_a_hint_leads_to_is_there(site: TestClient) -> None:
    leads = {link for _, hint in hints() for link in Page(str(on_page(hint))).links}
    assert {"/check/columns", "/practice", "/modifiers"} <= leads
    for link in leads:
        reply = site.get(link)
        assert reply.status_code == 200, link
        fragment = link.partition("#")[2]
        assert not fragment or f'id="{fragment}"' in reply.text
