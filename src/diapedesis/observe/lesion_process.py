"""How lesions come, last and are felt: the six numbers of the process."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import ArrayLike, NDArray

from diapedesis.observe.draws import Array

Test = Callable[[Array], NDArray[np.bool_]]

_ABOVE_0: tuple[str, Test] = ("a number above 0", lambda x: x > 0)
_SHARE: tuple[str, Test] = ("a share from 0 to 1", lambda x: (x >= 0) & (x <= 1))
_EXPECTED: dict[str, tuple[str, Test]] = {
    "burst_size": ("a number of at least 1", lambda x: x >= 1),
    "relapse_lesions": _ABOVE_0,
    "gd_duration": _ABOVE_0,
    "t2_share": _SHARE,
    "large_share": _SHARE,
    "t2_duration": ("a number above 0, or inf", lambda x: x > 0),
}


@dataclass(frozen=True, eq=False)
class LesionProcess:
    """How lesions come, last and are felt; each a number, or one for each subject.

    Parameters
    ----------
    burst_size : array_like
        Mean number of lesions born together, at least 1; the number is geometric.
    relapse_lesions : array_like
        Lesions of a burst at which it is a relapse with probability 1 - 1/e.
    gd_duration : array_like
        Mean time that a lesion enhances [day]; the time is exponential.
    t2_share : array_like
        Share of lesions that leave a new or enlarging T2 lesion.
    large_share : array_like
        Share of lesions above 0.8 cm3.
    t2_duration : array_like
        Mean time for which a new T2 lesion can be told from what was there [day]; the time is
        exponential. By default it stays for ever.

    Examples
    --------
    >>> float(LesionProcess(3.0, 8.0, 30.0, 0.6, 0.1).burst_size)
    3.0
    """

    burst_size: ArrayLike
    relapse_lesions: ArrayLike
    gd_duration: ArrayLike
    t2_share: ArrayLike
    large_share: ArrayLike
    t2_duration: ArrayLike = np.inf

    def __post_init__(self) -> None:
        for field in fields(self):
            object.__setattr__(self, field.name, _valid(field.name, getattr(self, field.name)))

    @classmethod
    def of(cls, parameters: Mapping[str, ArrayLike]) -> LesionProcess:
        """Take the process from among the parameters of a model.

        Examples
        --------
        >>> from diapedesis.models import ms
        >>> values = {id: p.default for id, p in ms().parameters.items()}
        >>> process = LesionProcess.of(values | {"gd_duration": 1.0})
        >>> float(process.gd_duration)
        1.0
        """
        names = [f.name for f in fields(cls)]
        missing = [n for n in names if n not in parameters]
        if missing:
            raise ValueError(
                f"parameters: found no {', '.join(missing)}, expected all of {', '.join(names)}"
            )
        return cls(*(parameters[n] for n in names))

    def for_each(self, n: int) -> dict[str, Array]:
        """Return the numbers of each of n subjects, by name.

        Examples
        --------
        >>> LesionProcess(3.0, 8.0, [30.0, 40.0], 0.6, 0.1).for_each(2)["gd_duration"].tolist()
        [30.0, 40.0]
        """
        found: dict[str, Array] = {}
        for field in fields(self):
            values: Array = getattr(self, field.name)
            if values.shape not in ((), (n,)):
                raise ValueError(
                    f"{field.name}: found {len(values)} values, expected one, or one for each of"
                    f" {n} subjects"
                )
            found[field.name] = np.broadcast_to(values, (n,))
        return found


def _valid(name: str, given: ArrayLike) -> Array:
    """Return the numbers of one kind, or refuse them."""
    values = np.asarray(given, float)
    if values.ndim > 1:
        raise ValueError(
            f"{name}: found shape {values.shape}, expected one number, or one for each subject"
        )
    expected, allowed = _EXPECTED[name]
    finite = np.isfinite(values) | (np.isposinf(values) & (name == "t2_duration"))
    bad = values[~(finite & allowed(values))]
    if bad.size:
        raise ValueError(f"{name}: found {bad[0]:g}, expected {expected}")
    return values
