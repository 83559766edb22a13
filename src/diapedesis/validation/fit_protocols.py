"""Histories that virtual patients have: infusions, weights, antibodies, exchanges, sample days.

Nothing here depends on a patient's parameters, as simulation-based calibration demands: a design
that knew them would itself be data.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from diapedesis.infer.cohort import FEMALE_SHARE, HEIGHT, WEIGHT_MEDIAN, WEIGHT_SD
from diapedesis.observe import Assay, Subject
from diapedesis.simulate import Antibodies, Immunoadsorption, Infusion, Plex, Protocol, Session

Phase = Literal["treatment", "washout", "exchange"]
HOUR = 1.0 / 24.0
BEFORE = 0.05
"""A sample "before" an infusion or a session is drawn this long before it [day]."""
AFTER_SESSIONS = 7.0
"""The exchange phase ends this many days after the last session."""
TREATMENT = 42.0
"""Washout begins this many days after the last infusion, the longest usual interval."""
N_LEVELS = 4
KINDS, KIND_SHARES = ("exchanged", "asking", "treated", "washout"), (0.35, 0.45, 0.1, 0.1)
"""Patients with sessions behind them; who ask for some; who stay on treatment; who ended it."""
ANTIBODY_SHARE = 0.12
"""More than the nine per cent who ever have antibodies, so that there are enough to judge."""
INTERVALS, INTERVAL_SHARES = (28, 35, 42), (0.5, 0.25, 0.25)
ASSAY_SD = (0.10, 0.15, 0.219)
LLOQ = (0.25, 2.5)


@dataclass(frozen=True)
class History:
    """One virtual patient's design.

    Attributes
    ----------
    kind : str
        One of ``KINDS``.
    subject : Subject
        Without levels.
    days : tuple of float
        ``N_LEVELS`` sample days, ascending.
    assay : Assay
    """

    kind: str
    subject: Subject
    days: tuple[float, ...]
    assay: Assay

    @property
    def first_session(self) -> float | None:
        """Day of the first possible session, after the third sample, of who asks for some."""
        return float(np.floor(self.days[2])) + 1.0 if self.kind == "asking" else None

    def phase(self, day: float) -> Phase:
        """Return the phase of a day.

        Exchange lasts from the first session to a week after the last; the washout begins six weeks
        after the last infusion.
        """
        given = self.subject.protocol
        if (
            given.sessions
            and given.sessions[0].time < day <= given.sessions[-1].end + AFTER_SESSIONS
        ):
            return "exchange"
        return "treatment" if day <= given.last_dose + TREATMENT else "washout"


def draw_history(name: str, rng: np.random.Generator) -> History:
    """Draw a patient's design.

    Parameters
    ----------
    name : str
        Id of the subject.
    rng : Generator
    """
    kind = str(rng.choice(KINDS, p=KIND_SHARES))
    male = float(rng.random() >= FEMALE_SHARE)
    weight = float(np.clip(WEIGHT_MEDIAN * np.exp(WEIGHT_SD * rng.standard_normal()), 42, 150))
    infusions = _infusions(rng)
    doses = [d.time for d in infusions]
    sessions = _sessions(doses[-1], rng) if kind == "exchanged" else []
    antibodies = _antibodies(rng)
    given = Protocol(
        doses=tuple(infusions),
        sessions=tuple(sessions),
        weights=_weights(weight, doses[-1], rng),
        antibodies=antibodies,
    )
    subject = Subject(
        given,
        id=name,
        sex="male" if male else "female",
        height=float(np.clip(HEIGHT[male] + 0.07 * rng.standard_normal(), 1.45, 2.0)),
        haematocrit=float(np.clip(0.41 + 0.045 * male + 0.03 * rng.standard_normal(), 0.3, 0.55)),
        antibody_test="persistent" if antibodies else "none",
    )
    days = _exchange_days(doses, sessions, rng) if sessions else _days(kind, doses, rng)
    return History(kind, subject, tuple(days), _assay(rng))


def _infusions(rng: np.random.Generator) -> list[Infusion]:
    """Return 4 to 18 infusions; they come up to two days early and up to four late."""
    interval = float(rng.choice(INTERVALS, p=INTERVAL_SHARES))
    n = int(rng.integers(4, 19))
    early, late = -2, 4
    return [Infusion(i * interval + int(rng.integers(early, late + 1)), 300.0) for i in range(n)]


def _weights(
    weight: float, last: float, rng: np.random.Generator
) -> tuple[tuple[float, float], ...]:
    """Return the weight, for one in five with a change by about a tenth on the way."""
    if rng.random() >= 0.2:
        return ((0.0, weight),)
    return ((0.0, weight), (float(round(last / 2)), weight * float(rng.uniform(0.88, 1.12))))


def _antibodies(rng: np.random.Generator) -> tuple[Antibodies, ...]:
    if rng.random() >= ANTIBODY_SHARE:
        return ()
    onset = float(rng.integers(20, 60))
    if rng.random() < 2 / 3:
        return (Antibodies(onset),)
    return (Antibodies(onset, end=onset + float(rng.integers(60, 180))),)


def _sessions(last: float, rng: np.random.Generator) -> list[Session]:
    """Return two to five sessions, one to three days apart, from 7 to 28 days after a dose."""
    first = last + float(rng.integers(7, 29))
    n, gap = int(rng.integers(2, 6)), float(rng.integers(1, 4))
    kind, size = rng.random(), float(rng.choice([1.0, 1.25, 1.5]))
    litres = float(rng.choice([2.5, 3.0, 3.5]))
    days = [first + i * gap for i in range(n)]
    if kind < 0.7:
        return [Plex(d, plasma_volumes=size) for d in days]
    if kind < 0.9:
        return [Plex(d, volume=litres) for d in days]
    return [Immunoadsorption(d, plasma_volumes=2 * size, column="protein_a") for d in days]


def _assay(rng: np.random.Generator) -> Assay:
    return Assay(
        name="virtual",
        proportional_sd=float(rng.choice(ASSAY_SD)),
        additive_sd=float(rng.choice([0.1, 0.3])),
        lloq=float(rng.choice(LLOQ, p=[0.75, 0.25])),
        measures="total" if rng.random() < 0.2 else "free",
    )


def _in_treatment(doses: list[float], n: int, rng: np.random.Generator) -> list[float]:
    """Return days under treatment, one before each of the last `n` infusions."""
    days = []
    for before, dose in zip(doses[-n - 1 : -1], doses[-n:], strict=True):
        sooner = float(np.floor(rng.uniform(before + 5, dose - 3)))
        days.append(dose - BEFORE if rng.random() < 0.7 else sooner)
    return days


def _days(kind: str, doses: list[float], rng: np.random.Generator) -> list[float]:
    """Return sample days of a patient without sessions."""
    last = doses[-1]
    if kind == "treated":
        return [*_in_treatment(doses, 3, rng), last + float(rng.integers(14, 43))]
    if kind == "washout":
        n = int(rng.integers(0, 3))
        after = sorted(rng.permutation(np.arange(7.0, 100.0, 3.0))[: N_LEVELS - n])
        return [*(_in_treatment(doses, n, rng) if n else []), *(last + float(d) for d in after)]
    after_last = last + float(rng.integers(7, 29))
    return [*_in_treatment(doses, 2, rng), after_last, after_last + float(rng.integers(14, 71))]


def _exchange_days(
    doses: list[float], sessions: list[Session], rng: np.random.Generator
) -> list[float]:
    """Return none to two days before the sessions; the rest at sessions and up to 7 d after."""
    before = (*_in_treatment(doses, 2, rng), sessions[0].time - BEFORE)
    n_before = int(rng.choice([0, 1, 2], p=[0.2, 0.4, 0.4]))
    chosen = sorted(rng.permutation(before)[:n_before])
    edges = [s.end + HOUR for s in sessions] + [s.time - BEFORE for s in sessions[1:]]
    later = [sessions[-1].end + k for k in (1.0, 2.0, 4.0, AFTER_SESSIONS)]
    rest = rng.permutation([*edges, *later])[: N_LEVELS - n_before]
    return [float(d) for d in (*chosen, *sorted(rest))]
