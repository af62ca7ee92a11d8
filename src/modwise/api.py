"""What Modwise does, as functions; every front calls these and nothing else.

Nothing here imports a frame library before a claim file is read, so that looking up a modifier is instant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from modwise.knowledge.corpus import corpus

if TYPE_CHECKING:
    import polars as pl

    from modwise.appeals.appeal import Appeal
    from modwise.denying.running import Denials
    from modwise.report.result import CheckResult
    from modwise.store.worklist import Worklist

Json = dict[str, Any]


def show(modifier: str, *, payer: str | None = None, as_of: date | None = None) -> Json:
    """A modifier's whole page: sections, facts per payer with dates, and the sources they cite.

    `payer` keeps the facts of that payer (with what it inherits); `as_of` the values in force on that day. A denial code (CO-97,
    CARC 97, N130) that is no modifier gives its page as `denial_code` does. Raises UsageError for an unknown code or payer.
    """
    from modwise.knowledge import denial_codes, denial_pages, views

    if not corpus().has_modifier(modifier) and denial_codes.parse(modifier, corpus()) is not None:
        return denial_pages.page(corpus(), modifier, as_of)
    return views.modifier_page(corpus(), modifier, payer, as_of)


def list_modifiers(
    *, klass: str | None = None, code_set: str | None = None, as_of: date | None = None, payer: str | None = None
) -> list[Json]:
    """Every modifier by code: title, code set, classes, whether in force on the day, and whether its page is full.

    `payer` keeps those of which that payer or its parents have a fact of their own. Raises UsageError for an unknown class or payer.
    """
    from modwise.knowledge import views

    return views.modifier_list(corpus(), klass, code_set, as_of, payer)


def denial_code(code: str, *, as_of: date | None = None) -> Json:
    """A denial code's page, however it is written: kind, code, group, dates, alert, meaning, causes by modifier, sources.

    `meaning` is null where nothing of our own is written about it. Raises UsageError for a code that is in no list.
    """
    from modwise.knowledge import denial_pages

    return denial_pages.page(corpus(), code, as_of)


def procedure(code: str, *, other: str | None = None, as_of: date | None = None, home: Path | None = None) -> Json:
    """What is known of a procedure code on a day (default: today): families, indicators with their meaning, unit limits, where it is named.

    `other` is a second code, held against the NCCI pairs. Raises UsageError for what is no procedure code.
    """
    from modwise.asking import procedure as known

    return known.page(corpus(), code, day=as_of or date.today(), other=other, home=home)


def edit(code: str) -> Json:
    """An edit's page by code or name. Raises UsageError for an unknown one."""
    from modwise.knowledge import views

    return views.edit_page(corpus(), code)


def list_edits() -> list[Json]:
    """Every edit in a line: code, name, title, status, outcome."""
    from modwise.knowledge import views

    return views.edit_list(corpus())


def coverage(payer: str | None = None, *, topic: str | None = None, as_of: date | None = None) -> Json:
    """What is known: payers with their facts by topic and since when, pages by fullness, and what is not known.

    `payer` and `topic` keep one, `as_of` the values of that day. Raises UsageError for an unknown one.
    """
    from modwise.knowledge import topics

    return topics.coverage(corpus(), payer, topic, as_of)


def payer_new(
    key: str,
    *,
    title: str | None = None,
    kind: str = "commercial",
    parent: str | None = None,
    payer_ids: Sequence[str] = (),
    output: str | None = None,
) -> Json:
    """Writes a file for a payer of one's own, ready to be filled in: {payer, path, text}; `output` "-" writes nothing."""
    from modwise.knowledge import own_files, scaffold

    return own_files.create(scaffold.NewPayer(key, title or key, kind, parent, payer_ids), output, date.today())


def payer_check(files: Sequence[str | Path] = ()) -> list[Json]:
    """Looks through payer files (default: those in the data folder). Raises KnowledgeError that names what is wrong."""
    from modwise.knowledge import own_files

    return own_files.look_through(files)


def ask(
    question: str, *, payer: str | None = None, as_of: date | None = None, phrase: bool = False, home: Path | None = None
) -> Json:
    """A cited answer to a question in plain words: {answer, statements, found, related, sources}; found is false where none is known.

    `payer` and `as_of` hold beside those the question names. With `phrase` the language model of MODWISE_LLM_URL may reword the answer;
    what no statement carries is dropped. Raises UsageError for an empty question or an unknown payer.
    """
    from modwise.asking import telling

    return telling.ask(question, corpus(), payer=payer, as_of=as_of, phrase=phrase, home=home)


def check(
    files: str | Path | pl.DataFrame | Sequence[str | Path],
    *,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    payer: str | None = None,
    keep_going: bool = False,
    strict_dates: bool = False,
    home: Path | None = None,
    progress: Callable[[int, int], None] | None = None,
    notes: str | Path | Mapping[str, Path] | None = None,
) -> CheckResult:
    """Checks claim files (837P, 837I, CSV, Parquet; "-" is standard input) or a lines frame; the findings and what was not assessed.

    `select` and `ignore` take edit codes, prefixes or globs; `payer` stands in for the payer of every line; `notes` is a folder of
    procedure notes, attached by file name or manifest, or the files themselves by name. Raises InputError or X12Error for a file that
    cannot be read (with `keep_going` what is broken is set aside), UsageError for a wrong option.
    """
    from modwise.report.checking import check_frames, frames_of, with_notes

    if payer is not None:
        corpus().payer(payer)
    frames, log = frames_of(files, keep_going=keep_going, progress=progress)
    frames, documented = with_notes(frames, notes)
    result = check_frames(frames, log, select=select, ignore=ignore, payer=payer, strict_dates=strict_dates, home=home)
    return replace(result, documented=documented)


def claim_lines(files: Sequence[str | Path], *, keep_going: bool = False) -> Iterator[pl.DataFrame]:
    """The lines of claim files as tables with the columns of `modwise.claims.schema`, whole claims each; raises as `check` does."""
    from modwise.claims import reading

    return reading.read(list(files), keep_going=keep_going)


def price(code: str, *, modifiers: Sequence[str] = (), payer: str | None = None, day: date | None = None, **terms: Any) -> Json:
    """The amount a payer should allow for a line, step by step with sources; unknown, with the reason, where a step is not known.

    `terms` are those of `modwise.pricing.asking.Terms` (others, place, mac, locality, units, charge, rate, contract, …) and `home`.
    The day of service defaults to today. Raises UsageError for a wrong term, InputError for a broken contract file.
    """
    from modwise.pricing import asking

    home = terms.pop("home", None)
    return asking.price(code, modifiers, payer, day or date.today(), asking.terms_of(terms), home)


def denials(remits: Sequence[str | Path], claims: Sequence[str | Path] = (), *, today: date | None = None, **terms: Any) -> Denials:
    """What 835 files denied or cut: cause, remedy, deadline, dollars; `claims` are the 837s they answer.

    `terms`: facts (a JSON file or its table), payer, learn, keep_going, home, progress. Days are counted from `today`, else from the clock's
    date. Raises X12Error or InputError for a file that cannot be read, UsageError for facts or an option that are none.
    """
    from modwise.denying import running

    return running.run(list(remits), list(claims), today=today or date.today(), **terms)


def appeal(
    remits: Sequence[str | Path] = (),
    claims: Sequence[str | Path] = (),
    *,
    claim: str | None = None,
    line: int | None = None,
    notes: Sequence[str | Path] = (),
    today: date | None = None,
    **terms: Any,
) -> Appeal:
    """The letter for one denied line of 835 files, with the ledger of what it rests on; or why there is none and what to send instead.

    `terms`: facts (a JSON file or its table), practice (practice.toml; default: the data folder's), payer, home, keep_going. With `rephrase`
    the language model of MODWISE_LLM_URL may reword the prose between the facts; the plain letter stands where that fails the checks.
    Raises as `denials` does, and UsageError where it is not clear which line is meant.
    """
    from modwise.appeals import drafting

    rephrase, day = terms.pop("rephrase", False), today or date.today()
    found = drafting.appeal(remits, claims, drafting.Wanted(claim, line, tuple(notes)), day, **terms)
    if rephrase:
        from modwise.appeals import rephrasing

        found = rephrasing.applied(found, day)
    if found.letter is not None:
        from modwise.appeals.verifying.running import verify_text

        found.problems = verify_text([found.text], found.ledger, today=day).as_dict()["problems"]
    return found


def practice(*, home: Path | None = None) -> Json:
    """The practice as letters name it: {practice, signer, contact, payers, comments, wrong}; `wrong` tells why practice.toml cannot be read."""
    from modwise.appeals import practice_file

    return practice_file.held(home).as_dict()


def set_practice(said: Mapping[str, Any], *, home: Path | None = None) -> list[Json]:
    """Writes practice.toml in the data folder anew (practice, signer, contact, payers); or what is wrong: [{part, number, key, says}]."""
    from modwise.appeals import practice_file

    return [asdict(problem) for problem in practice_file.save(said, home)]


def write_appeal(
    appeal: Appeal,
    path: str | Path,
    *,
    template: str | Path | None = None,
    packet: bool = False,
    force: bool = False,
    today: date | None = None,
) -> list[Path]:
    """Writes a letter as txt, md, docx or pdf, by the path's ending, and its ledger beside it; returns the files.

    The letter is read back and checked first; a complete one that fails is not written (UsageError) unless forced, which marks it as a
    draft. `template` is a Word template of the practice's own, `packet` makes the PDF the whole packet.
    """
    from modwise.appeals import writing

    return writing.write_appeal(appeal, path, writing.How(template, packet, force), today=today)


def write_papers(appeal: Appeal, folder: str | Path, *, form: str = "txt") -> list[Path]:
    """Writes the papers that are sent instead of a letter into a folder (`form`: txt, docx or pdf for those that are letters)."""
    from modwise.appeals import writing

    return writing.write_papers(appeal.papers, folder, f".{form}")


def appeal_all(folder: str | Path, *, due: int = 7, form: str = "txt", today: date | None = None, **terms: Any) -> Json:
    """Drafts what is due of the worklist within so many days into a folder, most pressing first: {folder, index, items, summary}.

    `form` is txt, md, docx or pdf. `terms`: remits and claims (files; a remit is found by its name), notes (a folder), facts, practice,
    template, packet, force, database, home, processes, progress. One item that fails stops no other: the index names it.
    """
    from modwise.appeals import batch
    from modwise.appeals.writing import How

    day, home = today or date.today(), terms.pop("home", None)
    how = How(terms.pop("template", None), terms.pop("packet", False), terms.pop("force", False))
    wanted = _worklist(terms.pop("database", None), home).decisions(until=batch.due(day, due))
    run = {name: terms.pop(name) for name in ("processes", "progress") if name in terms}
    return batch.draft_all(wanted, batch.order(folder, day, form, how, {**terms, "home": home}), **run)


def starter_template(path: str | Path) -> Path:
    """Writes a Word template for letters, ready to be edited: the slots {{ letterhead }}, {{ body }} and so on stand in it."""
    from modwise.appeals.rendering.starter import starter
    from modwise.appeals.writing import put

    return put(Path(path), starter())


def worklist_import(remits: Sequence[str | Path], claims: Sequence[str | Path] = (), *, who: str, **terms: Any) -> Json:
    """Takes the open items of 835 files into the worklist: {added, changed, unchanged}. `terms` are those of `denials`, and database."""
    database, home = terms.pop("database", None), terms.get("home")
    worklist = _worklist(database, home)
    chances = {(row["payer"], row["cause"]): row for row in worklist.measures()["chances"]}
    facts = worklist_facts(terms.pop("facts", None), database=database, home=home)
    found = denials(remits, claims, chances=chances, facts=facts, **terms)
    return worklist.take(found.open, who=who, now=datetime.now(UTC))


def worklist_facts(
    facts: str | Path | Mapping[str, Any] | None = None, *, database: str | None = None, home: Path | None = None
) -> Mapping[str, Any]:
    """The facts of a file with what was answered on the worklist laid over them: {claim: {line: facts}}."""
    from modwise.denying import answering

    return answering.stated(facts, _worklist(database, home).answers())


def worklist_questions(item: Mapping[str, Any]) -> list[Json]:
    """What only the user can say of an item's line: {question, kind, asks, hint, choices, said}; `item` is its decision."""
    from modwise.denying import questions

    return questions.shown(item)


def worklist_answers(item: Mapping[str, Any], said: Mapping[str, Any]) -> Json:
    """The facts of an item's line with these answers by question. Raises UsageError for one that is none."""
    from modwise.denying import questions

    return questions.facts_of(said, item.get("answers") or {})


def worklist_answer(
    number: int,
    answers: Mapping[str, Any],
    *,
    who: str,
    terms: Mapping[str, Any] | None = None,
    database: str | None = None,
    home: Path | None = None,
) -> Json:
    """Keeps facts of an item's line, decides it anew with them and returns it; without `terms` they are kept and the decision stays.

    `terms` are those of `denials` with remits and claims. Raises UsageError where the remits do not hold the item any more.
    """
    worklist = _worklist(database, home)
    decided = None
    if terms is not None:
        from modwise.denying import answering

        chances = {(row["payer"], row["cause"]): row for row in worklist.measures()["chances"]}
        item = worklist.show(number)["decision"]
        decided = answering.decided(item, answers, {"today": date.today(), **terms, "chances": chances, "home": home})
    return worklist.answer(number, answers, decided, who=who, now=datetime.now(UTC))


def worklist_take(found: Denials, *, who: str, database: str | None = None, home: Path | None = None) -> Json:
    """Takes the open items of denials that were read already into the worklist: {added, changed, unchanged}."""
    return _worklist(database, home).take(found.open, who=who, now=datetime.now(UTC))


def worklist_page(*, order: str = "due", start: int = 0, most: int = 50, **wanted: Any) -> Json:
    """{count, at_risk in cents, items}: a page of the worklist; `wanted` as `modwise.store.browsing.Wanted` takes it, database and home."""
    from modwise.store import browsing

    engine = _worklist(wanted.pop("database", None), wanted.pop("home", None)).engine
    return browsing.page(engine, browsing.Wanted(**wanted), order=order, start=start, most=most)


def worklist_totals(*, today: date, soon: date, database: str | None = None, home: Path | None = None) -> Json:
    """What is open: {items, at_risk in cents, late, soon, unknown, choices}; `soon` counts what is due up to that day."""
    from modwise.store import browsing

    engine = _worklist(database, home).engine
    return {**browsing.totals(engine, today, soon), "choices": browsing.choices(engine)}


def worklist_list(*, database: str | None = None, home: Path | None = None, **wanted: Any) -> list[Json]:
    """The worklist's items, the earliest deadline first; filtered by state, assignee, payer, cause, remedy or claim, at most `limit`."""
    return _worklist(database, home).rows(**wanted)


def worklist_show(number: int, *, database: str | None = None, home: Path | None = None) -> Json:
    """An item of the worklist with its decision, notes and trail. Raises UsageError for one that is not there."""
    return _worklist(database, home).show(number)


def worklist_set(number: int, *, who: str, database: str | None = None, home: Path | None = None, **said: Any) -> Json:
    """Changes an item (state, assignee, note, on, amount, reason, approver) and returns it. Raises UsageError for a step that is not allowed."""
    from modwise.store.worklist import changed

    return _worklist(database, home).set(number, changed(said), who=who, now=datetime.now(UTC))


def worklist_measures(*, database: str | None = None, home: Path | None = None) -> Json:
    """Counts and dollars by state, overturn rate, recovered, days to decision, own chances by payer and cause."""
    return _worklist(database, home).measures()


def record(
    action: str,
    *,
    who: str,
    item: int | None = None,
    fields: Json | None = None,
    database: str | None = None,
    home: Path | None = None,
) -> None:
    """Enters in the audit trail what somebody did; `fields` hold ids and counts, never a value of a patient."""
    _worklist(database, home).record(action, who=who, now=datetime.now(UTC), item=item, fields=fields)


def worklist_verify(*, database: str | None = None, home: Path | None = None) -> list[str]:
    """What is wrong with the audit trail; empty when nothing is."""
    return _worklist(database, home).verify()


def purge(
    *,
    before: date | None = None,
    who: str,
    keep_learnt: bool = False,
    dry: bool = False,
    database: str | None = None,
    home: Path | None = None,
) -> Json:
    """Removes patient data: uploads and work, worklist items and their notes; and, without `before`, what was learnt from payments.

    `before` keeps what was changed on that day or later; `dry` only counts. Returns {before, items, notes, work, bytes, learnt}. The audit
    trail stays, CMS's tables, payers and keys too.
    """
    from modwise.home import WORK, data_home
    from modwise.pricing import learnt
    from modwise.store import purging
    from modwise.store.database import shared_engine

    engine, work = shared_engine(database, home), data_home(home) / WORK
    files = [] if before or keep_learnt else [learnt.place(home)]
    if dry:
        told = {**purging.count(engine, work, before), "learnt": [one.name for one in files if one.is_file()]}
    else:
        told = {**purging.purge(engine, work, before, who=who, now=datetime.now(UTC)), "learnt": purging.remove_files(files)}
    return {"before": before.isoformat() if before else None, **told}


def _worklist(database: str | None, home: Path | None) -> Worklist:
    from modwise.store.database import shared_engine
    from modwise.store.worklist import Worklist

    return Worklist(shared_engine(database, home))


def underpaid(remits: Sequence[str | Path], **terms: Any) -> Json:
    """Lines of 835 files allowed less than expected: {read, compared, not_compared, learnt, items, summary}.

    `terms` are those of `modwise.pricing.comparing.Terms` (contracts, mac, locality, rates, learn, keep_going, progress) and `home`.
    Raises InputError or X12Error for a file that cannot be read, UsageError for a wrong term.
    """
    from modwise.pricing import comparing

    home = terms.pop("home", None)
    return comparing.underpaid(remits, comparing.terms_of(terms), home)


def data_import(files: Sequence[str | Path], *, edition: str | None = None, home: Path | None = None) -> list[Json]:
    """Imports CMS tables into the data folder; recognises each file. Returns what was imported: table, edition, rows, dates."""
    from modwise.reference import importing

    return importing.import_files([Path(f) for f in files], home, edition=edition, today=date.today())


def data_install(
    tables: Sequence[str] = (),
    *,
    edition: str | None = None,
    urls: Sequence[str] = (),
    accepted: Sequence[str] = (),
    home: Path | None = None,
    begin: Callable[[str], Callable[[int, int], None] | None] | None = None,
) -> list[Json]:
    """Downloads CMS's current tables from its published addresses, or `urls`, and imports them; `accepted` names accepted terms.

    Returns of each set {set, edition, result: installed | unchanged, files, editions}. `begin` is told each file's name and may answer
    with a meter. Raises UsageError when terms are not accepted, InputError when a file cannot be had.
    """
    from modwise.reference import installing

    order = installing.Order(tables, edition, urls, accepted)
    return installing.install(corpus().kinds["downloads"]["cms"], order, home, date.today(), begin)


def data_status(*, home: Path | None = None) -> list[Json]:
    """The editions in use of every table: rows, dates, source, notes."""
    from modwise.reference.tables import Tables

    return Tables.open(home).status()


def advise(
    case_text: str | None = None,
    *,
    code: str | None = None,
    setting: str | None = None,
    payer: str | None = None,
    on: date | None = None,
    facts: Mapping[str, str] | None = None,
    note: str | Path | None = None,
) -> Json:
    """Which modifier fits a case, given in plain English, as facts, or both: answer, certainty, alternatives, missing, path, sources.

    `on` is the date of service (default: today); `facts` as `case_facts` lists them; `note` a procedure note's file, from which further
    facts are read. What is given outweighs what is read; a clash is said. Raises UsageError for an unknown fact, value or payer.
    """
    from modwise.advice import cases

    text = None if note is None else note_text(note)
    return cases.advise(case_text, code=code, setting=setting, payer=payer, on=on, facts=facts, note=text).as_dict()


def case_facts() -> list[Json]:
    """The facts that a case can have: name, question, values with their meaning, unit of a number."""
    from modwise.advice import deciding

    return deciding.vocabulary()


def read_note(
    file: str | Path,
    *,
    code: str | None = None,
    modifiers: Sequence[str] = (),
    setting: str | None = None,
    payer: str | None = None,
    on: date | None = None,
    propose: bool = False,
) -> Json:
    """Reads a procedure note (txt, docx, rtf, pdf with text; "-" is standard input): how far the service was carried and why, what
    the modifiers' checklists find in it with quotes, and which modifier the note supports.

    Raises InputError for a file without text, UsageError for an unknown modifier, payer, setting or code.
    """
    text = note_text(file)
    return read_note_text(text, code=code, modifiers=modifiers, setting=setting, payer=payer, on=on, propose=propose)


def note_text(file: str | Path) -> str:
    """The text of a note file, which the offsets of its evidence index. Raises InputError for a file without text."""
    from modwise.notes import files

    return files.read_note(file)


def read_note_text(
    text: str,
    *,
    code: str | None = None,
    modifiers: Sequence[str] = (),
    setting: str | None = None,
    payer: str | None = None,
    on: date | None = None,
    propose: bool = False,
) -> Json:
    """`read_note` for a text at hand; the offsets of its evidence index that text.

    `propose` asks the language model of MODWISE_LLM_URL for quotes on items that were not found; they stand apart as `proposals`.
    """
    from modwise.advice import from_note
    from modwise.notes.noting import noted

    read = noted(text, code=code, modifiers=modifiers, on=on)
    body = from_note.note_json(read, code=code, modifiers=read.modifiers, setting=setting, payer=payer, on=on)
    return {**body, "proposals": read.proposals()} if propose else body


def verify(letter: str | Path, *, ledger: str | Path | None = None, today: date | None = None) -> Json:
    """The checks on a finished letter (txt, md, docx, pdf), also one changed by hand: {ok, problems, read}.

    `ledger` is the JSON it was drafted with (default: beside it); the deadline is counted from `today`, else from the clock's date.
    Raises InputError for a letter or ledger that cannot be read, or where none lies.
    """
    from modwise.appeals.verifying import letters

    return letters.verify(letter, ledger, today or date.today())


def letter_checks(code: str | None = None) -> list[Json]:
    """The pages of the checks on letters: code, title, severity, summary, what_it_does, known_limits; of one code only that one.

    Raises UsageError for an unknown code.
    """
    from modwise.appeals.verifying import registry

    return registry.pages() if code is None else [registry.explain(code)]
