"""Disputed effects of exchange and steroids in PML: what the model believes, and what data add.

The prior is what is scored and simulated everywhere: the same patients of each possible truth with
and without a treatment. The posterior weighs these truths by how likely published studies make
them; it is computed here, shown beside the prior, and used nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from diapedesis.models.pml import pml
from diapedesis.population.ms_cohort import Flags
from diapedesis.population.ms_stopped import MONTH
from diapedesis.population.virus_care import Care
from diapedesis.validation.cox import cox
from diapedesis.validation.disputed_published import Reading, read
from diapedesis.validation.iris_seen import LEVELLED, IrisSeen
from diapedesis.validation.iris_trials import IrisTrials
from diapedesis.validation.studies import Array

Progress = Callable[[int, int, str], None]
ARMS = {
    "usual": Care(),
    "no_plex": Care(sessions=0),
    "early": Care(steroids="preemptive"),
    "no_steroids": Care(steroids="none"),
    "no_plex_early": Care(sessions=0, steroids="preemptive"),
}
"""Exchange, and steroids when IRIS makes the patient worse, unless said otherwise."""
EFFECTS: dict[str, tuple[str, str, str]] = {
    "plex": ("plasma exchange, against none", "usual", "no_plex"),
    "early": ("steroids before IRIS, against steroids in IRIS", "early", "usual"),
    "steroids": ("steroids in IRIS, against none", "usual", "no_steroids"),
}
"""Label, arm with, and arm without."""
MEASURES = {
    "death": "log hazard ratio of death",
    "onset": "log hazard ratio of onset of IRIS",
    "duration": "log ratio of durations of IRIS",
    "edss": "difference of EDSS [1/month]",
}
BENEFIT = ("death", "duration", "edss")
"""Measures of which a lower value is better for the patient; sooner IRIS is neither."""


@dataclass(frozen=True)
class Size:
    """Possible truths, and patients of each."""

    truths: int
    patients: int


SIZES = {"full": Size(200, 40), "reduced": Size(10, 12)}


@dataclass(frozen=True, eq=False)
class DisputedStudy:
    """Effects in each possible truth, and how likely published figures are there.

    Attributes
    ----------
    values : dict of (str, str) to ndarray, shape (m,)
        By effect and measure.
    reading : Reading
        What published studies would have found in each truth.
    size : str
    seed : int
    """

    values: Mapping[tuple[str, str], Array]
    reading: Reading
    size: str
    seed: int

    @property
    def weights(self) -> Array:
        """Weight of each truth given all published figures, shape (m,)."""
        return weights(sum(self.reading.log_likelihoods.values(), start=np.zeros(1)))

    @property
    def effective(self) -> float:
        """Effective number of truths of the posterior."""
        return effective(self.weights)

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each effect and measure: quantiles of prior and posterior, P(benefit).

        Of an onset, `benefit` is the probability that it is sooner with the treatment.
        """
        rows = []
        for (effect, measure), value in self.values.items():
            prior = np.full(value.size, 1 / value.size)
            row: dict[str, object] = {"effect": effect, "measure": measure}
            for name, w in (("prior", prior), ("posterior", self.weights)):
                low, middle, high = weighted_quantiles(value, w, (0.05, 0.5, 0.95))
                row |= {name: middle, f"{name}_05": low, f"{name}_95": high}
                good = value > 0 if measure == "onset" else value < 0
                row[f"{name}_benefit"] = float(w[good].sum() / w[np.isfinite(value)].sum())
            rows.append(row)
        return pd.DataFrame(rows)

    def to_markdown(self) -> str:
        """Return the page."""
        from diapedesis.validation.disputed_page import page

        return page(self)


def validate_disputed(
    size: str = "full", *, seed: int = 1, progress: Progress | None = None
) -> DisputedStudy:
    """Simulate disputed effects in possible truths, and weigh the truths by published figures.

    Parameters
    ----------
    size : {"full", "reduced"}
    seed : int
    progress : callable, optional
        Called before each arm.

    Returns
    -------
    DisputedStudy

    Raises
    ------
    ValueError
        For an unknown size.
    """
    if size not in SIZES:
        raise ValueError(f"size: found {size!r}, expected one of {', '.join(SIZES)}")
    trials = IrisTrials(pml(), SIZES[size].truths, SIZES[size].patients, seed)
    seen = {}
    for i, (arm, care) in enumerate(ARMS.items()):
        if progress is not None:
            progress(i, len(ARMS) + 1, arm)
        seen[arm] = trials.seen(care)
    if progress is not None:
        progress(len(ARMS), len(ARMS) + 1, "published studies")
    values = {
        (effect, measure): value
        for effect, (_, with_, without) in EFFECTS.items()
        for measure, value in compared(seen[with_], seen[without], trials.m).items()
    }
    return DisputedStudy(values, read(trials, seen), size, seed)


def compared(with_: IrisSeen, without: IrisSeen, m: int) -> dict[str, Array]:
    """Return each measure of the same patients with and without a treatment, shape (m,) each.

    Parameters
    ----------
    with_, without : IrisSeen
        Patients flat, truths outermost.
    m : int
        Truths.
    """
    arms = (with_, without)
    deaths = [-np.log(np.exp(-s.hazard.reshape(m, -1)).mean(axis=1)) for s in arms]
    lengths = [_duration(s).reshape(m, -1) for s in arms]
    both = np.isfinite(lengths[0]) & np.isfinite(lengths[1])
    change = [s.courses.on("edss", LEVELLED) for s in arms]
    return {
        "death": np.log(deaths[0] / deaths[1]),
        "onset": _onset(with_, without, m),
        "duration": np.log(_mean(lengths[0], both) / _mean(lengths[1], both)),
        "edss": (change[0] - change[1]).reshape(m, -1).mean(axis=1) * MONTH / LEVELLED,
    }


def _mean(value: Array, who: Flags) -> Array:
    """Return the mean over some of the last axis; ``nan`` where there is none."""
    with np.errstate(invalid="ignore"):
        return np.asarray(np.where(who, value, 0.0).sum(axis=1) / who.sum(axis=1))


def _duration(seen: IrisSeen) -> Array:
    c = seen.courses
    return c.iris_end - np.maximum(c.iris_onset, 0.0)


def _onset(with_: IrisSeen, without: IrisSeen, m: int) -> Array:
    """Return the log hazard ratio of IRIS of those without it at the diagnosis."""
    onsets = [s.courses.iris_onset.reshape(m, -1) for s in (with_, without)]
    ends = [s.alive_until.reshape(m, -1) for s in (with_, without)]
    event = np.concatenate([np.isfinite(o) for o in onsets], axis=1)
    time = np.concatenate(
        [np.where(np.isfinite(o), o, e) for o, e in zip(onsets, ends, strict=True)], axis=1
    )
    group = np.repeat([True, False], onsets[0].shape[1])
    already = np.tile((onsets[0] <= 0) | (onsets[1] <= 0), (1, 2))
    # Out of every risk set: gone before the first event of the others.
    return cox(np.where(already, -1.0, time), event & ~already, group)[0]


def weights(log_likelihood: Array) -> Array:
    """Return weights that sum to 1."""
    w = np.exp(log_likelihood - log_likelihood.max())
    return np.asarray(w / w.sum())


def effective(w: Array) -> float:
    """Return the effective number of draws of weights that sum to 1."""
    return float(1 / np.sum(w**2))


def weighted_quantiles(value: Array, w: Array, at: tuple[float, ...]) -> list[float]:
    """Return quantiles of weighted values, those that are finite.

    Examples
    --------
    >>> import numpy as np
    >>> weighted_quantiles(np.array([1.0, 2.0, 3.0]), np.array([0.2, 0.2, 0.6]), (0.5,))
    [3.0]
    """
    there = np.isfinite(value)
    order = np.argsort(value[there])
    x, cumulative = value[there][order], np.cumsum(w[there][order])
    places = np.searchsorted(cumulative / cumulative[-1], at)
    return [float(x[min(i, x.size - 1)]) for i in places]
