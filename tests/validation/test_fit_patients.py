"""Virtual patients: the prior's parameters, designs that know nothing of them, streams by name."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from scipy.stats import binom, kstest

from diapedesis.infer.prior import subject_prior
from diapedesis.models import pkpd
from diapedesis.validation.fit_patients import (
    Patient,
    draw_own,
    draw_patient,
    named_stream,
    readings,
    true_levels,
)
from diapedesis.validation.fit_prediction import STATISTICS, predict_next
from diapedesis.validation.fit_protocols import KIND_SHARES, KINDS, N_LEVELS
from diapedesis.validation.fit_study import FitStudy, Settings

N = 150
ONE_IN = 1e-4


@pytest.fixture(scope="module")
def patients() -> list[Patient]:
    return [draw_patient("tests/validation/test_fit_patients.py", i) for i in range(N)]


def test_a_patient_depends_on_study_and_number_alone(patients: list[Patient]) -> None:
    assert draw_patient("tests/validation/test_fit_patients.py", 7) == patients[7]
    assert draw_patient("another study", 7) != patients[7]
    assert named_stream("a", 1).random() != named_stream("a", 2).random()


def test_parameters_are_draws_of_the_prior_that_fits_use() -> None:
    prior = subject_prior(pkpd())
    rng = named_stream("parameters are draws of the prior")
    drawn = [draw_own(rng) for _ in range(600)]
    values = np.array([[own[n][0] for n in prior.names] for own in drawn])
    z = (prior.scale.normal(values) - prior.mean) @ np.linalg.inv(np.linalg.cholesky(prior.cov)).T
    # Independent standard normals, joint covariance included.
    p = [kstest(z[:, j], "norm").pvalue for j in range(z.shape[1])]
    assert min(p) > ONE_IN / len(p)
    off = np.corrcoef(z, rowvar=False)[np.triu_indices(z.shape[1], 1)]
    assert np.max(np.abs(off)) < 5.5 / np.sqrt(600)  # 5.5 standard errors, of hundreds


def test_designs_do_not_know_the_parameters(
    patients: list[Patient], monkeypatch: pytest.MonkeyPatch
) -> None:
    other = draw_own(named_stream("other parameters"))
    monkeypatch.setattr("diapedesis.validation.fit_patients.draw_own", lambda rng: other)
    for i in range(20):
        changed = draw_patient("tests/validation/test_fit_patients.py", i)
        assert changed.history == patients[i].history
        assert changed.true_readings != patients[i].true_readings


def test_histories_are_of_every_kind(patients: list[Patient]) -> None:
    kinds = Counter(p.history.kind for p in patients)
    for kind, share in zip(KINDS, KIND_SHARES, strict=True):
        low, high = binom.interval(1 - ONE_IN, N, share)
        assert low <= kinds[kind] <= high
    given = [p.history.subject.protocol for p in patients]
    assert {len(p.doses) for p in given} >= set(range(5, 18))
    assert any(p.antibodies for p in given) and any(len(p.weights) > 1 for p in given)
    assert any(s.volume is not None for p in given for s in p.sessions)
    assert any(x.below for p in patients for x in p.levels)
    gaps = [np.diff([d.time for d in p.doses]).mean() for p in given]
    assert min(gaps) < 29 and max(gaps) > 40  # four weeks, and the extended interval


def test_samples_are_in_order_and_their_phase_is_what_it_says(patients: list[Patient]) -> None:
    for p in patients:
        h = p.history
        given = h.subject.protocol
        assert len(h.days) == len(set(h.days)) == N_LEVELS
        assert list(h.days) == sorted(h.days)
        assert (h.kind == "exchanged") == bool(given.sessions)
        for day in h.days:
            during = bool(given.sessions) and (
                given.sessions[0].time < day <= given.sessions[-1].end + 7
            )
            late = day - given.last_dose > 42
            assert h.phase(day) == ("exchange" if during else "washout" if late else "treatment")
        if h.first_session is not None:
            assert h.first_session > h.days[2] and h.first_session > given.last_dose


def test_readings_are_levels_as_the_assay_sees_them(patients: list[Patient]) -> None:
    for p in patients[:20]:
        h = p.history
        c, c_free = true_levels(h.subject, p.own, h.days)
        seen = c if h.assay.measures == "total" else c_free
        assert readings(h.subject, p.own, h.days, h.assay) == pytest.approx(seen)
        assert p.true_readings == pytest.approx(seen[0].tolist())
        assert p.known(2).levels == p.levels[:2]


def record(predicted: float, true: float, observed: float | None) -> dict[str, object]:
    level = {"phase": "exchange", "predicted": predicted, "true": true}
    fit = {"k": 0, "refused": None, "next": level | {"observed": observed, "lloq": 0.25}}
    other = [{"k": k, "refused": "FitError: none"} for k in (1, 2, 3)]
    return {"number": 0, "kind": "exchanged", "chance": 0.0, "fits": [fit, *other]}


def test_errors_of_prediction_are_what_their_names_say() -> None:
    records = [record(12.0, 10.0, 8.0)] * 20 + [record(10.0, 10.0, 10.0)] * 20
    records += [record(1.0, 0.2, None)] * 3
    found = predict_next(FitStudy(Settings("by hand", 43), records)).records()
    assert [(r["predictor"], r["reference"]) for r in found] == [
        ("fit", "observed"),
        ("truth", "observed"),
        ("fit", "true"),
    ]
    fit, truth, fit_to_true = found
    assert {(r["n"], r["below"], r["phase"], r["levels"]) for r in found} == {
        (40, 3, "exchange", 0)
    }
    # Half of the errors are (12 - 8) / 8, half are none.
    assert (fit["bias_mean"], fit["within_20"], fit["within_30"]) == (0.25, 0.5, 0.5)
    assert fit["rmse"] == pytest.approx(0.5 * np.sqrt(0.5))
    assert fit["rmse_mg_per_l"] == pytest.approx(4 * np.sqrt(0.5))
    assert (truth["bias_mean"], truth["within_20"], truth["within_30"]) == (0.125, 0.5, 1.0)
    assert (fit_to_true["bias_mean"], fit_to_true["within_20"]) == (pytest.approx(0.1), 1.0)
    for r in found:
        assert all(r[f"{s}_low"] <= r[s] <= r[f"{s}_high"] for s in STATISTICS)
