"""The clinical forms of IRIS, found by clustering simulated courses, and what predicts its end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from diapedesis.models import pml
from diapedesis.population.truths import stream
from diapedesis.validation.forms_cluster import Clustering, clustering
from diapedesis.validation.forms_cohort import FormsCohort, forms_cohort
from diapedesis.validation.forms_describe import Form, by_care, describe
from diapedesis.validation.forms_features import features, scales
from diapedesis.validation.prognosis import Ranked, outcomes, prognosis
from diapedesis.validation.studies import Array

Progress = Callable[[int, int, str], None]
"""Called before each step with its number, the number of all, and its name."""
DRAWN = ("iris_level", "oedema", "edss")
"""Courses that are drawn."""
FEWEST_ALIVE = 10


@dataclass(frozen=True)
class Size:
    """Truths, patients of each, resamples of truths, and single clouds to compare with."""

    truths: int
    patients: int
    resamples: int
    clouds: int


SIZES = {"full": Size(80, 64, 40, 20), "reduced": Size(10, 24, 6, 4)}


@dataclass(frozen=True, eq=False)
class IrisForms:
    """Forms and prognosis.

    Attributes
    ----------
    size : str
    seed : int
    clusters : Clustering
        Of the patients with IRIS.
    forms : tuple of Form
        In the order of the clusters; the last is those without IRIS.
    care : tuple of Form
        Patients by the care they had.
    days : ndarray, shape (n_days,)
        From the diagnosis.
    courses : dict of str to ndarray, shape (k, 3, n_days)
        Quartiles over the living patients of each form; ``nan`` where few are.
    prognosis : dict of str to tuple of Ranked
        By outcome, the strongest factor first.
    shares : dict of str to float
        Mean of each outcome over all patients.
    """

    size: str
    seed: int
    clusters: Clustering
    forms: tuple[Form, ...]
    care: tuple[Form, ...]
    days: Array
    courses: Mapping[str, Array]
    prognosis: Mapping[str, tuple[Ranked, ...]]
    shares: Mapping[str, float]

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each outcome and factor: odds ratios for one SD, and the AUC."""
        rows = []
        for name, found in self.prognosis.items():
            for r in found:
                low, high = r.alone.interval
                row = {"outcome": name, "factor": r.factor, "alone": r.alone.ratio}
                row |= {"alone_low": low, "alone_high": high}
                if r.adjusted is not None:
                    low, high = r.adjusted.interval
                    row |= {"adjusted": r.adjusted.ratio}
                    row |= {"adjusted_low": low, "adjusted_high": high}
                rows.append(row | dict(zip(("auc", "auc_low", "auc_high"), r.auc, strict=True)))
        return pd.DataFrame(rows)

    def to_markdown(self) -> str:
        """Return the page in Markdown."""
        from diapedesis.validation.iris_forms_page import page

        return page(self)


def validate_iris_forms(
    size: str = "full", *, seed: int = 1, progress: Progress | None = None
) -> IrisForms:
    """Simulate patients with PML, cluster their IRIS, and rank what predicts its end.

    Parameters
    ----------
    size : {"full", "reduced"}
    seed : int
        Same seed, same answer.
    progress : callable, optional

    Raises
    ------
    ValueError
        When there is no such size.
    """
    if size not in SIZES:
        raise ValueError(f"size: found {size!r}, expected one of {', '.join(SIZES)}")
    s = SIZES[size]
    tell = progress or (lambda *_: None)
    tell(0, 3, "patients with PML")
    cohort = forms_cohort(pml(), s.truths, s.patients, seed)
    tell(1, 3, "forms of IRIS")
    found, ill = features(cohort), cohort.iris > 0
    points = scales(found, ill)
    rng = stream(seed, "clusters of forms")
    clusters = clustering(points, cohort.truth[ill], rng, s.resamples, s.clouds)
    tell(2, 3, "what predicts its end")
    ranks = prognosis(cohort, stream(seed, "areas of prognosis"))
    ends = outcomes(cohort)
    return IrisForms(
        size,
        seed,
        clusters,
        describe(cohort, found, clusters),
        by_care(cohort, found),
        cohort.courses.days,
        {k: _quartiles(cohort, clusters, k) for k in DRAWN},
        ranks,
        {k: float(np.average(y, weights=w)) for k, (y, w) in ends.items()},
    )


def _quartiles(cohort: FormsCohort, clusters: Clustering, output: str) -> Array:
    """Return quartiles over the living patients of each form, shape (k, 3, n_days)."""
    course = cohort.seen(output)[cohort.iris > 0]
    out = np.full((clusters.k, 3, course.shape[1]), np.nan)
    for j in range(clusters.k):
        own = course[clusters.labels == j]
        enough = np.isfinite(own).sum(axis=0) >= FEWEST_ALIVE
        if enough.any():
            out[j][:, enough] = np.nanquantile(own[:, enough], [0.25, 0.5, 0.75], axis=0)
    return out
