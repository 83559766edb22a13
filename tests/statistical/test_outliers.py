"""Corrupted levels are found, honest ones rarely accused; below the limit means what it says."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import binom

from diapedesis.infer.estimate import FitError
from diapedesis.infer.fit import fit
from diapedesis.infer.likelihood import Levels
from diapedesis.observe import Assay, Level, Subject
from diapedesis.validation.fit_patients import named_stream, read
from diapedesis.validation.fit_results import REFUSED
from tests.statistical.patients import ONE_IN, draw, measured

SHARP = Assay(proportional_sd=0.1)
CORRUPTION = 3.0


@dataclass
class Count:
    """Of `n` patients with three levels, the second of them then tripled."""

    n: int = 0
    found: int = 0
    refused: int = 0
    accused: int = 0
    refused_honest: int = 0


def suspects(subject: Subject) -> NDArray[np.bool_] | None:
    """Return which levels are probably outliers; ``None`` when the fit is refused."""
    try:
        return (fit(subject, n_draws=200).levels["p_outlier"] > 0.5).to_numpy()
    except FitError:
        return None


def count(name: str, n: int) -> Count:
    rng = named_stream(name)
    out = Count()
    for subject, own in draw(rng, n):
        honest = measured(subject, own, rng, SHARP)
        first, middle, last = honest.levels
        if middle.value is None:  # antibodies cleared the infusion of ten days before
            continue
        out.n += 1
        as_read = suspects(honest)
        out.refused_honest += as_read is None
        out.accused += 0 if as_read is None else int(as_read.sum())
        bad = replace(middle, value=middle.value * CORRUPTION)
        tripled = suspects(replace(honest, levels=(first, bad, last)))
        out.refused += tripled is None
        out.found += tripled is not None and bool(tripled[1])
    print(out)
    return out


def assert_found(name: str, n: int) -> None:
    got = count(name, n)
    assert got.n > 0.95 * n
    n = got.n
    assert got.found > 0.5 * n
    assert got.found + got.refused > 0.9 * n  # what is not found is refused, with its reason
    assert got.refused < 0.4 * n
    assert got.refused_honest <= binom.ppf(1 - ONE_IN, n, REFUSED)
    # At most the share of levels that are outliers by construction, 3 in 100.
    assert got.accused <= binom.ppf(1 - ONE_IN, 3 * n, 0.03)


@pytest.mark.slow
def test_a_tripled_level_is_found_and_honest_ones_are_not_accused() -> None:
    assert_found("tripled", 25)


@pytest.mark.statistical
def test_a_tripled_level_is_found_in_many() -> None:
    assert_found("tripled in many", 200)


@pytest.mark.parametrize("level", [0.2, 1.0, 2.0, 2.9, 4.0])
def test_the_likelihood_below_the_limit_is_the_share_of_readings_there(level: float) -> None:
    assay = Assay(proportional_sd=0.2, additive_sd=0.3, lloq=2.5)
    rng = named_stream(f"below {level}")
    n = 20_000
    below = sum(read(level, 0.0, assay, rng).below for _ in range(n))
    terms = Levels.of([Level(0.0, None, assay)]).terms(np.array([level]))
    p = float(np.exp(terms[0][0]))
    low, high = binom.interval(0.9999, n, p)
    assert low <= below <= high
