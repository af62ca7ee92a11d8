"""What an item is, what to do, until when, what decided it and what would change it. No frame library."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from modwise.denying import processes, questions, signals, topics
from modwise.denying.deadlines import Dates
from modwise.denying.item import Item
from modwise.denying.processes import Setting
from modwise.denying.tables import FIRST, LAST, DecisionTables, Row, Signals, decision_tables
from modwise.knowledge.corpus import Corpus, corpus

Json = dict[str, Any]
_UNSURE = frozenset({"unknown", "published", "unpublished"})


@dataclass(frozen=True)
class Path:
    """The rows that decided, the table of each, and the signals asked on the way."""

    rows: tuple[tuple[str, Row], ...]
    asked: tuple[str, ...]

    @property
    def remedy(self) -> str:
        """The remedy at the path's end."""
        return str(self.rows[-1][1]["remedy"])

    @property
    def route(self) -> str | None:
        """The route whose deadline holds, if the remedy has one."""
        return self.rows[-1][1].get("route")

    @property
    def cause(self) -> str:
        """The cause, with its placeholders."""
        return next(str(row["cause"]) for _, row in self.rows if "cause" in row)

    @property
    def action(self) -> str:
        """What must happen, before it is known by which way."""
        return next(str(row["action"]) for _, row in self.rows if "action" in row)


class Decider:
    """Decides items; remembers the path of every combination of signals, since a year of remits has few."""

    def __init__(self, known: Corpus | None = None, today: date | None = None) -> None:
        self.known = known or corpus()
        self.tables: DecisionTables = decision_tables(self.known)
        self.today = today
        self._others: dict[tuple[str | None, ...], tuple[tuple[str, Path], ...]] = {}
        self._decisions: dict[tuple[object, ...], Json] = {}
        self._clocks: dict[tuple[str, str | None, Dates], Json] = {}
        self._routes: dict[tuple[str, str | None], tuple[Json | None, Json | None]] = {}

    def decide(self, item: Item) -> Json:
        """{cause, remedy, level, change, deadline, decided_by, would_change, asks, group, carc, rarc, topic, action} of an item.

        `deadline` is null where the remedy has none; where a window or date is not known its `legal` is null and `why` says so.
        """
        read = signals.read(item, self.known)
        adjustment = topics.deciding(item, read.topic, self.tables)
        return {
            "group": adjustment.group if adjustment else None,
            "carc": adjustment.carc if adjustment else None,
            "rarc": list(item.remarks),
            **self._remembered(item, read),
        }

    def _remembered(self, item: Item, read: signals.Read) -> Json:
        """The decision; that of an item of which the user told nothing is the same for all that answer alike on one day."""
        if item.facts:
            return self._decision(item, read)
        key = (self.tables.relevant(read.signals), *read.words.values(), read.have, item.payer, _dates(item))
        if key not in self._decisions:
            self._decisions[key] = self._decision(item, read)
        return self._decisions[key]

    def _decision(self, item: Item, read: signals.Read) -> Json:
        path = self.path(read.signals)
        changes = list(self._changes(item, read, path))
        deadline, level = self._deadline(item, read, path, changes)
        return {
            "topic": read.topic["topic"],
            "cause": path.cause.format_map(read.words),
            "action": path.action,
            "remedy": path.remedy,
            "level": path.rows[-1][1].get("level", level),
            "change": _change(path.action, item, read),
            "deadline": deadline,
            "decided_by": [self._reason(table, row, read) for table, row in path.rows],
            "would_change": [{key: value for key, value in change.items() if key != "path"} for change in changes],
            "asks": questions.asked(read.signals, path.asked, item.facts, self.known),
        }

    def path(self, said: Signals) -> Path:
        """The rows that decide a combination of signals."""
        row, asked = self.tables.decide(FIRST, said)
        rows, all_asked = [(FIRST, row)], [*asked]
        if row.get("go_on"):
            table = self.tables.topic_table(said["topic"])
            row, asked = self.tables.decide(table, said)
            rows.append((table, row))
            all_asked += asked
        last, asked = self.tables.decide(LAST, {**said, "action": str(row["action"])})
        rows.append((LAST, last))
        return Path(tuple(rows), tuple(dict.fromkeys([*all_asked, *asked])))

    # ---- what would change it ------------------------------------------------------------------------------------------------

    def _changes(self, item: Item, read: signals.Read, path: Path) -> Iterator[Json]:
        """Other answers to what was asked that lead to another remedy, each with the remedy and its deadline."""
        key = self.tables.relevant(read.signals)
        if key not in self._others:
            self._others[key] = tuple(self._otherwise(read.signals, path))
        for words, other in self._others[key]:
            yield self._change_to(item, read, other, words)

    def _otherwise(self, said: Signals, path: Path) -> Iterator[tuple[str, Path]]:
        for name in path.asked:
            signal, current = self.tables.signals[name], said.get(name, "")
            if signal.get("firm") and current not in _UNSURE:
                continue
            for answer, words in signal.get("open", {}).items():
                other = self.path({**said, name: answer})
                if answer != current and (other.remedy != path.remedy or (other.action != path.action and current in _UNSURE)):
                    yield words, other

    def _change_to(self, item: Item, read: signals.Read, other: Path, words: str) -> Json:
        deadline, level = self._own_deadline(item, read, other)
        return {
            "if": words.format_map(read.words),
            "remedy": other.remedy,
            "level": other.rows[-1][1].get("level", level),
            "work_by": deadline["work_by"] if deadline else None,
            "path": other,
        }

    # ---- deadlines -----------------------------------------------------------------------------------------------------------

    def _deadline(self, item: Item, read: signals.Read, path: Path, changes: list[Json]) -> tuple[Json | None, str | None]:
        if path.remedy != "query_provider":
            return self._own_deadline(item, read, path)
        # While the provider is asked, the earliest clock of what may follow runs on.
        held = [(d, c) for c in changes if (d := self._own_deadline(item, read, c["path"])[0]) and d["work_by"]]
        if not held:
            return None, None
        deadline, change = min(held, key=lambda pair: str(pair[0]["work_by"]))
        return {**deadline, "held_for": change["remedy"]}, None

    def _own_deadline(self, item: Item, read: signals.Read, path: Path) -> tuple[Json | None, str | None]:
        if path.route is None:
            return None, None
        setting = Setting(item.payer, item.facts.get("contract") or {}, tuple(item.facts.get("appeals") or ()))
        identity = f"appeal-{setting.next_level}" if path.route == "appeal" else path.route
        dates = _dates(item)
        plain = not item.facts.get("contract")
        due = (item.facts.get("documents") or {}).get("due") if identity == "documents" else None
        deadline = self._clock(identity, setting, dates) if plain else processes.deadline(identity, setting, dates, self.known)
        if due:
            deadline = {"legal": due, "work_by": due, "rule": "the date in the payer's request", "source": []}
        elif identity == "documents" and deadline["legal"] is None:
            appeal = processes.deadline(f"appeal-{setting.next_level}", setting, dates, self.known)
            if appeal["legal"]:
                deadline = {**appeal, "why": f"{deadline.get('why')}; shown is the appeal's"}
        deadline = dict(deadline)
        if self.today is not None:
            least = self._route(identity, setting)[1]
            deadline |= {"amount_in_controversy": least} if least else {}
            if deadline["work_by"]:
                deadline["days_left"] = (date.fromisoformat(deadline["work_by"]) - self.today).days
                deadline["late"] = date.fromisoformat(deadline["legal"]) < self.today
        return deadline, self._level(identity, setting, item, read, path)

    def _clock(self, identity: str, setting: Setting, dates: Dates) -> Json:
        """The deadline without a contract: the same for every item of a payer and day."""
        key = (identity, setting.payer, dates)
        if key not in self._clocks:
            self._clocks[key] = processes.deadline(identity, setting, dates, self.known)
        return self._clocks[key]

    def _route(self, identity: str, setting: Setting) -> tuple[Json | None, Json | None]:
        """The route and its least amount in controversy; without a contract and appeals those of the payer."""
        if setting.contract or setting.appeals:
            return self._looked_up(identity, setting)
        key = (identity, setting.payer)
        if key not in self._routes:
            self._routes[key] = self._looked_up(identity, setting)
        return self._routes[key]

    def _looked_up(self, identity: str, setting: Setting) -> tuple[Json | None, Json | None]:
        least = processes.amount_in_controversy(identity, setting, self.today, self.known) if self.today else None
        return processes.route(identity, setting, self.known), least

    def _level(self, identity: str, setting: Setting, item: Item, read: signals.Read, path: Path) -> str | None:
        found = self._route(identity, setting)[0]
        if found is None:
            return None
        name = str(found["name"])
        if path.remedy == "no_action":
            return f"none ({name} stays open)"
        change = _change(path.action, item, read)
        return f"{name} ({change})" if path.remedy == "reopening" and change else name

    def _reason(self, table: str, row: Row, read: signals.Read) -> Json:
        return {
            "rule": f"{table}.{row['id']}",
            "says": row["says"].format_map(read.words),
            "because": {name: read.signals[name] for name in row["when"] if name in read.signals},
            "confidence": row["confidence"],
            "source": list(row["source"]),
        }


def _dates(item: Item) -> Dates:
    decided = [a["decided"] for a in item.facts.get("appeals") or () if a.get("decided")]
    return Dates(
        service=item.service,
        notice=item.notice,
        decision=date.fromisoformat(max(decided)) if decided else None,
    )


def _change(action: str, item: Item, read: signals.Read) -> str | None:
    """What on the claim changes, in a few words; None where nothing does or it is not known."""
    facts: Mapping[str, Any] = item.facts
    if action in ("add_modifier", "add_modifier_clerical"):
        return f"add {read.want}" if read.want else None
    if action == "replace_modifier":
        return f"{read.have} to {read.want}" if read.have and read.want else None
    if action == "drop_modifier":
        return f"without {read.have}" if read.have else None
    if action == "fix_units" and item.units is not None and facts.get("units_supported") is not None:
        return f"units {item.units:g} to {facts['units_supported']:g}"
    return {"dispute_price": "fee schedule misapplied", "fix_modifiers": "one of the two modifiers"}.get(action)
