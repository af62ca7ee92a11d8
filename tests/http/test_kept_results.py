from __future__ import annotations

import io
import json
import shutil
from pathlib import Path

import pytest

from modwise import api
from modwise.http import kept, workroom, works
from modwise.http.found import Found, Wanted
from modwise.report import check_html, sarif, tables

DEMO = Path(__file__).parents[2] / "examples" / "demo.837"


@pytest.fixture(scope="module")
def task(tmp_path_factory: pytest.TempPathFactory) -> works.Task:
    home = tmp_path_factory.mktemp("home")
    folder = workroom.new(home)
    shutil.copy(DEMO, folder.path / "file-1")
    files = [{"name": "file-1", "field": "file", "label": "demo.837", "size": 1}]
    return works.Task(folder.path, files, {}, home, "local", lambda done, total: None)


@pytest.fixture(scope="module")
def summary(task: works.Task) -> dict[str, object]:
    return works.check(task)[0]


@pytest.fixture(scope="module")
def whole(task: works.Task) -> dict[str, object]:
    return api.check(DEMO, home=task.home).called({str(DEMO): "demo.837"}).to_dict()


def test_what_was_kept_is_what_was_found(task: works.Task, summary: dict[str, object], whole: dict[str, object]) -> None:
    assert json.loads(kept.made(task.folder, "findings.json", summary).read_text()) == whole
    *rows, head = [json.loads(line) for line in kept.made(task.folder, "findings.jsonl", summary).read_text().splitlines()]
    assert rows == whole["findings"]
    assert head == summary


def test_each_file_says_the_same_as_the_command(task: works.Task, summary: dict[str, object]) -> None:
    result = api.check(DEMO, home=task.home).called({str(DEMO): "demo.837"})
    for name, write in (
        ("findings.csv", tables.write_csv),
        ("findings.sarif", sarif.write_sarif),
        ("findings.html", check_html.write_html),
    ):
        out = io.StringIO()
        write(result, out)
        assert kept.made(task.folder, name, summary).read_bytes().decode() == out.getvalue()


def test_sarif(task: works.Task, summary: dict[str, object], whole: dict[str, object]) -> None:
    run = json.loads(kept.made(task.folder, "findings.sarif", summary).read_text())["runs"][0]
    findings = whole["findings"]
    assert isinstance(findings, list)
    assert [(one["ruleId"], one["message"]["text"]) for one in run["results"]] == [(f["edit"], f["message"]) for f in findings]
    rules = run["tool"]["driver"]["rules"]
    assert all(rules[one["ruleIndex"]]["id"] == one["ruleId"] for one in run["results"])
    assert {one["level"] for one in run["results"]} <= {"error", "warning", "note"}


def test_pages_filters_and_groups_count_the_same(task: works.Task, summary: dict[str, object]) -> None:
    found = Found.of(task.folder)
    every = list(found.every())
    assert found.count(Wanted()) == len(every) == sum(group["findings"] for group in found.groups(Wanted()))
    assert [one["message"] for one in found.page(Wanted(), 5, 4)] == [one["message"] for one in every[5:9]]
    for name, values in found.choices().items():
        for value, number in values:
            assert found.count(Wanted(**{name: value})) == number
    bypassed = found.page(Wanted(status="bypassed", edit="NCC201"), 0, 100)
    assert bypassed
    assert {(one["status"], one["edit"]) for one in bypassed} == {("bypassed", "NCC201")}
    assert {one["claim"] for one in found.page(Wanted(claim="demo-04"), 0, 9)} == {"DEMO-04"}


def test_a_finding_stands_in_its_claim(task: works.Task, summary: dict[str, object]) -> None:
    found = Found.of(task.folder)
    for n in range(1, found.count(Wanted()) + 1):
        here = found.one(n)
        assert here is not None
        finding, claim, others = here
        assert claim is not None
        assert finding["claim"] == claim["claim_id"]
        line = next(one for one in claim["lines"] if one["line"] == finding["line"])
        assert (line["code"], line["modifiers"]) == (finding["code"], finding["modifiers"])
        assert {other["claim"] for other in others} <= {finding["claim"]}
    assert found.one(99_999) is None
    assert found.beside(1, Wanted()) == (None, 2)


def test_html_is_whole_and_escaped() -> None:
    class Hostile:
        def finding_dicts(self):  # type: ignore[no-untyped-def]
            yield {
                **{"file": "<script>", "claim": "<b>", "line": 1, "code": "99213", "modifiers": [], "edit": "X", "name": "x"},
                **{"status": "fail", "outcome": "deny", "message": "a & <i>", "fix": None},
            }

        def head(self):  # type: ignore[no-untyped-def]
            read = {"files": ["<script>"], "claims": 1, "lines": 1, "set_aside": [{"claim": "<u>", "why": "<s>"}]}
            summary = {"by_outcome": {}, "findings": 1}
            return {"read": read, "summary": summary, "not_assessed": [], "reference": {}}

    out = io.StringIO()
    check_html.write_html(Hostile(), out)
    text = out.getvalue()
    assert not any(tag in text for tag in ("<script>", "<b>", "<i>", "<u>", "<s>"))
    assert "a &amp; &lt;i&gt;" in text
