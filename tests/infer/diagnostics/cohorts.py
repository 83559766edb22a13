"""Virtual patients of the model with levels, under the truth or not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from diapedesis.infer.names import stream
from diapedesis.infer.npde import npde
from diapedesis.infer.replicates import simulate_readings
from diapedesis.models import pkpd
from diapedesis.observe import Assay, Level, Subject
from diapedesis.simulate import Protocol
from diapedesis.validation.fit_patients import read, readings
from tests.statistical.patients import draw

DAYS = (197.5, 206.0, 224.0)
"""Of the levels; infusions each 28 days, the last on day 196."""


def cohort(
    rng: np.random.Generator, n: int, *, cl: float = 1.0, sd: float = 1.0, lloq: float = 0.25
) -> list[Subject]:
    """Return subjects whose clearance and assay's error are those of the model times a factor."""
    assay = Assay(lloq=lloq)
    really = replace(assay, proportional_sd=sd * assay.proportional_sd)
    out = []
    for subject, own in draw(rng, n):
        c = readings(subject, own | {"cl": cl * own["cl"]}, DAYS, assay)[0]
        levels = [read(float(v), d, really, rng) for d, v in zip(DAYS, c, strict=True)]
        out.append(replace(subject, levels=tuple(replace(x, assay=assay) for x in levels)))
    return out


def errors(subjects: list[Subject], k: int = 500) -> np.ndarray:
    """Return npde of subjects, without fitting anybody."""
    found = []
    for s in subjects:
        sims = simulate_readings(s, k, stream(s, 1, "replicates"))
        cut = [x.below for x in s.levels]
        y = [x.assay.lloq if x.value is None or x.below else x.value for x in s.levels]
        lloq = [x.assay.lloq for x in s.levels]
        rng = stream(s, 1, "npde")
        found.append(npde(y, sims, censored=cut, lloq=lloq, rng=rng).npde)
    return np.concatenate(found)


def varied() -> list[Subject]:
    """Return subjects of different protocols, assays, kinds of reading and occasions."""
    total = Assay("second laboratory", lloq=2.0, factor=1.1, measures="total")
    monthly, longer = Protocol.every(28, n=6, weight=60.0), Protocol.every(42, n=5, weight=95.0)
    given = {
        "a": (monthly, ((140.0, 28.0), (150.0, 61.0))),
        "b": (longer, ((168.0, 9.0), (170.0, 110.0), (230.0, None))),
        "c": (monthly, ((145.0, 83.0), (168.0, 17.0), (196.0, 2.4))),
        "d": (longer, ((-3.0, None), (210.0, 11.0))),
        "e": (monthly, ()),
    }
    subjects = [
        Subject(p, tuple(Level(t, v) for t, v in levels), id, height=1.7)
        for id, (p, levels) in given.items()
    ]
    extra = (Level(150.0, 70.0, total), Level(169.0, None, total))
    subjects[0] = replace(subjects[0], levels=(*subjects[0].levels, extra[0]))
    subjects[1] = replace(subjects[1], levels=(*subjects[1].levels, extra[1]))
    seen = tuple(Level(t, v, Assay.of_saturation()) for t, v in ((150.0, 0.93), (196.0, 0.41)))
    subjects[2] = replace(subjects[2], levels=(*subjects[2].levels, *seen), occasions=(84.0, 140.0))
    return subjects


MODEL = pkpd()
