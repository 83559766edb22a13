"""Many subjects fitted side by side, and kept, so that an interrupted run goes on."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from diapedesis.core.atomic import write_bytes
from diapedesis.infer.estimate import FitError
from diapedesis.infer.fit import Fit, fit
from diapedesis.infer.store import dump, key, load
from diapedesis.observe import Subject
from diapedesis.simulate import SolveError

Progress = Callable[[int, int], None]
"""Called with the number of subjects done and the number of all."""
SUFFIX = ".npz"


@dataclass(frozen=True)
class Outcome:
    """What became of one subject: a fit, or the reason why there is none."""

    subject: Subject
    fit: Fit | None
    reason: str = ""


@dataclass(frozen=True)
class How:
    """Settings of a run, as for :func:`diapedesis.infer.fit.fit`."""

    n_draws: int = 1000
    seed: int = 1
    prior_weight: float = 1.0

    def key(self, subject: Subject) -> str:
        """Return what decides a subject's fit, as a hash."""
        return key(subject, self.n_draws, self.seed, self.prior_weight)


def fit_many(
    subjects: Sequence[Subject],
    how: How | None = None,
    *,
    workers: int | None = None,
    keep: Path | None = None,
    progress: Progress | None = None,
) -> list[Outcome]:
    """Fit subjects in parallel.

    Parameters
    ----------
    subjects : sequence of Subject
        Ids must differ: they choose the random streams.
    how : How, optional
    workers : int, optional
        Processes; default one for each core. The results do not depend on it.
    keep : Path, optional
        Existing folder in which each fit is kept as soon as it is there. A subject found there
        under the same data, settings and version is not fitted again.
    progress : callable, optional

    Returns
    -------
    list of Outcome
        In the order of `subjects`.

    Raises
    ------
    ValueError
        For equal ids.

    Examples
    --------
    >>> from diapedesis.simulate import Protocol
    >>> two = [Subject(Protocol.every(28, n=4), id=id) for id in ("a", "b")]
    >>> [len(x.fit.draws["cl"]) for x in fit_many(two, How(n_draws=400), workers=1)]
    [400, 400]
    """
    how = how or How()
    ids = [s.id for s in subjects]
    twice = sorted({i for i in ids if ids.count(i) > 1})
    if twice:
        raise ValueError(f"subjects: found {', '.join(twice)} more than once, expected one of each")
    found: dict[int, Outcome] = {}
    for i, subject in enumerate(subjects):
        kept = _kept(keep, how, subject)
        if kept is not None:
            found[i] = kept
    todo = [i for i in range(len(subjects)) if i not in found]
    for done, (i, result) in enumerate(_results(subjects, todo, how, workers), 1):
        if isinstance(result, bytes):
            if keep is not None:
                write_bytes(keep / f"{how.key(subjects[i])}{SUFFIX}", result)
            found[i] = Outcome(subjects[i], load(result, subjects[i]))
        else:
            found[i] = Outcome(subjects[i], None, result)
        if progress is not None:
            progress(len(subjects) - len(todo) + done, len(subjects))
    return [found[i] for i in range(len(subjects))]


def _kept(folder: Path | None, how: How, subject: Subject) -> Outcome | None:
    """Return an earlier fit of the same; one that cannot be read is made again."""
    if folder is None:
        return None
    path = folder / f"{how.key(subject)}{SUFFIX}"
    if not path.exists():
        return None
    try:
        return Outcome(subject, load(path.read_bytes(), subject))
    except ValueError:
        path.unlink()
        return None


def _results(
    subjects: Sequence[Subject], todo: Sequence[int], how: How, workers: int | None
) -> Iterator[tuple[int, bytes | str]]:
    """Yield each number with the stored fit, or why there is none, as they come."""
    n = min(workers or os.cpu_count() or 1, len(todo))
    if n <= 1:
        for i in todo:
            yield i, _one(subjects[i], how)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(n, mp_context=context) as pool:
        waiting = {pool.submit(_one, subjects[i], how): i for i in todo}
        try:
            for future in as_completed(waiting):
                yield waiting[future], future.result()
        finally:
            pool.shutdown(cancel_futures=True)


def _one(subject: Subject, how: How) -> bytes | str:
    try:
        found = fit(subject, n_draws=how.n_draws, seed=how.seed, prior_weight=how.prior_weight)
    except (FitError, SolveError) as error:
        return str(error)
    return dump(found)
