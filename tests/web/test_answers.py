"""What only the biller can say, answered on a denial's page: decided anew, kept with the item, in its trail and in its letter."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from modwise import api
from modwise.http.settings import Settings
from modwise.web.app import create
from tests.web.pages import Page
from tests.web.test_boxes import CLAIMS, REMIT, ended, send
from tests.web.test_every_page import holds
from tests.web.test_journeys import HTML, token

TODAY = "2026-11-25"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def site(home: Path) -> Iterator[TestClient]:
    import datetime as dt

    settings = Settings(home=home, today=dt.date.fromisoformat(TODAY))
    with TestClient(create(settings), base_url="http://127.0.0.1:8350", headers=HTML) as client:
        ended(client, send(client, "/denials/read", {"remits": ("era.835", REMIT), "claims": ("b.837", CLAIMS)}))
        yield client


def item(home: Path, claim: str) -> dict[str, Any]:
    found = api.worklist_page(claim=claim, home=home)["items"]
    return api.worklist_show(found[0]["id"], home=home)


def answer(site: TestClient, number: int, **said: Any) -> Any:
    fields = {name.replace("_", "-"): value for name, value in said.items()}
    reply = site.post(f"/denials/{number}/answers", data={"modwise_token": token(site), **fields})
    # A busy machine takes longer than the page waits.
    for _ in range(300):
        if "data-job" not in reply.text:
            break
        time.sleep(0.2)
        reply = site.get(reply.url.path)
    return reply


def test_an_answer_decides_the_item_anew_and_stays_with_it(site: TestClient, home: Path) -> None:
    before = item(home, "CLM-1002")
    assert before["remedy"] == "query_provider"
    page = site.get(f"/denials/{before['id']}").text
    holds(Page(page), "/denials")
    assert "Which modifiers does the record of this line support?" in page
    reply = answer(site, before["id"], answer_record=["59"])
    assert reply.url.path == f"/denials/{before['id']}"
    assert "Decided anew" in reply.text
    holds(Page(reply.text), "/denials")
    after = item(home, "CLM-1002")
    assert after["remedy"] == "appeal"
    assert after["decision"]["answers"] == {"chart_supports": ["59"]}
    told = [event for event in after["trail"] if event["action"] == "answered"]
    assert told[0]["fields"]["remedy"] == ["query_provider", "appeal"]
    assert told[0]["fields"]["answered"] == ["chart_supports"]
    assert "remedy Ask the clinician → Appeal" in reply.text
    assert 'value="59" checked' in reply.text
    assert api.worklist_verify(home=home) == []


def test_reading_the_file_again_keeps_the_answers(site: TestClient, home: Path) -> None:
    number = item(home, "CLM-1002")["id"]
    answer(site, number, answer_record=["59"])
    again = send(site, "/denials/read", {"remits": ("era.835", REMIT), "claims": ("b.837", CLAIMS)})
    ended(site, again)
    after = item(home, "CLM-1002")
    assert (after["remedy"], after["decision"]["answers"]) == ("appeal", {"chart_supports": ["59"]})


def test_an_answer_can_be_taken_back(site: TestClient, home: Path) -> None:
    number = item(home, "CLM-1003")["id"]
    answer(site, number, answer_requested="yes")
    assert item(home, "CLM-1003")["remedy"] == "send_documents"
    answer(site, number, answer_requested="")
    after = item(home, "CLM-1003")
    assert (after["remedy"], after["decision"]["answers"]) == ("appeal", {})


def test_a_record_that_was_read_and_supports_none_is_an_answer(site: TestClient, home: Path) -> None:
    number = item(home, "CLM-1004")["id"]
    answer(site, number, answer_record_read="yes")
    after = item(home, "CLM-1004")
    assert after["decision"]["answers"] == {"chart_supports": []}
    assert after["remedy"] not in ("query_provider", "appeal")


@pytest.mark.parametrize(
    ("said", "says"),
    [({"answer_rate": "a lot"}, "Write an amount"), ({"answer_record_other": "5"}, "two letters or digits")],
)
def test_an_answer_that_is_none_is_told(site: TestClient, home: Path, said: dict[str, str], says: str) -> None:
    before = item(home, "CLM-1001")
    reply = answer(site, before["id"], **said)
    assert reply.status_code == 400
    assert says in reply.text
    assert item(home, "CLM-1001")["decision"] == before["decision"]


def test_the_letter_rests_on_the_answers_and_on_the_day_of_the_record(site: TestClient, home: Path) -> None:
    number = item(home, "CLM-1001")["id"]
    answer(site, number, answer_record=["52"])
    note = (Path(__file__).parents[2] / "examples" / "denials" / "note-1001.txt").read_bytes()
    start = site.get(f"/appeal/{number}").text
    assert 'name="record_day"' in start
    day = {"record_day": "2026-09-01", "record_name": "", "record_side": ""}
    reply = send(site, f"/appeal/{number}/draft", {"notes": ("n.txt", note)}, **day)
    ended(site, reply)
    assert item(home, "CLM-1001")["decision"]["answers"] == {"chart_supports": ["52"], "letter": {"record_day": "2026-09-01"}}
    assert 'value="2026-09-01"' in site.get(f"/appeal/{number}?again=yes").text
    assert "2026-09-01" in site.get(f"/appeal/{number}/file/letter.ledger.json").text


def test_a_day_that_is_none_is_told_on_the_form_and_the_note_is_kept(site: TestClient, home: Path) -> None:
    number = item(home, "CLM-1001")["id"]
    reply = send(site, f"/appeal/{number}/draft", {"notes": ("mine.txt", b"A note.")}, record_day="someday")
    assert reply.status_code == 400
    assert "is no day" in reply.text
    assert "<strong>mine.txt</strong>" in reply.text
