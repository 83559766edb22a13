"""JC virus DNA in cerebrospinal fluid: how much there is, and what the laboratory says of it.

The load follows the tissue that dies, with a wide spread. A part of the spread belongs to the
patient and is shared by all samples; the rest is the day's and the tube's. Without virus the load
is exactly 0 and PCR is negative (specificity 100 %, claim ``pml 8.10``). With virus there is always
a chance of a negative one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import log_ndtr, ndtr, ndtri

from diapedesis.observe.jc_reading import ASSAY, JcAssay, JcReading
from diapedesis.observe.numbers import Array, Value, at_least_0, chances, deviates

NODES = np.linspace(-8.0, 8.0, 81)
"""Of the quadrature over what samples of one patient share, in standard normal deviates."""
_AT_LIMIT = float(ndtri(0.95))


def csf_median(
    jc_dying: ArrayLike, iris_level: ArrayLike, parameters: Mapping[str, ArrayLike]
) -> Array:
    """Return the median load in CSF [1/mL] over patients and days.

    Parameters
    ----------
    jc_dying : array_like
        Infected tissue that dies [mL/day], 0 without virus.
    iris_level : array_like
        Inflammation, which opens the barrier.
    parameters : mapping of str to array_like
        With `csf_jc_scale`, `csf_jc_exponent` and `csf_jc_leak` of the model.

    Examples
    --------
    >>> values = {"csf_jc_scale": 400.0, "csf_jc_exponent": 1.6, "csf_jc_leak": 3.0}
    >>> csf_median([0.0, 1.0, 1.0], [0.0, 0.0, 1.0], values).tolist()
    [0.0, 400.0, 1600.0]
    """
    scale, exponent, leak = (
        at_least_0(f"csf_jc_{name}", _needed(parameters, f"csf_jc_{name}"))
        for name in ("scale", "exponent", "leak")
    )
    dying = at_least_0("jc_dying", jc_dying)
    inflamed = at_least_0("iris_level", iris_level)
    return np.asarray(scale * dying**exponent * (1 + leak * inflamed))


def csf_load(
    median: ArrayLike,
    spread: ArrayLike,
    patient: ArrayLike,
    sample: ArrayLike,
    assay: JcAssay = ASSAY,
) -> Array:
    """Return the load of samples [1/mL].

    Parameters
    ----------
    median : array_like
        From `csf_median`.
    spread : array_like
        Parameter `csf_jc_spread`, SD of the logarithm to base 10.
    patient, sample : array_like
        Standard normal deviates: of the patient, the same for all its samples, and of the sample.
    assay : JcAssay

    Examples
    --------
    >>> csf_load([0.0, 100.0], 1.3, 0.0, 0.0).tolist()
    [0.0, 100.0]
    """
    between, within = _parts(spread, assay)
    z = between * deviates("patient", patient) + within * deviates("sample", sample)
    return np.asarray(at_least_0("median", median) * 10**z)


def pcr_negative(load: ArrayLike, assay: JcAssay = ASSAY) -> Array:
    """Return the probability that a sample of this load is negative.

    Examples
    --------
    >>> pcr_negative([0.0, 22.0, 1e9]).round(3).tolist()
    [1.0, 0.06, 0.01]
    """
    return _missed(_log10(at_least_0("load", load)), assay.width, assay)


def pcr_negative_over_patients(
    median: ArrayLike, spread: ArrayLike, assay: JcAssay = ASSAY
) -> Array:
    """Return the probability of a negative first sample, over patients of one median load.

    Examples
    --------
    >>> pcr_negative_over_patients([0.0, 510.0], 1.3).round(2).tolist()
    [1.0, 0.08]
    """
    log_median = _log10(at_least_0("median", median))
    return _missed(log_median, np.hypot(assay.width, _spread(spread)), assay)


def pcr_detects(load: ArrayLike, chance: ArrayLike, assay: JcAssay = ASSAY) -> NDArray[np.bool_]:
    """Sample whether PCR finds virus, given uniform draws.

    Examples
    --------
    >>> pcr_detects([0.0, 1e6], 0.999).tolist()
    [False, True]
    """
    return np.asarray(chances("chance", chance) >= pcr_negative(load, assay))


def readings_log_likelihood(
    readings: Sequence[JcReading],
    medians: ArrayLike,
    spread: ArrayLike,
    assay: JcAssay = ASSAY,
) -> Array:
    """Return the log likelihood of the readings of one patient, which share what is the patient's.

    Parameters
    ----------
    readings : sequence of JcReading
        m readings; densities are per unit of the logarithm to base 10.
    medians : array_like
        Median loads [1/mL] on their days, shape (..., m).
    spread : array_like
        Parameter `csf_jc_spread`; broadcasts with the axes before the last.
    assay : JcAssay

    Returns
    -------
    ndarray
        The axes before the last. Finite for negatives, however many; -inf for virus found where
        there is none.

    Examples
    --------
    >>> none = JcReading(False)
    >>> one, two = (readings_log_likelihood([none] * m, [510.0] * m, 1.3) for m in (1, 2))
    >>> bool(2 * one < two < one < 0)
    True
    """
    log_median = _log10(at_least_0("medians", medians))
    if log_median.ndim == 0 or log_median.shape[-1] != len(readings):
        raise ValueError(
            f"medians: found shape {log_median.shape}, expected a last axis of {len(readings)},"
            " one for each reading"
        )
    between, within = _parts(spread, assay)
    shape = np.broadcast_shapes(log_median.shape[:-1], between.shape)
    found = np.full(shape, -np.inf)
    step = NODES[1] - NODES[0]
    for z in NODES:
        total = np.full(shape, np.log(step) - 0.5 * (z**2 + np.log(2 * np.pi)))
        for j, reading in enumerate(readings):
            total = total + _log_of(reading, log_median[..., j] + between * z, within, assay)
        found = np.logaddexp(found, total)
    return np.asarray(found)


def _log_of(reading: JcReading, log_median: Array, within: Array, assay: JcAssay) -> Array:
    """Return the log likelihood of one reading, given what is the patient's."""
    sd = np.hypot(assay.width, within)
    if not reading.detected:
        return np.asarray(np.log(_missed(log_median, sd, assay)))
    if reading.copies is None:
        return _log_found(log_median, sd, assay)
    y = np.asarray(np.log10(reading.copies))
    density = -0.5 * ((y - log_median) / within) ** 2 - np.log(within * np.sqrt(2 * np.pi))
    return np.asarray(density + _log_found(y, assay.width, assay))


def _log_found(log_load: Array, sd: Value, assay: JcAssay) -> Array:
    """Return the log probability of a positive where loads scatter, with detection, by `sd`."""
    return np.asarray(np.log1p(-assay.failure) + log_ndtr((log_load - _edge(assay)) / sd))


def _missed(log_load: Array, sd: Value, assay: JcAssay) -> Array:
    """Return the probability of a negative where loads scatter, with detection, by `sd`."""
    missed = ndtr((_edge(assay) - log_load) / sd)
    return np.asarray(assay.failure + (1 - assay.failure) * missed)


def _edge(assay: JcAssay) -> Array:
    """Return the logarithm of the load that half of samples are positive for."""
    return np.asarray(np.log10(assay.limit) - _AT_LIMIT * assay.width)


def _parts(spread: ArrayLike, assay: JcAssay) -> tuple[Array, Array]:
    """Return the spread between patients and within one."""
    whole = _spread(spread)
    within = assay.within_share
    return np.asarray(whole * np.sqrt(1 - within)), np.asarray(whole * np.sqrt(within))


def _spread(given: ArrayLike) -> Array:
    """Return spreads that are finite and above 0."""
    whole = np.asarray(given, float)
    if not (whole > 0).all() or not np.isfinite(whole).all():
        raise ValueError(f"spread: found {given!r}, expected finite numbers above 0")
    return whole


def _log10(load: Array) -> Array:
    with np.errstate(divide="ignore"):  # no virus: -inf, never found
        return np.asarray(np.log10(load))


def _needed(parameters: Mapping[str, ArrayLike], name: str) -> ArrayLike:
    if name not in parameters:
        raise ValueError(f"parameters: found no {name}, expected the parameters of JC virus")
    return parameters[name]
