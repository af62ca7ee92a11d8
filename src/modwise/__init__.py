"""Modwise checks the procedure-code modifiers on medical claims, with a cited source for every finding."""

from modwise.api import (
    advise,
    ask,
    case_facts,
    check,
    coverage,
    data_import,
    data_status,
    edit,
    list_edits,
    list_modifiers,
    note_text,
    price,
    read_note,
    read_note_text,
    show,
)
from modwise.errors import InputError, KnowledgeError, MissingExtra, ModwiseError, UsageError, X12Error

__all__ = [
    "InputError",
    "KnowledgeError",
    "MissingExtra",
    "ModwiseError",
    "UsageError",
    "X12Error",
    "advise",
    "ask",
    "case_facts",
    "check",
    "coverage",
    "data_import",
    "data_status",
    "edit",
    "list_edits",
    "list_modifiers",
    "note_text",
    "price",
    "read_note",
    "read_note_text",
    "show",
]
