"""How many sessions of exchange each draw needs, and whether series of patients differ in that.

A course of `n` sessions has reached a level when natalizumab is below it at the time at which the
next session would be, and stays there for :data:`~diapedesis.cases.assumed.STAYS` days. What the
tissue gives back in between is in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from scipy.stats import rankdata

from diapedesis.cases.asked import Predicted, chance, said
from diapedesis.cases.assumed import (
    EXCHANGED_BELOW,
    FIXED_SESSIONS,
    MOST_SESSIONS,
    PLASMA_VOLUMES,
    SESSION_APART,
    STAYS,
)
from diapedesis.cases.case import Fact
from diapedesis.cases.draws import RTOL, Drawn
from diapedesis.cases.later import Flags
from diapedesis.observe.draws import Array
from diapedesis.population.truths import stream
from diapedesis.simulate import Plex, Protocol, solve

SERIES = 10_000
"""Series that are simulated."""
CLASSES = (0.0, 20.0, 40.0, 60.0, 80.0, np.inf)
"""Edges of the classes of levels at the moment [mg/L]."""
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True, eq=False)
class Needed:
    """What courses of exchange leave of natalizumab in each draw.

    Attributes
    ----------
    level : ndarray, shape (n,)
        At the moment [mg/L].
    highest : ndarray, shape (n, MOST_SESSIONS + 1)
        Highest level [mg/L] from when the next session would be, after none, one, two sessions.
    """

    level: Array
    highest: Array

    @classmethod
    def of(cls, drawn: Drawn) -> Needed:
        """Follow courses of no session to the most, from the first session of the reading on.

        What is given on a day that is known stays, sessions from then on are these. What answers
        symptoms or IRIS comes later, and is not among it.
        """
        first = first_session(drawn)
        days = np.arange(0.0, STAYS + 1.0)
        highest = [
            _levels(drawn, _exchanged(drawn, first, n), first + SESSION_APART * n + days).max(
                axis=1
            )
            for n in range(MOST_SESSIONS + 1)
        ]
        before = _levels(drawn, _exchanged(drawn, first, 0), np.array([drawn.reading.moment]))
        return cls(before[:, 0], np.stack(highest, axis=1))

    @classmethod
    def joined(cls, parts: Sequence[Needed]) -> Needed:
        """Return the draws of every reading as one."""
        return cls(*(np.concatenate([getattr(p, k) for p in parts]) for k in ("level", "highest")))

    def sessions(self, below: float = EXCHANGED_BELOW) -> Array:
        """Return the fewest sessions that each needs, shape (n,); ``inf`` for more than the most.

        Examples
        --------
        >>> import numpy as np
        >>> left = np.array([[9.0, 4.0, 0.8], [0.9, 0.5, 0.2], [9.0, 6.0, 3.0]])
        >>> Needed(np.array([30.0, 0.9, 80.0]), left).sessions().tolist()
        [2.0, 0.0, inf]
        """
        there = self.highest < below
        return np.where(there.any(axis=1), there.argmax(axis=1), np.inf)

    def series(self, size: int, seed: int, below: float = EXCHANGED_BELOW) -> dict[str, Flags]:
        """Return of which simulated series each word is true; each of shape (SERIES,).

        The patients of a series are drawn apart from each other, with equal chances. The order of
        the draws plays no part.

        Parameters
        ----------
        size : int
            Patients of a series.
        seed : int
        below : float
            Level to reach [mg/L].
        """
        needed = self.sessions(below)
        order = np.lexsort((needed, self.level))
        chosen = stream(seed, "series of exchanges").integers(order.size, size=(SERIES, size))
        level, needed = self.level[order[chosen]], needed[order[chosen]]
        return {"differed": differ(needed), "rose_with_level": rise(level, needed)}


def differ(needed: Array) -> Flags:
    """Return in which series not all numbers are the same; not reached is a number like another.

    Examples
    --------
    >>> import numpy as np
    >>> differ(np.array([[5.0, 5.0, 6.0], [np.inf, np.inf, np.inf]])).tolist()
    [True, False]
    """
    return np.asarray((needed != needed[:, :1]).any(axis=1))


def rise(level: Array, needed: Array) -> Flags:
    """Return in which series the numbers rise with the level: rank correlation above 0.

    Patients with the same number share a rank, also those who have not got there, who come last.
    Where all have the same number they do not rise.

    Parameters
    ----------
    level, needed : ndarray, shape (n_series, size)

    Examples
    --------
    >>> import numpy as np
    >>> level = np.array([[10.0, 30.0, 50.0]] * 3)
    >>> rise(level, np.array([[4.0, 6.0, np.inf], [7.0, 7.0, 5.0], [6.0, 6.0, 6.0]])).tolist()
    [True, False, False]
    """
    ranks = [rankdata(x, axis=1) - (x.shape[1] + 1) / 2 for x in (level, needed)]
    return np.asarray((ranks[0] * ranks[1]).sum(axis=1) > 0)


def predicted(
    fact: Fact, needed: Needed, size: int, seed: int, below: float = EXCHANGED_BELOW
) -> Predicted | str:
    """Return in which simulated series all words of a fact are true, or why that cannot be said."""
    if size < 2:
        return "numbers of one patient neither differ nor rise"
    if not fact.words:
        return "stated without a number"
    found = needed.series(size, seed, below)
    all_true = np.logical_and.reduce([found[w] for w in fact.words])
    return chance(f"sessions needed in a series of {size}{said(fact)}", all_true)


def first_session(drawn: Drawn) -> float:
    """Return the day of the first session of a reading from the moment on; else the moment."""
    moment = drawn.reading.moment
    days = [s.time for s in drawn.reading.protocol.sessions if s.time >= moment]
    return min(days, default=moment)


def _exchanged(drawn: Drawn, first: float, n: int) -> Protocol:
    given = drawn.reading.protocol
    before = tuple(s for s in given.sessions if s.end <= first)
    more = (Plex(first + SESSION_APART * i, plasma_volumes=PLASMA_VOLUMES) for i in range(n))
    return replace(given, sessions=(*before, *more))


def _levels(drawn: Drawn, protocol: Protocol, days: Array) -> Array:
    """Return the level of each on some days, shape (n, n_days); the virus leaves it alone."""
    patients = drawn.patients
    return solve(
        patients.model,
        protocol,
        days,
        ("c",),
        parameters=patients.parameters,
        inputs=patients.inputs,
        t0=min(drawn.reading.first_dose, float(days[0])),
        rtol=RTOL,
        method="tsit5",
    ).raise_failures()["c"]


@dataclass(frozen=True)
class LevelClass:
    """Draws of like levels at the moment, and what they need.

    Attributes
    ----------
    low, high : float
        Levels [mg/L] from and up to.
    draws : int
    share : float
        Of all draws.
    sessions : tuple of float
        Quantiles 5, 25, 50, 75 and 95 %; ``inf`` for more than the most. Empty without a draw.
    fixed, most : float
        Share of those for whom the fixed number and the most sessions are enough.
    """

    low: float
    high: float
    draws: int
    share: float
    sessions: tuple[float, ...]
    fixed: float
    most: float


def by_level(
    needed: Needed, below: float = EXCHANGED_BELOW, classes: Sequence[float] = CLASSES
) -> Iterator[LevelClass]:
    """Yield the sessions that draws of like levels need, from the lowest levels on."""
    number = needed.sessions(below)
    for low, high in pairwise(classes):
        own = number[(needed.level >= low) & (needed.level < high)]
        spread = np.quantile(own, QUANTILES, method="inverted_cdf") if own.size else ()
        fixed, most = (
            float((own <= n).mean()) if own.size else np.nan
            for n in (FIXED_SESSIONS, MOST_SESSIONS)
        )
        share = own.size / max(number.size, 1)
        yield LevelClass(low, high, own.size, share, tuple(map(float, spread)), fixed, most)
