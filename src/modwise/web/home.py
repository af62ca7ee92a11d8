"""The first page: one search box, and what can be done here."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from modwise.web import navigation, rendering

router = APIRouter(include_in_schema=False)

TASKS = (
    ("Which modifier?", "/which", "Answer a few questions, one at a time, or tell the case in your own words."),
    ("Modifiers", "/modifiers", "Meaning, when and when not, checklists, denials and what each payer pays, with sources."),
    ("Check claims", "/check", "Drop 837 or CSV files: every line is checked before it is sent, and each finding says why."),
    ("Read a note", "/note", "What the note supports, what it does not say, and the words that carry it."),
    ("Denials", "/denials", "Drop 835 files: cause, remedy, deadline and dollars of every denied line."),
    ("Ask", "/ask", "A question in plain words, answered from cited facts, or not at all."),
    ("Dashboard", "/dashboard", "Denials by payer and modifier, dollars at risk, days left."),
    ("Data", "/data", "Which editions answer, what is known of which payer, and what is not known."),
)


@router.get("/")
def start(request: Request) -> HTMLResponse:
    """The first page."""
    tasks = [task for task in TASKS if navigation.serves(request, task[1])]
    return rendering.page(request, "home.html", tasks=tasks)
