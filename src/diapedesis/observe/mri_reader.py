"""What a reader sees on a scan of PML."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from diapedesis.observe.draws import Array

SEEN_MOST, SEEN_HALF, SEEN_STEEP = 0.97, 0.9, 1.3
"""Largest probability, volume of half of it [mL], and steepness in the logarithm (pml 2.4, 8.7)."""


def seen_probability(volume: ArrayLike) -> Array:
    """Return the probability that a lesion of this volume [mL] is reported on one scan.

    Examples
    --------
    >>> bool(seen_probability(5.0) > 0.85)
    True
    """
    v = np.maximum(np.asarray(volume, float), 0.0) ** SEEN_STEEP
    return np.asarray(SEEN_MOST * v / (v + SEEN_HALF**SEEN_STEEP))
