"""How likely a draw makes what a rater gave, and the signs that a reader named on a scan."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

import numpy as np

from diapedesis.cases.days import Range
from diapedesis.observe import (
    edss_log_likelihood,
    karnofsky_log_likelihood,
    sign_log_likelihood,
    sign_probabilities,
)
from diapedesis.observe.draws import Array
from diapedesis.observe.scales import EDSS_STEPS, KARNOFSKY_STEPS

SCALES: Mapping[str, tuple[Array, Callable[[float, Array], Array]]] = {
    "edss": (EDSS_STEPS, edss_log_likelihood),
    "kps": (KARNOFSKY_STEPS, karnofsky_log_likelihood),
}
"""Steps of each scale, and the log probability of one of them at an EDSS."""
NAMED_SIGNS = (
    *("punctate", "cortical", "u_fibre", "diffusion_rim", "periventricular", "swelling"),
)
"""Signs of a PML lesion that need no enhancement; a sign that is not named is unknown."""
SPECK = 1e-6
"""Volume [mL] of a lesion that is hardly there."""


def rated(scale: str, given: Range, edss: Array) -> Array:
    """Return the probability that a rating is one of the steps within a range, or the nearest.

    Examples
    --------
    >>> rated("kps", Range(70, 100), np.array([3.5])).round(2).tolist()
    [0.99]
    """
    steps, log_likelihood = SCALES[scale]
    near = min(steps, key=lambda step: abs(step - given.low))
    within = [step for step in steps if given.low <= step <= given.high] or [near]
    return np.asarray(np.sum([np.exp(log_likelihood(step, edss)) for step in within], axis=0))


def signs_named(
    words: Collection[str], volume: Array, iris_level: Array, steroid_barrier: Array
) -> Array:
    """Return the probability that a PML lesion that was seen has the signs that were named.

    Examples
    --------
    >>> lesion = np.array([4.0]), np.array([0.0]), np.array([0.0])
    >>> signs_named(("lesion", "punctate"), *lesion).round(2).tolist()
    [0.78]
    """
    named = {word: True for word in words if word in NAMED_SIGNS}
    if not named:
        return np.ones_like(volume)
    shown = sign_probabilities("pml", np.maximum(volume, SPECK), iris_level, steroid_barrier)
    return np.exp(sign_log_likelihood(named, shown))
