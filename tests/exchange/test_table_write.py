"""What is written as an event table reads back the same."""

from __future__ import annotations

import dataclasses
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from diapedesis.exchange import EventTable, read_case, read_subjects, read_table, write_table
from diapedesis.exchange.table_events import Event, SubjectEvents
from diapedesis.exchange.table_from import table_of
from diapedesis.exchange.table_write import table_text
from diapedesis.observe import Assay, Level, Subject
from diapedesis.simulate import Antibodies, Infusion, Plex, Protocol, Steroid
from tests.exchange.tables import GOOD, event_tables, histories, subjects, table

ROOT = Path(__file__).resolve().parents[2]
DRAWN = settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])


@DRAWN
@given(event_tables())
def test_a_table_reads_back_the_same(drawn: EventTable) -> None:
    with tempfile.TemporaryDirectory() as folder:
        again = read_table(write_table(drawn, Path(folder) / "again.csv"))
    assert again == drawn
    assert again.comments == drawn.comments
    assert table_text(again) == table_text(drawn)


@DRAWN
@given(histories())
def test_a_subject_reads_back_the_same(subject: Subject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (again,) = read_subjects(write_table([subject], Path(folder) / "again.csv"))
    # hours are days times 24, which may lose the last digit
    for a, b in zip(again.protocol.sessions, subject.protocol.sessions, strict=True):
        assert a.duration == pytest.approx(b.duration, rel=1e-15)
        assert dataclasses.replace(a, duration=b.duration) == b
    same = dataclasses.replace(again.protocol, sessions=subject.protocol.sessions)
    assert dataclasses.replace(again, protocol=same) == subject


def test_the_good_table_and_the_example_survive() -> None:
    example = (ROOT / "examples" / "three-patients.csv").read_text(encoding="utf-8")
    for text in (GOOD, example):
        again = table_text(table(text))
        assert table(again) == table(text)
        assert subjects(again) == subjects(text)


@pytest.mark.parametrize(
    "name", ["khatri-like", "no-level", "three-exchanges-54f", "saturation-and-occasions"]
)
def test_a_case_becomes_a_table_and_the_same_subject(name: str, tmp_path: Path) -> None:
    subject = read_case(ROOT / "examples" / f"{name}.yaml").subject
    (again,) = read_subjects(write_table([subject], tmp_path / "case.csv"))
    assert again.protocol.doses == subject.protocol.doses
    assert again.protocol.sessions == subject.protocol.sessions
    measured = [
        [(x.time, x.value, x.assay.lloq, x.assay.measures) for x in s.levels]
        for s in (again, subject)
    ]
    assert measured[0] == measured[1]
    for name in ("occasions", "weight", "height", "sex", "haematocrit", "age", "antibody_test"):
        assert getattr(again, name) == getattr(subject, name)


def test_two_results_of_one_time_are_told_apart() -> None:
    twice = (Level(28.0, 20.0), Level(28.0, 22.0))
    subject = Subject(Protocol.every(28, n=3), twice)
    assert "SEQ" in table_text([subject])
    (again,) = subjects(table_text([subject]))
    assert again.levels == twice


@pytest.mark.parametrize(
    ("subject", "said"),
    [
        (Subject(Protocol((Infusion(0.0, 0.0),))), "0 mg"),
        (Subject(Protocol(antibodies=(Antibodies(0.0), Antibodies(5.0)))), "one titre at a time"),
        (Subject(Protocol(treatments=(Steroid(0.0, 1.0),))), "leave treatments out"),
        (Subject(Protocol(), antibody_test="persistent"), "antibody_test"),
        (Subject(Protocol(antibodies=(Antibodies(3.0),))), "say 'persistent'"),
        (Subject(Protocol(), (Level(3.0, None, Assay(lloq=0.0)),)), "T035"),
        (Subject(Protocol().with_sessions([Plex(1.0, volume=40.0)])), "T018"),
        (Subject(Protocol(), id="#7"), "T002"),
        (Subject(Protocol(), id="a\nb"), "T011"),
    ],
)
def test_what_a_table_cannot_say_is_refused(subject: Subject, said: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=said):
        write_table([subject], tmp_path / "no.csv")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "values",
    [(" x ",), ("NA",), ("12",), ("x", 3.0)],
    ids=["blanks", "missing", "number", "mixed"],
)
def test_a_word_that_would_not_come_back_is_refused(values: tuple[str | float, ...]) -> None:
    rows = tuple(Event(float(i), 2, covariates=(v,)) for i, v in enumerate(values))
    with pytest.raises(ValueError, match=r"would be|T040"):
        table_text(EventTable((SubjectEvents("1", rows),), ("SITE",)))


def test_two_subjects_of_one_id_are_refused() -> None:
    with pytest.raises(ValueError, match="numbers of rows differ"):
        table_text([Subject(Protocol()), Subject(Protocol())])


def test_events_of_a_subject_keep_covariates_and_days() -> None:
    (one,) = table_of([Subject(Protocol(weights=((0.0, 64.0), (9.0, 60.0))), id="x")]).subjects
    assert one.values(0) == [(0.0, 64.0), (9.0, 60.0)]
