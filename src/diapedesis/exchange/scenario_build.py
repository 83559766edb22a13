"""From the checked blocks of a scenario file to one scenario for each arm."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

from diapedesis.exchange.case_build import (
    antibodies_of,
    doses_of,
    levels_of,
    sessions_of,
    weights_of,
)
from diapedesis.exchange.case_schema import Patient
from diapedesis.exchange.case_sections import Draft
from diapedesis.exchange.scenario_treatments import (
    CourseBlock,
    DepletionBlock,
    InfusionBlock,
    OralBlock,
)
from diapedesis.exchange.scenario_virus import asked_of, with_arm
from diapedesis.observe import Subject
from diapedesis.population.scenario import Scenario
from diapedesis.simulate import (
    Course,
    Depletion,
    Immunoglobulin,
    OralSteroid,
    Protocol,
    Steroid,
    Treatment,
)
from diapedesis.simulate.given import HOUR

ONLY_ARM = "scenario"
MG_IN_G = 1000.0


def build_arms(draft: Draft) -> dict[str, Scenario]:
    """Return the scenario of each arm of a draft without faults."""
    shared = _shared(draft)
    arms: dict[str, Draft] = draft.rest["arms"]
    if not arms:
        return {ONLY_ARM: shared}
    return {name: _with(shared, arm) for name, arm in arms.items()}


def _shared(draft: Draft) -> Scenario:
    rest, patient = draft.rest, draft.rest["patient"]
    protocol = Protocol(
        doses=doses_of(draft),
        sessions=sessions_of(draft),
        weights=weights_of(patient),
        antibodies=antibodies_of(rest["antibodies"]),
        treatments=treatments_of(draft),
    )
    return Scenario(
        _subject(patient, protocol, draft),
        rest["until"],
        hypothesis=rest["hypothesis"],
        relapses=rest["activity"].relapses,
        gd=rest["activity"].gd,
        parameters=rest["parameters"],
        n=rest["patients"],
        seed=rest["seed"],
        before=rest["before"],
        virus=None if rest["virus"] is None else asked_of(rest["virus"]),
    )


def _subject(patient: Patient, protocol: Protocol, draft: Draft) -> Subject:
    return Subject(
        protocol,
        levels=levels_of(draft),
        id=patient.id,
        age=patient.age,
        sex=patient.sex,
        height=patient.height,
        haematocrit=patient.haematocrit,
        pregnant=patient.pregnant,
        antibody_test=draft.rest["antibodies"].status,
    )


def _with(shared: Scenario, arm: Draft) -> Scenario:
    """Return the shared scenario with what an arm adds."""
    given = shared.subject.protocol
    changes: dict[str, Any] = {"treatments": (*given.treatments, *treatments_of(arm))}
    subject = shared.subject
    if arm.rest["antibodies"] is not None:
        changes["antibodies"] = antibodies_of(arm.rest["antibodies"])
        subject = replace(subject, antibody_test=arm.rest["antibodies"].status)
    protocol = replace(given.with_doses(doses_of(arm)).with_sessions(sessions_of(arm)), **changes)
    return replace(
        shared,
        subject=replace(subject, protocol=protocol),
        hypothesis=arm.rest["hypothesis"] or shared.hypothesis,
        parameters={**shared.parameters, **arm.rest["parameters"]},
        virus=with_arm(shared.virus, arm.rest["virus"]),
    )


def treatments_of(draft: Draft) -> tuple[Treatment, ...]:
    """Return every treatment listed."""
    return tuple(t for _, row in draft.lists["treatments"] for t in _treatments(row))


def _treatments(row: Any) -> list[Treatment]:
    match row:
        case InfusionBlock(drug="methylprednisolone"):
            grams, hours = row.amount / MG_IN_G, row.duration or 1.0
            return [Steroid(day, grams, hours * HOUR) for day in row.times]
        case InfusionBlock():
            grams, hours = row.amount / MG_IN_G, row.duration or 6.0
            return [Immunoglobulin(day, grams, hours * HOUR) for day in row.times]
        case OralBlock():
            return [OralSteroid(row.start, row.end, row.daily)]
        case CourseBlock():
            return [Course(row.drug, row.start, math.inf if row.end is None else row.end)]
        case DepletionBlock():
            return [Depletion(row.drug, day, row.courses) for day in row.times]
    raise TypeError(f"treatment: found {type(row).__name__}")
