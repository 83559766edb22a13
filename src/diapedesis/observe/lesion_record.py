"""What happened to subjects, and what scans and visits see of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from diapedesis.observe.arrivals import Index, count_below, members
from diapedesis.observe.draws import Array, Keys, child, uniform
from diapedesis.observe.mri_mistaken import ms_volumes
from diapedesis.simulate.validate import ascending

Flags = NDArray[np.bool_]
Counts = NDArray[np.signedinteger]

_LARGE, _VISIBLE = 2, 3  # below a lesion's key, after its duration and T2


@dataclass(frozen=True, eq=False)
class Lesions:
    """Lesions and relapses of n subjects between two days.

    Made by :func:`diapedesis.observe.sample_lesions`. Columns are flat: those of lesions and of
    bursts in order of subject and day of birth, those of relapses in order of subject and day.
    Stretches of time hold their last day and not their first.

    Attributes
    ----------
    n : int
        Number of subjects.
    start, end : float
        First and last day of what was sampled.
    subject, born, gone, t2, t2_gone, large, key : numpy.ndarray
        Of each lesion: its subject, the days on which enhancement begins and ends, whether it
        leaves a new T2 lesion and until when that can be told, whether it is above 0.8 cm3, and the
        key of its random numbers.
    burst_subject, burst_day, burst_size, burst_relapse : numpy.ndarray
        Of each burst: its subject, day, number of lesions, and whether it is a relapse.
    relapse_subject, relapse_day : numpy.ndarray
        Of each relapse, from a burst or not.

    Examples
    --------
    >>> from diapedesis.observe import LesionProcess, sample_lesions
    >>> process = LesionProcess(3.0, 8.0, 30.0, 0.6, 0.1)
    >>> seen = sample_lesions([0, 720], np.full((100, 2), 0.05), 0.0005, process, seed=1)
    >>> bool(seen.relapses(0, 720).sum() == len(seen.relapse_day))
    True
    """

    n: int
    start: float
    end: float
    subject: Index
    born: Array
    gone: Array
    t2: Flags
    t2_gone: Array
    large: Flags
    key: Keys
    burst_subject: Index
    burst_day: Array
    burst_size: Index
    burst_relapse: Flags
    relapse_subject: Index
    relapse_day: Array

    def enhancing(self, days: ArrayLike, visible: ArrayLike | None = None) -> Counts:
        """Return how many lesions enhance on each scan, shape (n, n_scans).

        Parameters
        ----------
        days : array_like
            Days of the scans in order, shape (n_scans,), or (n, n_scans) for own days of each
            subject. May be a daily grid.
        visible : array_like, optional
            Probability that an enhancing lesion is seen, broadcasts to (n, n_scans); by default 1.
            Drawn for each lesion and day: one not seen on a scan may be seen on the next.
        """
        scans = self._scans(days)
        first, last = self._met(scans, self.born), self._met(scans, self.gone)
        n_scans = scans.shape[-1]
        if visible is None:
            change = np.zeros((self.n, n_scans + 1), np.int32)
            at = self.subject * (n_scans + 1)
            np.add.at(change.reshape(-1), at + first, np.int32(1))
            np.subtract.at(change.reshape(-1), at + last, np.int32(1))
            return np.cumsum(change, axis=1, out=change)[:, :n_scans]
        lesion, later = members(last - first)
        scan = first[lesion] + later
        seen = self._seen(scans, lesion, scan, visible)
        return self._count(lesion[seen], scan[seen], n_scans)

    def new_enhancing(
        self,
        days: ArrayLike,
        visible: ArrayLike | None = None,
        since: ArrayLike | None = None,
    ) -> Counts:
        """Return how many lesions enhance that were born after the scan before.

        Parameters
        ----------
        days, visible
            As for `enhancing`, and the same lesions are seen on the same days. A lesion that was
            there on the scan before, unseen, is not new.
        since : array_like, optional
            Day after which lesions of the first scan are new, one or (n,); by default the start.
        """
        lesion, scan, n_scans = self._new(days, visible, since)
        return self._count(lesion, scan, n_scans)

    def any_large_new(
        self,
        days: ArrayLike,
        visible: ArrayLike | None = None,
        since: ArrayLike | None = None,
    ) -> Flags:
        """Return whether one of the lesions that `new_enhancing` counts is above 0.8 cm3."""
        lesion, scan, n_scans = self._new(days, visible, since)
        large = self.large[lesion]
        return self._count(lesion[large], scan[large], n_scans) > 0

    def new_t2(self, first: ArrayLike, last: ArrayLike) -> Counts:
        """Return how many T2 lesions a scan on `last` shows that one on `first` did not.

        A lesion that has shrunk or flowed into another by then is not counted.

        Parameters
        ----------
        first, last : array_like
            Days, one for all or one for each subject, like those of `relapses`.

        Returns
        -------
        ndarray, shape (n,)
        """
        seen = self.t2 & (self.t2_gone > self._each("last", last)[self.subject])
        inside = seen & self._between(self.subject, self.born, first, last)
        return np.bincount(self.subject[inside], minlength=self.n)

    def volumes(self, large_share: ArrayLike) -> Array:
        """Return each lesion's volume [mL] by the process's `large_share`, one or for each."""
        share = np.broadcast_to(large_share, self.n)[self.subject]
        return ms_volumes(uniform(child(self.key, _LARGE)), share)

    def relapses(self, first: ArrayLike, last: ArrayLike) -> Counts:
        """Return how many relapses began after `first` until `last`, shape (n,)."""
        inside = self._between(self.relapse_subject, self.relapse_day, first, last)
        return np.bincount(self.relapse_subject[inside], minlength=self.n)

    def first_relapse(self, after: ArrayLike, before: ArrayLike) -> Array:
        """Return the day of the first relapse after `after` until `before`, shape (n,), or inf."""
        inside = self._between(self.relapse_subject, self.relapse_day, after, before)
        found = np.full(self.n, np.inf)
        np.minimum.at(found, self.relapse_subject[inside], self.relapse_day[inside])
        return found

    def relapse_days(self, subject: int) -> Array:
        """Return the days of the relapses of one subject, by its place among the n."""
        if not 0 <= subject < self.n:
            raise ValueError(f"subject: found {subject}, expected 0 to {self.n - 1}")
        low, high = np.searchsorted(self.relapse_subject, [subject, subject + 1])
        return self.relapse_day[low:high]

    def _new(
        self, days: ArrayLike, visible: ArrayLike | None, since: ArrayLike | None
    ) -> tuple[Index, Index, int]:
        """Return new lesions that are seen, their scans, and the number of scans."""
        scans = self._scans(days)
        first, last = self._met(scans, self.born), self._met(scans, self.gone)
        after = self._each("since", self.start if since is None else since)[self.subject]
        new = (first < last) & ((first > 0) | (self.born > after))
        lesion = np.flatnonzero(new)
        scan = first[lesion]
        if visible is not None:
            seen = self._seen(scans, lesion, scan, visible)
            lesion, scan = lesion[seen], scan[seen]
        return lesion, scan, scans.shape[-1]

    def _met(self, scans: Array, day: Array) -> Index:
        """Return for each lesion how many of its scans come before a day."""
        if scans.ndim == 1:
            return np.searchsorted(scans, day, side="left")
        return count_below(scans, self.subject, day, "left")

    def _seen(self, scans: Array, lesion: Index, scan: Index, visible: ArrayLike) -> Flags:
        """Return whether lesions are seen on scans."""
        shape = (self.n, scans.shape[-1])
        chance = self._chance(visible, shape)
        subject = self.subject[lesion]
        day = np.broadcast_to(scans, shape)[subject, scan] + 0.0  # one zero, not two
        keys = child(child(self.key[lesion], _VISIBLE), day.view(np.uint64))
        return uniform(keys) < chance[subject, scan]

    @staticmethod
    def _chance(visible: ArrayLike, shape: tuple[int, int]) -> Array:
        """Return the probability of being seen for each subject and scan."""
        chance = np.asarray(visible, float)
        if chance.size and not (chance.min() >= 0 and chance.max() <= 1):
            bad = chance[~((chance >= 0) & (chance <= 1))]
            raise ValueError(f"visible: found {bad.flat[0]:g}, expected probabilities, 0 to 1")
        try:
            return np.broadcast_to(chance, shape)
        except ValueError:
            raise ValueError(
                f"visible: found shape {chance.shape}, expected one number, or a shape that"
                f" broadcasts to {shape}, subjects by scans"
            ) from None

    def _count(self, lesion: Index, scan: Index, n_scans: int) -> Counts:
        """Return the number of lesions for each subject and scan."""
        at = self.subject[lesion] * n_scans + scan
        return np.bincount(at, minlength=self.n * n_scans).reshape(self.n, n_scans)

    def _scans(self, days: ArrayLike) -> Array:
        """Return the days of scans, (n_scans,) or (n, n_scans)."""
        scans = ascending(days)
        if scans.ndim == 2 and len(scans) != self.n:
            raise ValueError(f"days: found those of {len(scans)} subjects, expected {self.n}")
        self._inside("days", scans)
        return scans

    def _inside(self, name: str, days: Array) -> None:
        """Refuse days of which nothing was sampled."""
        bad = days[~((days >= self.start) & (days <= self.end))]
        if bad.size:
            raise ValueError(
                f"{name}: found day {bad.flat[0]:g}, expected {self.start:g} to {self.end:g}, the"
                " days that were sampled"
            )

    def _each(self, name: str, day: ArrayLike) -> Array:
        """Return a day for each subject."""
        days = np.asarray(day, float)
        if days.shape not in ((), (self.n,)):
            raise ValueError(
                f"{name}: found shape {days.shape}, expected one day, or one for each of"
                f" {self.n} subjects"
            )
        self._inside(name, days)
        return np.broadcast_to(days, (self.n,))

    def _between(self, subject: Index, day: Array, first: ArrayLike, last: ArrayLike) -> Flags:
        """Return which events come after their subject's first day until its last."""
        low, high = self._each("first", first), self._each("last", last)
        return (day > low[subject]) & (day <= high[subject])
