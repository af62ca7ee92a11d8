"""Every rule of reading, every silence, landmark and checklist item against the sentences written beside it."""

import re
from dataclasses import replace

import pytest

from modwise.knowledge.corpus import corpus
from modwise.notes import noting, planned, reading, text
from modwise.notes.rules import BECAUSE, LINKED, MEASURES, OTHER_SIDE, TOLD_LATER, Pattern, Ranges, rule_set

FILES = corpus().kinds["reading"]
CHECKLISTS = ["22", "24", "25", "26", "50", "51", "52", "53", "54", "55", "57", "58", "59", "XE", "XS", "XP", "XU", "62", "66"]
CHECKLISTS += ["73", "74", "76", "77", "78", "79", "80", "81", "82", "AS"]


def entries(key):
    return [entry for name in sorted(FILES) for entry in FILES[name].get(key, [])]


def examples(key, which):
    return [pytest.param(e, t, id=f"{e.get('id') or e['item']}-{n}") for e in entries(key) for n, t in enumerate(e.get(which, []))]


def read(content, service=planned.ANY):
    note = text.read(content, rule_set().headings)
    return note, reading.read(note, rule_set(), service)


def pattern_of(identity):
    rules = rule_set()
    found = [r for r in (*rules.rules, *rules.reasons, *rules.links, *rules.measures) if r.id == identity]
    return found[0].pattern


def strikes(entry, content):
    """Whether the rule counts in the text; for rules that are looked for beside others, whether it matches."""
    note, found = read(content)
    if entry["sign"] in (BECAUSE, LINKED) or entry["sign"].startswith(MEASURES):
        return any(pattern_of(entry["id"]).first(note.folded, s.start, s.end) for s in note.sentences)
    hits = [h for h in found.hits if h.rule.id == entry["id"]]
    return bool(hits) if entry.get("weight") == 0 else any(h.counts for h in hits)


@pytest.mark.parametrize(("entry", "content"), examples("rule", "examples"))
def test_a_rule_strikes_its_examples(entry, content):
    assert strikes(entry, content)


@pytest.mark.parametrize(("entry", "content"), examples("rule", "counter"))
def test_a_rule_leaves_its_counter_examples_alone(entry, content):
    assert not strikes(entry, content)


@pytest.mark.parametrize(("entry", "content"), examples("build", "examples"))
def test_a_build_strikes_its_examples(entry, content):
    assert strikes(entry, content)


@pytest.mark.parametrize(("entry", "content"), examples("build", "counter"))
def test_a_build_leaves_its_counter_examples_alone(entry, content):
    assert not strikes(entry, content)


def plans(entry, content):
    """By the title and, where the act has any, by its first code."""
    note = text.read(content, rule_set().headings)
    for code in ("", *(code[:5] for code in entry.get("codes", [])[:1])):
        yield code, planned.planned(note, rule_set(), code)


@pytest.mark.parametrize(("entry", "content"), examples("act", "examples"))
def test_an_act_is_told(entry, content):
    for code, plan in plans(entry, content):
        assert entry["id"] in {act.id for act in plan.acts}
        assert plan.told is not None
        assert not code or entry["id"] not in {act.id for act in plan.lacking}


@pytest.mark.parametrize(("entry", "content"), examples("act", "counter"))
def test_an_act_that_is_not_told_is_missed(entry, content):
    for code, plan in plans(entry, content):
        assert plan.untold or (code and entry["id"] in {act.id for act in plan.lacking})


@pytest.mark.parametrize(("entry", "content"), examples("silence", "examples"))
def test_a_silence_silences_its_examples(entry, content):
    silence = next(s for s in rule_set().silences if s.id == entry["id"])
    note, found = read(content)
    placed = tuple(s for s in rule_set().silences if s.where in (TOLD_LATER, OTHER_SIDE) and s is not silence)
    kept = (silence, *(replace(s, of=frozenset()) for s in placed))
    alone = reading.read(note, type(rule_set())(**{**vars_of(rule_set()), "silences": kept}))
    assert any(h.silence is silence for h in alone.hits), "this silence alone"
    assert any(h.silence is not None for h in found.hits), "all silences"


def vars_of(rules):
    return {name: getattr(rules, name) for name in rules.__dataclass_fields__}


def services(entry):
    """A landmark is expected by title, by family, by code."""
    yield planned.ANY
    if "family" in entry:
        yield planned.Service("00000", (entry["family"],))
    for code in entry.get("codes", [])[:1]:
        yield planned.Service(code[:5])


@pytest.mark.parametrize(("entry", "content"), examples("landmark", "examples"))
def test_a_landmark_that_was_not_reached_is_seen(entry, content):
    for service in services(entry):
        _, found = read(content, service)
        assert found.extent in ("reduced", "discontinued", entry.get("extent"))


@pytest.mark.parametrize(("entry", "content"), examples("landmark", "counter"))
def test_a_landmark_that_was_reached_raises_nothing(entry, content):
    for service in services(entry):
        assert read(content, service)[1].extent == "complete"


@pytest.mark.parametrize(("entry", "content"), examples("amount", "examples"))
def test_an_amount_below_the_least_is_seen(entry, content):
    for service in services(entry):
        _, found = read(content, service)
        assert [h for h in found.hits if h.rule.id == f"{entry['id']}.short"], service
        assert found.extent in ("reduced", "discontinued")


@pytest.mark.parametrize(("entry", "content"), examples("amount", "counter"))
def test_an_amount_that_suffices_or_is_not_told_raises_nothing(entry, content):
    for service in services(entry):
        _, found = read(content, service)
        assert not [h for h in found.hits if h.rule.id == f"{entry['id']}.short"], service


STATUS = {"examples": "met", "against": "contradicted"}


@pytest.mark.parametrize("which", ["examples", "counter", "against"])
@pytest.mark.parametrize("entry", [pytest.param(e, id=f"{e['modifiers'][0]}-{e['item']}") for e in entries("item")])
def test_an_item_reads_as_its_sentences_say(entry, which):
    for content in entry.get(which, []):
        for code in entry["modifiers"]:
            noted = noting.noted(content, modifiers=[code])
            status = next(c.status for e, c in noted.items() if e["item"] == entry["item"])
            assert status == STATUS[which] if which in STATUS else status != "met", (code, content)


def test_a_range_holds_codes_of_its_own_kind():
    held = Ranges(["00100-01999", "0213T-0218T", "G0127", "98940-98943"])
    assert all(code in held for code in ("00100", "01999", "00300", "0215T", "G0127", "98941"))
    assert not any(code in held for code in ("0184T", "02150", "G0128", "9894", "98944", ""))


def test_each_entry_has_its_sentences():
    for key in ("rule", "item", "landmark", "amount", "build", "act"):
        for entry in entries(key):
            assert entry["examples"], entry
            assert entry["counter"], entry
    for entry in entries("item"):
        assert entry.get("against") or not entry.get("contradicted"), entry
    assert all(entry["examples"] for entry in entries("silence"))


@pytest.mark.parametrize("code", CHECKLISTS)
def test_every_checklist_item_is_read_or_says_why_not(code):
    rules = rule_set()
    for entry in corpus().modifier(code)["sections"].get("documentation", []):
        key = (code, entry["item"])
        assert (key in rules.items) != (key in rules.unreadable), key


def test_signs_of_items_are_signs_of_rules():
    whole = {"deviation", "why", "stop", "reduced", "one-side"}
    signs = whole | {r.sign for r in (*rule_set().rules, *rule_set().measures)}
    for entry in entries("item"):
        assert set(entry["met"]) | set(entry.get("contradicted", [])) <= signs, entry


# ---- patterns that take time in proportion to the text --------------------------------------------------------------------


def every_pattern():
    rules = rule_set()
    for rule in (*rules.rules, *rules.reasons, *rules.links, *rules.measures):
        yield rule.id, rule.pattern
    for silence in rules.silences:
        if silence.pattern:
            yield silence.id, silence.pattern
    for act in rules.acts:
        yield act.id, act.named
        yield act.id, act.done
    for works in rules.works:
        yield works.on[0], works.named
    for build in rules.builds:
        yield from ((build.id, pattern) for pattern in (build.needs, build.unless) if pattern)
    yield from (("denial", rules.denials), ("not-named", rules.elsewhere))
    for rule in rules.rules:
        yield from ((rule.id, pattern) for pattern in (rule.unless, rule.in_title) if pattern)
    for amount in rules.amounts:
        for pattern in (amount.named, *amount.told, amount.begins, amount.ends, amount.each, amount.ordered, amount.denied):
            if pattern is not None:
                yield amount.id, pattern
    for landmark in rules.landmarks:
        for pattern in (landmark.named, landmark.reached, landmark.denied, landmark.short and landmark.short.pattern):
            if isinstance(pattern, Pattern):
                yield landmark.id, pattern


def unbounded(tree, inside=False):
    """Places where an unbounded repeat that is no run of one kind of character stands in another."""
    from re import _constants as c

    for op, value in tree:
        if op in (c.MAX_REPEAT, c.MIN_REPEAT, c.POSSESSIVE_REPEAT):
            _, most, body = value
            endless = most == c.MAXREPEAT
            single = len(body) == 1 and body[0][0] in (c.IN, c.LITERAL, c.ANY, c.NOT_LITERAL)
            if endless and inside and not single:
                yield value
            yield from unbounded(body, inside or (endless and not single))
        elif op is c.BRANCH:
            for branch in value[1]:
                yield from unbounded(branch, inside)
        elif op is c.SUBPATTERN:
            yield from unbounded(value[-1], inside)
        elif op in (c.ASSERT, c.ASSERT_NOT):
            yield from unbounded(value[1], inside)


def test_no_pattern_nests_endless_repeats():
    from re import _parser

    for identity, pattern in every_pattern():
        assert not list(unbounded(_parser.parse(pattern.compiled.pattern))), identity


def test_no_row_of_a_build_nests_endless_repeats():
    from re import _parser

    for build in rule_set().builds:
        assert not list(unbounded(_parser.parse(build.row.pattern))), build.id


def test_patterns_see_no_more_than_a_window():
    """The engine hands a pattern one sentence, at most LONGEST characters, so time grows with the number of windows."""
    content = "unable to advance " * 20_000
    note = text.read(content, rule_set().headings)
    assert max(s.end - s.start for s in note.sentences) <= text.LONGEST
    assert sum(s.end - s.start for s in note.sentences) <= len(content)


@pytest.mark.parametrize(
    "piece",
    ["if a, ", "not to be of the ", "was then ", "1 ", "a ", "risk of ", "procedure ", "and then ", "left right ", "only the "],
)
def test_hostile_notes_take_linear_time(piece):
    """Counted in windows, not in seconds: one window of the worst text is searched by every pattern within a generous second."""
    import time

    window = (piece * text.LONGEST)[: text.LONGEST]
    begun = time.perf_counter()
    for _, pattern in every_pattern():
        pattern.compiled.search(window)
    assert time.perf_counter() - begun < 5


def test_rules_name_only_their_own_cues():
    """A cue that the pattern can never hold would only cost time."""
    for entry in entries("rule"):
        for cue in entry.get("cues", []):
            assert cue == cue.lower(), entry["id"]
    assert all(re.fullmatch(r"[a-z0-9.-]+", e["id"]) for e in entries("rule"))
