"""What the work pages say of findings, denials and their causes, in a biller's words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from modwise.knowledge.corpus import corpus
from modwise.web import words

Json = dict[str, Any]
STATUSES = {
    "fail": "Wrong",
    "bypassed": "Lifted by a modifier",
    "needs_documentation": "Record needed",
    "payer_dependent": "Payers differ",
}
STATUS_MEANS = {
    "fail": "The line will not pass as it stands.",
    "bypassed": "A modifier lifts the edit; the record must hold the reason.",
    "needs_documentation": "It can be right; what decides must be in the record or on the claim.",
    "payer_dependent": "Payers differ, or this payer’s rule is not known well enough.",
}
OUTCOME_MEANS = {
    "reject": "The payer sends it back unprocessed.",
    "deny": "The payer denies the line.",
    "reduce": "The payer pays less than is due.",
    "audit": "Paid now, and asked back in an audit if the record is silent.",
    "form": "A matter of writing.",
}
STATES = {
    "new": "New",
    "in_progress": "In work",
    "sent": "Sent",
    "upheld": "Denial upheld",
    "overturned": "Overturned",
    "partly": "Partly overturned",
    "closed": "Closed",
}
STATE_TONES = {
    "new": "info",
    "in_progress": "info",
    "sent": "warn",
    "upheld": "bad",
    "overturned": "ok",
    "partly": "ok",
    "closed": "",
}
REMEDIES = {"reopening": "Reopening", "appeal": "Appeal", "wait": "Wait"} | words.REMEDIES
CLAIM_TYPES = {"professional": "Professional claim", "institutional": "Institutional claim"}
FREQUENCIES = {"7": "replaces an earlier claim", "8": "voids an earlier claim"}
MATCHED_BY = {
    "line_control": "line control number",
    "control": "claim number and line",
    "claim": "claim number",
    "member": "member, code and day",
}
# A cause's key → words; the first that fits. What stands in brackets is a modifier or another name out of the key.
_CAUSES: tuple[tuple[str, str], ...] = (
    (r"(\w+?)_doc_not_sent", "Records for {0} were not sent"),
    (r"(\w+?)_doc_insufficient", "The payer found the records for {0} too thin"),
    (r"(\w+?)_documentation_needed", "Records for {0} are asked for"),
    (r"modifier_missing_support_not_known", "A modifier may be missing; the record must say"),
    (r"modifier_support_not_known", "Whether the record supports the modifier is not known"),
    (r"recoding_support_not_known", "Whether the record supports the payer’s recoding is not known"),
    (r"units_support_not_known", "Whether the record supports the units is not known"),
    (r"coverage_support_not_known", "Whether the record meets the coverage rule is not known"),
    (r"reduced_by_payer_support_not_known", "The payer reduced it; the record must say whether rightly"),
    (r"surgeons_role_not_known", "What the surgeons’ roles were is not known"),
    (r"timely_filing_proof_not_known", "Late filing; whether there is proof is not known"),
    (r"timely_filing_proof_exists", "Late filing, and there is proof that it was in time"),
    (r"timely_filing_missed", "Filed too late"),
    (r"duplicate_or_repeat_not_known", "A duplicate, or a true repeat? The record must say"),
    (r"true_duplicate", "A duplicate"),
    (r"duplicate_of_crossover", "A duplicate of the crossover claim"),
    (r"other_support_not_known", "Whether the record supports the line as billed is not known"),
    (r"(\w+?)_support_not_known", "Whether the record supports {0} is not known"),
    (r"(\w+?)_missing_supported", "{0} was left off, and the record supports it"),
    (r"(\w+?)_supported_payer_bundled", "{0} is supported; the payer bundled it all the same"),
    (r"(\w+?)_supported_payer_denied", "{0} is supported; the payer denied it all the same"),
    (r"(\w+?)_supported_payer_duplicate", "{0} is supported; the payer took it for a duplicate"),
    (r"(\w+?)_supported_payer_recoded", "{0} is supported; the payer recoded it"),
    (r"(\w+?)_valid_payer_rejected", "{0} is right; the payer rejected it"),
    (r"supported_payer_denied", "Supported; the payer denied it all the same"),
    (r"wrong_modifier_(\w+)_for_(\w+)", "{0} stands where {1} fits"),
    (r"(\w+?)_used_where_(\w+)", "{0} stands where {1} fits"),
    (r"(\w+?)_should_be_(\w+)", "{0} should be {1}"),
    (r"modifier_conflict_(\w+)", "Modifiers contradict each other: {0}"),
    (r"member_not_recognised", "The payer did not recognise the member"),
    (r"(\w+?)_not_recognised", "The payer did not recognise {0}"),
    (r"no_modifier_supported", "The record supports no modifier"),
    (r"units_supported_over_limit", "More units than the limit, and the record supports them"),
    (r"units_not_supported", "The record does not support the units"),
    (r"units_typo", "The units look like a slip of the pen"),
    (r"(\w+?)_not_supported", "The record does not support {0}"),
    (r"not_supported", "The record does not support it"),
    (r"(\w+?)_on_code_without_pc", "{0} on a code that has no professional part"),
    (r"tc_on_code_without_tc", "TC on a code that has no technical part"),
    (r"(\w+?)_on_code_not_bilateral", "{0} on a code that is not priced by side"),
    (r"(\w+?)_on_code_without_global", "{0} on a code without a global package"),
    (r"(\w+?)_on_exempt_code", "{0} on a code that is exempt from it"),
    (r"(\w+?)_on_code_that_has_levels", "{0} on a code that has levels"),
    (r"(\w+?)_on_facility_claim", "{0} on a facility’s claim"),
    (r"(\w+?)_on_professional_claim", "{0} on a clinician’s claim"),
    (r"(\w+?)_on_visit", "{0} on a visit"),
    (r"(\w+?)_on_procedure", "{0} on a procedure"),
    (r"(\w+?)_not_permitted", "{0} is not permitted on this code"),
    (r"(\w+?)_not_needed", "{0} is not needed here"),
    (r"(\w+?)_reduced_twice", "{0}: the charge was cut twice"),
    (r"(\w+?)_without_global_period", "{0} without a global period"),
    (r"(\w+?)_cert_missing", "The certification for {0} is missing"),
    (r"(\w+?)_off_laboratory", "{0} off the laboratory"),
    (r"underpaid_(\w+)", "Underpaid: {0}"),
    (r"reduced_by_payer_(\w+)_supported", "The payer reduced it; the record supports {0}"),
    (r"reduced_by_payer_full_service", "The payer reduced a full service"),
    (r"bundled_no_support", "Bundled, and nothing sets it apart"),
    (r"always_bundled", "Always bundled"),
    (r"ncci_indicator_0", "Bundled; no modifier can lift this pair"),
    (r"mue_absolute", "Over a unit limit that cannot be lifted"),
    (r"mue_line_split", "Over the unit limit; to be split over lines"),
    (r"assistant_statutory", "No assistant is payable for this code"),
    (r"assistant_concept_does_not_apply", "An assistant has no meaning on this code"),
    (r"statutory_exclusion", "Never covered by law"),
    (r"panel_bundling_informational", "Paid as part of a panel"),
    (r"priced_per_policy", "Priced as the policy says"),
    (r"claim_data_(\w+)", "Something on the claim: {0}"),
)
_COMPILED = tuple((re.compile(pattern), says) for pattern, says in _CAUSES)
_LEVEL_KEYS = {"CER": "Clerical error reopening", "L1": "First level"}


def cause(key: str) -> str:
    """A cause in words."""
    for pattern, says in _COMPILED:
        if found := pattern.fullmatch(key):
            text = says.format(*(_name(one) for one in found.groups()))
            return text[:1].upper() + text[1:]
    return words.sentence(key)


def _name(part: str) -> str:
    """A modifier as it is written, other names as words."""
    if part == "59x":
        return "59 or X"
    if re.fullmatch(r"[0-9a-z]{2}", part):
        return part.upper()
    pieces = part.split("_")
    if all(re.fullmatch(r"[0-9a-z]{2}", piece) for piece in pieces):
        return " and ".join(piece.upper() for piece in pieces)
    return words.plain(part)


def status(key: str) -> str:
    """A finding's status in words."""
    return STATUSES.get(key, words.sentence(key))


def state(key: str) -> str:
    """A worklist item's state in words."""
    return STATES.get(key, words.sentence(key))


def state_tone(key: str) -> str:
    """The badge's kind that goes with a state."""
    return STATE_TONES.get(key, "")


def remedy(key: str) -> str:
    """A remedy in words."""
    return REMEDIES.get(key, words.sentence(key))


def level(text: str | None) -> str:
    """A level of appeal or reopening without house abbreviations."""
    if not text:
        return ""
    first, _, rest = text.partition(" ")
    if first.lower() == "none":
        return f"No appeal{': ' + rest.strip('()') if rest else ''}"
    if first not in _LEVEL_KEYS:
        return text[:1].upper() + text[1:]
    inner = rest.strip("()") if rest.startswith("(") else rest
    return f"{_LEVEL_KEYS[first]}{': ' + inner if inner else ''}"


def line_code(row: Json) -> str:
    """A line's code with its modifiers, as it stands on the claim."""
    return "-".join([row["code"] or "no code", *(row["modifiers"] or ())])


def cents(amount: int | None) -> str:
    """An amount in cents, in dollars."""
    return words.money(None if amount is None else f"{amount // 100}.{amount % 100:02d}")


def units(number: float | None) -> str:
    """Units without needless decimals."""
    return "–" if number is None else f"{number:g}"


def sources(keys: Iterable[str]) -> list[Json]:
    """The sources of these keys that are in the library, each once: title, publisher, url …; others by their key."""
    library = corpus().sources
    traced = [key for key in dict.fromkeys(keys) if key and key != "untraced"]
    return [
        {"key": key, "url": None, "publisher": "", "kind": "CMS table", **(library.get(key) or {"title": _table(key)})}
        for key in traced
    ]


def _table(key: str) -> str:
    name, _, edition = key.partition(" ")
    return f"CMS {words.table_name(name)}{', edition ' + edition if edition else ''}"


FILTERS: dict[str, Callable[..., str]] = {
    "cause": cause,
    "status": status,
    "state": state,
    "state_tone": state_tone,
    "remedy": remedy,
    "level": level,
    "line_code": line_code,
    "cents": cents,
    "units": units,
}
