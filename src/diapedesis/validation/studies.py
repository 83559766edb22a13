"""Simulated studies: possible truths, the adults each study recruits, and what it then finds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from diapedesis.infer.cohort import Adults
from diapedesis.population.setting import AT_ONCE
from diapedesis.population.setting import Setting as Setting
from diapedesis.population.truths import prior_truths as prior_truths
from diapedesis.population.truths import stream as stream
from diapedesis.population.truths import truths as truths
from diapedesis.simulate import Protocol, Schedule, solve
from diapedesis.simulate.warm import SETS

Array = NDArray[np.float64]
LEVELS, EFFECT, EVERYTHING = SETS


@dataclass(frozen=True)
class Found:
    """What a study finds for one row.

    Attributes
    ----------
    values : ndarray, shape (m,) or (m * studies,)
        The row's statistic in studies of the published size, for each possible truth.
    note : str
        What was assumed where the published definition is open.
    variants : dict of str to ndarray, shape (m,)
        The statistic under other readings of the definition.
    centre : ndarray, shape (m,), optional
        The statistic over all virtual patients of each truth; `values` when not given.
    """

    values: Array
    note: str
    variants: Mapping[str, Array]
    centre: Array | None = None


Study = Callable[[Setting], dict[str, Found]]


def course(
    setting: Setting,
    adults: Adults,
    protocol: Protocol | Schedule,
    times: Sequence[float] | Array,
    outputs: tuple[str, ...] = LEVELS,
) -> dict[str, Array]:
    """Solve one protocol for every adult of every truth.

    Returns
    -------
    dict of str to ndarray, shape (m, n, n_times)
    """
    step = max(AT_ONCE // adults.n, 1)
    parts: dict[str, list[Array]] = {o: [] for o in outputs}
    for first in range(0, setting.m, step):
        at = slice(first, first + step)
        some = Adults(_rows(adults.eta, at), _rows(adults.inputs, at))
        typical = {k: v[at] for k, v in setting.truths.items()}
        m = next(iter(typical.values())).size
        solution = solve(
            setting.model,
            protocol,
            times,
            outputs,
            parameters=some.parameters(setting.model, typical),
            inputs=some.tiled(m),
        ).raise_failures()
        for o in outputs:
            parts[o].append(solution[o].reshape(m, adults.n, -1))
    return {o: np.concatenate(v) for o, v in parts.items()}


def _rows(values: Mapping[str, Array], at: slice) -> dict[str, Array]:
    return {k: v[at] for k, v in values.items()}


def below_for_good(times: Array, values: Array, limit: float) -> Array:
    """Return the first of `times` from which `values` stay below `limit`; the last when never.

    Parameters
    ----------
    times : ndarray, shape (n_times,)
    values : ndarray, shape (..., n_times)
    limit : float
    """
    above = values >= limit
    after = np.where(above.any(axis=-1), times.size - np.argmax(above[..., ::-1], axis=-1), 0)
    return np.asarray(times[np.minimum(after, times.size - 1)])
