"""The explanations under which a trial is run: each alone, and their mixture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
WEIGHTS = {
    "null": ("h_null", "return to one's own level"),
    "cd4": ("h_cd4", "classical CD4 autoimmunity"),
    "pool": ("h_pool", "peripheral pool"),
    "virus": ("h_virus", "latent virus"),
    "damage": ("h_damage", "silent damage"),
    "imbalance": ("h_imbalance", "effectors without regulators"),
}
"""Relative weight in the model, and what it stands for, by hypothesis."""
MIXTURE = "mixture"


@dataclass(frozen=True)
class Hypothesis:
    """An explanation of why disease returns.

    Parameters
    ----------
    id : str
        One of :data:`WEIGHTS`, which then has all the weight, or "mixture": weights as drawn.

    Examples
    --------
    >>> Hypothesis("cd4").label
    'classical CD4 autoimmunity'
    >>> float(Hypothesis("cd4").weights({"h_null": np.array([0.1])})["h_cd4"][0])
    1.0
    """

    id: str

    def __post_init__(self) -> None:
        if self.id not in (*WEIGHTS, MIXTURE):
            raise ValueError(
                f"hypothesis: found {self.id!r}, expected one of {', '.join((*WEIGHTS, MIXTURE))}"
            )

    @property
    def pure(self) -> bool:
        """Whether it stands alone."""
        return self.id != MIXTURE

    @property
    def label(self) -> str:
        """What it says."""
        return WEIGHTS[self.id][1] if self.pure else "mixture of all"

    def weights(self, drawn: Mapping[str, Array]) -> dict[str, Array]:
        """Return the weights by parameter id, where `drawn` are the mixture's."""
        if not self.pure:
            return {name: drawn[name] for name, _ in WEIGHTS.values()}
        like = np.ones_like(drawn["h_null"])
        own = WEIGHTS[self.id][0]
        return {name: like if name == own else 0 * like for name, _ in WEIGHTS.values()}


EVERY = tuple(Hypothesis(id) for id in (*WEIGHTS, MIXTURE))
"""The pure ones and the mixture."""
