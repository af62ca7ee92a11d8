"""Invented 837 files for tests: a small writer with every loop the reader knows, and Hypothesis strategies over it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

PROFESSIONAL = "005010X222A1"
INSTITUTIONAL = "005010X223A2"


@dataclass(frozen=True)
class Shape:
    """How a file is written: separators and line ends."""

    element: str = "*"
    component: str = ":"
    segment: str = "~"
    eol: str = ""
    encoding: str = "utf-8"


@dataclass
class Writer:
    """Collects segments; `seg` trims empty elements at the end as real exports do."""

    shape: Shape
    parts: list[str] = field(default_factory=list)
    count: int = 0
    started: int = 0

    def seg(self, *elements: str) -> None:
        kept = list(elements)
        while kept[-1] == "":
            kept.pop()
        self.parts.append(self.shape.element.join(kept) + self.shape.segment + self.shape.eol)
        self.count += 1

    def composite(self, *components: str) -> str:
        kept = list(components)
        while kept and kept[-1] == "":
            kept.pop()
        return self.shape.component.join(kept)

    def isa(self, control: int) -> None:
        shape = self.shape
        fixed = ["ISA", "00", " " * 10, "00", " " * 10, "ZZ", "SENDER".ljust(15), "ZZ", "RECEIVER".ljust(15)]
        rest = ["260101", "1200", "&", "00501", f"{control:09d}", "0", "T", shape.component]
        self.parts.append(shape.element.join(fixed + rest) + shape.segment + shape.eol)
        self.count += 1

    def bytes(self) -> bytes:
        return "".join(self.parts).encode(self.shape.encoding)


def write(interchanges: list[dict[str, Any]]) -> bytes:
    """Whole interchanges: each a dict of shape, kind ("P" or "I") and sets (lists of billing providers)."""
    return b"".join(_interchange(number, spec) for number, spec in enumerate(interchanges, 1))


def _interchange(number: int, spec: dict[str, Any]) -> bytes:
    w = Writer(spec["shape"])
    version = PROFESSIONAL if spec["kind"] == "P" else INSTITUTIONAL
    w.isa(number)
    w.seg("GS", "HC", "S", "R", "20260101", "1200", str(number), "X", version)
    for control, providers in enumerate(spec["sets"], 1):
        start = w.count
        w.seg("ST", "837", f"{control:04d}", version)
        w.seg("BHT", "0019", "00", "1", "20260101", "1200", "CH")
        w.seg("NM1", "41", "2", "SUBMITTER", "", "", "", "", "46", "1")
        hl = 0
        for provider in providers:
            hl = _provider(w, provider, hl, spec["kind"])
        w.seg("SE", str(w.count - start + 1), f"{control:04d}")
    w.seg("GE", str(len(spec["sets"])), str(number))
    w.seg("IEA", "1", f"{number:09d}")
    return w.bytes()


def _provider(w: Writer, provider: dict[str, Any], hl: int, kind: str) -> int:
    hl += 1
    billing = hl
    w.seg("HL", str(hl), "", "20", "1")
    if provider["taxonomy"]:
        w.seg("PRV", "BI", "PXC", provider["taxonomy"])
    w.seg("NM1", "85", "2", "PROVIDER", "", "", "", "", *(("XX", provider["npi"]) if provider["npi"] else ()))
    w.seg("N3", "1 CLM STREET")
    for subscriber in provider["subscribers"]:
        hl += 1
        mine = hl
        w.seg("HL", str(hl), str(billing), "22", "0")
        w.seg("SBR", "P", "18", "", "", "", "", "", "", subscriber["filing"])
        w.seg("NM1", "IL", "1", "DOE", "PAT", "", "", "", *(("MI", subscriber["member"]) if subscriber["member"] else ()))
        w.seg("NM1", "PR", "2", subscriber["payer_name"], "", "", "", "", "PI", subscriber["payer_id"])
        for patient in subscriber["patients"]:
            if patient["dependent"]:
                hl += 1
                w.seg("HL", str(hl), str(mine), "23", "0")
                w.seg("PAT", "19")
                w.seg("NM1", "QC", "1", "DOE", patient["first"])
                w.seg("DMG", "D8", patient["born"], "F")
            for claim in patient["claims"]:
                _claim(w, claim, kind)
    return hl


def _claim(w: Writer, claim: dict[str, Any], kind: str) -> None:
    middle = "B" if kind == "P" else "A"
    w.seg("CLM", claim["id"], "100", "", "", w.composite(claim["place"], middle, claim["frequency"]), "Y", "A", "Y", "Y")
    if claim["statement"]:
        w.seg("DTP", "434", "RD8", claim["statement"])
    if claim["paper"]:
        w.seg("PWK", "OZ", "EL")
    if claim["original"]:
        w.seg("REF", "F8", claim["original"])
    if claim["note"]:
        w.seg("NTE", "ADD", claim["note"])
    dx = claim["dx"]
    w.seg("HI", *(w.composite("ABK" if i == 0 else "ABF", code) for i, code in enumerate(dx)))
    if claim["rendering"]:
        w.seg("NM1", "82", "1", "DOC", "D", "", "", "", "XX", claim["rendering"])
    if claim["other_payer"]:
        w.seg("SBR", "S", "18", "", "", "", "", "", "", "CI")
        w.seg("NM1", "IL", "1", "OTHER", "O", "", "", "", "MI", "ZZZ999")
        w.seg("NM1", "PR", "2", "OTHER PAYER", "", "", "", "", "PI", "99999")
        w.seg("REF", "F8", "NOTOURS")
    for number, line in enumerate(claim["lines"], 1):
        _line(w, line, number, kind, len(dx))


def _line(w: Writer, line: dict[str, Any], number: int, kind: str, diagnoses: int) -> None:
    w.seg("LX", str(number))
    composite = w.composite("HC", line["code"], *(line["modifiers"] + [""] * 4)[:4], line["description"])
    if kind == "P":
        pointers = w.composite(*(str(1 + p % diagnoses) for p in line["pointers"]))
        w.seg("SV1", composite, line["charge"], line["basis"], line["units"], line["place"], "", pointers)
    else:
        w.seg("SV2", line["revenue"], composite if line["coded"] else "", line["charge"], line["basis"], line["units"])
    if line["date"]:
        w.seg("DTP", "472", "RD8" if "-" in line["date"] else "D8", line["date"])
    if line["control"]:
        w.seg("REF", "6R", line["control"])
    if line["note"]:
        w.seg("NTE", "ADD", line["note"])
    if line["ndc"]:
        w.seg("LIN", "", "N4", line["ndc"])
    if line["rendering"]:
        w.seg("NM1", "82", "1", "DOC", "E", "", "", "", "XX", line["rendering"])


# ---- strategies ----------------------------------------------------------------------------------------------------------

_TEXT = st.text(st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ 0123456789.,;-"), min_size=1, max_size=30).map(str.strip).filter(bool)
_ACCENTED = st.text(st.sampled_from("ABC ÉÑü"), min_size=1, max_size=20).map(str.strip).filter(bool)
_NPI = st.from_regex(r"\A1[0-9]{9}\Z")
_DATE = st.dates(min_value=dt.date(2010, 1, 1), max_value=dt.date(2027, 12, 31)).map(lambda d: d.strftime("%Y%m%d"))
_PERIOD = st.tuples(_DATE, _DATE).map(lambda pair: "-".join(sorted(pair)))
_MONEY = st.tuples(st.integers(0, 9_999_999), st.integers(0, 99), st.sampled_from(["{0}", "{0}.{1:02d}", "{0}.0", "{0}."])).map(
    lambda t: t[2].format(t[0], t[1])
)
_MAYBE = lambda strategy: st.one_of(st.just(""), strategy)  # noqa: E731

_LINES = st.fixed_dictionaries(
    {
        "code": st.from_regex(r"\A[0-9A-Z][0-9]{3}[0-9A-Z]\Z"),
        "modifiers": st.lists(st.from_regex(r"\A[0-9A-Z]{2}\Z"), max_size=4),
        "description": _MAYBE(_TEXT),
        "charge": _MONEY,
        "basis": st.sampled_from(["UN", "MJ"]),
        "units": st.sampled_from(["1", "2", "0.5", "1.25", "10.0", "015", "3."]),
        "place": _MAYBE(st.sampled_from(["11", "22", "24"])),
        "pointers": st.lists(st.integers(0, 11), min_size=1, max_size=4),
        "revenue": st.sampled_from(["0305", "0360", "0450"]),
        "coded": st.booleans(),
        "date": _MAYBE(st.one_of(_DATE, _PERIOD)),
        "control": _MAYBE(_TEXT),
        "note": _MAYBE(st.one_of(_TEXT, _ACCENTED, st.just("SV1 CLM LX ISA"))),
        "ndc": _MAYBE(st.from_regex(r"\A[0-9]{11}\Z")),
        "rendering": _MAYBE(_NPI),
    }
)
_CLAIMS = st.fixed_dictionaries(
    {
        "id": _TEXT,
        "place": st.sampled_from(["11", "22", "13"]),
        "frequency": st.sampled_from(["1", "7", "8"]),
        "statement": _MAYBE(_PERIOD),
        "paper": st.booleans(),
        "original": _MAYBE(_TEXT),
        "note": _MAYBE(_TEXT),
        "dx": st.lists(st.from_regex(r"\A[A-Z][0-9]{2,5}\Z"), min_size=1, max_size=12),
        "rendering": _MAYBE(_NPI),
        "other_payer": st.booleans(),
        "lines": st.lists(_LINES, min_size=1, max_size=4),
    }
)
_PATIENTS = st.fixed_dictionaries(
    {
        "dependent": st.booleans(),
        "first": st.sampled_from(["ANN", "BO", "CLEMENTINE"]),
        "born": _DATE,
        "claims": st.lists(_CLAIMS, min_size=1, max_size=2),
    }
)
_SUBSCRIBERS = st.fixed_dictionaries(
    {
        "filing": st.sampled_from(["MB", "CI", "MC"]),
        "member": _MAYBE(st.sampled_from(["A1", "LONGMEMBERNUMBER01", "B2"])),
        "payer_name": _TEXT,
        "payer_id": st.sampled_from(["87726", "09102", "12"]),
        # A dependent's claims follow the subscriber's own, as the standard orders them.
        "patients": st.lists(_PATIENTS, min_size=1, max_size=2).map(lambda p: sorted(p, key=lambda x: x["dependent"])),
    }
)
_PROVIDERS = st.fixed_dictionaries(
    {
        "npi": _MAYBE(_NPI),
        "taxonomy": _MAYBE(st.sampled_from(["207Q00000X", "261QA1903X"])),
        "subscribers": st.lists(_SUBSCRIBERS, min_size=1, max_size=2),
    }
)
SHAPES = st.builds(
    lambda separators, eol, encoding: Shape(*separators, "" if separators[2] == "\n" else eol, encoding),
    st.sampled_from([("*", ":", "~"), ("|", ">", "!"), ("^", "\\", "\x1c"), ("*", "<", "\n")]),
    st.sampled_from(["", "\n", "\r\n"]),
    st.sampled_from(["utf-8", "latin-1"]),
)
FILES = st.lists(
    st.fixed_dictionaries(
        {
            "shape": SHAPES,
            "kind": st.sampled_from(["P", "I"]),
            "sets": st.lists(st.lists(_PROVIDERS, min_size=1, max_size=2), min_size=1, max_size=2),
        }
    ),
    min_size=1,
    max_size=3,
)
