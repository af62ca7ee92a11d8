"""Three invented letters with their ledgers, built by hand: a reduced service, a visit beside a procedure, two sites."""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from modwise.appeals.ledger import Authority, Exhibit, Fact, FactKind, Ledger, Source, SourceKind
from modwise.appeals.letter import Letter, Paragraph, Reference, Section, Sentence, Table

MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]


@dataclass
class Case:
    """What one letter is built of."""

    name: str
    today: date
    facts: dict[str, tuple[FactKind, str, SourceKind]]
    notes: dict[str, str]
    quotes: dict[str, tuple[str, str]]  # name → (file, words)
    item: dict[str, Any]
    route: dict[str, Any]
    letter: dict[str, Any]
    exhibits: list[tuple[str, str, str, str | None]]
    authorities: list[Authority] = field(default_factory=list)


def shown(fact: Fact) -> str:
    if fact.kind == "date":
        day = date.fromisoformat(fact.value)
        return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
    if fact.kind == "amount":
        return f"${float(fact.value):,.2f}"
    if fact.kind == "quote":
        page = f"page {fact.source.page}, line {fact.source.line}"
        return f"\u201c{' '.join(fact.value.split())}\u201d (Exhibit {fact.source.section}, {page})"
    return fact.value


def built(case: Case) -> Ledger:
    """The ledger, its letter included."""
    case = copy.deepcopy(case)
    labels = {file: label for label, _, _, file in case.exhibits if file}
    facts = [Fact(name, kind, name, value, Source(source)) for name, (kind, value, source) in case.facts.items()]
    for name, (file, words) in case.quotes.items():
        text = case.notes[file]
        start = text.index(words)
        page_start = text.rfind("\f", 0, start) + 1
        place = {"page": text.count("\f", 0, start) + 1, "line": text.count("\n", page_start, start) + 1}
        source = Source("note", file, start=start, end=start + len(words), section=labels[file], **place)
        facts.append(Fact(name, "quote", name, words, source))
    table = {fact.id: fact for fact in facts}

    def said(text: str, authorities: tuple[str, ...] = ()) -> Sentence:
        names = tuple(re.findall(r"\{(\S+?)\}", text))
        for name in names:
            text = text.replace(f"{{{name}}}", shown(table[name]))
        return Sentence(text, names, authorities)

    def block(rows: Any) -> Paragraph | Table:
        if isinstance(rows, dict):
            return Table(tuple(rows["head"]), tuple(tuple(said(cell) for cell in row) for row in rows["rows"]))
        numbered = rows[:1] == ["#"]
        return Paragraph(tuple(said(*row) if isinstance(row, tuple) else said(row) for row in rows[numbered:]), numbered)

    held = []
    for label, title, kind, file in case.exhibits:
        spans = tuple((f.source.start or 0, f.source.end or 0) for f in facts if f.kind == "quote" and f.source.file == file)
        pages = tuple(sorted({f.source.page or 1 for f in facts if f.kind == "quote" and f.source.file == file})) or (1,)
        held.append(Exhibit(label, said(title).text, kind, file, pages, spans))  # type: ignore[arg-type]
    body = case.letter
    letter = Letter(
        kind=body["kind"],
        letterhead=body["letterhead"],
        date=said("{today}"),
        method=said(body["method"]) if body.get("method") else None,
        addressee=case.route["addressee"],
        subject=said(body["subject"]),
        reference=[Reference(label, said(value)) for label, value in body["reference"]],
        sections=[Section(key, title, tuple(block(b) for b in blocks)) for key, title, blocks in body["sections"]],
        exhibits=[said(f"{label}. {title}, {_pages(e)}") for (label, title, _, _), e in zip(case.exhibits, held, strict=True)],
        signature=body["signature"],
    )
    return Ledger(
        made={"version": "0", "today": case.today.isoformat()},
        item=case.item,
        route=case.route,
        facts=facts,
        authorities=case.authorities,
        exhibits=held,
        letter=letter.as_dict(),
        documents=case.notes,
    )


def _pages(exhibit: Exhibit) -> str:
    count = len(exhibit.pages)
    return f"{count} page{'s' if count > 1 else ''}"


def text_of(letter: dict[str, Any]) -> str:
    """The letter as plain text, hard-wrapped as an editor would."""
    rows = [*letter["letterhead"], "", letter["date"]["text"]]
    rows += [letter["method"]["text"]] if letter["method"] else []
    rows += ["", *letter["addressee"], "", f"RE: {letter['subject']['text']}"]
    rows += [f"{row['label']}: {row['value']['text']}" for row in letter["reference"]]
    for section in letter["sections"]:
        rows += ["", *([section["title"], ""] if section["title"] else [])]
        number = 0
        for block in section["blocks"]:
            if "rows" in block:
                rows += ["\t".join(block["head"]), *("\t".join(c["text"] for c in row) for row in block["rows"])]
                continue
            words = " ".join(s["text"] for s in block["sentences"])
            if block["numbered"]:
                number += 1
                words = f"{number}. {words}"
            rows += [*_wrapped(words), ""]
    rows += ["", "Exhibits", *(e["text"] for e in letter["exhibits"]), "", "Sincerely,", "", *letter["signature"]]
    return "\n".join(rows) + "\n"


def _wrapped(text: str, width: int = 88) -> list[str]:
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) + 1 > width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


COMMON: dict[str, tuple[FactKind, str, SourceKind]] = {"line_number": ("count", "2", "remit")}

REDUCED = Case(
    name="reduced",
    today=date(2026, 6, 9),
    facts={
        **COMMON,
        "today": ("date", "2026-06-09", "clock"),
        "patient_name": ("name", "Harriet Lindqvist", "claim"),
        "member_id": ("identifier", "3RK7-QX2-WD58", "claim"),
        "payer_control": ("identifier", "2226104557821", "remit"),
        "account": ("identifier", "HC-40718-3", "claim"),
        "notice_date": ("date", "2026-04-17", "remit"),
        "service_date": ("date", "2026-03-02", "claim"),
        "rendering_name": ("name", "Owen Castellane, AuD", "claim"),
        "rendering_npi": ("identifier", "1999999984", "claim"),
        "code": ("code", "92557", "claim"),
        "modifier": ("modifier", "52", "claim"),
        "line_charge": ("amount", "84.00", "claim"),
        "usual_charge": ("amount", "140.00", "facts"),
        "line_paid": ("amount", "0.00", "remit"),
        "group": ("group", "CO", "remit"),
        "carc": ("carc", "252", "remit"),
        "rarc": ("rarc", "M29", "remit"),
        "charge_share": ("percent", "60", "computed"),
        "phone": ("contact", "555-0142", "practice"),
    },
    notes={
        "hearing.txt": "AUDIOLOGY REPORT\nHarriet Lindqvist\nDate of test: 2 March 2026\n\nTest:\n"
        "Air and bone conduction thresholds and speech were tested in the right ear only.\n"
        "The left ear was not tested because of a fresh surgical packing.\n"
        "Right ear: mild sloping loss, speech recognition 92 percent.\n\fPage two\nPlan:\n"
        "Testing ended as planned and no complication occurred.\n",
    },
    quotes={
        "item.52.part-omitted": ("hearing.txt", "The left ear was not tested because of a fresh surgical packing."),
        "item.52.share-done": (
            "hearing.txt",
            "Air and bone conduction thresholds and speech were tested in the right ear only.",
        ),
        "item.52.finished-as-meant": ("hearing.txt", "Testing ended as planned and no complication occurred."),
    },
    item={
        "claim": "HC-40718-3",
        "line": "2",
        "payer": "medicare-part-b",
        "code": "92557",
        "modifiers": ["52"],
        "group": "CO",
        "carc": "252",
        "rarc": ["M29"],
        "remedy": "appeal",
        "match": {"by": "line_control"},
    },
    route={
        "kind": "appeal",
        "payer": "medicare-part-b",
        "process": "processes/medicare-part-b.toml",
        "level": 1,
        "level_title": "first level of appeal",
        "request": "Request for redetermination",
        "addressee": ["Example Medicare Contractor", "Part B Redeterminations", "PO Box 40911, Anytown, ZZ 00000"],
        "form": ["CMS-20027, or a letter with the same elements"],
        "deadline": {"legal": "2026-08-20", "work_by": "2026-08-15"},
        "elements": [],
    },
    letter={
        "kind": "appeal",
        "letterhead": ["Hollow Creek Hearing, PLLC", "77 Birch Lane, Fairmont, ZZ 00417", "Telephone 555-0142"],
        "method": "By mail",
        "subject": "Request for redetermination (first level of appeal)",
        "reference": [
            ("Beneficiary", "{patient_name}"),
            ("Medicare number", "{member_id}"),
            ("Claim number", "{payer_control}"),
            ("Our account", "{account}"),
            ("Notice", "Remittance advice of {notice_date}"),
            ("Date of service", "{service_date}"),
            ("Provider", "{rendering_name}, NPI {rendering_npi}"),
            (
                "Line in dispute",
                "Line {line_number}: {code}-{modifier}, charge {line_charge}, paid {line_paid}, {group}-{carc}, {rarc}",
            ),
        ],
        "sections": [
            ("ask", None, [["We ask that line {line_number}, {code}-{modifier}, be allowed and priced as a reduced service."]]),
            (
                "denial",
                "The denial",
                [
                    [
                        "The remittance advice of {notice_date} paid nothing on this line and asks for the record.",
                        "The record asked for is enclosed.",
                    ]
                ],
            ),
            (
                "facts",
                "What the record shows",
                [
                    ["#", "The record states what was left out: {item.52.part-omitted}."],
                    ["#", "It states how much was done: {item.52.share-done}."],
                    ["#", "What was begun was brought to the end that was meant: {item.52.finished-as-meant}."],
                ],
            ),
            (
                "rule",
                "Authority",
                [
                    [
                        (
                            "Medicare Claims Processing Manual (Pub. 100-04), chapter 12, section 40.2.A.10: a reduced service is decided on a concise statement and the record.",
                            ("pub-100-04-12",),
                        )
                    ]
                ],
            ),
            (
                "application",
                "Why the line is payable as reduced",
                [
                    [
                        "The service of line {line_number} was carried out, and part of it was left out on purpose; modifier {modifier} reports exactly that.",
                        "The line was charged at {line_charge}, which is {charge_share} percent of our usual charge of {usual_charge} for this code.",
                    ]
                ],
            ),
            (
                "alternative",
                "If the denial is upheld",
                [["If any part is not allowed, please say which element of the documentation is missing."]],
            ),
        ],
        "signature": ["Priya Ostrander, CPC", "Billing Manager", "555-0142"],
    },
    exhibits=[
        ("A", "Remittance advice of {notice_date}, this claim only", "remit", None),
        ("B", "Audiology report of {service_date}", "note", "hearing.txt"),
    ],
    authorities=[
        Authority(
            "pub-100-04-12",
            "Medicare Claims Processing Manual (Pub. 100-04), chapter 12, section 40.2.A.10",
            ("a reduced service is decided on a concise statement and the record.",),
            payers=("medicare-part-b",),
            since="2010-01-01",
        )
    ],
)

VISIT = Case(
    name="visit",
    today=date(2026, 7, 6),
    facts={
        "line_number": ("count", "1", "remit"),
        "today": ("date", "2026-07-06", "clock"),
        "patient_name": ("name", "Tobias Wren-Adeyemi", "claim"),
        "member_id": ("identifier", "GPH5520178", "claim"),
        "payer_control": ("identifier", "GPX260518442", "remit"),
        "account": ("identifier", "MF-31877-2", "claim"),
        "notice_date": ("date", "2026-06-11", "remit"),
        "service_date": ("date", "2026-05-18", "claim"),
        "rendering_name": ("name", "Leonie Marchetti, DO", "claim"),
        "rendering_npi": ("identifier", "1999999992", "claim"),
        "code": ("code", "99214", "claim"),
        "other_code": ("code", "20610", "claim"),
        "other_line": ("count", "2", "claim"),
        "modifier": ("modifier", "25", "claim"),
        "line_charge": ("amount", "212.00", "claim"),
        "line_paid": ("amount", "0.00", "remit"),
        "other_paid": ("amount", "61.35", "remit"),
        "group": ("group", "CO", "remit"),
        "carc": ("carc", "97", "remit"),
        "rarc": ("rarc", "N19", "remit"),
    },
    notes={
        "visit.txt": "VISIT NOTE 18 May 2026\nReason for visit: follow up of blood sugar, and knee pain.\n\n"
        "Glucose log reviewed, fasting values 168 to 190 mg/dL, above goal.\nMetformin raised from 500 mg to 1,000 mg twice daily; A1c ordered.\n\n"
        "PROCEDURE\nRight knee injected under sterile technique with 40 mg of triamcinolone; consent taken.\n",
    },
    quotes={
        "item.25.separate-problem": ("visit.txt", "Glucose log reviewed, fasting values 168 to 190 mg/dL, above goal."),
        "item.25.stands-alone": ("visit.txt", "Metformin raised from 500 mg to 1,000 mg twice daily; A1c ordered."),
        "item.25.procedure-apart": (
            "visit.txt",
            "Right knee injected under sterile technique with 40 mg of triamcinolone; consent taken.",
        ),
    },
    item={
        "claim": "MF-31877-2",
        "line": "1",
        "payer": "cigna",
        "code": "99214",
        "modifiers": ["25"],
        "group": "CO",
        "carc": "97",
        "rarc": ["N19"],
        "remedy": "appeal",
        "match": {"by": "line_control"},
    },
    route={
        "kind": "appeal",
        "payer": "cigna",
        "process": "processes/cigna.toml",
        "level": 1,
        "level_title": "first level of appeal",
        "request": "Request for an appeal",
        "addressee": ["Grand Plains Health Plan", "Claim Appeals", "PO Box 7001, Anytown, ZZ 00000"],
        "form": [],
        "deadline": {"legal": "2026-12-08", "work_by": "2026-12-08"},
        "elements": [],
    },
    letter={
        "kind": "appeal",
        "letterhead": ["Mill Pond Family Medicine", "9 Quay Street, Fairmont, ZZ 00418"],
        "method": "By portal: providers.example/appeals",
        "subject": "Request for an appeal (first level of appeal)",
        "reference": [
            ("Patient", "{patient_name}"),
            ("Member ID", "{member_id}"),
            ("Claim number", "{payer_control}"),
            ("Our account", "{account}"),
            ("Notice", "Remittance advice of {notice_date}"),
            ("Date of service", "{service_date}"),
            ("Provider", "{rendering_name}, NPI {rendering_npi}"),
            (
                "Line in dispute",
                "Line {line_number}: {code}-{modifier}, charge {line_charge}, paid {line_paid}, {group}-{carc}, {rarc}",
            ),
        ],
        "sections": [
            ("ask", None, [["We ask that line {line_number}, {code}-{modifier}, be allowed."]]),
            (
                "denial",
                "The denial",
                [["The line was denied as part of line {other_line}, {other_code}, which was paid {other_paid}."]],
            ),
            (
                "facts",
                "What the record shows",
                [
                    ["#", "A problem of its own was managed: {item.25.separate-problem}."],
                    ["#", "The decisions on it stand without the procedure: {item.25.stands-alone}."],
                    ["#", "The procedure has a paragraph of its own: {item.25.procedure-apart}."],
                ],
            ),
            (
                "rule",
                "Authority",
                [
                    [
                        (
                            "CPT, Appendix A, modifier 25: it reports a visit that goes beyond the usual work of the procedure.",
                            ("cpt-25",),
                        )
                    ]
                ],
            ),
            (
                "application",
                "Why the line is payable",
                [
                    [
                        "Take the procedure's paragraph away and a whole visit remains.",
                        "Modifier {modifier} reports such a visit, and it was on the claim when it was filed.",
                    ]
                ],
            ),
            (
                "alternative",
                "If the denial is upheld",
                [["If any part is not allowed, please name the edit or policy that was applied."]],
            ),
        ],
        "signature": ["Dario Pemberton, CPB", "555-0161"],
    },
    exhibits=[
        ("A", "Remittance advice of {notice_date}, this claim only", "remit", None),
        ("B", "Visit note of {service_date}", "note", "visit.txt"),
    ],
    authorities=[
        Authority(
            "cpt-25", "CPT, Appendix A, modifier 25", ("it reports a visit that goes beyond the usual work of the procedure.",)
        )
    ],
)

SITES = Case(
    name="sites",
    today=date(2026, 4, 20),
    facts={
        "line_number": ("count", "2", "remit"),
        "other_line": ("count", "1", "claim"),
        "today": ("date", "2026-04-20", "clock"),
        "patient_name": ("name", "Ingrid Okonkwo", "claim"),
        "member_id": ("identifier", "QMS8840925", "claim"),
        "payer_control": ("identifier", "QM-2603-771904", "remit"),
        "account": ("identifier", "BD-6120-4", "claim"),
        "notice_date": ("date", "2026-03-26", "remit"),
        "service_date": ("date", "2026-02-24", "claim"),
        "rendering_name": ("name", "Rufus Abernethy, MD", "claim"),
        "rendering_npi": ("identifier", "1999999976", "claim"),
        "code": ("code", "11102", "claim"),
        "other_code": ("code", "17000", "claim"),
        "modifier": ("modifier", "59", "claim"),
        "line_charge": ("amount", "195.00", "claim"),
        "line_paid": ("amount", "0.00", "remit"),
        "other_paid": ("amount", "68.20", "remit"),
        "group": ("group", "CO", "remit"),
        "carc": ("carc", "97", "remit"),
        "rarc": ("rarc", "M15", "remit"),
        "ptp_indicator": ("indicator", "1", "table"),
        "site_first": ("statement", "left forearm", "facts"),
        "site_second": ("statement", "right upper back", "facts"),
    },
    notes={
        "derm.txt": "DERMATOLOGY NOTE\nDate: 24 February 2026\n\nLeft forearm: rough papule, 5 mm, treated with liquid nitrogen.\n"
        "Right upper back: pigmented papule, 7 mm, tangential biopsy, specimen sent.\n",
    },
    quotes={
        "item.59.sites": ("derm.txt", "Left forearm: rough papule, 5 mm, treated with liquid nitrogen."),
        "item.59.sites.2": ("derm.txt", "Right upper back: pigmented papule, 7 mm, tangential biopsy, specimen sent."),
    },
    item={
        "claim": "BD-6120-4",
        "line": "2",
        "payer": "aetna",
        "code": "11102",
        "modifiers": ["59"],
        "group": "CO",
        "carc": "97",
        "rarc": ["M15"],
        "remedy": "appeal",
        "match": {"by": "line_control"},
    },
    route={
        "kind": "appeal",
        "payer": "aetna",
        "process": "processes/aetna.toml",
        "level": 1,
        "level_title": "first level of appeal",
        "request": "Request for reconsideration",
        "addressee": ["Quarry Mutual Insurance", "Claim Reconsiderations", "PO Box 5150, Anytown, ZZ 00000"],
        "form": [],
        "deadline": {"legal": "2026-09-22", "work_by": "2026-09-22"},
        "elements": [],
    },
    letter={
        "kind": "appeal",
        "letterhead": ["Bluff Road Dermatology, PC", "310 Bluff Road, Fairmont, ZZ 00419"],
        "method": None,
        "subject": "Request for reconsideration (first level of appeal)",
        "reference": [
            ("Patient", "{patient_name}"),
            ("Member ID", "{member_id}"),
            ("Claim number", "{payer_control}"),
            ("Our account", "{account}"),
            ("Notice", "Remittance advice of {notice_date}"),
            ("Date of service", "{service_date}"),
            ("Provider", "{rendering_name}, NPI {rendering_npi}"),
            (
                "Line in dispute",
                "Line {line_number}: {code}-{modifier}, charge {line_charge}, paid {line_paid}, {group}-{carc}, {rarc}",
            ),
        ],
        "sections": [
            ("ask", None, [["We ask that line {line_number}, {code}-{modifier}, be allowed."]]),
            (
                "denial",
                "The denial",
                [["The line was denied as part of line {other_line}, {other_code}, which was paid {other_paid}."]],
            ),
            (
                "facts",
                "What the record shows",
                [
                    ["#", "The first site: {item.59.sites}."],
                    ["#", "The second site: {item.59.sites.2}."],
                    {
                        "head": ["", "Line 1", "Line 2"],
                        "rows": [["Code", "{other_code}", "{code}-{modifier}"], ["Site", "{site_first}", "{site_second}"]],
                    },
                ],
            ),
            (
                "rule",
                "Authority",
                [
                    [
                        (
                            "MLN1783722, Proper Use of Modifiers 59, XE, XP, XS and XU: different anatomic sites may be reported apart.",
                            ("mln-59",),
                        )
                    ]
                ],
            ),
            (
                "application",
                "Why the line is payable",
                [
                    [
                        "No tissue treated on line {other_line} was sampled on line {line_number}.",
                        "The pair carries indicator {ptp_indicator}, so a modifier may lift it when the sites were apart.",
                    ]
                ],
            ),
            (
                "alternative",
                "If the denial is upheld",
                [["If any part is not allowed, please name the edit or policy that was applied."]],
            ),
        ],
        "signature": ["Odile Farrow, CPC", "555-0173"],
    },
    exhibits=[
        ("A", "Remittance advice of {notice_date}, this claim only", "remit", None),
        ("B", "Dermatology note of {service_date}", "note", "derm.txt"),
    ],
    authorities=[
        Authority(
            "mln-59",
            "MLN1783722, Proper Use of Modifiers 59, XE, XP, XS and XU",
            ("different anatomic sites may be reported apart.",),
        )
    ],
)
CASES = (REDUCED, VISIT, SITES)
