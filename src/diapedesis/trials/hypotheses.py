"""The explanations under which a trial is run: each alone, and their mixture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from diapedesis.models.hypotheses import EXPLANATIONS, HYPOTHESES, MIXTURE, weights

Array = NDArray[np.float64]


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
    >>> Hypothesis("cd4").weights({"h_cd4": np.array([0.2, 0.3])})["h_null"].tolist()
    [0.0, 0.0]
    """

    id: str

    def __post_init__(self) -> None:
        if self.id not in HYPOTHESES:
            expected = ", ".join(HYPOTHESES)
            raise ValueError(f"hypothesis: found {self.id!r}, expected one of {expected}")

    @property
    def pure(self) -> bool:
        """Whether it stands alone."""
        return self.id != MIXTURE

    @property
    def label(self) -> str:
        """What it says."""
        return EXPLANATIONS[self.id] if self.pure else "mixture of all"

    def weights(self, drawn: Mapping[str, Array]) -> dict[str, Array]:
        """Return the weights by parameter id, where `drawn` are the mixture's."""
        own = weights(self.id)
        if not self.pure:
            return {name: drawn[name] for name in own}
        n = np.size(drawn["h_cd4"])
        return {name: np.full(n, value) for name, value in own.items()}


EVERY = tuple(Hypothesis(id) for id in HYPOTHESES)
"""The pure ones and the mixture."""
