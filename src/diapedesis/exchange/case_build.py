"""From the checked blocks of a file to the subject and the question."""

from __future__ import annotations

import math
from typing import Any

from diapedesis.exchange.case import Case, Question
from diapedesis.exchange.case_checks import dose_times
from diapedesis.exchange.case_file import QuestionBlock
from diapedesis.exchange.case_measured import KINDS, Row
from diapedesis.exchange.case_measured_checks import assay_of
from diapedesis.exchange.case_question_checks import last_event
from diapedesis.exchange.case_schema import AntiDrug, Dose, DoseSeries, Patient
from diapedesis.exchange.case_schema import Session as SessionBlock
from diapedesis.exchange.case_sections import Draft
from diapedesis.observe.assay import Level
from diapedesis.observe.subject import Subject
from diapedesis.simulate.protocol import (
    HOUR,
    Antibodies,
    Immunoadsorption,
    Infusion,
    Injection,
    Plex,
    Protocol,
    Session,
)
from diapedesis.simulate.protocol import Dose as ProtocolDose


def build_case(draft: Draft) -> Case:
    """Return the case of a draft without faults."""
    rest = draft.rest
    now = rest["now"] if rest["now"] is not None else last_event(draft)
    assert now is not None
    return Case(
        subject=_subject(draft),
        question=_question(rest["question"], now),
        now=now,
        title=rest["title"] or "",
        note=rest["note"] or "",
        simulated=rest["simulated"],
        provenance=rest["provenance"] or "",
        claims=tuple(rest["claims"]),
        start_date=draft.clock.origin,
    )


def _subject(draft: Draft) -> Subject:
    patient: Patient = draft.rest["patient"]
    return Subject(
        protocol=Protocol(
            doses=doses_of(draft),
            sessions=sessions_of(draft),
            weights=weights_of(patient),
            antibodies=antibodies_of(draft.rest["antibodies"]),
        ),
        levels=levels_of(draft),
        id=patient.id,
        age=patient.age,
        sex=patient.sex,
        height=patient.height,
        haematocrit=patient.haematocrit,
        pregnant=patient.pregnant,
        antibody_test=draft.rest["antibodies"].status,
        occasions=tuple(draft.rest["occasions"]),
    )


def weights_of(patient: Patient) -> tuple[tuple[float, float], ...]:
    """Return days and weights."""
    if isinstance(patient.weight, list):
        return tuple((row.time, row.value) for row in patient.weight)
    return ((0.0, patient.weight),)


def doses_of(draft: Draft) -> tuple[ProtocolDose, ...]:
    """Return every dose listed."""
    return tuple(d for _, row in draft.lists["doses"] for d in _doses(row))


def sessions_of(draft: Draft) -> tuple[Session, ...]:
    """Return every session listed."""
    return tuple(_session(row) for _, row in draft.lists["sessions"])


def _doses(row: Dose | DoseSeries) -> list[ProtocolDose]:
    if row.route == "sc":
        return [Injection(day, row.amount) for day in dose_times(row)]
    duration = HOUR * (1.0 if row.duration is None else row.duration)
    return [Infusion(day, row.amount, duration) for day in dose_times(row)]


def _session(row: SessionBlock) -> Session:
    size: dict[str, Any] = {"volume": row.volume, "plasma_volumes": row.plasma_volumes}
    duration = row.duration * HOUR
    if row.kind == "ia":
        return Immunoadsorption(
            row.time, **size, duration=duration, column=row.column or "protein_a"
        )
    return Plex(
        row.time,
        **size,
        duration=duration,
        sieving=row.sieving or 1.0,
        replacement=row.replacement or "albumin",
    )


def antibodies_of(block: AntiDrug) -> tuple[Antibodies, ...]:
    """Return the episode of antibodies, if there is one."""
    if block.onset is None:
        return ()
    end = math.inf if block.end is None else block.end
    return (Antibodies(block.onset, block.titre or 1.0, end),)


def levels_of(draft: Draft) -> tuple[Level, ...]:
    """Return every measured level and saturation."""
    measured = [(name, row) for name in KINDS for _, row in draft.lists[name]]
    return tuple(_level(name, row, draft) for name, row in measured)


def _level(name: str, row: Row, draft: Draft) -> Level:
    assay = assay_of(name, row, draft)
    assert assay is not None
    return Level(row.time, row.value, assay)


def _question(block: QuestionBlock, now: float) -> Question:
    session = block.session
    sizes = session.volume if session.volume is not None else session.plasma_volumes
    interval, forecast = block.interval, block.forecast
    threshold = 1.0 if block.threshold is None and block.saturation is None else block.threshold
    return Question(
        threshold=threshold,
        saturation=block.saturation,
        by=block.by,
        probability=block.probability,
        earliest=now if block.earliest is None else block.earliest,
        max_sessions=block.max_sessions,
        spacing=(block.spacing.min, block.spacing.max),
        minimum_gap=block.minimum_gap,
        kind=session.kind,
        sizes=tuple(sizes) if isinstance(sizes, list) else (1.5 if sizes is None else sizes,),
        sizes_in="plasma_volumes" if session.volume is None else "L",
        duration=session.duration * HOUR,
        sieving=session.sieving or 1.0,
        replacement=session.replacement or "albumin",
        column=session.column or "protein_a",
        top_up=block.top_up,
        result_after_days=block.result_after_days,
        samples=tuple(block.samples),
        target_trough=interval.target_trough if interval else None,
        trough_probability=interval.probability if interval else 0.9,
        until=forecast.until if forecast else None,
    )
