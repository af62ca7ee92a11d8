"""Search, ask, which modifier, codes, data, dashboard: what a reader does and what comes back."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from modwise import api
from modwise.http.settings import Settings
from modwise.store.database import open_engine
from modwise.store.worklist import Worklist, changed
from modwise.web import find, measuring, shaping, which
from modwise.web.app import create
from modwise.web.dating import dates
from modwise.web.linking import linked
from modwise.web.told import MARK
from modwise.web.words import money, share
from tests.web.pages import Page

HTML = {"accept": "text/html"}
NOW = dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC)


def token(site: TestClient) -> str:
    page = Page(site.get("/").text)
    return next(str(given["content"]) for tag, given in page.tags if tag == "meta" and given.get("name") == "modwise-token")


def post(site: TestClient, path: str, follow: bool = False, **fields: str) -> Any:
    reply = site.post(path, data={"modwise_token": token(site), **fields}, follow_redirects=follow)
    # The page that answers a form stands at an address of its own.
    where = reply.headers.get("location", "")
    return site.get(where) if f"?{MARK}=" in where else reply


# ---- search ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "leads"),
    [
        ("52", "/modifier/52"),
        ("-52", "/modifier/52"),
        ("modifier xe", "/modifier/XE"),
        ("mod 25", "/modifier/25"),
        ("45378", "/code/45378"),
        ("g0121", "/code/G0121"),
        ("CO-97", "/denial-code/CO-97"),
        ("co 97", "/denial-code/CO-97"),
        ("CARC 226", "/denial-code/CARC-226"),
        ("MA130", "/denial-code/RARC-MA130"),
        ("red201", "/edit/RED201"),
        ("52 vs 53", "/compare/52/53"),
        ("52/53", "/compare/52/53"),
    ],
)
def test_a_search_leads_to_what_it_names(site: TestClient, typed: str, leads: str) -> None:
    reply = post(site, "/search", q=typed)
    assert (reply.status_code, reply.headers.get("location")) == (303, leads)
    assert site.get(leads).status_code == 200


def test_a_number_that_is_a_denial_code_too_is_the_modifier_and_says_so(site: TestClient) -> None:
    assert post(site, "/search", q="97").headers["location"] == "/modifier/97"
    assert "/denial-code/CARC-97" in Page(site.get("/modifier/97").text).here
    assert post(site, "/search", q="CARC 97").headers["location"] == "/denial-code/CARC-97"


def test_a_code_with_its_modifier_shows_both_pages(site: TestClient) -> None:
    assert {"/code/45378", "/modifier/53"} <= Page(post(site, "/search", q="45378-53").text).here


def test_a_question_is_answered_with_sources(site: TestClient) -> None:
    reply = post(site, "/search", q="What did BCBS of North Dakota pay for 52 in 2018?")
    assert "80%" in reply.text
    assert 'class="sources"' in reply.text


def test_what_is_not_known_is_said(site: TestClient) -> None:
    reply = post(site, "/ask", question="What does Kaiser pay for 52?")
    assert "Nothing is held about kaiser" in reply.text
    assert "Nothing is guessed" in reply.text


def test_an_empty_search_goes_to_the_start(site: TestClient) -> None:
    assert post(site, "/search", q="  ").headers["location"] == "/"


@pytest.mark.parametrize(
    ("typed", "code"), [("bilat", "50"), ("5", "52"), ("separately ident", "25"), ("RED2", "RED201"), ("reduced serv", "52")]
)
def test_suggestions_while_typing(site: TestClient, typed: str, code: str) -> None:
    reply = site.post("/suggest", data={"q": typed}, headers={"X-Modwise-Token": token(site)})
    assert reply.status_code == 200
    assert f">{code}</b>" in reply.text
    assert len(Page(reply.text).links) <= find.MOST


def test_a_payer_is_suggested(site: TestClient) -> None:
    reply = site.post("/suggest", data={"q": "north dakota"}, headers={"X-Modwise-Token": token(site)})
    assert "/coverage/bcbs-nd" in reply.text


def test_what_is_typed_is_posted_and_stands_in_no_address(site: TestClient) -> None:
    page = Page(site.get("/").text)
    forms = [given for tag, given in page.tags if tag == "form" and given.get("role") == "search"]
    assert [form.get("method") for form in forms] == ["post"]
    assert site.get("/search", params={"q": "x"}).status_code == 405


# ---- hostile input -------------------------------------------------------------------------------------------------------

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{7*7}}"


@pytest.mark.parametrize(("path", "field"), [("/search", "q"), ("/ask", "question"), ("/which", "words")])
def test_what_is_typed_comes_back_as_text(site: TestClient, path: str, field: str) -> None:
    text = post(site, path, **{field: HOSTILE}).text
    page = Page(text)
    assert "<script>alert" not in text
    assert "<img" not in text
    assert not any(name.startswith("on") for _, given in page.tags for name in given)


@pytest.mark.parametrize(
    "path",
    [
        "/modifiers?words=%3Cscript%3Ealert(1)%3C/script%3E&class=%22%3E%3Cimg%20src=x%3E&payer=%27&as_of=never",
        "/modifier/52?payer=%3Cscript%3E&as_of=%3Cscript%3E",
        "/which?code=%3Cscript%3Ealert(1)&extent=%22%3E%3Cimg%20src=x%20onerror=alert(1)%3E",
        "/which?skip=%3Cscript%3E&nothing=%3Cscript%3E",
        "/modifier/%3Cscript%3E",
        "/code/%3Cimg%20src=x%3E",
        "/code/45378?with=%3Cscript%3E",
        "/denial-code/%3Cscript%3E",
        "/edit/%3Cscript%3E",
        "/coverage/%3Cscript%3E",
        "/compare/52/%3Cscript%3E",
    ],
)
def test_what_stands_in_an_address_comes_back_as_text(site: TestClient, path: str) -> None:
    reply = site.get(path)
    assert reply.status_code in (200, 400, 404)
    assert "<script>" not in reply.text
    assert "<img" not in reply.text
    assert Page(reply.text).wrong == []


@pytest.mark.parametrize(
    "path", ["/nothing", "/modifier/QQQ", "/code/1", "/edit/XYZ999", "/coverage/nobody", "/denial-code/CO-9999"]
)
def test_an_unknown_page_says_what_to_do(site: TestClient, path: str) -> None:
    reply = site.get(path)
    assert reply.status_code in (400, 404)
    page = Page(reply.text)
    assert len([1 for level, _ in page.headings if level == 1]) == 1
    assert "/" in page.here
    assert "`" not in page.words, "a command is no way out of a page"


def test_an_error_of_the_api_stays_json(site: TestClient) -> None:
    assert site.get("/v1/show/QQQ").json()["ok"] is False


def test_a_form_without_its_token_is_refused_in_words(site: TestClient) -> None:
    reply = site.post("/ask", data={"question": "52"})
    assert reply.status_code == 403
    assert "stale" in Page(reply.text).words


# ---- a modifier's page ---------------------------------------------------------------------------------------------------


def test_the_page_shows_what_the_api_says(site: TestClient) -> None:
    page, told = Page(site.get("/modifier/52").text), api.show("52")
    words = " ".join(page.words.split())
    for name, entries in told["sections"].items():
        for entry in entries:
            assert " ".join(dates(entry["says"]).split()).rstrip(".") in words, (name, entry["says"])
    for source in told["sources"]:
        assert dates(source["title"]) in words or source["key"] == "untraced"


def test_a_payer_and_a_day_choose_the_value(site: TestClient) -> None:
    before = Page(site.get("/modifier/52?payer=bcbs-nd&as_of=2018-06-01").text).words
    after = Page(site.get("/modifier/52?payer=bcbs-nd&as_of=2020-06-01").text).words
    assert "80%" in before
    assert "80%" not in after
    assert "50%" in after


def test_every_citation_has_its_source(site: TestClient) -> None:
    for path in (
        "/modifier/52",
        "/modifier/59",
        "/compare/52/53",
        "/code/45378",
        "/edit/RED201",
        "/denial-code/CO-97",
        "/coverage/bcbs-nd",
    ):
        page = Page(site.get(path).text)
        cited = {link[1:] for link in page.links if link.startswith("#source-")}
        assert cited, path
        assert cited <= set(page.ids), path


def test_modifiers_are_filtered(site: TestClient) -> None:
    def codes(query: str) -> set[str]:
        return {
            link.removeprefix("/modifier/")
            for link in Page(site.get("/modifiers" + query).text).links
            if link.startswith("/modifier/")
        }

    assert codes("?class=anatomic") == {row["modifier"] for row in api.list_modifiers(klass="anatomic")}
    assert codes("?set=CPT") == {row["modifier"] for row in api.list_modifiers(code_set="CPT")}
    assert codes("?payer=bcbs-nd") == {row["modifier"] for row in api.list_modifiers(payer="bcbs-nd")}
    assert "50" in codes("?words=both+sides")
    assert codes("?words=no+such+words") == set()


# ---- codes ---------------------------------------------------------------------------------------------------------------


def test_a_pair_of_codes_is_held_against_the_pairs(site: TestClient) -> None:
    assert "no modifier changes that" in " ".join(Page(site.get("/code/45378?with=45380").text).words.split())


def test_a_code_of_which_nothing_is_known_says_so(site: TestClient) -> None:
    words = Page(site.get("/code/99999").text).words
    assert "Nothing is known of 99999" in words


def test_the_page_of_a_code_shows_the_tables_figures(site: TestClient) -> None:
    told = api.procedure("45378")
    words = Page(site.get("/code/45378").text).words
    for one in told["fee"]["indicators"]:
        assert one["name"][1:] in words
    assert told["fee"]["rvus"]["work_rvu"] in words


# ---- which modifier -------------------------------------------------------------------------------------------------------


def test_questions_lead_to_the_answer_and_back(site: TestClient) -> None:
    """Following first answers from the start always ends, and each step can be taken back."""
    path, seen = "/which?code=45378&setting=professional&topic=extent&extent=discontinued", []
    for _ in range(12):
        page = Page(site.get(path).text)
        assert path not in seen
        seen.append(path)
        if 'class="answer"' in page.text:
            break
        nexts = [link for link in page.links if link.startswith("/which?") and link.startswith(path + "&") and "skip=" not in link]
        assert nexts, path
        path = nexts[-1]
    else:
        pytest.fail("the questions do not end")
    changes = [link for link in page.links if link.startswith("/which") and path.startswith(link)]
    assert {"/which?code=45378", "/which"} <= set(changes)


def test_the_answer_is_the_apis(site: TestClient) -> None:
    path = "/which?code=29881&setting=asc&extent=discontinued&stage=anesthetized&anesthesia_given=yes"
    told = api.advise(
        None, code="29881", setting="asc", facts={"extent": "discontinued", "stage": "anesthetized", "anesthesia_given": "yes"}
    )
    words = Page(site.get(path).text).words
    assert "29881-74" in words
    assert told["answer"]["modifiers"] == ["74"]
    for item in told["documentation"]:
        assert item["says"].rstrip(".") in words


def test_a_case_in_words_is_understood_and_its_words_are_in_no_link(site: TestClient) -> None:
    reply = post(
        site, "/which", words="Jane Roe: knee arthroscopy 29881 stopped after anesthesia, patient unstable, surgery center"
    )
    page = Page(reply.text)
    assert "29881-74" in page.words
    assert "unstable" in page.words
    assert not [link for link in page.links if "Roe" in link or "unstable" in link]


def test_a_question_can_be_passed_over(site: TestClient) -> None:
    path = "/which?code=45378&setting=professional&extent=discontinued"
    skip = next(link for link in Page(site.get(path).text).links if "skip=" in link)
    first, second = (Page(site.get(one).text).headings for one in (path, skip))
    assert first[1] != second[1]


def test_a_payer_that_differs_stands_in_the_alternatives(site: TestClient) -> None:
    told = api.advise(None, code="92083", setting="professional", facts={"sides": "one"})
    words = Page(site.get("/which?code=92083&setting=professional&sides=one").text).words
    for one in told["alternatives"]:
        assert (one["says"] or "").rstrip(".") in words


def test_the_case_in_an_address_is_read_in_its_order() -> None:
    case = which.read(
        [("extent", "reduced"), ("code", " 45378 "), ("nothing", "x"), ("reason", ""), ("skip", "stage"), ("skip", "code")]
    )
    assert case.given == (("extent", "reduced"), ("code", "45378"))
    assert case.skipped == ("stage",)
    assert case.before("code").href == "/which?extent=reduced&skip=stage"
    assert which.read([]).href == "/which"


# ---- data and dashboard --------------------------------------------------------------------------------------------------


def test_the_data_page_names_every_table_and_payer(site: TestClient) -> None:
    page = Page(site.get("/data").text)
    payers = {f"/coverage/{row['payer']}" for row in api.coverage()["payers"]}
    assert payers <= page.here
    assert "Physician fee schedule" in page.words


def test_an_empty_dashboard_teaches(site: TestClient) -> None:
    assert "No denials yet" in Page(site.get("/dashboard").text).words


def item(number: int, **said: Any) -> dict[str, Any]:
    return {
        "file": "a.835",
        "position": 300,
        "claim": f"C-{number}",
        "line": 1,
        "payer": "cigna",
        "payer_control": f"ICN{number}",
        "status": "1",
        "service": "2026-09-02",
        "notice": "2026-10-30",
        "code": "99213",
        "modifiers": ["25"],
        "charge": "140.00",
        "paid": "0.00",
        "adjustments": [{"group": "CO", "carc": "97", "amount": "140.00"}],
        "cause": "25_support_not_known",
        "remedy": "query_provider",
        "level": None,
        "at_risk": "92.10",
        "deadline": {"legal": "2026-12-01", "work_by": "2026-11-28", "days_left": 3},
        "priority": {"score": "3.10"},
        **said,
    }


def test_the_dashboard_adds_up(tmp_path: Path) -> None:
    worklist = Worklist(open_engine(None, tmp_path))
    given = [
        item(1),
        item(2, payer="aetna", modifiers=["59", "RT"], at_risk="1000.00", deadline=None),
        item(3, payer=None, modifiers=[], at_risk=None),
        item(4, at_risk="10.00", deadline={"legal": "2026-11-20", "work_by": "2026-11-20", "days_left": -5}),
    ]
    worklist.take(given, who="me", now=NOW)
    worklist.set(4, changed({"state": "sent", "on": dt.date(2026, 11, 1)}), who="me", now=NOW)
    worklist.set(4, changed({"state": "overturned", "on": dt.date(2026, 11, 9), "amount": "10.00"}), who="me", now=NOW)
    app = create(Settings(home=tmp_path, today=dt.date(2026, 11, 25)))
    with TestClient(app, base_url="http://127.0.0.1:8350", headers=HTML) as site:
        page = Page(site.get("/dashboard").text)
    words = " ".join(page.words.split())
    assert page.wrong == []
    assert "3 open items" in words
    assert "$1,092.10 at risk, and 1 item whose price is not known" in words
    assert "100% overturned, of 1 decision" in words
    assert "half of the decisions came within 8 days" in words
    assert "Date not known 1 $1,000.00" in words
    assert "0 to 5 days 2 $92.10 1" in words
    assert "Payer not known" in words
    assert len([1 for tag, _ in page.tags if tag == "svg"]) == 5  # four drawings and the mark


def test_the_first_sums_are_shown_and_the_rest_is_put_together() -> None:
    rows = [{"state": "new", "at_risk": f"{n}.00", "payer": f"p{n}", "work_by": None} for n in range(20)]
    sums = measuring.by(rows, lambda row: [row["payer"]])
    shown = measuring.first(sums)
    assert [one.key for one in shown[:2]] == ["p19", "p18"]
    assert len(shown) == measuring.MOST
    assert (shown[-1].key, sum(one.items for one in shown)) == ("", 20)
    assert sum(one.at_risk for one in shown) == sum(range(20))


# ---- words ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("0.50", "50%"),
        ("0.625", "62.5%"),
        ("1.00", "100%"),
        ("1", "1"),
        ("by-report", "By report"),
        (True, "Yes"),
        ("none", "None"),
        (None, "Ended"),
    ],
)
def test_values_in_words(given: Any, shown: str) -> None:
    assert shaping.value(given) == shown


def test_dates_amounts_and_shares_in_words() -> None:
    assert (
        dates("from 2022-09-01, edition 2026Q3, file x_2024-07-01.csv, 2022-99-99")
        == "from Sep 1, 2022, edition 2026 Q3, file x_2024-07-01.csv, 2022-99-99"
    )
    assert (money("1234.5"), money(None), money("-3")) == ("$1,234.50", "–", "−$3.00")
    assert share("0.0833") == "8.33%"


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        ("45378-53 or G0121", ["/code/45378", "/code/G0121"]),
        ("52 percent, 52 days, $52, 52", ["/modifier/52"]),
        ("53 is not asked about", []),
        ("CO-97 and CARC 226, RARC N705", ["/denial-code/CO-97", "/denial-code/CARC-226", "/denial-code/RARC-N705"]),
        ("Pub. 100-04 ch. 12 §52", []),
        ("<b>45378</b>", ["/code/45378"]),
    ],
)
def test_codes_in_a_text_become_links(text: str, addresses: list[str]) -> None:
    shown = str(linked(text, {"52"}))
    assert Page(shown).links == addresses
    assert "<b>" not in shown
