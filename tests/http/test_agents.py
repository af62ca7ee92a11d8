"""The tools for agents, called by the official client, over standard input and output and over HTTP."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client

import modwise as mw
from modwise import api
from modwise.mcp import TOOLS, server
from tests.scenario_files import build, scenarios

NOTE = "Colonoscopy. Sedation given. Scope advanced to the transverse colon, poor prep, procedure stopped."
LINE = {
    "code": "99214",
    "modifiers": ["52"],
    "charge": "100.00",
    "units": "1",
    "date_from": "2026-07-15",
    "payer": "medicare-part-b",
}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MODWISE_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def plain(value: Any) -> Any:
    return json.loads(json.dumps(value))


@cache
def made() -> Any:
    return server("0")


def call(name: str, **given: Any) -> Any:
    """The tool's result, from a client beside the server."""

    async def asked() -> Any:
        async with Client(made()) as client:
            return await client.call_tool(name, given)

    return asyncio.run(asked())


def told(name: str, **given: Any) -> dict[str, Any]:
    result = call(name, **given)
    assert not result.is_error, result.content
    content = result.structured_content
    assert isinstance(content, dict)
    return content


def holds(content: Any, answer: Any) -> bool:
    """Whether the content is the answer, but for fields that are null and were left out."""
    if isinstance(answer, dict):
        return all(holds(content.get(name), value) for name, value in answer.items())
    if isinstance(answer, list):
        return len(content) == len(answer) and all(map(holds, content, answer))
    return bool(content == answer)


def test_every_tool_says_what_it_is_for_and_what_it_answers() -> None:
    async def listed() -> Any:
        async with Client(made()) as client:
            return client.instructions, (await client.list_tools()).tools

    instructions, tools = asyncio.run(listed())
    assert "not known" in instructions
    assert {tool.name for tool in tools} == set(TOOLS)
    for tool in tools:
        assert tool.output_schema["properties"], tool.name
        assert len(tool.description.split()) > 15, tool.name
        assert tool.annotations.read_only_hint


def test_look_ups_answer_as_the_api_does(home: Path) -> None:
    assert holds(told("show_modifier", modifier="52", payer="aetna"), plain(mw.show("52", payer="aetna")))
    assert holds(told("ask", question="What does UHC pay for 52?"), plain(mw.ask("What does UHC pay for 52?")))
    case = {"case": "poor prep, scope reached the splenic flexure", "code": "G0121", "setting": "hopd"}
    advice = told("advise_modifier", **case)
    assert holds(advice, plain(mw.advise(case["case"], code="G0121", setting="hopd")))
    assert advice["certainty"] == "needs_facts"
    settled = told("advise_modifier", **case, facts={advice["missing"][0]["fact"]: advice["missing"][0]["values"][0]["value"]})
    assert settled["answer"]["modifiers"]
    assert holds(told("explain_denial", code="CO-97")["code"], plain(api.denial_code("CO-97")))


def test_a_claim_is_checked_from_its_lines_and_from_its_file(home: Path) -> None:
    found = told("check_claim", lines=[LINE, {**LINE, "code": "20610", "modifiers": ["RT"]}], select=["RED"])
    assert [(one["edit"], one["line"], one["file"]) for one in found["findings"]] == [("RED201", 1, "claim")]
    demo = (Path(__file__).parents[2] / "examples" / "demo.837").read_text()
    whole = told("check_claim", file=demo)
    assert len(whole["findings"]) == len(mw.check(Path(__file__).parents[2] / "examples" / "demo.837").to_dict()["findings"])


def test_a_note_a_denial_and_a_letter(home: Path) -> None:
    noted = told("read_note", text=NOTE, code="45378", modifiers=["53"])
    assert holds(noted, plain(mw.read_note_text(NOTE, code="45378", modifiers=["53"])))
    built = build(next(one for one in scenarios() if one["id"] == "T23"))
    files = {"remit": built.remits[0].decode(), "claims": built.claims.decode(), "today": "2026-04-15"}
    (item,) = told("explain_denial", **files)["remit"]["items"]
    assert (item["remedy"], item["file"]) == ("appeal", "remit")
    letter = told("draft_appeal", **files, notes=[NOTE])
    assert letter["kind"] == "appeal"
    assert "82" in letter["letter"]["text"]
    assert letter["ledger"]["facts"]
    assert str(home) not in json.dumps(letter)
    # Nothing rests, and every call is in the trail.
    assert list((home / "work").iterdir()) == []
    assert mw.worklist_verify() == []


@pytest.mark.parametrize(
    ("name", "given", "says"),
    [
        ("show_modifier", {"modifier": "Z9"}, "Z9"),
        ("show_modifier", {"modifier": "CO-97"}, "explain_denial"),
        ("check_claim", {}, "no-claim"),
        ("check_claim", {"file": "ZZCANARY"}, "unknown-format"),
        ("check_claim", {"lines": [{"code": ["ZZCANARY"]}]}, "valid string"),
        ("explain_denial", {}, "no-denial"),
        ("explain_denial", {"remit": "ZZCANARY"}, '"where": "remit"'),
        ("draft_appeal", {"remit": "ISA*ZZCANARY"}, '"where": "remit'),
        ("ask", {"question": ""}, "question"),
        ("advise_modifier", {"facts": {"nonsense": "x"}}, "nonsense"),
    ],
)
def test_a_wrong_call_says_what_is_wrong(home: Path, name: str, given: dict[str, Any], says: str) -> None:
    result = call(name, **given)
    assert result.is_error
    text = result.content[0].text
    assert says in text
    assert "ZZCANARY" not in text
    assert str(home) not in text


# ---- as an agent's client starts it --------------------------------------------------------------------------------------


def test_over_standard_input_and_output(home: Path) -> None:
    environment = {**os.environ, "MODWISE_HOME": str(home)}
    started = StdioServerParameters(command=sys.executable, args=["-m", "modwise", "mcp"], env=environment)

    async def asked() -> Any:
        async with Client(stdio_client(started)) as client:
            return await client.call_tool("show_modifier", {"modifier": "52"})

    assert asyncio.run(asked()).structured_content["modifier"] == "52"


@pytest.fixture
def address(home: Path) -> Iterator[str]:
    """The address of a server of our own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "modwise", "mcp", "--http", "--port", str(port)]
    child = subprocess.Popen(command, env={**os.environ, "MODWISE_HOME": str(home)}, stderr=subprocess.DEVNULL)
    try:
        for _ in range(600):
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}/mcp"
    finally:
        child.terminate()
        child.wait(20)


def test_over_http(address: str) -> None:
    async def asked() -> Any:
        async with Client(address) as client:
            names = [tool.name for tool in (await client.list_tools()).tools]
            return names, await client.call_tool("ask", {"question": "What does 52 mean?"})

    names, answer = asyncio.run(asked())
    assert set(names) == set(TOOLS)
    assert answer.structured_content["found"] is True
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/list"}).encode()
    for headers in ({"Origin": "http://evil.example"}, {"Host": "evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        sent = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream", **headers}
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(urllib.request.Request(address, body, sent), timeout=20)
        assert refused.value.code == 403
        refused.value.close()
