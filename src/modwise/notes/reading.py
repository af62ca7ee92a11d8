"""The reading of a case: how far it was carried, why not further, and what else a modifier may hang on."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from modwise.notes import amounts, builds, landmarks
from modwise.notes.hits import DECIDES, SPEAKS, Hit, Span, find
from modwise.notes.measures import Measure, measures
from modwise.notes.planned import ANY, Service, planned
from modwise.notes.rules import MISSED, RuleSet
from modwise.notes.text import ASIDE, Note

COMPLETE, REDUCED, DISCONTINUED, CONVERTED, UNCLEAR = "complete", "reduced", "discontinued", "converted", "unclear"
# Sign → the extent that it speaks for.
EXTENTS = {
    "stopped": DISCONTINUED,
    "unable": REDUCED,
    "left-out": REDUCED,
    "limited": REDUCED,
    "substituted": REDUCED,
    "converted": CONVERTED,
    MISSED: REDUCED,
}
# How near a reason must stand to what it explains: sentences away → weight.
NEARNESS = {0: 3.0, -1: 1.5, 1: 1.0, -2: 0.5}
LINKED = 1.5
# "We elected" stands beside whatever forced the choice, "unable to" beside what made it so: such verbs count less than a cause.
VERB = 0.4
# So many sentences apart, two different signs of which none speaks by itself speak together.
APART = 2
# What a service must tell is surer by its code than by the words of a title.
HINTS_BY_CODE, HINTS_BY_TITLE = 1, 2


@dataclass(frozen=True)
class Reading:
    """What the note says of the case, each part with the hits that say so."""

    extent: str
    reason: str
    anesthesia: str
    laterality: str
    increased_work: bool
    measures: tuple[Measure, ...]
    hits: tuple[Hit, ...]
    decided_by: tuple[Hit, ...] = ()
    because: tuple[Hit, ...] = ()
    said: dict[str, tuple[Hit, ...]] = field(default_factory=dict)

    def counted(self, sign: str) -> list[Hit]:
        """The hits of a sign that count."""
        return [hit for hit in self.hits if hit.counts and hit.rule.sign == sign]


def read(note: Note, rules: RuleSet, service: Service = ANY) -> Reading:
    """The reading of a note for a service; where no code is known its title says what was to be done."""
    plan = planned(note, rules, service.code)
    told = amounts.told(note, rules, service)
    struck = [
        *find(note, rules, hinting=plan.untold or bool(plan.lacking)),
        *builds.found(note, rules, plan),
        *landmarks.missed(note, rules, service),
        *amounts.missed(told),
    ]
    hits = list(builds.settled(note, rules, plan, struck))
    deviations = [hit for hit in hits if hit.counts and hit.rule.sign in EXTENTS]
    wholes = [hit for hit in hits if hit.counts and hit.rule.sign == "completed"]
    extent, decided = _extent(deviations, wholes, HINTS_BY_CODE if service.code else HINTS_BY_TITLE)
    reason, because = _reason(note, rules, decided) if decided else ("none", ())
    if extent == REDUCED and (reason == "equipment" or any(hit.rule is builds.UNTOLD for hit in hits)):
        # What a failure of equipment cut off, or what never came to its own act, was not brought to the end that was meant.
        extent = DISCONTINUED
    elif extent == DISCONTINUED and plan.lacking and all(hit.rule.only_hints for hit in decided if hit.rule.sign != MISSED):
        # Words that only hint say that the part was left out, not that the rest was given up.
        extent = REDUCED
    state, of_state = _anesthesia(hits)
    side, of_side = _laterality(note, hits)
    harder = [h for h in hits if h.counts and h.rule.sign == "harder"]
    return Reading(
        extent=extent,
        reason=reason,
        anesthesia=state,
        laterality=side,
        increased_work=any(h.rule.weight >= SPEAKS for h in harder),
        measures=(*measures(note, rules), *amounts.figures(told)),
        hits=tuple(hits),
        decided_by=tuple(decided),
        because=because,
        said={"anesthesia": of_state, "laterality": of_side, "increased_work": tuple(harder)},
    )


def _extent(deviations: list[Hit], completed: list[Hit], hints: int) -> tuple[str, list[Hit]]:
    """The extent and the hits that decide it, the strongest first; so many different hints speak where the act of the service is never told."""
    if not deviations:
        return COMPLETE, []
    ranked = sorted(deviations, key=lambda h: (-h.rule.weight, h.span.start))
    most = ranked[0].rule.weight
    if most < SPEAKS and not _gathered(ranked, hints):
        return UNCLEAR, ranked
    said = [hit for hit in ranked if hit.rule.weight >= min(SPEAKS, most) and _extent_of(hit) != UNCLEAR] or ranked
    wholes = [hit for hit in completed if hit.span.start > max(h.span.start for h in said)]
    if wholes and _extent_of(said[0]) in (DISCONTINUED, REDUCED) and most < DECIDES + (said[0].rule.sign == "stopped"):
        return UNCLEAR, said
    extents = {_extent_of(hit) for hit in said}
    for extent in (DISCONTINUED, CONVERTED, REDUCED):
        if extent in extents and (extent != DISCONTINUED or not _converted_after(said)):
            return extent, sorted(said, key=lambda h: (_extent_of(h) != extent, -h.rule.weight, h.span.start))
    return UNCLEAR, said


def _gathered(hits: Sequence[Hit], hints: int) -> bool:
    """Whether signs together speak: two that stand near to each other, or enough of them where the act of the service is never told."""
    told = [hit for hit in hits if hit.rule.sign != MISSED]
    if any(builds.is_untold(hit.rule) for hit in hits) and len({h.rule.id for h in told if h.rule.id != builds.EVENT}) >= hints:
        return True
    return any(
        a.rule.id != b.rule.id and a.span.end <= b.span.start and b.sentence - a.sentence <= APART for a in told for b in told
    )


def _extent_of(hit: Hit) -> str:
    return hit.rule.extent or EXTENTS[hit.rule.sign]


def _converted_after(said: list[Hit]) -> bool:
    """Whether what was stopped was taken up in another way."""
    stops = [h.span.start for h in said if _extent_of(h) == DISCONTINUED]
    turns = [h.span.start for h in said if _extent_of(h) == CONVERTED]
    return bool(stops) and bool(turns) and max(turns) >= min(stops)


def _reason(note: Note, rules: RuleSet, decided: Sequence[Hit]) -> tuple[str, tuple[Hit, ...]]:
    """The class of reason that stands nearest to what was not done; `unclear` when none does, or two as near."""
    votes: defaultdict[str, float] = defaultdict(float)
    found: list[Hit] = []
    seen: set[int] = set()
    for hit in decided:
        if hit.rule.reason:
            votes[hit.rule.reason] += hit.rule.weight * VERB
        if hit.sentence in seen:
            continue
        seen.add(hit.sentence)
        for because, nearness in _near(note, rules, hit):
            votes[because.rule.reason] += nearness * because.rule.weight * _force(hit)
            found.append(because)
    ranked = sorted(votes.items(), key=lambda vote: (-vote[1], vote[0]))
    if not ranked or (len(ranked) > 1 and ranked[0][1] == ranked[1][1]):
        return UNCLEAR, tuple(found)
    reason = ranked[0][0]
    return reason, tuple(h for h in found if h.rule.reason == reason)


def _force(hit: Hit) -> float:
    """How much a reason beside the hit tells: what was stopped outweighs what could not be reached before it."""
    return (hit.rule.weight / SPEAKS) ** 2 * (1.5 if _extent_of(hit) == DISCONTINUED and hit.rule.sign == "stopped" else 1.0)


def _near(note: Note, rules: RuleSet, hit: Hit) -> Iterator[tuple[Hit, float]]:
    own = note.sentences[hit.sentence]
    linked = any(rule.pattern.first(note.folded, own.start, own.end) for rule in rules.links)
    for away, nearness in NEARNESS.items():
        number = hit.sentence + away
        if not 0 <= number < len(note.sentences):
            continue
        if away and note.kind_of(number) in ASIDE:
            continue
        sentence = note.sentences[number]
        weight = nearness + (LINKED if linked and away == -1 else 0)
        for rule in rules.reasons:
            match = rule.pattern.first(note.folded, sentence.start, sentence.end)
            if match is not None:
                yield Hit(rule, Span(*match), number), weight


# What is said of the anesthesia, the most telling first.
_STATES = (("anesthesia-not-begun", "not_begun"), ("anesthesia-none", "none"), ("anesthesia-given", "given"))


def _anesthesia(hits: Iterable[Hit]) -> tuple[str, tuple[Hit, ...]]:
    """given | not_begun | none | planned | not_stated, and who says so."""
    counted = [hit for hit in hits if hit.counts]
    for sign, state in (*_STATES, ("anesthesia-named", "planned")):
        said = tuple(h for h in counted if h.rule.sign == sign)
        if said:
            return state, said
    return "not_stated", ()


def _laterality(note: Note, hits: Iterable[Hit]) -> tuple[str, tuple[Hit, ...]]:
    """both | left | right | not_stated: the title first, then what the body tells most of."""
    sides = [h for h in hits if h.counts and h.rule.sign in ("side-both", "side-left", "side-right")]
    titled = [h for h in sides if note.kind_of(h.sentence) == "title" or h.sentence == 0]
    for group in (titled, [h for h in sides if h not in titled]):
        told = Counter(h.rule.sign for h in group)
        if not told:
            continue
        if told["side-both"] or (group is titled and told["side-left"] and told["side-right"]):
            return "both", tuple(h for h in group if h.rule.sign == "side-both") or tuple(group[:2])
        sign = max(told, key=lambda s: (told[s], s))
        return sign.removeprefix("side-"), tuple(h for h in group if h.rule.sign == sign)[:3]
    return "not_stated", ()
