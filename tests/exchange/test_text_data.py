"""Data sets for other programs: rows for doses, sessions and levels, inputs that hold between."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

import pytest

from diapedesis.exchange.nonmem import to_nonmem
from diapedesis.exchange.text_data import start_of, to_data_set, write_data_set
from diapedesis.infer.fit import covariates
from diapedesis.models import pkpd
from diapedesis.observe import Assay, Level, Subject
from diapedesis.simulate import Infusion, Injection, Plex, Protocol, schedule
from tests.exchange.foreign_run import Row, rows, run
from tests.exchange.foreign_texts import Nonmem
from tests.exchange.protocols import SESSIONS
from tests.exchange.test_text_agreement import PATIENTS, TEXTS, moments
from tests.exchange.test_text_meaning import small

BUSY = Subject(SESSIONS, sex="female", height=1.63, haematocrit=0.41)
COLUMNS = [id.upper() for id in pkpd().inputs if id not in ("infusion_rate", "donor_plasma")]


def table(subject: Subject, program: str = "nonmem", **options: Any) -> list[Row]:
    return rows(to_data_set(pkpd(), subject, program, **options))


@pytest.mark.parametrize("program", TEXTS)
def test_a_row_holds_what_the_protocol_sets(program: str) -> None:
    """Amid each interval the inputs are those of the schedule; covariates are the subject's."""
    found = table(BUSY, program, times=moments(BUSY))
    assert list(found[0])[9:] == COLUMNS
    plan = schedule(SESSIONS, pkpd())
    defaults = {i: t.default for i, t in pkpd().inputs.items()} | covariates(BUSY)
    for a, b in pairwise(found):
        if b["TIME"] > a["TIME"]:
            holds = a if program == "nlmixr2" else b
            days, values = plan.table(pkpd().inputs, defaults)
            middle = (a["TIME"] + b["TIME"]) / 2
            now = values[sum(day <= middle for day in days) - 1]
            for id, value in zip(pkpd().inputs, now, strict=True):
                assert id.upper() not in holds or holds[id.upper()] == value, (middle, id)


@pytest.mark.parametrize("program", ["nonmem", "mrgsolve"])
def test_two_rows_of_a_change_are_right_in_either_reading(program: str) -> None:
    """Next value carried backward, as these programs do, or last one forward."""
    system = TEXTS[program][1](TEXTS[program][0](pkpd()))
    data = to_data_set(pkpd(), BUSY, program, times=moments(BUSY))
    backward = [shown["IPRED"] for _, shown in run(system, data)]
    system.at_end = False
    if program == "mrgsolve":
        data = data.replace(",8,1,0,0,", ",5,1,0,0,")  # the reader's word for the same row
    forward = [shown["IPRED"] for _, shown in run(system, data)]
    assert forward == pytest.approx(backward, rel=1e-9)


def test_for_nlmixr2_all_rows_of_a_time_hold_the_same() -> None:
    """rxode2 puts them in an order of its own."""
    subject = replace(BUSY, levels=(Level(152, 12.0), Level(100, 9.0)))
    for _, group in groupby(table(subject, "nlmixr2"), lambda r: r["TIME"]):
        first, *others = [[r[c] for c in COLUMNS] for r in group]
        assert all(other == first for other in others)


@pytest.mark.parametrize("program", TEXTS)
def test_rows_are_in_order_and_legal(program: str) -> None:
    text = to_data_set(pkpd(), BUSY, program, times=[0.0, 300.0])
    assert max(map(len, text.splitlines())) <= 300 and text.endswith("\n")
    found = rows(text)
    assert all(a["TIME"] <= b["TIME"] for a, b in pairwise(found))
    assert found[0]["TIME"] == 0
    for r in found:
        assert r["EVID"] in (0, 1, 2, {"nonmem": 2, "nlmixr2": 5, "mrgsolve": 8}[program])
        assert (r["AMT"] > 0) == (r["EVID"] == 1) and r["MDV"] == 1 and r["DV"] == 0
        assert r["CMT"] != 0 or program == "nonmem"


def test_infusions_and_injections_are_doses_as_given() -> None:
    doses = (Infusion(0, 300.0, 0.25), Injection(7, 150.0), Infusion(14, 0.0))
    found = [r for r in table(Subject(Protocol(doses))) if r["EVID"] == 1]
    assert [(r["TIME"], r["AMT"], r["RATE"], r["CMT"]) for r in found] == [
        (0, 300, 1200, 2), (7, 150, 0, 1),
    ]  # fmt: skip


def test_a_session_is_a_row_at_its_start_and_at_its_end() -> None:
    plan = Protocol.every(28, n=1).with_sessions([Plex(5, volume=3.0, duration=0.125)])
    found = [r for r in table(Subject(plan)) if r["TIME"] >= 5]
    assert [(r["TIME"], r["PLEX_FLOW"], r["EVID"]) for r in found] == [
        (5, 0, 2), (5, 24, 2), (5.125, 24, 2), (5.125, 0, 2),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("program", "expected"),
    [("nonmem", [(2, -5), (2, 5)]), ("nlmixr2", [(5, 5)]), ("mrgsolve", [(8, 5)])],
)
def test_a_fresh_column_empties_its_state(program: str, expected: list[tuple[int, int]]) -> None:
    plan = PATIENTS["immunoadsorption"]
    found = [r for r in table(plan, program) if abs(r["CMT"]) == 5]
    days = [s.time + 10 for s in plan.protocol.sessions]
    wanted = [(day, *row) for day in days for row in expected]
    assert [(r["TIME"], r["EVID"], r["CMT"]) for r in found] == wanted


def test_a_level_below_the_limit_is_the_limit() -> None:
    assay = Assay(lloq=0.5)
    levels = (Level(10, 40.0, assay), Level(90, None, assay), Level(91, 0.3, assay))
    found = table(Subject(Protocol.every(28, n=2), levels), assay=assay)
    seen = [(r["TIME"], r["DV"], r["CENS"]) for r in found if r["MDV"] == 0]
    assert seen == [(10, 40, 0), (90, 0.5, 1), (91, 0.5, 1)]


def test_a_level_of_the_time_of_a_dose_comes_before_it() -> None:
    found = table(Subject(Protocol.every(28, n=2), (Level(28, 20.0),)))
    assert [r["EVID"] for r in found if r["TIME"] == 28] == [0, 1]


def test_time_begins_with_the_first_event() -> None:
    subject = Subject(Protocol.every(28, n=1, start=30.0), (Level(25, None),))
    assert start_of(subject) == 25
    assert [r["TIME"] for r in table(subject)] == [0, 0, 5]


def test_several_subjects_are_numbered() -> None:
    given = [PATIENTS["infusions"], PATIENTS["weights"]]
    both = to_data_set(pkpd(), given, "nonmem").splitlines()
    second = to_data_set(pkpd(), given[1], "nonmem").splitlines()[1:]
    assert both[-len(second) :] == [f"2{row[1:]}" for row in second]


def test_the_columns_are_those_of_the_text() -> None:
    for whole in (False, True):
        system = Nonmem(to_nonmem(pkpd(), whole=whole))
        header = to_data_set(pkpd(), BUSY, "nonmem", whole=whole).splitlines()[0]
        assert header.split(",") == system.columns


def test_levels_of_another_error_are_refused() -> None:
    subject = Subject(Protocol.every(28, n=1), (Level(3, 1.0, Assay(measures="total")),))
    with pytest.raises(ValueError, match=r"level of day 3: .* one assay at a time"):
        to_data_set(pkpd(), subject, "nonmem")


def test_an_unknown_program_is_refused() -> None:
    with pytest.raises(ValueError, match="program: found 'monolix', expected one of nonmem"):
        to_data_set(pkpd(), BUSY, "monolix")


@pytest.mark.parametrize("dose", [Infusion(0, 300.0), Injection(0, 300.0)])
def test_a_dose_that_no_state_takes_is_refused(dose: Infusion | Injection) -> None:
    """Another model, whose parameter lag_sc is there but no place for a dose."""
    with pytest.raises(ValueError, match=r"day 0: found an in.*, which no state of this model"):
        to_data_set(small(pkpd().parameters["lag_sc"]), Subject(Protocol((dose,))), "nonmem")


def test_a_file_is_what_was_returned(tmp_path: Path) -> None:
    written = write_data_set(tmp_path / "data.csv", pkpd(), BUSY, "nonmem")
    assert written.read_text("utf-8") == to_data_set(pkpd(), BUSY, "nonmem")
