"""A made-up case, and runs of cases that are small enough for tests."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import pytest

from diapedesis.cases import (
    Citation,
    Fact,
    GivenTreatment,
    Moment,
    PublishedCase,
    Range,
    Since,
    run,
)
from diapedesis.cases.result import CaseResult

DIAGNOSED = Fact("pml_diagnosis", Range(0, 28))
LATER = (
    Fact("iris_onset", Range(40, 70), words=("severe",), estimated=True),
    Fact("icu", since=Since("iris_onset", Range(0, 14))),
    Fact("edss", Range(200, 240), value=Range.of(4), unit="EDSS"),
    Fact("pathology", words=("iris",)),
    Fact("alive"),
)
CLEAN = Fact("csf_jcv", Range(56, 60), words=("undetected",))


def case(**changed: Any) -> PublishedCase:
    """PML found within four weeks of the last infusion, exchanged, IRIS a month later."""
    said: dict[str, Any] = {
        "id": "doe-2020",
        "title": "PML within four weeks, exchanged, IRIS a month later",
        "citation": Citation("Doe J", 2020, "", "A made-up journal", "Made up.", doi="10.1/x"),
        "claim": "IRIS comes about a month after plasma exchange.",
        "group": "B",
        "usable_timeline": "medium",
        "moment": Moment("pml_diagnosis", Range(0, 28), estimated=True),
        "treatments": (
            GivenTreatment("plex", day=Range(7, 21), number=Range(5, 5)),
            GivenTreatment("cytarabine", day=Range(7, 21)),
        ),
        "given": (Fact("jcv_antibody", words=("positive",)), DIAGNOSED),
        "observed_later": LATER,
    }
    return PublishedCase(**said | changed)


def stopped(**changed: Any) -> PublishedCase:
    """Nobody knows of PML two months after the last infusion; relapse a month later."""
    said: dict[str, Any] = {
        "id": "roe-2021",
        "moment": Moment("last_infusion", Range.of(60)),
        "treatments": (),
        "given": (),
        "observed_later": (Fact("rebound", Range(90, 120)), Fact("alive")),
    }
    return case(**said | changed)


def reading(moment: float, **known: float) -> Any:
    """Return what the likelihood of a fact asks of a reading: its moment and days of events."""
    return SimpleNamespace(
        moment=moment,
        event="",
        events={"moment": moment} | known,
        earliest_dose=-math.inf,
        earliest_moment=moment,
    )


def small(patch: pytest.MonkeyPatch) -> None:
    """Let runs be short: few readings, few draws followed, few effective draws enough."""
    patch.setattr(run, "READINGS", 4)
    patch.setattr(run, "KEPT", 100)
    patch.setattr(run, "LEAST_ESS", 3.0)


def ran(what: PublishedCase, draws: int = 600, seed: int = 1) -> CaseResult:
    """Run a case with few draws."""
    return run.run_case(what, draws=draws, seed=seed)
