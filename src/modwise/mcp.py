"""Modwise for agents, over the Model Context Protocol: seven tools with typed results, on standard input or on this machine's HTTP.

Every tool calls the api and answers with its JSON. What an agent sends rests in the data folder only while its tool runs; each call that
touches patient data is entered in the audit trail.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, Literal, ParamSpec, TypeVar

from pydantic import BaseModel, Field
from starlette.applications import Starlette

from modwise import api
from modwise.errors import MissingExtra, ModwiseError, UsageError
from modwise.home import user_name
from modwise.http import workroom
from modwise.http.bodies import Bodies
from modwise.http.failures import Faults, place
from modwise.http.identity import Accounts, Identify
from modwise.http.models import Advised, Answered, Appealed, Checked, DenialCodePage, Denied, ModifierPage, Noted, Shape
from modwise.http.safety import Gate, SafeHeaders
from modwise.http.settings import Settings

try:
    from mcp.server.mcpserver import MCPServer
    from mcp.server.mcpserver.exceptions import ToolError
    from mcp.server.transport_security import TransportSecuritySettings
    from mcp.types import ToolAnnotations
except ImportError:
    raise MissingExtra("agents need an extra", hint="pip install 'modwise[mcp]'.", code="missing-mcp") from None

INSTRUCTIONS = (
    "Procedure-code modifiers in US medical billing. Every statement names its fact, since when it holds and its source. What is not known "
    "is said to be not known; never fill it in. Never add 25, 59 or an X modifier to clear an edit. Amounts are text with two decimals, "
    "dates are ISO. A letter is a draft: a person reads and signs it."
)
MOST_TEXT = 20_000_000
# Tools whose arguments hold what is a patient's.
PATIENT = frozenset({"check_claim", "read_note", "explain_denial", "draft_appeal", "advise_modifier"})
Setting = Literal["professional", "hopd", "asc", "cah", "inpatient"]
Payer = Annotated[str | None, Field(description="A payer's key, as medicare-part-b, aetna, unitedhealthcare.", max_length=80)]
Day = Annotated[date | None, Field(description="ISO date. A date of service decides which fact holds.")]
Facts = Annotated[dict[str, Any] | None, Field(description="What no claim or remit says: {claim number: {line: facts}}.")]
X12 = Annotated[str, Field(max_length=MOST_TEXT)]
P = ParamSpec("P")
R = TypeVar("R")


class ClaimLine(BaseModel):
    """A claim line. What is not known is left out."""

    claim_id: str = Field(default="claim", max_length=80)
    line: int | None = Field(default=None, ge=1, le=9_999)
    code: str = Field(max_length=20, description="Procedure code, without modifiers.")
    modifiers: list[str] = Field(default=[], max_length=8, description="In order.")
    charge: str | None = Field(default=None, max_length=20, description="As 120.00.")
    units: str | None = Field(default=None, max_length=12)
    date_from: date | None = None
    payer: str | None = Field(default=None, max_length=80)
    place_of_service: str | None = Field(default=None, max_length=4)
    claim_type: Literal["professional", "institutional"] | None = None
    bill_type: str | None = Field(default=None, max_length=4)
    diagnoses: list[str] = Field(default=[], max_length=25)
    rendering_npi: str | None = Field(default=None, max_length=12)
    billing_npi: str | None = Field(default=None, max_length=12)
    patient: str | None = Field(default=None, max_length=80, description="Any mark that is the same for one patient; never a name.")


class Explained(Shape):
    """A denial explained: the code's page, or what was read of the remit."""

    code: DenialCodePage | None
    remit: Denied | None


def safely(tool: Callable[P, R]) -> Callable[P, R]:
    """The tool with its errors said as every front says them; a mistake of ours is said by its kind and place, without its words."""

    @wraps(tool)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return tool(*args, **kwargs)
        except ModwiseError as error:
            body = {"ok": False, "error": error.message, "errors": [error.as_dict()], "status": error.status}
            raise ToolError(json.dumps(body, ensure_ascii=False)) from None
        except Exception as error:  # noqa: BLE001 - its words may quote a claim
            raise ToolError(f"Modwise made a mistake: {type(error).__name__} at {place(error)}") from None

    return run


# ---- the tools -----------------------------------------------------------------------------------------------------------


def show_modifier(
    modifier: Annotated[str, Field(description="Two characters, as 52, RT, XS.", max_length=10)],
    payer: Payer = None,
    as_of: Day = None,
) -> ModifierPage:
    """A modifier's whole page: meaning, when to use it and when not, what the record must show, denials and remedies, what each payer
    pays since when, and the sources. `payer` keeps what holds for that payer, `as_of` what is in force on that day."""
    page = api.show(modifier, payer=payer, as_of=as_of)
    if "modifier" not in page:
        raise UsageError(f"{modifier!r} is a denial code", hint="Ask explain_denial.", code="not-a-modifier")
    return ModifierPage.model_validate(page)


def advise_modifier(
    case: Annotated[str | None, Field(description="The case in plain English.", max_length=20_000)] = None,
    code: Annotated[str | None, Field(description="The procedure code.", max_length=20)] = None,
    setting: Setting | None = None,
    payer: Payer = None,
    day: Day = None,
    facts: Annotated[
        dict[str, str] | None, Field(description="Facts by name; `missing` of an answer names what still decides.")
    ] = None,
) -> Advised:
    """Which modifier fits a case, and why; or, with certainty `needs_facts`, the questions that still decide: put them to the user, then
    call again with their answers as `facts`. `billable: false` means nothing is reported, `modifiers: []` the plain code."""
    return Advised.model_validate(api.advise(case, code=code, setting=setting, payer=payer, on=day, facts=facts))


def check_claim(
    lines: Annotated[list[ClaimLine], Field(description="Claim lines.", max_length=5_000)] = [],  # noqa: B006 - never changed
    file: Annotated[str, Field(description="Or a whole file: X12 837, CSV or JSON lines.", max_length=MOST_TEXT)] = "",
    payer: Payer = None,
    select: Annotated[list[str], Field(description="Only these edits: a code or a prefix, as NCC.", max_length=100)] = [],  # noqa: B006
) -> Checked:
    """Checks a claim before it goes out: which lines will be rejected, denied, cut or audited, why, and what to do. A finding's fix of kind
    `proposal` would assert something about the care: show it, do not apply it. `not_assessed` is neither right nor wrong."""
    if bool(lines) == bool(file):
        raise UsageError("no claim, or two", hint="Give lines, or a file's text.", code="no-claim")
    text = file or "\n".join(line.model_dump_json(exclude_none=True) for line in _numbered(lines))
    with resting({"claim": text}) as (files, names):
        result = api.check(files["claim"], payer=payer, select=select, keep_going=True).called(names)
    return Checked.model_validate(result.to_dict())


def read_note(
    text: Annotated[str, Field(description="The note's words.", max_length=2_000_000)],
    code: Annotated[str | None, Field(max_length=20)] = None,
    modifiers: Annotated[list[str], Field(description="Modifiers whose checklists are asked.", max_length=8)] = [],  # noqa: B006
    setting: Setting | None = None,
    payer: Payer = None,
    day: Day = None,
) -> Noted:
    """What a procedure note documents: how far the service was carried and why, each item of the modifiers' checklists as met, not found or
    contradicted, with quotes whose offsets index the note, and the modifier it supports. It reads; the judgement is a person's."""
    return Noted.model_validate(api.read_note_text(text, code=code, modifiers=modifiers, setting=setting, payer=payer, on=day))


def explain_denial(
    code: Annotated[
        str | None, Field(description="A denial code as written on the remittance: CO-97, N822.", max_length=40)
    ] = None,
    remit: Annotated[str | None, Field(description="Or an 835 file's text.", max_length=MOST_TEXT)] = None,
    claims: Annotated[str | None, Field(description="The 837 it answers.", max_length=MOST_TEXT)] = None,
    facts: Facts = None,
    today: Day = None,
) -> Explained:
    """Why something was denied and what to do. With a code: what it means, likely causes by modifier, remedies. With an 835 (and its 837):
    each denied line's cause, remedy, deadline and dollars at risk, what decided it and what would change it."""
    if (code is None) == (remit is None):
        raise UsageError("no denial, or two", hint="Give a code, or an 835's text.", code="no-denial")
    if remit is None:
        return Explained(code=DenialCodePage.model_validate(api.denial_code(code or "")), remit=None)
    with resting({"remit": remit, "claims": claims}) as (files, names):
        sent = [files["claims"]] if "claims" in files else []
        found = api.denials([files["remit"]], sent, facts=facts, today=today, keep_going=True)
        return Explained(code=None, remit=Denied.model_validate(called(found.as_dict(), names)))


def draft_appeal(
    remit: Annotated[str, Field(description="The 835 file's text.", max_length=MOST_TEXT)],
    claims: Annotated[str | None, Field(description="The 837 it answers.", max_length=MOST_TEXT)] = None,
    claim: Annotated[str | None, Field(description="The claim number; needed where several were denied.", max_length=80)] = None,
    line: Annotated[int | None, Field(ge=0, le=9_999)] = None,
    notes: Annotated[list[str], Field(description="Texts of records to quote and enclose.", max_length=20)] = [],  # noqa: B006
    facts: Facts = None,
    today: Day = None,
) -> Appealed:
    """The letter for a denied line, with the ledger of everything it rests on; or `refused`: why no appeal can work and what to send
    instead. `missing` names what nobody has said: ask for it, never invent it. Nothing that the ledger does not hold may be added."""
    given = {"remit": remit, "claims": claims, **{f"note-{number}": text for number, text in enumerate(notes, 1)}}
    with resting(given) as (files, names):
        sent = [files["claims"]] if "claims" in files else []
        charts = [path for name, path in files.items() if name.startswith("note-")]
        found = api.appeal([files["remit"]], sent, claim=claim, line=line, notes=charts, facts=facts, today=today)
        return Appealed.model_validate(called(found.as_dict(), names))


def ask(
    question: Annotated[str, Field(description="In plain words, as: May 92250 take 50?", max_length=2_000)],
    payer: Payer = None,
    as_of: Day = None,
) -> Answered:
    """A cited answer to a question about modifiers, payers, codes, indicators or unit limits; `found` is false where nothing is known: then
    say so, and do not answer from memory."""
    return Answered.model_validate(api.ask(question, payer=payer, as_of=as_of))


TOOLS: Mapping[str, Callable[..., Any]] = {
    tool.__name__: tool for tool in (show_modifier, advise_modifier, check_claim, read_note, explain_denial, draft_appeal, ask)
}
TITLES = {
    "show_modifier": "A modifier's page",
    "advise_modifier": "Which modifier fits",
    "check_claim": "Check a claim",
    "read_note": "Read a procedure note",
    "explain_denial": "Explain a denial",
    "draft_appeal": "Draft an appeal",
    "ask": "Ask a question",
}


# ---- what the tools share ------------------------------------------------------------------------------------------------


def _numbered(lines: Sequence[ClaimLine]) -> Iterator[ClaimLine]:
    counts: dict[str, int] = {}
    for one in lines:
        counts[one.claim_id] = counts.get(one.claim_id, 0) + 1
        yield one if one.line else one.model_copy(update={"line": counts[one.claim_id]})


@contextmanager
def resting(texts: Mapping[str, str | None]) -> Iterator[tuple[dict[str, Path], dict[str, str]]]:
    """The texts as files in a folder of the data folder, by name, and the names by path; the folder is gone afterwards, and no error names it."""
    folder = workroom.new()
    try:
        files = {}
        for name, text in texts.items():
            if text is not None:
                with folder.create(name) as out:
                    out.write(text.encode())
                files[name] = folder.path / name
        names = {str(path): name for name, path in files.items()}
        try:
            yield files, names
        except ModwiseError as error:
            error.where, error.message = called(error.where, names), called(error.message, names)
            raise
    finally:
        folder.clear()


def called(value: Any, names: Mapping[str, str]) -> Any:
    """The value with the files' names in place of their paths."""
    if isinstance(value, str):
        for path, name in sorted(names.items(), key=lambda pair: -len(pair[0])):
            value = value.replace(path, name)
        return value
    if isinstance(value, dict):
        return {key: called(inner, names) for key, inner in value.items()}
    return [called(inner, names) for inner in value] if isinstance(value, list) else value


async def watched(ctx: Any, call_next: Callable[[Any], Any]) -> Any:
    """Enters calls that touch patient data in the audit trail before they run, and takes what was given out of what is said of it."""
    name = (ctx.params or {}).get("name") if ctx.method == "tools/call" else None
    if name in PATIENT:
        state = getattr(ctx.request, "state", None)
        who = getattr(state, "user", None) or user_name()
        await asyncio.to_thread(api.record, f"agent: {name}", who=who)
    answer = await call_next(ctx)
    return unquoted(answer) if name else answer


def unquoted(answer: Any) -> Any:
    """The answer, without the values that the library quotes of arguments that do not fit."""
    if isinstance(answer, dict) and answer.get("isError"):
        for part in answer["content"]:
            part["text"] = re.sub(r"(?m) \[type=.*$|^ *For further information.*\n?", "", part["text"])
    return answer


def server(version: str) -> MCPServer[Any]:
    """The server with its tools. The library's tracing is taken out: nobody but this machine is told what was asked."""
    made: MCPServer[Any] = MCPServer("modwise", title="Modwise", instructions=INSTRUCTIONS, version=version, log_level="ERROR")
    made.middleware[:] = [one for one in made.middleware if "OpenTelemetry" not in type(one).__name__]
    made.middleware.append(watched)
    hints = ToolAnnotations(read_only_hint=True, destructive_hint=False, open_world_hint=False)
    for name, tool in TOOLS.items():
        made.add_tool(safely(tool), name=name, title=TITLES[name], annotations=hints, structured_output=True)
    return made


def over_http(settings: Settings, version: str) -> Starlette:
    """The server as an application at /mcp, behind the same gate as the HTTP API."""
    accounts = Accounts(settings)
    app = server(version).streamable_http_app(
        stateless_http=True,
        json_response=True,
        max_request_body_size=settings.most_body,
        # The gate before it knows all the server's names; the library would know only some.
        transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
    )
    # The last added is the outermost.
    app.add_middleware(Identify, settings=settings, accounts=accounts)
    app.add_middleware(Bodies, most=settings.most_body)
    app.add_middleware(Gate, settings=settings)
    app.add_middleware(Faults)
    app.add_middleware(SafeHeaders, secure=settings.secure)
    return app
