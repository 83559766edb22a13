"""Every case run, one after the other, each kept as a file: begun again, it goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from diapedesis.cases.case import PublishedCase
from diapedesis.cases.rinaldi import PATIENTS, rinaldi_series
from diapedesis.cases.run import DRAWS, CaseError, run_case
from diapedesis.cases.store import Outcome, SeriesResult, Unanswered, dump, key, load
from diapedesis.core.atomic import write_bytes
from diapedesis.population.switch_outcome import RINALDI

SERIES = "rinaldi-2012-series"
"""Of which no patient is known alone."""
LEAST_PATIENTS = 20
Told = Callable[[str, str], None]
"""Called with the id of a case and what is being done with it."""


def outcome_of(
    case: PublishedCase, *, draws: int = DRAWS, seed: int = 1, told: Told | None = None
) -> Outcome:
    """Run a case; where too few draws agree with it, return that instead of a result.

    The series of Rinaldi is simulated as a whole; fewer draws are fewer virtual patients there.

    Parameters
    ----------
    case : PublishedCase
    draws : int
        Prior draws.
    seed : int
    told : callable, optional
    """

    def progress(i: int, n: int, what: str) -> None:
        if told is not None:
            told(case.id, f"{what}, {i + 1} of {n}" if n > 1 else what)

    if case.id == SERIES and case.patients == RINALDI.patients:
        progress(0, 1, "whole series")
        patients = max(LEAST_PATIENTS, round(PATIENTS * min(draws / DRAWS, 1.0)))
        return SeriesResult(case, draws, seed, rinaldi_series(patients=patients, seed=seed))
    try:
        return run_case(case, draws=draws, seed=seed, progress=progress)
    except CaseError as error:
        return Unanswered(case, draws, seed, str(error))


def run_gallery(
    cases: Iterable[PublishedCase],
    folder: str | Path,
    *,
    draws: int = DRAWS,
    seed: int = 1,
    told: Told | None = None,
) -> Iterator[Outcome]:
    """Yield the outcome of each case, in order; one that a file of the folder holds is read.

    A file holds as long as case, draws, seed, model and program are the same; another is written
    anew.

    Parameters
    ----------
    cases : iterable of PublishedCase
    folder : str or Path
        Holds ``<id>.npz`` of each case; it must exist.
    draws : int
        Prior draws of each case.
    seed : int
    told : callable, optional
    """
    for case in cases:
        path = Path(folder) / f"{case.id}.npz"
        found = _kept(path, case, key(case, draws, seed))
        if found is None:
            found = outcome_of(case, draws=draws, seed=seed, told=told)
            write_bytes(path, dump(found))
        elif told is not None:
            told(case.id, "as kept")
        yield found


def _kept(path: Path, case: PublishedCase, wanted: str) -> Outcome | None:
    """Return the outcome in a file; ``None`` without one, or with one of something else."""
    if not path.is_file():
        return None
    try:
        written, found = load(path.read_bytes(), case)
    except ValueError:  # of an older form, or of a case that has changed
        return None
    return found if written == wanted else None
