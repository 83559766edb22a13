"""What a form of IRIS looks like, what becomes of it, and what tells it at the diagnosis."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from diapedesis.population.ms_cohort import Flags
from diapedesis.population.virus_care import IRIS_ONSET
from diapedesis.validation.forms_cluster import Clustering
from diapedesis.validation.forms_cohort import LATER, FormsCohort
from diapedesis.validation.forms_features import BY_ID, FEATURES
from diapedesis.validation.logistic import auc, logistic
from diapedesis.validation.ms_estimate import Index
from diapedesis.validation.prognosis import standardised
from diapedesis.validation.prognosis_factors import FACTORS, factor_values
from diapedesis.validation.studies import Array

NAMED = 0.5
"""Standard deviations from the mean of all from which a feature is named."""
NAMES = 2
FEWEST = 3
"""Patients of a form in a truth, below which that truth says nothing of the form."""
PRESSED = 20.0
"""Assumption: intracranial pressure [mmHg] above which it is treated, 20 to 25."""
TELLS = 0.1
"""Area under the curve, from a half, from which a factor is said to tell a form."""
MEASURES = (
    ("enhancing", "enhancing at diagnosis", "%"),
    ("exchanged", "had plasma exchange", "%"),
    ("preemptive", "had steroids before IRIS", "%"),
    ("second_wave", "second wave", "%"),
    ("pressed", "pressure above 20 mmHg", "%"),
    ("icu", "needs intensive care", "%"),
    ("died", "dead within 16 months", "%"),
    ("residual", "EDSS a year later, above before PML", ""),
)
"""What is reported beside the features: id, label, unit."""
Interval = tuple[float, float, float]


@dataclass(frozen=True)
class Form:
    """A group of patients.

    Attributes
    ----------
    name : str
        By what it shows most.
    share : tuple of float
        Of all patients with PML: mean over truths, and 90 % interval.
    values : dict of str to tuple of float
        Features (median of its patients) and `MEASURES` (mean), over truths.
    tells : tuple of (str, float)
        Factors known at the diagnosis that tell it from other forms, with the area under the curve.
    told : float
        Area under the curve of all of them together, in truths that were not used to fit.
    """

    name: str
    share: Interval
    values: Mapping[str, Interval]
    tells: tuple[tuple[str, float], ...] = ()
    told: float = np.nan


def describe(
    cohort: FormsCohort, found: Mapping[str, Array], clusters: Clustering
) -> tuple[Form, ...]:
    """Return the forms, and last the patients without IRIS.

    Parameters
    ----------
    cohort : FormsCohort
    found : mapping of str to ndarray
        From `features`.
    clusters : Clustering
        Of the patients with IRIS.
    """
    ill = cohort.iris > 0
    place = np.full(ill.size, -1)
    place[ill] = clusters.labels
    known = factor_values(cohort)
    forms = []
    for j, name in enumerate(names(clusters.centres)):
        who = place == j
        forms.append(
            Form(
                name,
                _share(cohort, who),
                _values(cohort, found, who),
                telling(cohort, known, who, ill),
                told(cohort, known, who, ill),
            )
        )
    none = ~ill
    return (*forms, Form("no IRIS", _share(cohort, none), _values(cohort, found, none)))


def _share(cohort: FormsCohort, who: Flags) -> Interval:
    each = who.reshape(cohort.m, -1).mean(axis=1)
    return (float(each.mean()), *_over_truths(each)[1:])


CARE = (
    ("no exchange", lambda c: c.exchanged == 0),
    ("exchange", lambda c: c.exchanged > 0),
    ("no steroids", lambda c: c.steroids("none") > 0),
    ("steroids before IRIS", lambda c: c.steroids("preemptive") > 0),
    ("once enhancing", lambda c: c.steroids("enhancement") > 0),
    ("once worse", lambda c: c.steroids("symptoms") > 0),
)
"""Groups of patients by care."""


def by_care(cohort: FormsCohort, found: Mapping[str, Array]) -> tuple[Form, ...]:
    """Return patients by the care they had, which chance dealt out."""
    groups = [(name, whose(cohort)) for name, whose in CARE]
    return tuple(Form(n, _share(cohort, who), _values(cohort, found, who)) for n, who in groups)


def names(centres: Array) -> list[str]:
    """Return a name for each form, by the features in which it is farthest from the mean of all.

    Parameters
    ----------
    centres : ndarray, shape (k, n_features)
        In standard deviations.
    """
    out: list[str] = []
    for centre in centres:
        words: list[str] = []
        groups: set[str] = set()
        for i in np.argsort(-np.abs(centre), kind="stable"):
            f = FEATURES[i]
            word = f.high if centre[i] > 0 else f.low
            if word and abs(centre[i]) >= NAMED and f.group not in groups and len(words) < NAMES:
                words.append(word)
                groups.add(f.group)
        name = ", ".join(words) or "usual"
        out.append(name if name not in out else f"{name} ({out.count(name) + 1})")
    return out


def telling(
    cohort: FormsCohort, known: Mapping[str, Array], who: Flags, among: Flags
) -> tuple[tuple[str, float], ...]:
    """Return factors known at the diagnosis that tell a form, the best first."""
    shape = (cohort.m, cohort.n)
    rows = []
    for f in FACTORS:
        if f.when != "diagnosis" or f.id == "cd8":
            continue
        counts = (np.isfinite(known[f.id]) & among).astype(float)
        x = np.nan_to_num(known[f.id], nan=0.0).reshape(shape)
        above, pairs = auc(x, who.astype(float).reshape(shape), counts.reshape(shape))
        area = float(above.sum() / max(pairs.sum(), 1e-12))
        if abs(area - 0.5) >= TELLS:
            rows.append((f.id, area))
    return tuple(sorted(rows, key=lambda r: -abs(r[1] - 0.5)))


def told(cohort: FormsCohort, known: Mapping[str, Array], who: Flags, among: Flags) -> float:
    """Return how well all factors known at the diagnosis tell a form: area under the curve.

    Fitted to every other truth, and looked at in the rest.
    """
    ids = [f.id for f in FACTORS if f.when == "diagnosis" and f.adjusts]
    x = np.stack([np.nan_to_num(standardised(known[id]), nan=0.0) for id in ids], axis=1)
    even = np.repeat(np.arange(cohort.m) % 2 == 0, cohort.n) & among
    odd = ~even & among
    y = who.astype(float)
    slopes, _ = logistic(x[even][None], y[even][None])
    above, pairs = auc((x[odd] @ slopes[0])[None], y[odd][None])
    return float(above[0] / pairs[0]) if pairs[0] > 0 else np.nan


def _values(cohort: FormsCohort, found: Mapping[str, Array], who: Flags) -> dict[str, Interval]:
    """Return features and measures of some patients over truths."""
    alive = 1 - cohort.chance_of_death(LATER)
    per_cent = {
        "enhancing": cohort.enhancing,
        "exchanged": cohort.exchanged,
        "preemptive": cohort.steroids("preemptive"),
        "second_wave": np.where(cohort.iris > 0, found["second"] >= IRIS_ONSET, np.nan),
        "pressed": (np.nanmax(cohort.after("icp"), axis=1) > PRESSED).astype(float),
        "icu": cohort.icu,
        "died": cohort.died,
    }
    out = {id: _each(cohort, found[id], who, np.median) for id in BY_ID}
    out |= {id: _each(cohort, 100 * v, who, np.mean) for id, v in per_cent.items()}
    rows = _rows(cohort, who)
    means = [np.average(cohort.residual[at], weights=alive[at]) for at in rows]
    return out | {"residual": _over_truths(np.array(means))}


def _each(cohort: FormsCohort, value: Array, who: Flags, by: Callable[[Array], object]) -> Interval:
    """Return a statistic over truths of those who have a value."""
    rows = _rows(cohort, who & np.isfinite(value))
    return _over_truths(np.array([by(value[at]) for at in rows], float))


def _rows(cohort: FormsCohort, who: Flags) -> list[Index]:
    """Return places of some patients in each truth that has enough of them."""
    found = [np.flatnonzero(w) + j * cohort.n for j, w in enumerate(who.reshape(cohort.m, -1))]
    return [at for at in found if at.size >= FEWEST]


def _over_truths(values: Array) -> Interval:
    known = values[np.isfinite(values)]
    if not known.size:
        return np.nan, np.nan, np.nan
    low, middle, high = np.quantile(known, [0.05, 0.5, 0.95])
    return float(middle), float(low), float(high)
