"""How values are said to billers: no key, no internal name, no raw value reaches a page."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from markupsafe import Markup, escape

from modwise.knowledge.corpus import ANY, corpus
from modwise.plural import count
from modwise.reference.titles import title
from modwise.web.dating import dates, day, edition
from modwise.web.linking import linked

REMEDIES = {
    "new_claim": "New claim",
    "corrected_claim": "Corrected claim",
    "dispute_underpayment": "Dispute the payment",
    "send_documents": "Send documents",
    "query_provider": "Ask the clinician",
    "bill_patient": "Bill the patient",
    "write_off": "Write off",
    "no_action": "Nothing to do",
}
SETTINGS = {
    "professional": "Professional claim",
    "hopd": "Hospital outpatient",
    "asc": "Surgery center",
    "cah": "Critical access hospital",
    "inpatient": "Inpatient",
    "anesthesia": "Anesthesia",
    "any": "Every setting",
}
CLASSES = {"ncci": "NCCI", "edit": "answers an edit", "anatomic": "body part"}
CERTAINTY = {"settled": "Settled", "payer_dependent": "Payers differ", "needs_facts": "More has to be known"}
# Kind of badge that a state wears beside its word.
TONES = {
    "reject": "bad",
    "deny": "bad",
    "reduce": "warn",
    "audit": "warn",
    "form": "info",
    "settled": "ok",
    "payer_dependent": "warn",
    "needs_facts": "info",
    "met": "ok",
    "not_found": "warn",
    "contradicted": "bad",
    "fail": "bad",
    "bypassed": "info",
    "needs_documentation": "warn",
}
OUTCOMES = {
    "reject": "Rejected",
    "deny": "Denied",
    "reduce": "Paid less",
    "audit": "Audit risk",
    "form": "Form",
}
KINDS_OF_PAYER = {
    "programme": "Medicare and other programmes",
    "contractor": "Medicare contractors",
    "commercial": "Commercial payers",
    "medicaid": "Medicaid",
    "workers-compensation": "Workers' compensation",
    "other": "Others",
}


def plain(value: str) -> str:
    """A key as words: `not_found` → `not found`."""
    return str(value).replace("_", " ").replace("-", " ")


def sentence(value: str) -> str:
    """A key as words with a capital: `on-unlisted` → `On unlisted`."""
    text = plain(value)
    return text[:1].upper() + text[1:]


def remedy(key: str) -> str:
    """A remedy in words."""
    return REMEDIES.get(key, sentence(key))


def capital(text: str) -> str:
    """The text with a capital at its head."""
    return text[:1].upper() + text[1:]


def klass(key: str) -> str:
    """A class of modifiers in words."""
    return CLASSES.get(key, plain(key))


def setting(key: str) -> str:
    """A setting in words."""
    return SETTINGS.get(key, sentence(key))


def payer(key: str | None) -> str:
    """A payer's name; `any` and none are the code sets' own rules."""
    if key is None or key == ANY:
        return "Every payer (code set)"
    table: Mapping[str, Any] = corpus().payers.get(key, {})
    return str(table.get("title", key))


def tone(key: str) -> str:
    """The badge's colour class that goes with a state."""
    return TONES.get(key, "")


def outcome(key: str) -> str:
    """What the payer does, in words."""
    return OUTCOMES.get(key, sentence(key))


def certainty(key: str) -> str:
    """How sure an answer is, in words."""
    return CERTAINTY.get(key, sentence(key))


def money(value: str | Decimal | None) -> str:
    """An amount in dollars: `1234.5` → `$1,234.50`; a dash where it is not known."""
    if value is None:
        return "–"
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return str(value)
    return f"{'−' if amount < 0 else ''}${abs(amount):,.2f}"


def share(value: str | None) -> str:
    """A share as percent: `0.50` → `50%`; what is no number stays."""
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return str(value)
    return f"{(amount * 100).normalize():f}%"


def whole_share(value: str) -> str:
    """A share as whole percent, for rates of small numbers: `0.6667` → `67%`."""
    return f"{round(Decimal(value) * 100)}%"


GROUPS = {
    "ncci": "NCCI pairs",
    "addons": "Add-on codes",
    "anatomy": "Sides and body parts",
    "component": "Professional and technical parts",
    "form": "Form of the line",
    "package": "Global package",
    "surgery": "Surgeons and assistants",
    "visits": "Visits",
}
_LEAD = re.compile(r"^(?:Modifier|Edit) \S+, ")


def table_name(key: str) -> str:
    """A CMS table in words."""
    return title(key)


def group(name: str) -> str:
    """A group of edits in words."""
    return GROUPS.get(name.lower(), name)


def rstop(text: str) -> str:
    """A sentence as a heading: without its last full stop."""
    return text.removesuffix(".")


def unlead(text: str, owner: str) -> str:
    """A statement without the name of the page it stands on, for a list under that name."""
    found = _LEAD.sub("", text).replace("`", "") if owner else text
    return found[:1].upper() + found[1:]


def ticks(text: str) -> Markup:
    """A text in which what stands between backticks is a code."""
    parts = dates(text).split("`")
    return Markup("").join(Markup("<code>{}</code>").format(part) if n % 2 else escape(part) for n, part in enumerate(parts))


FILTERS: dict[str, Callable[..., str]] = {
    "linked": linked,
    "ticks": ticks,
    "table_name": table_name,
    "group": group,
    "dates": dates,
    "edition": edition,
    "rstop": rstop,
    "unlead": unlead,
    "plain": plain,
    "sentence": sentence,
    "capital": capital,
    "remedy": remedy,
    "setting": setting,
    "klass": klass,
    "payer": payer,
    "tone": tone,
    "outcome": outcome,
    "certainty": certainty,
    "day": day,
    "money": money,
    "share": share,
    "count": count,
    "whole_share": whole_share,
}
