"""Patients of possible truths whose PML is found, from whom studies of IRIS recruit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np

from diapedesis.core import Model
from diapedesis.infer.cohort import Adults
from diapedesis.infer.stability import stability
from diapedesis.population.virus_care import Care
from diapedesis.population.virus_courses import VirusCourses, after_diagnosis
from diapedesis.population.virus_onset import (
    Onset,
    Seeds,
    seed_targets,
    seeding_hazard,
    until_diagnosis,
)
from diapedesis.population.virus_patients import VirusPatients
from diapedesis.simulate import Protocol
from diapedesis.validation.ms_estimate import Flags, Index
from diapedesis.validation.studies import Array, truths

YEAR = 365.25
SEEDED_BY = 3.5 * YEAR
"""Assumption: no later seeds; with the time until diagnosis, exposures come out near those of the
cases (claim pml 1.33)."""
FOLLOWED = 8 * YEAR
"""Days after which nobody looks for PML any more."""
GIVEN = Protocol.every(28, n=int(FOLLOWED / 28) + 1)
HIGH_INDEX_SHARE, LOW_INDEX = 0.8, 1.0
INDEX_FROM, INDEX_SHAPE, INDEX_SCALE = 1.5, 2.0, 0.6
"""Assumption: antibody index of candidates with antibody; cases have a mean near 3.4 (pml 1.51)."""
IMMUNOSUPPRESSED = 0.13
"""Assumption: share of candidates; 28 % of the cases (claim pml 1.38)."""
SCANNED = 0.15
"""Assumption: share of candidates with routine scans, half of them every 3 and half every 6 months;
a twelfth of cases is found without symptoms (claim pml 3.3)."""
CANDIDATES, EXTRA, ROUNDS = 2, 1.15, 12
"""Candidates for each place, places for each patient, and rounds at most."""
PILOT, OCCURS = 20, 0.3
"""Seeded patients of a truth that is tried, and the share that must come to a diagnosis: a truth in
which seeds do not grow is none, as PML occurs."""
SPARE = 1.4
"""Truths drawn for each that is wanted."""
AT_ONCE = 8000


@dataclass(frozen=True)
class Diagnosed:
    """Patients at the diagnosis of PML, flat, truths outermost.

    Attributes
    ----------
    m, n : int
        Possible truths, and patients of each.
    patients : VirusPatients
    seeds : Seeds
    onset : Onset
    """

    m: int
    n: int
    patients: VirusPatients
    seeds: Seeds
    onset: Onset

    def followed(
        self,
        care: Sequence[Care],
        chosen: Index | None,
        days: Array,
        outputs: Sequence[str],
    ) -> VirusCourses:
        """Follow all from the diagnosis under a policy each; see `after_diagnosis`."""
        which = np.zeros(self.patients.n, np.intp) if chosen is None else chosen
        parts = []
        for first in range(0, self.patients.n, AT_ONCE):
            at = np.arange(first, min(first + AT_ONCE, self.patients.n))
            parts.append(
                after_diagnosis(
                    self.patients.some(at),
                    [GIVEN] * at.size,
                    Seeds(self.seeds.targets[at]),
                    some_onset(self.onset, at),
                    care,
                    which[at],
                    days=days,
                    outputs=outputs,
                )
            )
        values = {k: np.concatenate([p.values[k] for p in parts]) for k in outputs}
        last = np.concatenate([p.last_dose for p in parts])
        return VirusCourses(self.patients, self.onset, tuple(care), which, days, values, last)


def occurring(model: Model, m: int, rng: np.random.Generator) -> tuple[dict[str, Array], float]:
    """Draw `m` possible truths in which seeds come to PML; return them and the share refused.

    Raises
    ------
    ValueError
        When fewer than `m` of `SPARE` times as many are such.
    """
    drawn = truths(model, int(np.ceil(SPARE * m)) + 4, rng)
    good = occurs(model, drawn, rng)
    size = good.size
    if good.sum() < m:
        raise ValueError(
            f"PML: found {good.sum()} of {size} truths in which seeds come to it, expected {m}."
            " Fix: look at the priors of growth and surveillance"
        )
    at = np.flatnonzero(good)[:m]
    return {k: v[at] for k, v in drawn.items()}, float(1 - good.mean())


def occurs(model: Model, drawn: Mapping[str, Array], rng: np.random.Generator) -> Flags:
    """Return whether seeds come to PML in each truth, shape (m,)."""
    truth, *_ = _round(model, drawn, PILOT, rng)
    size = next(iter(drawn.values())).size
    return np.asarray(np.bincount(truth, minlength=size) >= OCCURS * PILOT)


def diagnosed(
    model: Model, typical: Mapping[str, Array], n: int, rng: np.random.Generator
) -> Diagnosed:
    """Find `n` patients with PML for each truth.

    Candidates with antibody become cases as their hazard of seeding says. Those whose untreated
    state is not stable are refused.

    Parameters
    ----------
    model : Model
        That of JC virus.
    typical : mapping of str to ndarray, shape (m,)
        Values of each truth, from `occurring`.
    n : int
    rng : Generator

    Raises
    ------
    ValueError
        When a truth does not give them in `ROUNDS` rounds.
    """
    m = int(next(iter(typical.values())).size)
    lacking = np.full(m, n)
    rounds: list[tuple[Index, VirusPatients, Array, Onset]] = []
    while lacking.any():
        if len(rounds) == ROUNDS:
            raise ValueError(
                f"PML: found {n - lacking.max()} patients for a truth in {ROUNDS} rounds, expected"
                f" {n}. Fix: take truths from `occurring`"
            )
        where = np.flatnonzero(lacking)
        some = {k: v[where] for k, v in typical.items()}
        places = int(np.ceil(EXTRA * lacking.max())) + 2
        truth, patients, targets, onset = _round(model, some, places, rng)
        truth = where[truth]
        kept = np.concatenate([np.flatnonzero(truth == j)[: lacking[j]] for j in range(m)])
        lacking = lacking - np.bincount(truth[kept], minlength=m)
        rounds.append((truth[kept], patients.some(kept), targets[kept], some_onset(onset, kept)))
    order = np.argsort(np.concatenate([r[0] for r in rounds]), kind="stable")
    joined = _joined([r[1] for r in rounds]).some(order)
    targets = np.concatenate([r[2] for r in rounds])[order]
    onset = some_onset(_all_onsets([r[3] for r in rounds]), order)
    return Diagnosed(m, n, joined, Seeds(targets), onset)


def some_onset(onset: Onset, at: Index) -> Onset:
    """Return what happened to some of the patients."""
    own = {f.name: getattr(onset, f.name)[at] for f in fields(onset) if f.name != "days"}
    return replace(onset, **own)


def _round(
    model: Model, typical: Mapping[str, Array], places: int, rng: np.random.Generator
) -> tuple[Index, VirusPatients, Array, Onset]:
    """Return those of some cases whose PML is found, with the places of their truths."""
    m = int(next(iter(typical.values())).size)
    risk = _candidates(model, typical, CANDIDATES * places, rng)
    steady = stability(model, risk.parameters).stable
    hazard = seeding_hazard(risk, GIVEN, np.arange(0.0, SEEDED_BY, 28.0))
    weight = np.where(steady, -np.expm1(-hazard[:, -1]), 0.0).reshape(m, -1)
    sure = np.cumsum(weight / weight.sum(axis=1, keepdims=True), axis=1)
    drawn = [np.searchsorted(c, rng.random(places)) for c in sure]
    at = (np.minimum(drawn, sure.shape[1] - 1) + sure.shape[1] * np.arange(m)[:, None]).ravel()
    pick = lambda d: {k: v[at] for k, v in d.items()}  # noqa: E731
    seed = int(rng.integers(2**62))
    cases = VirusPatients.of(model, pick(risk.parameters), pick(risk.inputs), at.size, seed)
    targets = seed_targets(cases, hazard[at])
    apart = np.array([np.inf, 91.0, 183.0])
    kind = rng.choice(3, at.size, p=[1 - SCANNED, SCANNED / 2, SCANNED / 2])
    onset = until_diagnosis(cases, GIVEN, Seeds(targets), FOLLOWED, apart[kind])
    found = np.flatnonzero(np.isfinite(onset.diagnosis))
    truth = np.repeat(np.arange(m), places)
    return truth[found], cases.some(found), targets[found], some_onset(onset, found)


def _candidates(
    model: Model, typical: Mapping[str, Array], n: int, rng: np.random.Generator
) -> VirusPatients:
    """Return adults with antibody, `n` of each truth."""
    m = int(next(iter(typical.values())).size)
    adults = Adults.sample(model, m, n, rng)
    parameters = adults.parameters(model, typical)
    del parameters["edss_0"]  # that before PML is drawn with the patient
    high = INDEX_FROM + INDEX_SCALE * rng.gamma(INDEX_SHAPE, size=m * n)
    own = {
        "jc_index": np.where(rng.random(m * n) < HIGH_INDEX_SHARE, high, LOW_INDEX),
        "prior_immunosuppressant": (rng.random(m * n) < IMMUNOSUPPRESSED).astype(float),
    }
    inputs = {k: v.copy() for k, v in adults.tiled(m).items()} | own
    candidates = VirusPatients.of(model, parameters, inputs, m * n, int(rng.integers(2**62)))
    del candidates.inputs["brainstem"], candidates.parameters["edss_0"]
    return candidates


def _joined(parts: Sequence[VirusPatients]) -> VirusPatients:
    join = lambda ds: {k: np.concatenate([d[k] for d in ds]) for k in ds[0]}  # noqa: E731
    return VirusPatients(
        parts[0].model,
        join([p.parameters for p in parts]),
        join([p.inputs for p in parts]),
        np.concatenate([p.keys for p in parts]),
    )


def _all_onsets(parts: Sequence[Onset]) -> Onset:
    own = {
        f.name: np.concatenate([getattr(p, f.name) for p in parts])
        for f in fields(Onset)
        if f.name != "days"
    }
    return replace(parts[0], **own)
