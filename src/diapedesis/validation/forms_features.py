"""What can be seen of a course of IRIS, as numbers on scales on which patients are compared."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from diapedesis.population.crossing import crossing
from diapedesis.population.ms_cohort import Flags
from diapedesis.population.virus_care import ENHANCES, IRIS_ONSET
from diapedesis.validation.forms_cohort import FormsCohort
from diapedesis.validation.studies import Array

ACTIVE = 90.0
"""Day from the last dose from which enhancing lesions of MS count as its return (claim pml 8.1)."""
CSF_AGAIN = 30.0
"""Assumption: days after the onset of IRIS on which CSF is taken again."""
MOST = 3.5
"""Standard deviations beyond which a value counts as that many; one patient decides nothing."""


@dataclass(frozen=True)
class Feature:
    """One number of each course.

    Attributes
    ----------
    id, label, unit : str
    low, high : str
        What a form is called in which it is low, or high; empty for no name.
    log : bool
        Whether patients are compared by its logarithm (of one more, where it can be 0).
    group : str
        A form takes at most one name from a group.
    digits : int
        Shown after the point.
    """

    id: str
    label: str
    unit: str
    low: str
    high: str
    group: str
    log: bool = False
    digits: int = 0


FEATURES = (
    Feature("from_dose", "last dose to onset", "d", "early", "late", "time"),
    Feature("from_diagnosis", "diagnosis to onset", "d", "early", "late", "time"),
    Feature("at_diagnosis", "inflammation at diagnosis", "", "", "inflamed at diagnosis", "time",
            True, 2),
    Feature("peak", "peak of inflammation", "", "mild", "violent", "force", True, 2),
    Feature("rise", "enhancing to peak", "d", "explosive", "smouldering", "rise", True),
    Feature("duration", "duration", "d", "short", "long", "length", True),
    Feature("volume", "volume at diagnosis", "mL", "small lesion", "large lesion", "size", True, 1),
    Feature("growth", "growth of the lesion from then", "fold", "halted at once",
            "growing in IRIS", "growth", True, 2),
    Feature("oedema", "peak oedema", "mL", "", "swollen", "swelling", True),
    Feature("icp", "peak intracranial pressure", "mmHg", "", "under pressure", "swelling", True),
    Feature("edss_rise", "rise of EDSS after diagnosis", "", "hardly felt", "disabling", "felt",
            False, 1),
    Feature("load", "CSF load at diagnosis", "log10/mL", "little virus", "much virus", "virus",
            False, 1),
    Feature("load_change", "change of CSF load in IRIS", "log10", "virus falling",
            "virus rising", "virus", False, 1),
    Feature("share", "share of the leak due to the virus", "", "mixed with MS", "", "ms", False,
            2),
    Feature("ms", "most MS lesions that enhance from month 3", "", "", "MS returning", "ms", True,
            1),
    Feature("second", "height of a second wave", "", "", "in two waves", "waves", True, 2),
)  # fmt: skip
"""What patients are compared by."""
BY_ID = {f.id: f for f in FEATURES}


def features(cohort: FormsCohort) -> dict[str, Array]:
    """Return every feature of each patient with IRIS, until death; ``nan`` for the others.

    Parameters
    ----------
    cohort : FormsCohort

    Returns
    -------
    dict of str to ndarray, shape (m * n,)
        By id of a feature, in its own unit.
    """
    c, days = cohort.courses, cohort.courses.days
    with_iris = cohort.iris > 0
    level = np.nan_to_num(cohort.seen("iris_level"), nan=0.0)
    onset = np.where(with_iris, c.iris_onset, 0.0)
    again = np.minimum(onset + CSF_AGAIN, np.nan_to_num(c.death, nan=np.inf) - APART)
    top = level.argmax(axis=1)
    peak = level.max(axis=1)
    enhances = crossing(days, level, ENHANCES)
    volume = cohort.volume
    most = lambda k: np.nanmax(cohort.after(k), axis=1)  # noqa: E731
    found = {
        "from_dose": onset - c.last_dose,
        "from_diagnosis": onset,
        "at_diagnosis": c.on("iris_level", 0.0),
        "peak": peak,
        "rise": days[top] - enhances,
        "duration": APART * (level > IRIS_ONSET).sum(axis=1),
        "volume": volume,
        "growth": np.maximum(most("pml_volume") / volume, 1.0),
        "oedema": most("oedema"),
        "icp": most("icp"),
        "edss_rise": np.maximum(most("edss") - c.on("edss", 0.0), 0.0),
        "load": cohort.load(0.0, 0),
        "load_change": cohort.load(again, 1) - cohort.load(0.0, 0),
        "share": c["iris_share"][np.arange(top.size), top],
        "ms": _ms(cohort),
        "second": second_wave(level),
    }
    return {k: np.where(with_iris, v, np.nan) for k, v in found.items()}


APART = 4.0
"""Days between those on which courses are kept."""


def _ms(cohort: FormsCohort) -> Array:
    """Return the most enhancing lesions of MS once it can have returned; 0 for those who died."""
    late = cohort.courses.days - cohort.courses.last_dose[:, None] >= ACTIVE
    gd = np.where(late, np.nan_to_num(cohort.seen("gd"), nan=0.0), 0.0)
    return np.asarray(gd.max(axis=1))


def second_wave(level: Array) -> Array:
    """Return by how much each course rises again once it has fallen from its first peak.

    Parameters
    ----------
    level : ndarray, shape (n, n_days)

    Examples
    --------
    >>> second_wave(np.array([[0.0, 2.0, 0.5, 1.5, 0.0], [0.0, 1.0, 0.5, 0.2, 0.1]])).tolist()
    [1.0, 0.0]
    """
    falls = np.diff(level, axis=1) < 0
    enhancing = level[:, :-1] > ENHANCES
    first = np.where((falls & enhancing).any(axis=1), (falls & enhancing).argmax(axis=1), -1)
    after = (np.arange(level.shape[1]) >= first[:, None]) & (first >= 0)[:, None]
    lowest = np.minimum.accumulate(np.where(after, level, np.inf), axis=1)
    return np.asarray((level - np.where(after, lowest, level)).max(axis=1))


def scales(found: dict[str, Array], who: Flags) -> Array:
    """Return the features of some patients on common scales, shape (n, n_features).

    Logarithms where a feature says so; then each has mean 0 and SD 1 over them, cut at `MOST`.
    """
    columns = []
    for f in FEATURES:
        x = found[f.id][who]
        x = np.log(x + OFFSETS.get(f.id, 1.0)) if f.log else x
        sd = x.std()
        columns.append(np.clip((x - x.mean()) / sd, -MOST, MOST) if sd > 0 else 0 * x)
    return np.stack(columns, axis=1)


OFFSETS = {"at_diagnosis": 0.05, "peak": 0.05, "second": 0.05, "growth": 0.0, "volume": 0.0}
"""Added before the logarithm is taken; 1 for the others, days, mL, mmHg or lesions."""
