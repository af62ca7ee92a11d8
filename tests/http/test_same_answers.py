"""Python, the command line and HTTP give the same JSON, and it is of the shape that the API's description says."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from fastapi.testclient import TestClient
from pydantic import TypeAdapter

import modwise as mw
import modwise.api
from modwise.cli.main import cli
from modwise.home import WORK
from modwise.http import models
from modwise.http.models import Appealed, Checked, Denied, JobShown, Measures, Noted, Taken, Underpaid, Verified, WorkItem, WorkLine
from modwise.http.settings import Settings
from tests.scenario_files import build, scenarios

EXAMPLES = Path(__file__).parents[2] / "examples"
DEMO = EXAMPLES / "demo.837"


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
    ("letter checks", mw.api.letter_checks, ["verify", "--list"], ("GET", "/v1/letter-checks", None)),
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
    assert answer.json() == said(*words) == plain(python())
    SHAPES[name].validate_python(answer.json())


SHAPES: dict[str, TypeAdapter[Any]] = {
    name: TypeAdapter(shape)
    for name, shape in {
        "show": models.ModifierPage,
        "denial code": models.DenialCodePage,
        "list": list[models.ModifierLine],
        "edits": list[models.EditLine],
        "edit": models.EditPage,
        "coverage": models.Coverage,
        "letter checks": list[models.LetterCheck],
        "case facts": list[models.CaseFact],
        "data": list[models.Edition],
        "advise": models.Advised,
        "ask": models.Answered,
        "price": models.Priced,
    }.items()
}


def said(*words: str) -> Any:
    """What the command line says."""
    told = CliRunner().invoke(cli, [*words, "--format", "json"], standalone_mode=False)
    assert told.exception is None, told.exception
    return json.loads(told.stdout)


def plain(value: Any) -> Any:
    return json.loads(json.dumps(value))


# ---- files ---------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A claim file, a remit, the claims it answers, and a note, all invented."""
    made = tmp_path_factory.mktemp("files")
    scenario = next(one for one in scenarios() if one["id"] == "T23")
    built = build(scenario)
    (made / "era.835").write_bytes(built.remits[0])
    (made / "batch.837").write_bytes(built.claims)
    (made / "demo.837").write_bytes(DEMO.read_bytes())
    (made / "note.txt").write_text(
        "Colonoscopy. Sedation given. Scope advanced to the transverse colon, poor prep, procedure stopped."
    )
    return made


def sent(client: TestClient, path: str, folder: Path, *files: tuple[str, str], **fields: Any) -> Any:
    parts = [(field, (name, (folder / name).read_bytes())) for field, name in files]
    answer = client.post(path, files=parts, data={"wait": "60", **fields})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_check(client: TestClient, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    over = sent(client, "/v1/check", folder, ("files", "demo.837"), ignore=["MUE", "NCC"])
    assert over == said("check", "demo.837", "--ignore", "MUE", "--ignore", "NCC", "--fail-on", "never")
    assert over["findings"]
    Checked.model_validate(over)
    body = (folder / "demo.837").read_bytes()
    named = {"content-type": "application/octet-stream", "content-disposition": 'attachment; filename="demo.837"'}
    lines = client.post("/v1/check?wait=60&format=jsonl&ignore=MUE&ignore=NCC", content=body, headers=named)
    assert lines.headers["content-type"].startswith("application/x-ndjson")
    *findings, last = [json.loads(line) for line in lines.text.splitlines()]
    assert findings == over["findings"]
    assert last == {name: value for name, value in over.items() if name != "findings"}


def test_check_of_lines_as_json(client: TestClient, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    line = {
        "claim_id": "A",
        "line": 1,
        "code": "99214",
        "modifiers": ["52"],
        "charge": "100.00",
        "units": 1,
        "date_from": "2026-07-15",
    }
    (folder / "lines.jsonl").write_text(json.dumps({**line, "payer": "medicare-part-b"}))
    named = {"content-type": "application/x-ndjson", "content-disposition": 'attachment; filename="lines.jsonl"'}
    answer = client.post("/v1/check?wait=60", content=(folder / "lines.jsonl").read_bytes(), headers=named)
    assert answer.json() == said("check", "lines.jsonl", "--fail-on", "never")
    assert "RED201" in {one["edit"] for one in answer.json()["findings"]}


def test_note(client: TestClient, folder: Path) -> None:
    over = sent(client, "/v1/note", folder, ("file", "note.txt"), code="45378", modifiers=["53"])
    assert over == said("note", str(folder / "note.txt"), "--code", "45378", "--modifier", "53")
    assert over == sent(client, "/v1/note", folder, text=(folder / "note.txt").read_text(), code="45378", modifiers="53")
    assert over == plain(mw.read_note(folder / "note.txt", code="45378", modifiers=["53"]))
    Noted.model_validate(over)


def test_denials(client: TestClient, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    files = ("remits", "era.835"), ("claims", "batch.837")
    over = sent(client, "/v1/denials", folder, *files, today="2026-07-15")
    assert over == said("denials", "era.835", "--claims", "batch.837", "--today", "2026-07-15")
    assert over["items"]
    Denied.model_validate(over)


def test_underpaid(client: TestClient, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    over = sent(client, "/v1/underpaid", folder, ("remits", "era.835"), rates="any")
    assert over == said("underpaid", "era.835", "--rates", "any") == plain(mw.underpaid(["era.835"], rates="any"))
    Underpaid.model_validate(over)


def test_appeal(client: TestClient, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    files = ("remits", "era.835"), ("claims", "batch.837"), ("notes", "note.txt")
    over = sent(client, "/v1/appeal", folder, *files, today="2026-04-15")
    words = ["era.835", "--claims", "batch.837", "--note", "note.txt", "--today", "2026-04-15"]
    assert over == said("appeal", *words)
    assert over["kind"] == "appeal"
    assert over["ledger"]["facts"]
    Appealed.model_validate(over)


def test_a_letters_documents_stand_under_the_names_the_user_gave(client: TestClient) -> None:
    files = ("remits", "remit.835"), ("claims", "claims.837"), ("notes", "note-1001.txt")
    over = sent(client, "/v1/appeal", EXAMPLES / "denials", *files, claim="CLM-1001", today="2026-11-25")
    assert list(over["ledger"]["documents"]) == ["note-1001.txt"]
    assert f"/{WORK}/" not in json.dumps(over)


def test_letters_as_files_and_their_checks(client: TestClient, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    files = [(field, (name, (folder / name).read_bytes())) for field, name in (("remits", "era.835"), ("claims", "batch.837"))]
    drafted = mw.api.appeal(["era.835"], ["batch.837"], today=date(2026, 4, 15))
    begins = {"txt": drafted.text.encode(), "md": drafted.markdown.encode(), "docx": b"PK", "pdf": b"%PDF"}
    for form, start in begins.items():
        answer = client.post("/v1/appeal", files=files, data={"today": "2026-04-15", "format": form, "wait": "60"})
        assert answer.status_code == 200, answer.text
        assert answer.content.startswith(start)
        (folder / f"letter.{form}").write_bytes(answer.content)
    (folder / "letter.ledger.json").write_text(json.dumps(drafted.ledger.as_dict()))
    late = client.post("/v1/appeal", files=files, data={"today": "2030-04-15", "format": "pdf", "wait": "60"})
    assert (late.status_code, late.json()["errors"][0]["code"]) == (400, "no-letter")
    for form in ("md", "docx"):
        over = sent(
            client, "/v1/verify", folder, ("letter", f"letter.{form}"), ("ledger", "letter.ledger.json"), today="2026-04-15"
        )
        told = CliRunner().invoke(cli, ["verify", f"letter.{form}", "--today", "2026-04-15", "--format", "json"])
        assert over == json.loads(told.stdout)
        Verified.model_validate(over)


def test_worklist(client: TestClient, folder: Path) -> None:
    files = ("remits", "era.835"), ("claims", "batch.837")
    Taken.model_validate(taken := sent(client, "/v1/worklist", folder, *files))
    assert taken["added"] > 0
    assert sent(client, "/v1/worklist", folder, *files) == {"added": 0, "changed": 0, "unchanged": taken["added"]}
    rows = client.get("/v1/worklist").json()
    assert rows == said("worklist", "list") == plain(mw.worklist_list())
    number, claim = rows[0]["id"], rows[0]["claim"]
    assert client.get(f"/v1/worklist/{number}").json() == said("worklist", "show", str(number))
    changed = client.patch(f"/v1/worklist/{number}", json={"state": "in_progress", "assignee": "anna"})
    assert changed.json() == said("worklist", "show", str(number))
    assert [row["id"] for row in client.get("/v1/worklist?state=in_progress").json()] == [number]
    assert client.post("/v1/worklist/find", json={"claim": claim}).json()[0]["id"] == number
    assert client.get("/v1/worklist/measures").json() == said("worklist", "list", "--measures")
    TypeAdapter(list[WorkLine]).validate_python(rows)
    WorkItem.model_validate(changed.json())
    Measures.model_validate(client.get("/v1/worklist/measures").json())
    assert client.get("/v1/worklist/999").status_code == 400
    assert mw.worklist_verify() == []


def test_nothing_that_was_answered_is_kept(client: TestClient, folder: Path, settings: Settings) -> None:
    sent(client, "/v1/check", folder, ("files", "demo.837"))
    sent(client, "/v1/note", folder, ("file", "note.txt"))
    client.post("/v1/check", files=[("files", ("a.837", b"ISA*broken"))])
    client.post("/v1/check", files=[("files", ("a.837", b"ISA"))], data={"nonsense": "1"})
    client.post("/v1/denials", data={"payer": "aetna"})
    assert [one.name for one in settings.work.iterdir() if one.name != "spool"] == []


def test_what_takes_longer_is_a_job(client: TestClient, folder: Path, settings: Settings) -> None:
    parts = [("files", ("demo.837", (folder / "demo.837").read_bytes()))]
    begun = client.post("/v1/check", files=parts, data={"wait": "0"})
    assert begun.status_code == 202
    JobShown.model_validate(begun.json())
    where = begun.headers["location"]
    for _ in range(600):
        job = client.get(where).json()
        if job["state"] == "done":
            break
        time.sleep(0.05)
    JobShown.model_validate(job)
    assert "findings.json" in job["results"]
    result = client.get(f"{where}/results/findings.json")
    monkey = mw.check(folder / "demo.837").to_dict()
    assert len(result.json()["findings"]) == len(monkey["findings"])
    for name in ("findings.sqlite", "job.json", "..%2Fjob.json", "nothing"):
        assert client.get(f"{where}/results/{name}").status_code == 404
    assert client.delete(where).status_code == 204
    assert client.get(where).status_code == 404
    assert [one.name for one in settings.work.iterdir() if one.name != "spool"] == []


@pytest.mark.parametrize(
    ("path", "files", "fields", "status", "code"),
    [
        ("/v1/check", [("files", ("a.837", b"nonsense"))], {}, 422, "unknown-format"),
        ("/v1/check", [("files", ("a.837", b"nonsense"))], {"payer": "nobody"}, 400, None),
        ("/v1/check", [("files", ("a.837", b"ISA"))], {"format": "pdf"}, 422, "input-literal-error"),
        ("/v1/check", [], {"payer": "aetna"}, 400, "no-file"),
        ("/v1/denials", [("remits", ("a.835", b"ISA"))], {"facts": "{"}, 422, "input-json-invalid"),
        ("/v1/denials", [("claims", ("a.837", b"ISA"))], {}, 400, "no-file"),
        ("/v1/note", [], {"code": "45378"}, 400, "no-note"),
        ("/v1/verify", [("letter", ("a", b"a")), ("letter", ("b", b"b")), ("ledger", ("c", b"{}"))], {}, 400, "no-letter"),
        ("/v1/verify", [("letter", ("a", b"a"))], {}, 400, "no-file"),
        ("/v1/note", [("file", ("a.txt", b"\x00"))], {}, 422, "note-not-text"),
        ("/v1/underpaid", [("remits", ("a.835", b"x"))], {}, 422, None),
    ],
)
def test_what_cannot_be_read_says_so(
    client: TestClient, path: str, files: Any, fields: dict[str, str], status: int, code: str | None
) -> None:
    answer = client.post(path, files=files or None, data=fields)
    assert answer.status_code == status, answer.text
    body = answer.json()
    assert set(body) == {"ok", "error", "errors", "status"}
    assert body["status"] == status
    assert code is None or body["errors"][0]["code"] == code
    assert f"/{WORK}/" not in answer.text
