"""The letter as a file: set, read back and checked, and only then put in its place, with its ledger beside it."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from modwise.appeals.rendering import markdown, text
from modwise.appeals.rendering.parts import DRAFT, Draft
from modwise.appeals.verifying.letters import ENDING
from modwise.appeals.verifying.pages import read_pages
from modwise.appeals.verifying.running import Report, verify_text
from modwise.errors import InputError, UsageError
from modwise.plural import count

if TYPE_CHECKING:
    from modwise.appeals.appeal import Appeal
    from modwise.appeals.ledger import Ledger
    from modwise.appeals.letter import Letter
    from modwise.appeals.papers.paper import Paper

TXT, MD, DOCX, PDF = ".txt", ".md", ".docx", ".pdf"
ENDINGS = (TXT, MD, DOCX, PDF)
# What this check finds is why a draft is incomplete; it does not make it wrong.
_TO_COMPLETE = "L30"
_MOST_TOLD = 5


@dataclass(frozen=True)
class How:
    """How a letter is written: the practice's Word template, the whole packet, also when checks fail."""

    template: str | Path | None = None
    packet: bool = False
    force: bool = False


def write_appeal(appeal: Appeal, path: str | Path, how: How | None = None, *, today: date | None = None) -> list[Path]:
    """Writes the letter by the path's ending and its ledger beside it; returns the files. The appeal takes over what the checks found.

    A complete letter that fails a check is not written (UsageError, `letter-fails`) unless forced; then it is marked as a draft with the
    reasons. An incomplete one is written, and marked if more is wrong than what is to be completed. Raises UsageError where there is no
    letter or the ending, template and packet do not fit, InputError for a broken template or a note that was changed.
    """
    target, how = Path(path), how or How()
    letter = _checked(appeal, target, how)
    day = today or date.fromisoformat(str(appeal.ledger.made.get("today") or date.today().isoformat()))
    data = _set(letter, target.suffix.lower(), how, None)
    report = _report(data, appeal.ledger, target.suffix.lower(), day)
    appeal.problems = [problem.as_dict() for problem in report.problems]
    reasons = _reasons(report)
    if reasons and appeal.complete and not how.force:
        raise UsageError(
            f"the letter fails {count(len(reasons), 'check')}: {' '.join(reasons[:_MOST_TOLD])}",
            where=str(target),
            hint="Nothing was written. `--force` writes it, marked as a draft that is not verified.",
            code="letter-fails",
        )
    draft = Draft(tuple(reasons)) if reasons else None
    if how.packet:
        from modwise.appeals.packet import packet

        data = packet(letter, appeal.ledger, draft=draft)
    elif draft is not None:
        data = _set(letter, target.suffix.lower(), how, draft)
    return [put(target, data), put(target.with_name(target.name + ENDING), ledger_text(appeal.ledger).encode())]


def ledger_text(ledger: Ledger) -> str:
    """The ledger's JSON, one line an entry: as easy to read as an indented one, and quicker to write."""
    return "{\n" + ",\n".join(f"{json.dumps(key)}: {_entries(value)}" for key, value in ledger.as_dict().items()) + "\n}\n"


def _entries(value: object) -> str:
    if isinstance(value, list) and value:
        return "[\n " + ",\n ".join(json.dumps(one, ensure_ascii=False) for one in value) + "\n]"
    return json.dumps(value, ensure_ascii=False)


def write_papers(papers: Sequence[Paper], folder: str | Path, ending: str = TXT) -> list[Path]:
    """Writes the papers into the folder: letters by the ending, others as they are; returns the files."""
    return [put(Path(folder) / name, data) for paper in papers for name, data in _paper(paper, ending)]


def _paper(paper: Paper, ending: str) -> Iterator[tuple[str, bytes]]:
    if paper.data is not None:
        yield paper.file, paper.data
    elif paper.letter is not None:
        yield Path(paper.file).with_suffix(ending).name, _set(paper.letter, ending, How(), None)
    elif paper.text:
        yield paper.file, paper.text.encode()


def put(path: Path, data: bytes) -> Path:
    """The bytes in that file, whole or not at all, readable by its owner alone. Raises InputError where it cannot be written."""
    temporary = None
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".modwise-")
        with os.fdopen(handle, "wb") as out:
            out.write(data)
        os.replace(temporary, path)
    except OSError as error:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)
        raise InputError(
            error.strerror or "cannot be written", where=str(path), hint="Check the folder and the rights.", code="not-written"
        ) from None
    return path


def _checked(appeal: Appeal, path: Path, how: How) -> Letter:
    if appeal.letter is None:
        why = (appeal.refused or {}).get("why", "it was refused")
        raise UsageError(f"there is no letter: {why}", hint="Write the papers instead.", code="no-letter")
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        raise UsageError(
            f"no letter is written as {ending or 'a file without ending'}",
            hint=f"Endings: {', '.join(ENDINGS)}.",
            code="bad-ending",
        )
    if how.template is not None and ending != DOCX:
        raise UsageError("a template is for Word documents", hint="Give a name that ends in .docx.", code="bad-ending")
    if how.packet and ending != PDF:
        raise UsageError("a packet is a PDF", hint="Give a name that ends in .pdf.", code="bad-ending")
    return appeal.letter


def _report(data: bytes, ledger: Ledger, ending: str, today: date) -> Report:
    """What the checks say of the letter as its reader will see it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"letter{ending}"
        path.write_bytes(data)
        read = read_pages(path)
    return verify_text(read.pages, ledger, today=today, remarks=read.remarks)


def _reasons(report: Report) -> list[str]:
    """Each reason with its place; the words of the letter stay out."""
    found = (
        f"{problem.check} (page {problem.place.page}, line {problem.place.line}): {problem.message}"
        for problem in report.blocks
        if problem.check != _TO_COMPLETE
    )
    return list(dict.fromkeys(found))


# ---- setting -----------------------------------------------------------------------------------------------------------------


def _set(letter: Letter, ending: str, how: How, draft: Draft | None) -> bytes:
    return _SETTERS[ending](letter, how, draft)


def _text(letter: Letter, how: How, draft: Draft | None) -> bytes:
    return (_lead(draft, "", "- ") + text.render(letter)).encode()


def _markdown(letter: Letter, how: How, draft: Draft | None) -> bytes:
    return (_lead(draft, "> ", "> - ") + markdown.render(letter)).encode()


def _lead(draft: Draft | None, mark: str, item: str) -> str:
    if draft is None:
        return ""
    return "\n".join([f"{mark}{DRAFT}", *(f"{item}{reason}" for reason in draft.reasons)]) + "\n\n"


def _word(letter: Letter, how: How, draft: Draft | None) -> bytes:
    from modwise.appeals.rendering.word import word

    return word(letter, template=how.template, draft=draft)


def _pdf(letter: Letter, how: How, draft: Draft | None) -> bytes:
    from modwise.appeals.rendering.pdf import pdf

    return pdf(letter, draft=draft)


_SETTERS: dict[str, Callable[[Letter, How, Draft | None], bytes]] = {TXT: _text, MD: _markdown, DOCX: _word, PDF: _pdf}
