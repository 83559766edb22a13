"""What tests of the MS model share: one set of outputs (one kernel), drawn patients, a solve."""

from functools import cache
from typing import Any

import numpy as np

from diapedesis.core import Model
from diapedesis.infer.prior import Prior, subject_prior
from diapedesis.models import ms
from diapedesis.simulate import Protocol, Solution, solve
from tests.streams import rng_of

OUTPUTS = (
    *("c", "gate", "free_alpha4", "entry_cd4", "entry_cd8", "entry_treg"),
    *("lymphocytes", "cd4_count", "cd8_count", "b_count", "treg_count"),
    *("csf_cells", "csf_cd4cd8", "b_cell_help", "antigen_load", "debris_load", "autoantibody"),
    *("drive", "tone", "lesion_births", "t2_births", "gd", "relapse_rate", "relapse_background"),
    *("oedema", "icp", "edss", "edss_reversible", "edss_permanent", "nfl"),
    *("cumulative_lesion_births", "cumulative_gd", "cumulative_relapse_rate"),
)
DISEASE = OUTPUTS[OUTPUTS.index("drive") : OUTPUTS.index("cumulative_lesion_births")]
LAST = 308.0
YEAR_ON_DRUG = Protocol.every(28, n=12)
"""Twelve infusions, the last on day LAST; then none."""
CENTRAL = 1.96
Own = dict[str, np.ndarray]


def course(given: Any, days: Any, own: Any = None, **options: Any) -> Solution:
    """Solve for OUTPUTS, from day 0, or fail the test."""
    options = {"t0": 0.0, "method": "tsit5", **options}
    return solve(ms(), given, days, OUTPUTS, parameters=own, **options).raise_failures()


@cache
def _prior(model: Model) -> Prior:
    return subject_prior(model)


def patients(name: str, n: int, *, model: Model | None = None, **fixed: float) -> Own:
    """Draw patients evenly from the central 95 % of every prior, their spread included."""
    prior = _prior(model or ms())
    reach = CENTRAL * prior.sd
    drawn = prior.mean + reach * rng_of(name).uniform(-1, 1, (n, len(prior.names)))
    return _own(prior, drawn, fixed)


def likely_patients(name: str, n: int, *, model: Model | None = None, **fixed: float) -> Own:
    """Draw patients from the prior itself."""
    prior = _prior(model or ms())
    return _own(prior, prior.sample(n, rng_of(name)), fixed)


def _own(prior: Prior, drawn: np.ndarray, fixed: dict[str, float]) -> Own:
    own = dict(zip(prior.names, prior.scale.natural(drawn).T, strict=True))
    return own | {id: np.full(len(drawn), value) for id, value in fixed.items()}


def excess(high: np.ndarray, low: np.ndarray) -> np.ndarray:
    """By how much one course is ever above another, as a share; one number for each subject."""
    return np.asarray((high / low - 1).max(axis=1))
