"""A good event table, short ways to read one, and strategies that draw them."""

from __future__ import annotations

import math
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st

from diapedesis.exchange import (
    EventTable,
    TableError,
    TableFault,
    TableOptions,
    read_subjects,
    read_table,
)
from diapedesis.exchange.table_covariates import antibodies
from diapedesis.exchange.table_events import Event, SessionSize, SubjectEvents, in_order
from diapedesis.observe import Assay, Level, Subject
from diapedesis.simulate import (
    Antibodies,
    Immunoadsorption,
    Infusion,
    Injection,
    Plex,
    Protocol,
)
from diapedesis.simulate.protocol import HOUR

GOOD = """\
# a good table
ID,TIME,EVID,AMT,RATE,CMT,ADDL,II,SS,MDV,DV,DVID,BLQ,LLOQ,OCC,SEQ,APH,PV,HOURS,WT,SEX,ADA,SITE
7,0,1,300,7200,2,2,28,.,1,.,.,.,.,1,.,.,.,.,64,f,0,Graz
7,28,0,.,.,.,.,.,.,0,21.5,1,0,0.25,1,.,.,.,.,.,.,.,.
7,56,4,300,.,2,.,.,.,1,.,.,.,.,2,.,.,.,.,62,.,.,.
7,70.5,2,.,.,.,.,.,.,1,.,.,.,.,2,.,plex,1.5,2.5,.,.,.,.
7,90,0,.,.,.,.,.,.,0,.,1,1,0.25,2,.,.,.,.,.,.,1.5,.
8,0,0,.,.,.,.,.,.,0,0.8,2,.,.,.,1,.,.,.,80,m,.,Wien
8,0,1,300,.,1,.,28,1,1,.,.,.,.,.,2,.,.,.,.,.,.,.
8,3,3,.,.,.,.,.,.,1,.,.,.,.,.,.,.,.,.,.,.,.,.
"""


def _file(folder: str, text: str | bytes) -> Path:
    path = Path(folder) / "levels.csv"
    path.write_bytes(text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text)
    return path


def table(text: str | bytes, **options: Any) -> EventTable:
    """Read a text as an event table."""
    with tempfile.TemporaryDirectory() as folder:
        return read_table(_file(folder, text), **options)


def subjects(
    text: str | bytes, options: TableOptions | None = None, **reading: Any
) -> list[Subject]:
    """Read a text as natalizumab subjects."""
    with tempfile.TemporaryDirectory() as folder:
        return read_subjects(_file(folder, text), options, **reading)


def faults(text: str | bytes, **reading: Any) -> list[TableFault]:
    """Return the faults that a text is refused with, read as natalizumab subjects."""
    with pytest.raises(TableError) as caught:
        subjects(text, **reading)
    return caught.value.faults


def events(text: str, **options: Any) -> tuple[Event, ...]:
    """Return the events of a table of one subject."""
    (one,) = table(text, **options).subjects
    return one.events


def size(low: float, high: float) -> st.SearchStrategy[float]:
    """Draw numbers that the reader takes: none between 0 and 1e-12."""
    return st.floats(low, high).map(lambda x: 0.0 if abs(x) < 1e-9 else x)


DAYS = size(-1000, 3000)
WORDS = st.text("abcäßµ -+_/.", min_size=1, max_size=8).map(str.strip)
LABELS = st.integers(1, 5) | st.sampled_from(["central", "depot", "urine"])
SIZES = st.builds(
    SessionSize,
    st.sampled_from(["plex", "protein_a", "anti_igg", "tryptophan"]),
    plasma_volumes=size(0.1, 5),
    hours=size(0.25, 3),
) | st.builds(
    SessionSize,
    st.just("plex"),
    litres=size(0.2, 15),
    hours=size(0.25, 3),
    sieving=size(0.01, 1),
    replacement=st.sampled_from(["albumin", "plasma"]),
)


@st.composite
def event_tables(draw: st.DrawFn) -> EventTable:
    """Draw a table of any drug that holds what it may."""
    names = draw(st.lists(st.sampled_from(["WT", "EGFR", "SITE"]), unique=True))
    ids = draw(
        st.lists(WORDS.filter(_sound_id) | st.integers(0, 99).map(str), max_size=3, unique=True)
    )
    made = tuple(SubjectEvents(id, draw(_events(names))) for id in ids or ["1"])
    comments = tuple(draw(st.lists(st.sampled_from(["SIMULATED", 'µg, "ml"']), max_size=2)))
    return EventTable(made, tuple(names), comments)


def _sound_id(word: str) -> bool:
    return word not in ("", ".", "-") and not word.startswith("#")


@st.composite
def _events(draw: st.DrawFn, names: list[str]) -> tuple[Event, ...]:
    days = sorted(draw(st.lists(DAYS, min_size=1, max_size=6, unique=True)))
    rows: list[Event] = []
    occasion = 0
    for day, after in zip(days, [*days[1:], math.inf], strict=True):
        occasion += draw(st.booleans())
        row = {
            "time": day,
            "covariates": tuple(draw(_values(name)) for name in names),
            "occ": occasion or None,
            "seq": draw(st.none() | size(0, 9)),
        }
        rows.append(draw(_row(row, after - day)))
    return in_order(rows)


def _values(name: str) -> st.SearchStrategy[Any]:
    word = st.sampled_from(["Graz", "Bad Ischl", "St. Pölten, Nord"])
    return st.none() | (word if name == "SITE" else size(1, 300))


def _row(row: dict[str, Any], room: float) -> st.SearchStrategy[Event]:
    lloq = size(0, 1) | st.none()
    seen = st.builds(
        Event, evid=st.just(0), dv=size(1, 400), lloq=lloq, dvid=st.none() | LABELS, **_same(row)
    )
    below = st.builds(Event, evid=st.just(0), below=st.just(True), lloq=size(0.01, 1), **_same(row))
    dose = st.builds(
        Event,
        evid=st.sampled_from([1, 4]),
        amount=size(0.01, 1000),
        duration=st.none() | size(0.01, 1),
        cmt=st.none() | LABELS,
        **_same(row),
    )
    others = [seen, below, dose, st.builds(Event, evid=st.sampled_from([0, 2, 3]), **_same(row))]
    if room > 0.2:
        others.append(st.builds(Event, evid=st.just(2), session=SIZES, **_same(row)))
        further = {"addl": st.integers(1, 9), "ii": size(0.02, 50)}
        others.append(st.builds(Event, evid=st.just(1), amount=size(1, 9), **further, **_same(row)))
    return st.one_of(others)


def _same(row: dict[str, Any]) -> dict[str, Any]:
    return {name: st.just(value) for name, value in row.items()}


@st.composite
def histories(draw: st.DrawFn) -> Subject:
    """Draw a natalizumab subject that a table can hold."""
    days = sorted(draw(st.lists(size(0, 1000), min_size=1, max_size=10, unique_by=round)))
    dose = st.one_of(
        *(st.builds(Infusion, st.just(d), size(1, 600), size(0.01, 0.9)) for d in days),
        *(st.builds(Injection, st.just(d), size(1, 600)) for d in days),
    )
    plex = {
        "plasma_volumes": size(0.1, 5),
        "duration": size(0.25, 6).map(lambda h: h * HOUR),
        "sieving": size(0.1, 1),
        "replacement": st.sampled_from(["albumin", "plasma"]),
    }
    column = {"volume": size(0.2, 15), "column": st.sampled_from(["protein_a", "tryptophan"])}
    session = st.one_of(
        *(st.builds(Plex, st.just(d), **plex) for d in days),
        *(st.builds(Immunoadsorption, st.just(d), **column) for d in days),
    )
    once = {"unique_by": lambda e: e.time, "max_size": 5}
    weighed = draw(
        st.lists(st.sampled_from(days) | size(0, 1000), min_size=1, max_size=3, unique=True)
    )
    kg = draw(st.lists(size(50, 90), min_size=3, max_size=3, unique=True))
    episodes, test = draw(_episodes())
    given = Protocol(
        tuple(draw(st.lists(dose, **once))),
        tuple(draw(st.lists(session, **once))),
        tuple(zip(sorted(weighed), kg, strict=False)),
        episodes,
        tuple(draw(st.lists(st.sampled_from(days), max_size=2, unique=True))),
    )
    return Subject(
        given,
        tuple(draw(_levels(given, days))),
        draw(st.sampled_from(["7", "P-1", "a b"])),
        draw(st.none() | size(0, 110)),
        draw(st.sampled_from([None, "female", "male"])),
        draw(st.none() | st.integers(150, 200).map(lambda cm: float(f"{cm * 0.01:.15g}"))),
        draw(st.none() | size(0.15, 0.65)),
        draw(st.booleans()),
        test,
        tuple(
            sorted(draw(st.lists(st.sampled_from(days[1:] or [1001.0]), max_size=2, unique=True)))
        ),
    )


@st.composite
def _episodes(draw: st.DrawFn) -> tuple[tuple[Antibodies, ...], Any]:
    edges = sorted(draw(st.lists(size(1, 900), max_size=4, unique_by=round)))
    found = tuple(
        Antibodies(a, draw(size(0.1, 5)), b)
        for a, b in zip(edges[::2], [*edges[1::2], math.inf], strict=False)
    )
    steps = [(t, v) for e in found for t, v in ((e.onset, e.titre), (e.end, 0.0)) if t < math.inf]
    return found, antibodies(steps)[1] if found else draw(st.sampled_from(["none", "unknown"]))


@st.composite
def _levels(draw: st.DrawFn, given: Protocol, days: list[float]) -> list[Level]:
    found = []
    starts = [(d.time, d.amount) for d in given.doses if d.amount > 100]
    for day, _ in starts:
        if not any(day <= r <= day + 1 for r in given.resets):
            found.append(Level(day + draw(size(0.1, 0.9)), draw(size(0.3, 5))))
    found += [
        Level(day, None, Assay(lloq=draw(size(0.1, 2)))) for day in days if draw(st.booleans())
    ]
    return found
