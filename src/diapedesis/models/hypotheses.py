"""Why disease returns, each explanation as parameter values of :func:`diapedesis.models.ms`."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType

from diapedesis.mechanisms import hypotheses

MIXTURE = "mixture"
EXPLANATIONS: Mapping[str, str] = MappingProxyType(
    {
        "null": "return to one's own level",
        "cd4": "classical CD4 autoimmunity",
        "pool": "peripheral pool",
        "virus": "latent virus in the CNS",
        "damage": "silent damage",
        "imbalance": "effectors without regulators",
    }
)
"""What each says, by its name; its weight is the parameter ``h_<name>``."""
_DEFAULTS = {
    p.id: p.default for p in (getattr(hypotheses, f"h_{name}".upper()) for name in EXPLANATIONS)
}
HYPOTHESES: Mapping[str, Mapping[str, float]] = MappingProxyType(
    {
        name: MappingProxyType({f"h_{other}": float(other == name) for other in EXPLANATIONS})
        for name in EXPLANATIONS
    }
    | {MIXTURE: MappingProxyType(_DEFAULTS)}
)
"""Weights of each explanation alone, and of the mixture: the defaults of the model."""


def weights(hypothesis: str | Mapping[str, float]) -> dict[str, float]:
    """Return the parameters that make the model hold a hypothesis.

    Parameters
    ----------
    hypothesis : str or mapping of str to float
        A name of ``HYPOTHESES``, or relative weights of several explanations; those not named
        have none.

    Returns
    -------
    dict of str to float
        A value for every ``h_`` parameter.

    Raises
    ------
    ValueError
        For an unknown name, or weights that are no weights.

    Examples
    --------
    >>> weights("pool")["h_pool"], weights("pool")["h_virus"]
    (1.0, 0.0)
    >>> weights({"pool": 2, "virus": 1})["h_pool"]
    2.0
    """
    if isinstance(hypothesis, str):
        if hypothesis not in HYPOTHESES:
            expected = f"one of {', '.join(HYPOTHESES)}, or weights of several"
            raise ValueError(f"hypothesis: found {hypothesis!r}, expected {expected}")
        return dict(HYPOTHESES[hypothesis])
    unknown = [name for name in hypothesis if name not in EXPLANATIONS]
    if unknown:
        expected = f"among {', '.join(EXPLANATIONS)}"
        raise ValueError(f"hypothesis: found a weight of {unknown[0]!r}, expected {expected}")
    for name, value in hypothesis.items():
        if not (math.isfinite(value) and value >= 0):
            expected = "a number of at least 0"
            raise ValueError(f"hypothesis: found {value!r} for {name}, expected {expected}")
    if not sum(hypothesis.values()) > 0:
        raise ValueError(f"hypothesis: found {dict(hypothesis)}, expected one weight above 0")
    return {f"h_{name}": float(hypothesis.get(name, 0.0)) for name in EXPLANATIONS}
