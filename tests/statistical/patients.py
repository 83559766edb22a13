"""Virtual patients with one simple history, for tests that need no more."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from diapedesis.observe import Assay, Subject
from diapedesis.simulate import Protocol
from diapedesis.validation.fit_patients import draw_own, read, readings

Array = NDArray[np.float64]
HISTORY = 8
"""Infusions, one each 28 days; the last on day 196."""
SAMPLES = (196.0, 206.0, 224.0)
ONE_IN = 1e-4
"""Share of right programs that one check would refuse."""


def draw(rng: np.random.Generator, n: int) -> list[tuple[Subject, dict[str, Array]]]:
    """Return subjects without levels, and the parameters each really has, shape (1,)."""
    out = []
    for i in range(n):
        weight = float(77 * np.exp(0.2 * rng.standard_normal()))
        given = Protocol.every(28, n=HISTORY, weight=weight)
        sex = "male" if rng.random() < 0.3 else "female"
        own = Subject(given, id=f"virtual {i}", sex=sex, height=1.7, haematocrit=0.41)
        out.append((own, draw_own(rng)))
    return out


def measured(
    subject: Subject, own: dict[str, Array], rng: np.random.Generator, assay: Assay
) -> Subject:
    """Return the subject with three levels."""
    mu = readings(subject, own, SAMPLES, assay)[0]
    levels = [read(float(v), d, assay, rng) for d, v in zip(SAMPLES, mu, strict=True)]
    return replace(subject, levels=tuple(levels))
