"""A letter for an item of the worklist: drafted by a job, kept in a folder of its own, changed by hand, composed again when it is read."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from modwise import api
from modwise.http import workroom
from modwise.http.workroom import Folder

if TYPE_CHECKING:
    from modwise.appeals.ledger import Ledger
    from modwise.appeals.letter import Letter, Paragraph, Section, Sentence, Table
    from modwise.http.works import Task

Json = dict[str, Any]
DRAFT = "draft.json"
CHANGES = "changes.json"
LINES = ("letterhead", "addressee", "signature")


def folder_of(number: int, home: Path | None) -> Folder:
    """The folder of an item's letter, whether it is there or not."""
    return workroom.named(f"letter of item {number}", home)


def letter(task: Task) -> tuple[Json, list[str]]:
    """Drafts the letter of an item (terms: item, remits, claims, claim, line, facts, database, today; field "notes"): its folder holds it then.

    Notes that were sent for an earlier draft of the item are read again; what was changed by hand in that draft is gone.
    """
    folder = folder_of(task.terms["item"], task.home)
    folder.path.mkdir(mode=0o700, exist_ok=True)
    folder.keep()
    labels = {**_labels(folder), **dict(task.terms["labels"])}
    for one in task.files:
        path = folder.path / f"note-{len(list(folder.path.glob('note-*'))) + 1}"
        (task.folder / one["name"]).rename(path)
        labels[str(path)] = one["label"]
    notes = sorted(folder.path.glob("note-*"))
    day = task.terms.get("today")
    found = api.appeal(
        task.terms["remits"],
        task.terms["claims"],
        claim=task.terms["claim"],
        line=task.terms["line"],
        notes=notes,
        facts=_facts(task),
        today=date.fromisoformat(day) if day else None,
        home=task.home,
        keep_going=True,
    )
    papers = [_paper(folder, number, paper) for number, paper in enumerate(found.papers, 1)]
    (folder.path / CHANGES).unlink(missing_ok=True)
    _put(folder, DRAFT, {"appeal": found.as_dict(), "papers": papers, "labels": labels})
    return {"kind": found.kind, "complete": found.complete}, []


def _facts(task: Task) -> Any:
    """The facts file; with what was answered on the item's page laid over it where something was."""
    where: Json = {"database": task.terms.get("database"), "home": task.home}
    answered = api.worklist_show(task.terms["item"], **where)["decision"].get("answers")
    return api.worklist_facts(task.terms.get("facts"), **where) if answered else task.terms.get("facts")


def _labels(folder: Folder) -> dict[str, str]:
    try:
        told = json.loads((folder.path / DRAFT).read_bytes())
    except (OSError, ValueError):
        return {}
    return dict(told["labels"])


def _paper(folder: Folder, number: int, paper: Any) -> Json:
    """A paper to send instead of a letter, with its files in the folder: {title, says, text, missing, files}."""
    files = []
    if paper.letter is not None:
        from modwise.appeals.rendering.pdf import pdf
        from modwise.appeals.rendering.word import word

        for name, data in ((f"paper-{number}.pdf", pdf(paper.letter)), (f"paper-{number}.docx", word(paper.letter))):
            _write(folder, name, data)
            files.append(name)
    elif paper.data is not None:
        name = f"paper-{number}{Path(paper.file).suffix}"
        _write(folder, name, paper.data)
        files.append(name)
    missing = [gap.why for gap in paper.missing]
    return {"title": paper.title, "says": paper.says, "text": paper.text, "missing": missing, "files": files}


def _write(folder: Folder, name: str, data: bytes) -> None:
    (folder.path / name).unlink(missing_ok=True)
    with folder.create(name) as out:
        out.write(data)


def _put(folder: Folder, name: str, told: Json) -> None:
    _write(folder, f"{name}.part", json.dumps(told, ensure_ascii=False).encode())
    (folder.path / f"{name}.part").replace(folder.path / name)


# ---- the draft as it stands


@dataclass
class Draft:
    """An item's draft: what was drafted, the papers instead, what the user calls the files, and what was changed by hand.

    `texts` are paragraphs by their place ("2.0": section, block) and whole parts by name; `said` what was typed for a gap, by its name.
    """

    folder: Folder
    appeal: Json
    papers: list[Json]
    labels: Mapping[str, str]
    texts: dict[str, str] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)

    @property
    def written(self) -> bool:
        """Whether there is a letter at all."""
        return self.appeal["letter"] is not None

    def save(self) -> None:
        """Keeps what was changed."""
        _put(self.folder, CHANGES, {"texts": self.texts, "said": self.said})

    def label(self, path: str | None) -> str:
        """What the user calls a file."""
        return self.labels.get(path or "", Path(path or "").name)

    def named(self, text: str) -> str:
        """A text with what the user calls the files in place of their paths."""
        for path, label in self.labels.items():
            text = text.replace(path, label)
        return text


def load(number: int, home: Path | None) -> Draft | None:
    """The draft of an item; None where there is none."""
    folder = folder_of(number, home)
    try:
        told = json.loads((folder.path / DRAFT).read_bytes())
    except OSError:
        return None
    try:
        changes = json.loads((folder.path / CHANGES).read_bytes())
    except OSError:
        changes = {"texts": {}, "said": {}}
    return Draft(folder, told["appeal"], told["papers"], told["labels"], changes["texts"], changes["said"])


def composed(draft: Draft, who: str) -> tuple[Letter, Ledger]:
    """The letter with what was changed and typed, and its ledger: what was typed is a fact of its own, said by whoever typed it."""
    from modwise.appeals.ledger import Fact, Ledger, Source
    from modwise.appeals.stored import letter_of

    ledger = Ledger.of(draft.appeal["ledger"])
    drafted = _with(letter_of(draft.appeal["letter"]), filling(draft))
    facts = [
        Fact(f"typed.{gap.name}", "statement", gap.name, draft.said[gap.name], Source("typed", place=f"typed by {who}"))
        for gap in ledger.gaps
        if draft.said.get(gap.name)
    ]
    ledger.facts.extend(facts)
    ledger.gaps = [gap for gap in ledger.gaps if not draft.said.get(gap.name)]
    # Held against the letter as it was drafted: what was changed by hand must show.
    ledger.letter = drafted.as_dict()
    return _changed(drafted, draft.texts), ledger


def filling(draft: Draft) -> Callable[[str], str]:
    """Puts what was typed in the place of the gaps of a text."""
    said = {gap["placeholder"]: draft.said[gap["name"]] for gap in draft.appeal["missing"] if draft.said.get(gap["name"])}

    def filled(text: str) -> str:
        for placeholder, value in said.items():
            text = text.replace(placeholder, value)
        return text

    return filled


def _with(letter: Letter, filled: Callable[[str], str]) -> Letter:
    """The letter with every text filled in."""

    def one(sentence: Sentence) -> Sentence:
        return replace(sentence, text=" ".join(filled(sentence.text).split()))

    def block(given: Paragraph | Table) -> Paragraph | Table:
        from modwise.appeals.letter import Paragraph

        if isinstance(given, Paragraph):
            return replace(given, sentences=tuple(map(one, given.sentences)))
        return replace(given, rows=tuple(tuple(map(one, row)) for row in given.rows))

    return replace(
        letter,
        letterhead=_lines(letter.letterhead, filled),
        date=one(letter.date),
        method=one(letter.method) if letter.method else None,
        addressee=_lines(letter.addressee, filled),
        subject=one(letter.subject),
        reference=[replace(row, value=one(row.value)) for row in letter.reference],
        sections=[replace(section, blocks=tuple(map(block, section.blocks))) for section in letter.sections],
        exhibits=[one(exhibit) for exhibit in letter.exhibits],
        signature=_lines(letter.signature, filled),
    )


def _lines(lines: list[str], filled: Callable[[str], str]) -> list[str]:
    """Lines with what was typed; an address of several lines becomes several."""
    return [line for text in lines for line in filled(text).splitlines() or [""]]


def _changed(letter: Letter, texts: Mapping[str, str]) -> Letter:
    head, to, signed = (texts[name].splitlines() if name in texts else getattr(letter, name) for name in LINES)
    sections = [_section(section, number, texts) for number, section in enumerate(letter.sections)]
    return replace(letter, letterhead=head, addressee=to, signature=signed, sections=sections)


def _section(section: Section, number: int, texts: Mapping[str, str]) -> Section:
    from modwise.appeals.letter import Paragraph, Sentence

    blocks: list[Paragraph | Table] = []
    for place, given in enumerate(section.blocks):
        text = texts.get(f"{number}.{place}")
        if text is None or not isinstance(given, Paragraph):
            blocks.append(given)
        elif text.strip():
            # What was written by hand rests on nothing until the checks find it in the ledger.
            blocks.append(replace(given, sentences=(Sentence(" ".join(text.split())),)))
    return replace(section, blocks=tuple(blocks))
