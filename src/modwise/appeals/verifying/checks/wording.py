"""L27–L30, L34, L42: what a letter must not say, how long it is, and whether its text can be read."""

from __future__ import annotations

from collections.abc import Iterator

from modwise import plural
from modwise.appeals.verifying.base import WARN, Check, Found
from modwise.appeals.verifying.phrasing import forbidden
from modwise.appeals.verifying.reading import Finished

MOST_WORDS = 700
MOST_PAGES = 2


class Liability(Check):
    """A contractual denial never turns on the patient.

    ## What it does
    Where the adjustment's group binds the provider, a sentence that bills the patient, or says that it will, is blocked.

    ## Known limits
    A sentence that denies it ("the patient was not billed") passes.
    """

    code = "L27"
    title = "The patient is not billed under CO or PI"

    def look(self, letter: Finished) -> Iterator[Found]:
        yield from forbidden(letter, self.code)


class Forbidden(Check):
    """Nothing that loses an appeal or says too much.

    ## What it does
    Blocks threats, motives, medical-necessity boilerplate, offers to change the record, what the payer "always" pays, billing intent and
    the like; the list is data with a reason each.

    ## Known limits
    It knows phrases, not tones.
    """

    code = "L28"
    title = "Forbidden phrases"

    def look(self, letter: Finished) -> Iterator[Found]:
        yield from forbidden(letter, self.code)


class Hedges(Check):
    """No promise and no flourish.

    ## What it does
    Warns of words such as "clearly", "guarantee", "always", "obviously": a reviewer reads evidence, not adjectives.

    ## Known limits
    Inside a quotation they are the note's.
    """

    code = "L29"
    title = "Promises and flourishes"
    severity = WARN

    def look(self, letter: Finished) -> Iterator[Found]:
        yield from forbidden(letter, self.code)


class Placeholders(Check):
    """Nothing is left to be filled in.

    ## What it does
    Blocks square brackets, braces, rows of underscores, "TBD", "XXX", "insert … here" and the placeholders of the draft.

    ## Known limits
    Square brackets inside a quotation are the note's.
    """

    code = "L30"
    title = "Nothing is left to be filled in"

    def look(self, letter: Finished) -> Iterator[Found]:
        yield from forbidden(letter, self.code)


class ReadingLength(Check):
    """A page, two at most.

    ## What it does
    Warns above two pages or 700 words.

    ## Known limits
    A Word file's pages are known only where it holds page breaks.
    """

    code = "L34"
    title = "Length"
    severity = WARN

    def look(self, letter: Finished) -> Iterator[Found]:
        count = len(letter.text.split())
        if letter.pages > MOST_PAGES or count > MOST_WORDS:
            yield Found(0, 0, f"{plural.count(letter.pages, 'page')}, {count} words: a reviewer reads two pages", "Shorten it.")


class TextLayer(Check):
    """What the reader sees is what was checked.

    ## What it does
    Warns of tracked changes, comments and hidden text of a Word file. A PDF is checked by its text layer, so every other check runs on
    what is printed.

    ## Known limits
    Pictures of text are not read.
    """

    code = "L42"
    title = "The text can be read as it stands"
    severity = WARN

    def look(self, letter: Finished) -> Iterator[Found]:
        for remark in letter.remarks:
            yield Found(0, 0, remark, "Accept the changes and take comments and hidden text out before sending.")
