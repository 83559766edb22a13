"""The explanations under which a trial is run: each alone, and their mixture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from diapedesis.population.scenario import EXPLANATIONS, MIXTURE

Array = NDArray[np.float64]
LABELS = {
    "null": "return to one's own level",
    "cd4": "classical CD4 autoimmunity",
    "pool": "peripheral pool",
    "virus": "latent virus",
    "damage": "silent damage",
    "imbalance": "effectors without regulators",
    MIXTURE: "mixture of all",
}
WEIGHTS = {id: f"h_{id}" for id in EXPLANATIONS}
"""Relative weight in the model, by hypothesis."""


@dataclass(frozen=True)
class Hypothesis:
    """An explanation of why disease returns.

    Parameters
    ----------
    id : str
        One of the explanations, which then has all the weight, or "mixture": weights as drawn.

    Examples
    --------
    >>> Hypothesis("cd4").label
    'classical CD4 autoimmunity'
    >>> float(Hypothesis("cd4").weights({"h_null": np.array([0.1])})["h_cd4"][0])
    1.0
    """

    id: str

    def __post_init__(self) -> None:
        if self.id not in LABELS:
            raise ValueError(f"hypothesis: found {self.id!r}, expected one of {', '.join(LABELS)}")

    @property
    def pure(self) -> bool:
        """Whether it stands alone."""
        return self.id != MIXTURE

    @property
    def label(self) -> str:
        """What it says."""
        return LABELS[self.id]

    def weights(self, drawn: Mapping[str, Array]) -> dict[str, Array]:
        """Return the weights by parameter id, where `drawn` are the mixture's."""
        if not self.pure:
            return {name: drawn[name] for name in WEIGHTS.values()}
        like = np.ones_like(drawn["h_null"])
        return {name: like if id == self.id else 0 * like for id, name in WEIGHTS.items()}


EVERY = tuple(Hypothesis(id) for id in LABELS)
"""The pure ones and the mixture."""
