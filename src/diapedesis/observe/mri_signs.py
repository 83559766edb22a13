"""Signs of PML and of a new MS lesion on a scan, and what they say of which it is.

Given cause, size, inflammation and reader, signs are independent of each other; the reader's
deviate, shared by all signs of a scan, is what makes them go together.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from diapedesis.observe.mri_reader import READER, PmlReader, enhancement_seen
from diapedesis.observe.numbers import Array, Value, at_least_0, chances, deviates, rise, shares
from diapedesis.observe.sign_numbers import SIGN_NUMBERS, SignNumbers

Cause = Literal["pml", "ms"]
PATTERNS = ("border", "patchy", "punctate_enhancement")
"""Signs that only an enhancing lesion can have."""
_ENHANCEMENT = ("enhancing", *PATTERNS)
SIGNS = (
    *_ENHANCEMENT,
    "swelling",
    "diffusion_rim",
    "punctate",
    "cortical",
    "u_fibre",
    "periventricular",
)


def sign_probabilities(
    cause: Cause,
    volume: ArrayLike,
    iris_level: ArrayLike = 0.0,
    steroid_barrier: ArrayLike = 0.0,
    reader: ArrayLike = 0.0,
    numbers: SignNumbers = SIGN_NUMBERS,
    seeing: PmlReader = READER,
) -> dict[str, Array]:
    """Return how probable each sign is in a lesion that was seen.

    Parameters
    ----------
    cause : {"pml", "ms"}
        A PML lesion or a new MS lesion.
    volume : array_like
        Of the lesion [mL], above 0.
    iris_level : array_like
        Inflammation against the virus, 1 in a usual IRIS; no matter for an MS lesion.
    steroid_barrier : array_like
        Share of enhancement that steroid hides.
    reader : array_like
        Standard normal deviate of reader and protocol.
    numbers : SignNumbers
    seeing : PmlReader

    Returns
    -------
    dict of str to ndarray
        By the names of `SIGNS`; the `PATTERNS` given that the lesion enhances.

    Examples
    --------
    >>> small = sign_probabilities("ms", 0.3)
    >>> pml = sign_probabilities("pml", 4.0)
    >>> float(small["punctate"]) < 0.01 < 0.7 < float(pml["punctate"])
    True
    """
    if cause not in ("pml", "ms"):
        raise ValueError(f"cause: found {cause!r}, expected 'pml' or 'ms'")
    size = at_least_0("volume", volume)
    if not (size > 0).all():
        raise ValueError("volume: found 0, expected volumes above 0: signs are those of a lesion")
    open_barrier = 1 - shares("steroid_barrier", steroid_barrier)
    leak = at_least_0("iris_level", iris_level) * open_barrier
    n, clear = numbers, numbers.sign_reader_sd * deviates("reader", reader)
    if cause == "ms":
        plain = _of_ms(n)
        shift = n.ms_slope * np.log(size / n.ms_size) + clear
        found = {name: _moved(share, shift) for name, share in plain.items()}
        found["enhancing"] = n.enhancing_ms * open_barrier
    else:
        shift = n.pml_slope * np.log(size / n.pml_size) + clear
        found = {name: _moved(share, shift) for name, share in _of_pml(n).items()}
        active = rise(at_least_0("iris_level", iris_level), n.rim_iris, 2.0)
        rim = found["diffusion_rim"]
        found["diffusion_rim"] = rim + np.maximum(n.rim_inflamed - rim, 0.0) * active
        found["swelling"] = n.swelling_most * rise(leak, n.swelling_half, n.swelling_slope)
        found["enhancing"] = enhancement_seen(iris_level, size, steroid_barrier, reader, seeing)
    ending = cause
    for name in PATTERNS:
        found[name] = np.asarray(getattr(n, f"{name}_{ending}"), float)
    return dict(zip(SIGNS, np.broadcast_arrays(*(found[s] for s in SIGNS)), strict=True))


def signs(probability: Mapping[str, ArrayLike], chance: ArrayLike) -> dict[str, NDArray[np.bool_]]:
    """Sample the signs of lesions.

    Parameters
    ----------
    probability : mapping of str to array_like
        From `sign_probabilities`.
    chance : array_like
        Uniform draws; the last axis, of length 10, runs over `SIGNS`, those before it broadcast
        with the probabilities.

    Returns
    -------
    dict of str to ndarray of bool

    Examples
    --------
    >>> found = signs(sign_probabilities("pml", 4.0), np.full(10, 0.5))
    >>> bool(found["punctate"]), bool(found["enhancing"]), bool(found["border"])
    (True, False, False)
    """
    draws = chances("chance", chance)
    if draws.ndim == 0 or draws.shape[-1] != len(SIGNS):
        raise ValueError(
            f"chance: found shape {draws.shape}, expected a last axis of {len(SIGNS)}, one for each"
            " sign"
        )
    found = {
        name: np.asarray(draws[..., i] < np.asarray(probability[name], float))
        for i, name in enumerate(SIGNS)
    }
    for name in PATTERNS:
        found[name] = found[name] & found["enhancing"]
    return found


def sign_log_likelihood(
    observed: Mapping[str, bool | None], probability: Mapping[str, ArrayLike]
) -> Array:
    """Return the log likelihood of the signs that one lesion was seen to have and not to have.

    The difference between the two causes is the log likelihood ratio of PML against MS.

    Parameters
    ----------
    observed : mapping of str to bool or None
        Names of `SIGNS`. A sign that is not named, or None, is unknown and says nothing.
    probability : mapping of str to array_like
        From `sign_probabilities`.

    Returns
    -------
    ndarray
        In the shape of the probabilities.

    Raises
    ------
    ValueError
        For a sign that does not exist, or a pattern of enhancement without enhancement.

    Examples
    --------
    >>> seen = {"punctate": True, "periventricular": False, "enhancing": None}
    >>> pml = sign_log_likelihood(seen, sign_probabilities("pml", 4.0))
    >>> ms = sign_log_likelihood(seen, sign_probabilities("ms", 0.3))
    >>> float(np.exp(pml - ms)) > 100
    True
    """
    unknown = [name for name in observed if name not in SIGNS]
    if unknown:
        raise ValueError(f"observed: found {unknown[0]!r}, expected names of {', '.join(SIGNS)}")
    told = {name: value for name, value in observed.items() if value is not None}
    shapes = {name: np.asarray(probability[name], float) for name in SIGNS}
    with np.errstate(divide="ignore"):  # what cannot be has the logarithm -inf
        single = [
            _log_of(v, shapes[s]) for s, v in told.items() if s not in ("enhancing", *PATTERNS)
        ]
        parts = [*single, _log_of_enhancement(told, shapes)]
    return np.asarray(sum(np.broadcast_arrays(*parts)))


def _log_of_enhancement(told: Mapping[str, bool], shapes: Mapping[str, Array]) -> Array:
    """Return the log likelihood of enhancement and its patterns together."""
    patterns = {name: told[name] for name in PATTERNS if name in told}
    enhancing = told.get("enhancing")
    positive = [name for name, value in patterns.items() if value]
    if enhancing is False and positive:
        raise ValueError(
            f"observed: found {positive[0]!r} without enhancement, expected enhancing to be True or"
            " unknown"
        )
    if enhancing is None and not patterns:
        return np.zeros(np.shape(shapes["enhancing"]))
    yes, no = np.log(shapes["enhancing"]), np.log1p(-shapes["enhancing"])
    yes = yes + sum(_log_of(value, shapes[name]) for name, value in patterns.items())
    if enhancing is True or positive:
        return np.asarray(yes)
    return np.asarray(no if enhancing is False else np.logaddexp(yes, no))


def _log_of(value: bool, probability: Array) -> Array:
    return np.asarray(np.log(probability) if value else np.log1p(-probability))


def _moved(share: Value, shift: Array) -> Array:
    """Return shares with their log odds shifted."""
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        odds = share / (1 - share) * np.exp(shift)
        return np.asarray(np.where(np.isinf(odds), 1.0, odds / (1 + odds)))


def _times(share: Value, ratio: Value) -> Array:
    """Return the share whose odds are `ratio` times those of `share`."""
    return _moved(share, np.log(ratio))


def _of_pml(n: SignNumbers) -> dict[str, Value]:
    return {
        "diffusion_rim": n.rim_pml,
        "punctate": n.punctate_pml,
        "cortical": n.cortical_pml,
        "u_fibre": _times(n.u_fibre_ms, n.u_fibre_ratio),
        "periventricular": n.periventricular_pml,
    }


def _of_ms(n: SignNumbers) -> dict[str, Value]:
    return {
        "diffusion_rim": _times(n.rim_pml, 1 / n.rim_ratio),
        "punctate": n.punctate_ms,
        "cortical": n.cortical_ms,
        "u_fibre": n.u_fibre_ms,
        "periventricular": n.periventricular_ms,
        "swelling": n.swelling_ms,
    }
