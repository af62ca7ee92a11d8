"""What each kind of fact file may hold: keys, types, required sections. Data for the loader, nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

Type = type | tuple[type, ...]

CLASSES = frozenset({"pricing", "edit", "ncci", "anatomic", "coverage", "informational", "statistical"})
KINDS_OF_SOURCE = frozenset(
    {
        "statute",
        "regulation",
        "manual",
        "data file",
        "contractor notice",
        "payer policy",
        "contract",
        "secondhand",
        "unverified",
    }
)
KINDS_OF_PAYER = frozenset({"programme", "contractor", "commercial", "medicaid", "workers-compensation", "other"})
CONFIDENCE = frozenset({"high", "medium", "low"})
SETTINGS = frozenset({"professional", "hopd", "asc", "cah", "inpatient", "anesthesia", "any"})
REMEDIES = frozenset(
    {
        "new_claim",
        "corrected_claim",
        "reopening",
        "appeal",
        "dispute_underpayment",
        "send_documents",
        "query_provider",
        "bill_patient",
        "write_off",
        "wait",
        "no_action",
    }
)


@dataclass(frozen=True)
class Shape:
    """Keys of one table: required and optional ones with their types; `words` limits a key to a vocabulary."""

    required: Mapping[str, Type]
    optional: Mapping[str, Type] = field(default_factory=dict)
    words: Mapping[str, frozenset[str]] = field(default_factory=dict)


VALUE = Shape(
    required={"from": date, "source": list},
    optional={"value": (str, bool, list), "ended": bool, "at_latest": bool, "note": str},
)
FACT = Shape(
    required={"id": str, "says": str, "payer": str, "applies_by": str, "confidence": str, "values": list},
    optional={"setting": str, "reference": str, "reference_verified": bool, "unit": str},
    words={"confidence": CONFIDENCE, "setting": SETTINGS},
)
SOURCE = Shape(
    required={"title": str, "publisher": str, "kind": str},
    optional={"url": str, "published": date, "read": date, "note": str},
    words={"kind": KINDS_OF_SOURCE},
)
STATEMENT = Shape(required={"says": str, "source": list, "confidence": str}, words={"confidence": CONFIDENCE})


def _section(
    required: Mapping[str, Type] | None = None,
    optional: Mapping[str, Type] | None = None,
    words: Mapping[str, frozenset[str]] | None = None,
) -> Shape:
    return Shape(
        required={**STATEMENT.required, **(required or {})},
        optional=optional or {},
        words={**STATEMENT.words, **(words or {})},
    )


# The order is the order on the page.
SECTIONS: dict[str, Shape] = {
    "meaning": _section(),
    "use_when": _section(),
    "do_not_use": _section(optional={"instead": str}),
    "who": _section(),
    "applies_to": _section(),
    "units": _section(),
    "documentation": _section(required={"item": str}),
    "denials": _section(optional={"carc": list, "rarc": list}),
    "remedies": _section(required={"remedy": str}, words={"remedy": REMEDIES}),
    "appeal": _section(),
    "neighbours": _section(required={"modifier": str, "question": str}),
    "where_used": _section(required={"setting": str}, words={"setting": SETTINGS}),
    "examples": _section(required={"situation": str, "answer": str}),
    "disagreements": _section(required={"id": str, "answers": list}),
}
OPTIONAL_SECTIONS = frozenset({"disagreements"})
ANSWER = Shape(required={"payer": str, "answer": str, "source": list})

MODIFIER = Shape(
    required={"modifier": str, "title": str, "code_set": str, "class": list, "page": str, "reviewed": date, "fact": list},
    optional=dict.fromkeys(SECTIONS, list),
    words={"code_set": frozenset({"CPT", "HCPCS"}), "page": frozenset({"full", "brief"})},
)
PAYER = Shape(
    required={"payer": str, "title": str, "kind": str, "reviewed": date, "source": list},
    optional={
        "parent": str,
        "payer_ids": list,
        "filing_indicators": list,
        "claim_types": list,
        "bill_types": list,
        "places": list,
        "taxonomies": list,
        "settings": list,
        "note": str,
        "fact": list,
    },
    words={"kind": KINDS_OF_PAYER},
)
PAYER_SETTINGS = ("professional", "facility")
COVERAGE = Shape(required={"coverage": str, "title": str, "reviewed": date, "group": list})
TOPICS = Shape(required={"group": str, "settings": list}, optional={"facts": list, "routes": list})
FAMILY = Shape(required={"family": str, "title": str, "reviewed": date, "fact": list}, optional={"note": str})
RULES = Shape(required={"rules": str, "title": str, "reviewed": date, "fact": list}, optional={"note": str})
PRICING = Shape(required={"pricing": str, "title": str, "reviewed": date, "fact": list}, optional={"note": str})

# Tables by denial code; `checks_denial_codes` looks into them.
CARC = Shape(
    required={"carc": str, "title": str, "reviewed": date},
    optional={
        "through": date,
        "source": list,
        "codes": dict,
        "groups": dict,
        "claim_status": dict,
        "meaning": list,
        "case": list,
        "note": str,
    },
)
RARC = Shape(
    required={"rarc": str, "title": str, "reviewed": date},
    optional={"through": date, "source": list, "codes": dict, "meaning": list, "note": str},
)
# A clock: how long, from when, and what must have happened by its end.
UNITS = frozenset({"days", "business days", "months", "years"})
STARTS = frozenset({"date of service", "notice", "receipt", "decision", "receipt of the decision"})
WINDOW = Shape(
    required={"from": date, "count": int, "unit": str, "after": str, "filed": str, "roll": str, "says": str, "source": list},
    optional={
        "at_latest": bool,
        "presumed": int,
        "calendar": str,
        "confidence": str,
        "reference": str,
        "note": str,
        "work_by": dict,
    },
    words={
        "unit": UNITS,
        "after": STARTS,
        "filed": frozenset({"received", "sent", "unknown"}),
        "roll": frozenset({"none", "next business day", "unknown"}),
        "confidence": CONFIDENCE,
    },
)
WORK_BY = Shape(
    required={"count": int, "unit": str, "after": str, "says": str, "source": list}, words={"unit": UNITS, "after": STARTS}
)
ROUTE = Shape(
    required={"id": str, "remedy": str, "name": str, "to": str, "form": list},
    optional={
        "level": int,
        "when": dict,
        "needs": list,
        "decides": str,
        "amount": str,
        "window": list,
        "unknown": str,
        "source": list,
        "request": str,
        "unit": str,
        "addressee": str,
        "elements": list,
    },
    words={"remedy": REMEDIES},
)
PROGRAMMES = frozenset({"medicare_ffs", "medicare_facility", "medicare_advantage", "medicaid", "commercial", "other"})
PROCESS = Shape(
    required={"payer": str, "title": str, "programme": str, "reviewed": date},
    optional={"as": str, "rule": list, "route": list, "fact": list},
    words={"programme": PROGRAMMES},
)
# The decision tables of denials; `checks_remedies` looks into them.
REMEDY_FILE = Shape(
    required={"remedies": str, "title": str, "reviewed": date},
    optional={
        "note": str,
        **dict.fromkeys(
            (
                "signal",
                "question",
                "topic",
                "order",
                "test",
                "row",
                "chance",
                "shares",
                "neutral",
                "held_back",
                "alike",
                "plain",
                "moved_in",
            ),
            list,
        ),
        "tables": dict,
        "labels": dict,
        "fact": list,
    },
)
SIGNAL = Shape(required={"name": str, "says": str, "values": list}, optional={"open": dict, "codes": dict, "firm": bool})
OPEN_KINDS = frozenset({"modifiers", "yes-no", "number", "amount", "choice", "contractor", "open-appeal"})
OPEN_QUESTION = Shape(
    required={"question": str, "signals": list, "fact": str, "kind": str, "asks": str},
    optional={"hint": str, "answers": dict},
    words={"kind": OPEN_KINDS},
)
TOPIC = Shape(
    required={"topic": str, "source": list},
    optional={
        **dict.fromkeys(("carc", "rarc", "states", "modifiers", "without"), list),
        **dict.fromkeys(("both", "recoded", "priced", "any", "on_paid"), bool),
        "answers": dict,
    },
)
ORDER = Shape(required={"order": str, "rarc": list, "says": str, "source": list})
TEST = Shape(
    required={
        "id": str,
        "modifiers": list,
        "when": dict,
        "result": str,
        "cause": str,
        "says": str,
        "source": list,
        "confidence": str,
    },
    optional={"instead": list},
    words={"result": frozenset({"drop", "replace", "hopeless"}), "confidence": CONFIDENCE},
)
CHANCE = Shape(
    required={"id": str, "when": dict, "chance": str, "source": list, "confidence": str}, words={"confidence": CONFIDENCE}
)
ROW = Shape(
    required={"id": str, "when": dict, "says": str, "source": list, "confidence": str},
    optional={"cause": str, "action": str, "go_on": bool, "remedy": str, "route": str, "level": str},
    words={"confidence": CONFIDENCE, "remedy": REMEDIES},
)
CALENDAR = Shape(
    required={"calendar": str, "title": str, "reviewed": date, "weekend": list, "holiday": list}, optional={"note": str}
)
HOLIDAY = Shape(
    required={"name": str, "month": int, "source": list}, optional={"day": int, "weekday": str, "nth": int, "from": date}
)

CASE_FACTS = Shape(required={"case_facts": str, "title": str, "reviewed": date, "case_fact": list})
CASE_FACT = Shape(
    required={"name": str, "question": str},
    optional={
        "kind": str,
        "values": list,
        "presume": str,
        "derive": list,
        "unit": str,
        "short": str,
        "suggests": dict,
        "otherwise": str,
    },
    words={"kind": frozenset({"choice", "number", "open"})},
)
CASE_VALUE = Shape(
    required={"value": str, "says": str},
    optional={"implies": dict, "suggests": dict, "unless": dict, "kind_of": str, "payer_becomes": dict},
)
DECISION = Shape(
    required={"decision": str, "title": str, "question": str, "order": int, "reviewed": date, "row": list},
    optional={"group": str, "about": list, "note": str},
)
_SAYS_WHAT: dict[str, Type] = {
    "modifiers": list,
    "code": str,
    "code_note": str,
    "billable": bool,
    "lines": list,
    "says": str,
}
DECISION_ROW = Shape(
    required={"id": str},
    optional={
        **_SAYS_WHAT,
        "when": dict,
        "then": str,
        "source": list,
        "confidence": str,
        "payers": list,
        "others_same": bool,
        "open": bool,
        "if_given": list,
        "disagreement": str,
    },
    words={"confidence": CONFIDENCE},
)
DECISION_PAYER = Shape(required={"source": list}, optional={**_SAYS_WHAT, "payer": str, "payer_kind": str, "confidence": str})
CASE_WORDS = Shape(
    required={"case_words": str, "title": str, "reviewed": date},
    optional={"list": dict, "same": dict, "reading": list, "negation": list, "takes": dict, "combine": list, "note": str},
)
READING = Shape(
    required={"words": list},
    optional={
        "fact": str,
        "value": str,
        "sets": dict,
        "negated": str,
        "number": str,
        "unit": str,
        "needs": dict,
        "weak": bool,
        "plain": bool,
        "denied_by": list,
    },
)
# What an alias file may list; docs/fact-files.md says what each is.
ALIAS_LISTS = (
    ("phrase", "topic", "lookup", "programme", "indicator", "stranger", "state", "word"),
    ("same", "quiet", "turning", "joining"),
)
ALIASES = Shape(
    required={"aliases": str, "title": str, "reviewed": date},
    optional={name: list for names in ALIAS_LISTS for name in names},
)

# How a note is read: words by name, headings, rules, what silences them, landmarks of a family, and which signs show an item.
NOTE_READING = Shape(
    required={"reading": str, "title": str, "reviewed": date},
    optional={
        "note": str,
        "on_demand": bool,
        "words": dict,
        **dict.fromkeys(("section", "rule", "silence", "landmark", "item", "unreadable"), list),
        **dict.fromkeys(("class", "twofold", "works", "act", "build", "amount"), list),
    },
)
READING_ENTRIES: dict[str, Shape] = {
    "section": Shape(required={"kind": str, "begins": list}, optional={"holds": list, "first": list}),
    "rule": Shape(
        required={"id": str, "sign": str, "pattern": str, "examples": list, "counter": list},
        optional={
            "weight": int,
            "cues": list,
            "reason": str,
            "extent": str,
            "only_in": list,
            "any_section": bool,
            "titled": bool,
            "if_named": int,
            "untold": int,
            "unless": str,
            "in_title": str,
        },
        words={
            "reason": frozenset({"choice", "risk", "preparation", "equipment", "patient", "anatomy"}),
            "extent": frozenset({"reduced", "discontinued", "converted"}),
        },
    ),
    "silence": Shape(
        required={"id": str, "why": str, "where": str, "examples": list},
        optional={"of": list, "reach": int, "sections": list, "pattern": str, "unless": str, "cues": list},
        words={
            "where": frozenset(
                {"sentence", "before", "after", "over", "around", "following", "section", "visit", "told-later", "other-side"}
            )
        },
    ),
    "landmark": Shape(
        required={"id": str, "says": str, "named": str, "examples": list, "counter": list},
        optional={
            **{"family": str, "codes": list, "reached": str, "denied": str, "denial": bool, "quiet": bool, "short": str},
            "extent": str,
        },
    ),
    "amount": Shape(
        required={
            **{"id": str, "says": str, "named": str, "unit": str, "least": int, "confidence": str, "source": list},
            **{"examples": list, "counter": list},
        },
        optional={
            **{"family": str, "codes": list, "told": list, "begins": str, "ends": str, "each": str, "ordered": str},
            **{"denied": str, "extent": str, "figure": str},
        },
        words={
            "unit": frozenset({"minutes", "count", "percent"}),
            "figure": frozenset({"recorded-hours", "naps", "service-minutes"}),
            "confidence": CONFIDENCE,
            "extent": frozenset({"reduced", "discontinued"}),
        },
    ),
    "class": Shape(
        required={"mark": str, "name": str},
        optional={"verbs": list, "nouns": list, "words": list, "endings": list, "telling": str, "undone": str},
        words={"telling": frozenset({"always", "untold"})},
    ),
    "twofold": Shape(required={"word": str, "build": str, "mark": str}),
    "works": Shape(required={"named": str, "on": list}),
    "act": Shape(
        required={"id": str, "named": str, "done": str, "examples": list, "counter": list},
        optional={"weak": bool, "codes": list, "part": str, "says": str},
    ),
    "build": Shape(
        required={"id": str, "sign": str, "row": str, "marks": str, "examples": list, "counter": list},
        optional={
            **{"weight": int, "titled": int, "untold": int, "reason": str, "extent": str},
            **{"needs": str, "unless": str, "clause": bool},
        },
        words={
            "reason": frozenset({"choice", "risk", "preparation", "equipment", "patient", "anatomy"}),
            "extent": frozenset({"reduced", "discontinued", "converted"}),
        },
    ),
    "item": Shape(
        required={"modifiers": list, "item": str, "met": list, "examples": list, "counter": list},
        optional={"contradicted": list, "against": list},
    ),
    "unreadable": Shape(required={"modifiers": list, "item": str, "why": str}),
}

DOWNLOADS = Shape(required={"downloads": str, "title": str, "reviewed": date, "set": list}, optional={"licence": list})
LICENCE = Shape(required={"licence": str, "says": str, "url": str, "accept": str, "source": list})
DOWNLOAD_SET = Shape(
    required={
        **{"set": str, "says": str, "tables": list, "period": str, "licences": list},
        **{"page": str, "source": list, "verified": bool, "file": list},
    },
    words={"period": frozenset({"quarter", "year"})},
)
DOWNLOAD_FILE = Shape(required={"addresses": list}, optional={"editions": dict})

# What a letter says by modifier or kind of denial; `checks_letters` looks into them.
LETTER_LISTS = (
    *("modifiers", "topics", "stated", "subject", "reference", "ask", "ask_more", "denial", "point", "authority"),
    *("application", "contrast", "alternative", "loses", "against", "document", "late", "plain_words"),
)
LETTER = Shape(
    required={"letter": str, "title": str, "reviewed": date},
    optional={
        "note": str,
        "first": bool,
        **dict.fromkeys(LETTER_LISTS, list),
        **dict.fromkeys(("heading", "gap", "exhibit", "record", "encounter", "contrary", "primary", "doubt"), dict),
    },
)
LETTER_SENTENCE = Shape(
    required={"says": str},
    optional={"when": dict, "needs": list, "lacks": list, "always": bool, "rests_on": list, "label": str},
)
LETTER_POINT = Shape(
    required={"name": str},
    optional={
        **dict.fromkeys(("says", "states", "same", "gap", "more"), str),
        **dict.fromkeys(("items", "needs", "lacks", "has", "apart_from"), list),
        "most": int,
        "need": bool,
        "when": dict,
    },
)
LETTER_LOSES = Shape(
    required={"when": dict, "says": str, "outcome": str, "source": list},
    optional={"remedy": str},
    words={"outcome": frozenset({"refuse", "warn"}), "remedy": REMEDIES},
)
# Words of a record that tell otherwise: examples must be struck, counter must not.
LETTER_AGAINST = Shape(
    required={"says": str, "pattern": str, "examples": list, "counter": list},
    optional={"when": dict, "unless": str, "anywhere": bool},
)
LETTER_CITES = Shape(required={"cites": list}, optional={"when": dict})
LETTER_DOCUMENT = Shape(required={"words": list, "title": str})
# What is asked of a case that lies on paper.
QUESTIONS = Shape(required={"questions": str, "title": str, "reviewed": date, "question": list}, optional={"note": str})
QUESTION = Shape(
    required={"name": str, "ask": str, "explain": str, "kind": str},
    optional={"need": bool},
    words={
        "kind": frozenset(
            {"payer", "text", "date", "npi", "number", "code", "modifiers", "place", "amount", "adjustments", "codes", "others"}
        )
    },
)
# What letters may cite.
CITABLE = Shape(required={"citable": str, "title": str, "reviewed": date, "authority": list}, optional={"note": str})
AUTHORITY = Shape(
    required={"id": str, "citation": str, "payers": list, "holds": list, "source": list, "confidence": str},
    optional={"edition": str, "since": date, "until": date, "adopted_as": str, "url": str, "note": str},
    words={"confidence": CONFIDENCE},
)
HOLDING = Shape(required={"id": str, "says": str})
# How a finished letter is checked: word lists, phrases, ways of citing, papers, levels and the modifiers' rule cards.
LETTER_CHECKS = Shape(
    required={"letter_checks": str, "title": str, "reviewed": date},
    optional={"note": str, "words": dict, **dict.fromkeys(("phrase", "citation", "enclosure", "level", "card"), list)},
)
LETTER_CHECK_ENTRIES: dict[str, Shape] = {
    "phrase": Shape(
        required={"check": str, "pattern": str, "says": str, "examples": list, "counter": list},
        optional={"hint": str, "groups": list, "negated": bool, "exact": bool, "quoted": bool},
    ),
    "citation": Shape(required={"name": str, "pattern": str, "examples": list}, optional={"annual": bool}),
    "enclosure": Shape(required={"pattern": str, "kinds": list, "examples": list}),
    "level": Shape(required={"level": str, "pattern": str, "examples": list}),
    "card": Shape(required={"modifiers": list, "need": list, "never": list, "source": list}),
}
CARD_NEED = Shape(required={"says": str}, optional={"any": list, "facts": list, "least": int})
CARD_NEVER = Shape(required={"pattern": str, "says": str})
# Papers beside the letter: request forms, and what is sent where no appeal can work. `checks_papers` looks into them.
PAPER = Shape(
    required={"paper": str, "title": str, "reviewed": date, "kind": str},
    optional={
        **dict.fromkeys(("form", "says", "note", "file", "subject", "letter", "qualifier"), str),
        **dict.fromkeys(
            ("source", "remedies", "topics", "not_for", "row", "reference", "section", "question", "piece", "addressee"), list
        ),
        "gap": dict,
        "limit": int,
    },
    words={"kind": frozenset({"form", "letter", "claim", "narrative"})},
)
PAPER_ROW = Shape(required={"label": str}, optional={"facts": list, "gap": str, "choices": list, "list": str, "says": str})
PAPER_SECTION = Shape(required={"key": str, "sentence": list}, optional={"title": str})
PAPER_QUESTION = Shape(required={"modifiers": list, "asks": list}, optional={"note": str})
PAPER_SENTENCE = Shape(
    required={"says": str},
    optional={"lacks": list, "modifiers": list, "always": bool, "numbered": bool, "each": str, "questions": bool},
)

# folder -> (key that must equal the file name, shape)
FOLDERS: dict[str, tuple[str, Shape]] = {
    "modifiers": ("modifier", MODIFIER),
    "payers": ("payer", PAYER),
    "pricing": ("pricing", PRICING),
    "families": ("family", FAMILY),
    "rules": ("rules", RULES),
    "aliases": ("aliases", ALIASES),
    "carc": ("carc", CARC),
    "rarc": ("rarc", RARC),
    "processes": ("payer", PROCESS),
    "calendars": ("calendar", CALENDAR),
    "case-facts": ("case_facts", CASE_FACTS),
    "case-words": ("case_words", CASE_WORDS),
    "decisions": ("decision", DECISION),
    "remedies": ("remedies", REMEDY_FILE),
    "coverage": ("coverage", COVERAGE),
    "reading": ("reading", NOTE_READING),
    "downloads": ("downloads", DOWNLOADS),
    "letters": ("letter", LETTER),
    "citable": ("citable", CITABLE),
    "questions": ("questions", QUESTIONS),
    "letter-checks": ("letter_checks", LETTER_CHECKS),
    "papers": ("paper", PAPER),
}
# What nearly every question needs; the others lie in the corpus under `kinds`.
CORE = frozenset({"modifiers", "payers", "families", "rules"})
