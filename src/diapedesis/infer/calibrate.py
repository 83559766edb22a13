"""Joint draws of typical values that hold conflicting evidence, by importance resampling.

Draws from the declared priors are weighted by how well simulated cohorts meet published figures,
and resampled. Each figure carries an SD that spans what is unsure about it (its own spread, unread
definitions, one laboratory), with Student tails, so that no single study silences another; that is
how a series of 12 exchanged patients and a population analysis that contradict each other on the
distribution clearance both stay in play. Run ``python -m diapedesis.infer.calibrate`` to redo it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import log_ndtr

from diapedesis.core import LogUniform, Model
from diapedesis.infer.cohort import Adults, dosing_statistics, khatri_statistics
from diapedesis.infer.scale import Scale, prior_sd
from diapedesis.models import pkpd

Array = NDArray[np.float64]
PK = ("cl", "v_c", "v_p", "q", "v_max", "k_m", "cl_weight", "v_weight")
PD = ("e_max", "ec50", "hill")
TAIL_DF = 4.0
CHUNK = 500


@dataclass(frozen=True)
class Figure:
    """A published figure: statistic, value, SD on the stated scale, side, claims.

    `side` is 0 for a value, +1 for "at least", -1 for "at most". Figures of one `study` share its
    faults, so that their mean log weight counts, not their sum.
    """

    statistic: str
    value: float
    sd: float
    scale: str
    claims: tuple[str, ...]
    study: str
    side: int = 0

    def log_weight(self, simulated: Array) -> Array:
        """Return the log weight of simulated values."""
        z = (_transform(self.scale, simulated) - _transform(self.scale, self.value)) / self.sd
        if self.side:
            return np.asarray(log_ndtr(self.side * z))
        return np.asarray(-0.5 * (TAIL_DF + 1) * np.log1p(z**2 / TAIL_DF))


def _transform(scale: str, x: ArrayLike) -> Array:
    """Return values on the scale of an SD: "log", log of what is "remaining" of a fall, "plain"."""
    values = np.asarray(x, float)
    if scale == "log":
        return np.log(values)
    return -np.log1p(-values / 100) if scale == "remaining" else values


PK_FIGURES = (
    Figure("cmax", 110.0, 0.07, "log", ("pkpd 1.17",), "label Cmax"),
    Figure("trough", 26.0, 0.09, "log", ("pkpd 1.18",), "label trough"),
    Figure("q6w_fall", 65.0, 4.0, "plain", ("pkpd 1.19",), "label extended interval"),
    Figure("plex_end", 95.0, 0.35, "remaining", ("pkpd 2.3",), "exchange", side=1),
    Figure("plex_1wk", 92.0, 0.35, "remaining", ("pkpd 2.2",), "exchange"),
)
PD_FIGURES = (
    Figure("sat_q4w", 87.4, 3.0, "plain", ("pkpd 3.4",), "intervals"),
    Figure("sat_eid", 78.2, 4.0, "plain", ("pkpd 3.4",), "intervals"),
    Figure("sat_at_1", 50.0, 5.0, "plain", ("pkpd 2.5",), "exchange", side=-1),
)


def prior_draws(
    model: Model, names: tuple[str, ...], n: int, rng: np.random.Generator
) -> dict[str, Array]:
    """Draw typical values from their declared priors."""
    out: dict[str, Array] = {}
    for id in names:
        p = model.parameters[id]
        if isinstance(p.prior, LogUniform):
            out[id] = np.exp(rng.uniform(np.log(p.prior.low), np.log(p.prior.high), n))
        else:
            scale = Scale.of(model, [id])
            z = scale.normal([p.default]) + prior_sd(p) * rng.standard_normal((n, 1))
            out[id] = scale.natural(z)[:, 0]
    return out


def pk_statistics(model: Model, adults: Adults, typical: Mapping[str, Array]) -> dict[str, Array]:
    """Return every statistic that ``PK_FIGURES`` names, shape (m,)."""
    return dosing_statistics(model, adults, typical) | khatri_statistics(model, adults, typical)


READS_HIGHER = 35.7 / 26.0
"""Readings of the saturation cohort's laboratory over those behind the label's troughs."""


def pd_statistics(model: Model, adults: Adults, typical: Mapping[str, Array]) -> dict[str, Array]:
    """Return cohort mean saturation [%] at the published mean troughs, and at 1 mg/L."""
    rng = np.random.default_rng(11)
    m = np.size(typical["ec50"])
    factor = READS_HIGHER * np.exp(0.1 * rng.standard_normal((m, 1)))
    spread = np.exp(0.45 * rng.standard_normal(adults.n))
    spread /= spread.mean()
    values = {id: v[:, None] for id, v in typical.items()}
    values["ec50"] = values["ec50"] * np.exp(adults.eta["ec50"])
    law = model.outputs["saturation"].law

    def mean_saturation(c: Array) -> Array:
        names = ("e_max", "ec50", "hill")
        return 100 * np.asarray(law(c_free=c, **{n: values[n] for n in names})).mean(axis=1)

    return {
        "sat_q4w": mean_saturation(35.7 / factor * spread),
        "sat_eid": mean_saturation(18.2 / factor * spread),
        "sat_at_1": mean_saturation(np.ones((m, adults.n))),
    }


@dataclass(frozen=True)
class Calibration:
    """Resampled typical values, with the effective number of prior draws behind them."""

    draws: dict[str, Array]
    statistics: dict[str, Array]
    ess: float


def calibrate(block: str, *, proposals: int, n: int = 1000, seed: int = 2026) -> Calibration:
    """Calibrate block "pk" or "pd".

    Parameters
    ----------
    block : {"pk", "pd"}
    proposals : int
        Draws from the prior.
    n : int
        Draws to keep.
    seed : int

    Returns
    -------
    Calibration
    """
    model = pkpd()
    names, figures, statistics = {
        "pk": (PK, PK_FIGURES, pk_statistics),
        "pd": (PD, PD_FIGURES, pd_statistics),
    }[block]
    rng = np.random.default_rng([seed, len(names)])
    typical = prior_draws(model, names, proposals, rng)
    adults = Adults.draw(model, 64)
    found: dict[str, list[Array]] = {}
    for first in range(0, proposals, CHUNK):
        part = {k: v[first : first + CHUNK] for k, v in typical.items()}
        for k, v in statistics(model, adults, part).items():
            found.setdefault(k, []).append(v)
    simulated = {k: np.concatenate(v) for k, v in found.items()}
    log_w = _log_weight(figures, simulated)
    w = np.exp(log_w - log_w.max())
    w /= w.sum()
    at = np.searchsorted(np.cumsum(w), (np.arange(n) + rng.random()) / n)
    at = rng.permutation(np.minimum(at, proposals - 1))
    keep = lambda d: {k: v[at] for k, v in d.items()}  # noqa: E731
    return Calibration(keep(typical), keep(simulated), float(1 / np.sum(w**2)))


def _log_weight(figures: tuple[Figure, ...], simulated: Mapping[str, Array]) -> Array:
    by_study: dict[str, list[Array]] = {}
    for f in figures:
        by_study.setdefault(f.study, []).append(f.log_weight(simulated[f.statistic]))
    return np.sum([np.mean(v, axis=0) for v in by_study.values()], axis=0)


def write(calibration: Calibration, path: Path, header: str) -> None:
    """Write draws as CSV with a comment line that says how they came about."""
    names = list(calibration.draws)
    rows = zip(*(calibration.draws[k] for k in names), strict=True)
    lines = [f"# {header}", ",".join(names), *(",".join(f"{v:.6g}" for v in r) for r in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    """Redo both calibrations and write them into the package."""
    folder = Path(__file__).parent / "data"
    for block, proposals in (("pk", 20_000), ("pd", 20_000)):
        result = calibrate(block, proposals=proposals)
        header = (
            f"Joint draws of typical values; importance resampling of {proposals} prior draws,"
            f" effective {result.ess:.0f}; python -m diapedesis.infer.calibrate"
        )
        write(result, folder / f"population_{block}.csv", header)
        print(block, f"effective draws {result.ess:.0f}")
        for k, v in {**result.draws, **result.statistics}.items():
            print(f"  {k:10s} {np.round(np.quantile(v, [0.05, 0.5, 0.95]), 3)}")


if __name__ == "__main__":
    main()
