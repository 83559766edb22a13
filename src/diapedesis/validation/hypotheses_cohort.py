"""The patients of the comparison of hypotheses: the same adults, under many possible truths."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from diapedesis.core import Mechanism, Model, Parameter
from diapedesis.infer.cohort import Adults
from diapedesis.infer.stability import stability
from diapedesis.mechanisms import depletion
from diapedesis.models import HYPOTHESES, ms, weights
from diapedesis.models.hypotheses import MIXTURE
from diapedesis.validation.studies import stream, truths

Array = NDArray[np.float64]
HELD = tuple(p.id for p in Mechanism.of(depletion).each(Parameter))
"""Not uncertain here: whoever depletes cells gives what the count in blood asks for."""
SPARE = 8
"""Truths drawn in excess, to take the place of those without a stable untreated state."""


@dataclass(frozen=True, eq=False)
class Cohort:
    """`n` adults under each of `m` possible truths.

    Attributes
    ----------
    model : Model
    m, n : int
    parameters, inputs : dict of str to ndarray, shape (m * n,)
        Truths outermost. The weights among them are those of the mixture.
    """

    model: Model
    m: int
    n: int
    parameters: dict[str, Array]
    inputs: dict[str, Array]

    def under(self, hypothesis: str) -> dict[str, Array]:
        """Return the patients' parameters where a hypothesis holds.

        The mixture keeps the weights that were drawn: they are as unsure as all else.
        """
        if hypothesis == MIXTURE:
            return self.parameters
        given = weights(hypothesis)
        return self.parameters | {k: np.full(self.m * self.n, v) for k, v in given.items()}

    def by_truth(self, values: Array) -> Array:
        """Return values of all patients, with truths and adults as the first two axes."""
        return values.reshape(self.m, self.n, *values.shape[1:])


def typical() -> Cohort:
    """Return the typical patient alone, under the defaults of the model.

    Examples
    --------
    >>> typical().under("pool")["h_pool"]
    array([1.])
    """
    model = ms()
    asked = {id: p.default for id, p in model.parameters.items()}
    return Cohort(model, 1, 1, {k: np.full(1, v) for k, v in asked.items()}, {})


def recruit(m: int, n: int, seed: int) -> Cohort:
    """Draw possible truths and put the same adults into each.

    A truth under which the untreated state of an adult is unstable, whatever the hypothesis, is
    replaced by another.

    Parameters
    ----------
    m, n : int
        Truths; adults, a power of two.
    seed : int

    Raises
    ------
    ValueError
        When too few truths are left.
    """
    model = ms()
    rng = stream(seed, "hypotheses")
    drawn = truths(model, m + SPARE, rng)
    drawn |= {id: np.full(m + SPARE, model.parameters[id].default) for id in HELD if id in drawn}
    adults = Adults.draw(model, n, seed)
    found = Cohort(model, m + SPARE, n, adults.parameters(model, drawn), adults.tiled(m + SPARE))
    keep = np.flatnonzero(_steady(found))[:m]
    if keep.size < m:
        raise ValueError(f"truths: found {keep.size} with a stable untreated state, expected {m}")
    at = (keep[:, None] * n + np.arange(n)).ravel()
    return Cohort(model, m, n, _rows(found.parameters, at), _rows(found.inputs, at))


def _steady(cohort: Cohort) -> NDArray[np.bool_]:
    """Return the truths in which every adult's untreated state is stable under each hypothesis."""
    stable = [stability(cohort.model, cohort.under(h)).stable for h in HYPOTHESES]
    return np.asarray(np.all(stable, axis=0).reshape(cohort.m, cohort.n).all(axis=1))


def _rows(values: Mapping[str, Array], at: NDArray[np.intp]) -> dict[str, Array]:
    return {k: v[at] for k, v in values.items()}
