"""Series of switchers: how often each outcome of a small series comes, and how odd one is.

Within a possible truth the patients of a series are independent, so that the numbers of each kind
are multinomial, with the shares of that truth's virtual patients. The probability of an outcome is
the mean over the truths. It is smooth however few of the simulated series show that outcome.

The two-sided tail probability of an outcome is the probability of all outcomes that are no more
likely than it. That of the most likely outcome is 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import gammaln, xlogy

from diapedesis.population.setting import Array
from diapedesis.population.switch_outcome import MARGINS, Counts, Outcome, all_outcomes
from diapedesis.population.switchers import KINDS, USUAL, Reading, Switchers

STUDIES = 10_000
CLOSE = 1e-9
"""Outcomes whose probabilities differ by less than this share are as likely."""


@dataclass(frozen=True)
class Series:
    """Simulated series, one value for each.

    Attributes
    ----------
    kinds : ndarray of int, shape (studies, 5)
        Patients of each of ``KINDS``.
    truth : ndarray of int, shape (studies,)
        Place of the possible truth in which it was simulated.
    """

    kinds: Counts
    truth: Counts

    def __getitem__(self, margin: str) -> Counts:
        return self.kinds @ np.array(MARGINS[margin])


@dataclass(frozen=True)
class Predicted:
    """What is expected of a series.

    Attributes
    ----------
    virtual : ndarray of int, shape (m, 5)
        Virtual patients of each kind, for each possible truth.
    patients : int
        Of a series.
    """

    virtual: Counts
    patients: int

    @classmethod
    def of(cls, switchers: Switchers, m: int, patients: int, reading: Reading = USUAL) -> Predicted:
        """Count the kinds of virtual patients of `m` truths, flat, truths outermost.

        Raises
        ------
        ValueError
            When nobody enters in one of the truths.
        """
        kind, enters = switchers.kinds(reading), switchers.entering(reading)
        truth = np.repeat(np.arange(m), kind.size // m)
        at = truth * len(KINDS) + kind
        counted = np.bincount(at[enters], minlength=m * len(KINDS))
        virtual = counted.reshape(m, len(KINDS))
        if not virtual.any(axis=1).all():
            raise ValueError(
                "switchers: found a truth in which nobody enters, expected some in all"
            )
        return cls(virtual, patients)

    @property
    def outcomes(self) -> Counts:
        """Every outcome of a series, shape (n_outcomes, 5)."""
        return all_outcomes(self.patients)

    @property
    def shares(self) -> Array:
        """Probability of each kind in each truth, shape (m, 5)."""
        return np.asarray(self.virtual / self.virtual.sum(axis=1, keepdims=True))

    @cached_property
    def by_truth(self) -> Array:
        """Probability of each outcome in each truth, shape (m, n_outcomes)."""
        x, p = self.outcomes, self.shares
        ways = gammaln(self.patients + 1) - gammaln(x + 1).sum(axis=1)
        return np.asarray(
            np.exp(ways + sum(xlogy(x[:, k], p[:, k, None]) for k in range(len(KINDS))))
        )

    def tail(self, outcome: Outcome, margin: str | None = None) -> float:
        """Return the two-sided tail probability of an outcome, the truths mixed.

        Parameters
        ----------
        outcome : Outcome
        margin : str, optional
            One number of ``MARGINS``; by default all of them together.
        """
        p, at = self.by_truth.mean(axis=0), self._place(outcome)
        if margin is None:
            return _tail(p, p[at])
        p = self.probability(margin)
        return _tail(p, p[outcome[margin]])

    def probability(self, margin: str) -> Array:
        """Return the probability of 0, 1 and more patients, the truths mixed; (patients + 1,)."""
        number = self.outcomes @ np.array(MARGINS[margin])
        return np.asarray(np.bincount(number, self.by_truth.mean(axis=0)), float)

    def tails_by_truth(self, outcome: Outcome) -> Array:
        """Return the tail probability of all numbers together in each truth alone, shape (m,)."""
        at = self._place(outcome)
        return np.array([_tail(p, p[at]) for p in self.by_truth])

    def draw(self, studies: int, rng: np.random.Generator) -> Series:
        """Simulate series, each of the patients of one truth; all truths have as many series.

        Patients are drawn among the virtual ones with replacement. Where `studies` is no multiple
        of the number of truths, the first truths have one more.
        """
        m = len(self.virtual)
        truth = np.arange(studies) % m
        last = np.cumsum(self.virtual, axis=1)[truth]
        drawn = rng.integers(last[:, -1:], size=(studies, self.patients))
        kind = (drawn[:, :, None] >= last[:, None, :]).sum(axis=2)
        counted = (kind[:, :, None] == np.arange(len(KINDS))).sum(axis=1)
        return Series(counted, truth)

    def share_no_likelier(self, series: Series, outcome: Outcome) -> float:
        """Return the share of simulated series whose outcome is no more likely than `outcome`.

        It is the two-sided tail probability of all numbers together, by counting.
        """
        p = self.by_truth.mean(axis=0)
        key = _key(self.outcomes)
        order = np.argsort(key)
        at = order[np.searchsorted(key, _key(series.kinds), sorter=order)]
        return float(np.mean(p[at] <= p[self._place(outcome)] * (1 + CLOSE)))

    def _place(self, outcome: Outcome) -> int:
        if outcome.patients != self.patients:
            found = f"found one of {outcome.patients} patients"
            raise ValueError(f"outcome: {found}, expected {self.patients}")
        return int(np.flatnonzero((self.outcomes == outcome.kinds).all(axis=1))[0])


def _tail(probabilities: Array, limit: float) -> float:
    """Return the sum of the probabilities that are no larger than a limit."""
    at_most = probabilities <= limit * (1 + CLOSE)
    return float(np.sum(probabilities[at_most]) / np.sum(probabilities))


def _key(kinds: Counts) -> Counts:
    """Return a number for each row that no other row has; counts are below 1000."""
    return kinds @ (1000 ** np.arange(len(KINDS)))
