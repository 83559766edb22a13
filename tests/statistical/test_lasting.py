"""The probability of lasting is calibrated: of plans with 70 %, seven in ten last."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import norm

from diapedesis.plan import Design, PlexQuestion
from diapedesis.plan.outlook import Outlook
from diapedesis.plan.search import lasts_by
from tests.statistical.patients import NOW, fits, rng_of

QUESTION = PlexQuestion(first=NOW, by=NOW + 28)
DESIGN = Design(4, 5)
LIMIT = float(norm.ppf(1 - 5e-5))


def forecasts(name: str, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the forecast probability and what happened, one for each virtual patient."""
    p, happened = [], []
    for fitted, own in fits(rng_of(name), n, 1):
        for f, into in ((fitted, p), (replace(fitted, draws=own), happened)):
            lasts = lasts_by(Outlook.of(f, NOW), QUESTION, DESIGN)[0]
            into.append(float(lasts.mean()))
    return np.array(p), np.array(happened)


def assert_calibrated(p: np.ndarray, happened: np.ndarray) -> None:
    q = np.clip(p, 0.002, 0.998)  # 400 draws cannot say less or more
    z = np.sum(happened - q) / np.sqrt(np.sum(q * (1 - q)))
    brier, of_base_rate = np.mean((happened - p) ** 2), happened.mean() * (1 - happened.mean())
    print(f"mean forecast {p.mean():.2f}, happened {happened.mean():.2f}, z {z:.2f}", end="; ")
    print(f"Brier {brier:.3f} against {of_base_rate:.3f} of the base rate")
    assert abs(z) < LIMIT
    assert 0.1 < happened.mean() < 0.9  # else the question tells nothing
    assert brier < of_base_rate


@pytest.mark.slow
def test_the_probability_of_lasting_is_calibrated() -> None:
    assert_calibrated(*forecasts("lasting", 50))


@pytest.mark.statistical
def test_the_probability_of_lasting_is_reliable_in_every_third() -> None:
    p, happened = forecasts("lasting in many", 500)
    assert_calibrated(p, happened)
    for part in np.array_split(np.argsort(p), 3):
        q = np.clip(p[part], 0.002, 0.998)
        z = np.sum(happened[part] - q) / np.sqrt(np.sum(q * (1 - q)))
        print(f"forecast {p[part].mean():.2f}, happened {happened[part].mean():.2f}, z {z:.2f}")
        assert abs(z) < LIMIT
