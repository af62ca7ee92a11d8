"""What each kind of job does: takes a task, writes results into its folder, returns a summary and the names of the results."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from modwise import api
from modwise.errors import UsageError
from modwise.http import contexts, found, kept
from modwise.http.intake import answer, intake
from modwise.http.letters import letter
from modwise.http.workroom import Folder

if TYPE_CHECKING:
    from modwise.appeals.appeal import Appeal

Json = dict[str, Any]
Done = tuple[Json, list[str]]


@dataclass(frozen=True)
class Task:
    """A job's order: the files of its folder, the terms its form gave, the data folder, and whom to tell how far it is."""

    folder: Path
    files: Sequence[Json]
    terms: Mapping[str, Any]
    home: Path | None
    owner: str
    progress: Callable[[int, int], None]

    def paths(self, *fields: str) -> list[Path]:
        """The files of the form's fields; of all without a field."""
        return [self.folder / one["name"] for one in self.files if not fields or one["field"] in fields]

    @property
    def labels(self) -> dict[str, str]:
        """What the user called each file, by its path."""
        return {str(self.folder / one["name"]): one["label"] for one in self.files}

    def named(self, value: Any) -> Any:
        """The value with what the user called the files in place of their paths."""
        if isinstance(value, str) and str(self.folder) in value:
            # The longest first: file-1 begins file-10 too.
            for path, label in sorted(self.labels.items(), key=lambda pair: -len(pair[0])):
                value = value.replace(path, label)
            return value
        if isinstance(value, dict):
            # Texts of documents stand under the names of their files.
            return {self.named(name): self.named(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [self.named(inner) for inner in value]
        return value

    @contextmanager
    def writing(self, name: str) -> Iterator[TextIO]:
        """A new text file in the folder, for its owner alone."""
        with Folder(self.folder).create(name) as raw, io.TextIOWrapper(raw, encoding="utf-8", newline="") as out:
            yield out


def check(task: Task) -> Done:
    """Checks claim files; the summary is the result without its findings, the results are made when they are asked for (`kept`)."""
    going = bool(task.terms.get("keep_going", True))
    files = task.paths("file", "files")
    result = api.check(
        files,
        select=task.terms.get("select", ()),
        ignore=task.terms.get("ignore", ()),
        payer=task.terms.get("payer") or None,
        keep_going=going,
        strict_dates=bool(task.terms.get("strict_dates")),
        home=task.home,
        progress=task.progress,
        notes=_notes(task) or None,
    )
    claims = contexts.claims_of(result, files, task.labels, keep_going=going, payer=task.terms.get("payer") or None)
    result = result.called(task.labels)
    with Folder(task.folder).create(found.NAME):
        pass
    found.write(task.folder / found.NAME, contexts.findings_of(result), claims)
    return result.head(), list(kept.WRITERS)


def _notes(task: Task) -> dict[str, Path]:
    """The notes that came beside the claims, by what their sender calls them. Raises UsageError for two of one name."""
    notes: dict[str, Path] = {}
    for one in task.files:
        if one["field"] == "notes":
            if one["label"] in notes:
                raise UsageError(
                    "two notes have the same name", hint="Name each by its claim, as 1001.txt or 1001-2.txt.", code="same-name"
                )
            notes[one["label"]] = task.folder / one["name"]
    return notes


def denials(task: Task) -> Done:
    """Reads 835 files (field "remits" or "file") and the 837s they answer ("claims"): denials.json, .csv, .xlsx; the summary is all but the items."""
    from modwise.denying import sheets

    read = api.denials(task.paths("remits", "file"), task.paths("claims"), progress=task.progress, **denial_terms(task))
    result = replace(read, **{one.name: task.named(getattr(read, one.name)) for one in fields(read)})
    with task.writing("denials.json") as out:
        json.dump(result.as_dict(), out, ensure_ascii=False, indent=1)
    with task.writing("denials.csv") as out:
        out.write(sheets.csv(result))
    with Folder(task.folder).create("denials.xlsx"):
        sheets.workbook(result, task.folder / "denials.xlsx")
    return {name: value for name, value in result.as_dict().items() if name != "items"}, [
        "denials.json",
        "denials.csv",
        "denials.xlsx",
    ]


def denial_terms(task: Task) -> Json:
    """What a form or a program may say of a reading of remits, as `api.denials` takes it."""
    given = {name: task.terms[name] for name in ("facts", "payer", "learn", "small_balance") if task.terms.get(name)}
    if task.terms.get("today"):
        given["today"] = date.fromisoformat(task.terms["today"])
    return {**given, "keep_going": bool(task.terms.get("keep_going", True)), "home": task.home}


def underpaid(task: Task) -> Done:
    """Compares what 835 files allowed with what was expected (field "contracts": contract terms): underpaid.json; the summary is all but the items."""
    named = ("mac", "locality", "rates", "learn", "keep_going")
    terms = {name: task.terms[name] for name in named if task.terms.get(name)}
    remits, contracts = task.paths("remits", "file"), task.paths("contracts")
    found = task.named(api.underpaid(remits, contracts=contracts, progress=task.progress, home=task.home, **terms))
    return _one(task, "underpaid.json", found, "items")


def appeal(task: Task) -> Done:
    """Drafts the letter for one denied line (fields "notes", "practice"): appeal.json, and letter.txt, .md, .docx or .pdf as asked.

    The summary is all but letter and ledger. Raises UsageError where a letter is asked for and none can be written.
    """
    terms = denial_terms(task)
    named: Json = {"claim": task.terms.get("claim"), "line": task.terms.get("line"), "notes": task.paths("notes")}
    practice = next(iter(task.paths("practice")), None)
    kept = {name: terms[name] for name in ("facts", "payer", "today", "keep_going", "home") if name in terms}
    drafted = api.appeal(task.paths("remits", "file"), task.paths("claims"), practice=practice, **named, **kept)
    summary, results = _one(task, "appeal.json", task.named(drafted.as_dict()), "letter", "ledger")
    form = task.terms.get("format") or "json"
    if form == "json":
        return summary, results
    if drafted.letter is None:
        why = drafted.refused["why"] if drafted.refused else "no letter can be written"
        raise UsageError(why, hint="Ask for json: it says what to do instead.", code="no-letter")
    with Folder(task.folder).create(f"letter.{form}") as out:
        out.write(_letter(drafted, form))
    return summary, [*results, f"letter.{form}"]


def _letter(drafted: Appeal, form: str) -> bytes:
    from modwise.appeals.rendering.pdf import pdf
    from modwise.appeals.rendering.word import word

    if drafted.letter is not None and form in ("docx", "pdf"):
        return word(drafted.letter) if form == "docx" else pdf(drafted.letter)
    return (drafted.markdown if form == "md" else drafted.text).encode()


def note(task: Task) -> Done:
    """Reads a procedure note: note.json. In a process of its own, since a note may be a PDF made to take for ever."""
    terms: Json = {name: task.terms.get(name) for name in ("code", "setting", "payer")}
    day = task.terms.get("date")
    text = api.note_text(task.paths()[0])
    listed: Json = {"modifiers": task.terms.get("modifiers") or (), "propose": bool(task.terms.get("propose"))}
    found = api.read_note_text(text, on=date.fromisoformat(day) if day else None, **terms, **listed)
    return {}, _one(task, "note.json", found)[1]


def verify(task: Task) -> Done:
    """Checks a finished letter (field "letter") against its ledger (field "ledger"): verify.json; the summary is whether it stands."""
    letters, ledgers = task.paths("letter"), task.paths("ledger")
    if len(letters) != 1 or len(ledgers) != 1:
        raise UsageError("one letter is checked at a time", hint="Send one file letter and one file ledger.", code="no-letter")
    (source,), (ledger,) = letters, ledgers
    # Markdown is told by its name alone.
    path = source.with_suffix(".md") if task.labels[str(source)].lower().endswith((".md", ".markdown")) else source
    if path != source:
        path.write_bytes(source.read_bytes())
    day = task.terms.get("today")
    found = api.verify(path, ledger=ledger, today=date.fromisoformat(day) if day else None)
    answer = task.named(found)
    answer["read"]["file"] = task.labels[str(source)]
    return {"ok": answer["ok"]}, _one(task, "verify.json", answer)[1]


def worklist(task: Task) -> Done:
    """Takes the open denials of 835 files into the worklist: worklist.json."""
    where = {"database": task.terms.get("database"), "progress": task.progress}
    counts = api.worklist_import(task.paths("remits", "file"), task.paths("claims"), who=task.owner, **where, **denial_terms(task))
    return _one(task, "worklist.json", counts)


def _one(task: Task, name: str, answer: Json, *large: str) -> Done:
    with task.writing(name) as out:
        json.dump(answer, out, ensure_ascii=False)
    return {key: value for key, value in answer.items() if key not in large}, [name]


KINDS: Mapping[str, Callable[[Task], Done]] = {
    "answer": answer,
    "appeal": appeal,
    "check": check,
    "denials": denials,
    "intake": intake,
    "letter": letter,
    "note": note,
    "underpaid": underpaid,
    "verify": verify,
    "worklist": worklist,
}
