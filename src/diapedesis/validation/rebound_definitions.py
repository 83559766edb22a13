"""Rebound by each published definition, and how much of it counting alone would bring.

Every definition is applied to the same patients twice: under the mixture of explanations, and where
all return to their own level and nothing more. What a definition finds there is chance: few events
before, few after, and a drifting activity.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from diapedesis.population.ms_cohort import YEAR, Flags, Index
from diapedesis.population.ms_stopped import AFTER, MONTH, WEEK, Stopped
from diapedesis.validation.ms_estimate import Estimate, share
from diapedesis.validation.ms_trials import Trials
from diapedesis.validation.realised import edss_rise
from diapedesis.validation.studies import Array
from diapedesis.validation.studies_affirm import places
from diapedesis.validation.studies_stop import AFTER_RELAPSE

FOLLOWED = 0.05
"""Share of the patients whose disability is followed."""
WEEKS = np.arange(0.0, 54.0) * WEEK
VISITS = np.array([13, 26, 39, 52])
"""Assumption: weeks of the visits, one a quarter."""
STEP = 0.5
"""Assumption: a step of EDSS is half a point."""


@dataclass(frozen=True)
class Definition:
    """A definition of rebound.

    Attributes
    ----------
    name : str
    published : float
        Per cent of the patients of the cohort that used it.
    source : str
        Claims.
    """

    name: str
    published: float
    source: str


DEFINITIONS = {
    "rate": Definition(
        "more relapses a year than before the drug, in 3 to 12 months", 22.0, "R035"
    ),
    "relapse_gd": Definition(
        "a relapse in 12 months with more than 5 enhancing lesions, and more than before the drug",
        39.0,
        "R038",
    ),
    "gt5": Definition("more than 5 enhancing lesions on one of six monthly scans", 13.0, "R029"),
    "recurrence": Definition(
        "two new enhancing lesions, or a large one, on a scan in 24 weeks", 46.0, "R023, R024"
    ),
    "edss": Definition(
        "EDSS two steps (one point) worse on a visit of months 3, 6, 9 or 12", 19.0, "R040"
    ),
    "severe": Definition("a relapse in 12 months that costs two points or more", 9.0, "R038, R156"),
}


def rebound_definitions(trials: Trials) -> pd.DataFrame:
    """Return per cent of patients with a rebound by each definition.

    Returns
    -------
    DataFrame
        One row per definition: `definition`, `source`, `published`; `mixture` and `null` with
        their 90 % interval over truths; `excess`, the median over truths of their difference.
    """
    found = {"mixture": _shares(trials), "null": _shares(trials.null)}
    rows = []
    for id, d in DEFINITIONS.items():
        row: dict[str, object] = {
            "definition": d.name,
            "source": d.source,
            "published": d.published,
        }
        for name, shares in found.items():
            low, middle, high = np.nanquantile(shares[id], [0.05, 0.5, 0.95])
            row |= {name: middle, f"{name}_05": low, f"{name}_95": high}
        row["excess"] = float(np.nanmedian(found["mixture"][id] - found["null"][id]))
        rows.append(row)
    return pd.DataFrame(rows)


def _shares(trials: Trials) -> Mapping[str, Array]:
    """Return per cent of patients by each definition, for each truth."""
    stopped = trials.stopped
    seen, before = stopped.seen, stopped.patients.before
    follow = MONTH * (3 + 9 * trials.rng("follow-up").random(before.gd.size))
    relapse = seen.first_relapse(0.0, 12 * MONTH)
    scan = np.where(np.isfinite(relapse), relapse + AFTER_RELAPSE, AFTER[-1])
    gd = seen.enhancing(scan[:, None])[:, 0]
    scans = np.arange(0.0, 25.0, 4.0) * WEEK
    new = (seen.new_enhancing(scans) >= 2) | seen.any_large_new(scans)
    post = seen.relapses(0.0, follow) / (follow / YEAR)
    entered = before.relapses_2y >= 2
    events: dict[str, tuple[Flags, Flags]] = {
        "rate": (post > before.relapses_2y / 2, entered),
        "relapse_gd": (np.isfinite(relapse) & (gd > 5) & (gd > before.gd), trials.everyone),
        "gt5": (np.asarray((seen.enhancing(scans)[:, 1:] > 5).any(axis=1)), trials.everyone),
        "recurrence": (np.asarray(new[:, 1:].any(axis=1)), trials.everyone),
    }
    at = places(trials, 0.0, FOLLOWED)
    followed = np.zeros(before.gd.size, bool)
    followed[at] = True
    worse = {id: np.zeros(before.gd.size, bool) for id in ("edss", "severe")}
    worse["edss"][at], worse["severe"][at] = _disability(stopped, at, relapse[at])
    events |= {id: (event, followed) for id, event in worse.items()}
    e: Estimate = trials.estimate("definitions")
    return {id: e.centre(share(event), who) for id, (event, who) in events.items()}


def _disability(stopped: Stopped, at: Index, relapse: Array) -> tuple[Flags, Flags]:
    """Return who got two steps worse, and who by two points around a relapse, without steroid."""
    lesions = stopped.seen.enhancing(WEEKS)[at]
    tone = stopped.natural["tone"][at][:, np.searchsorted(AFTER, WEEKS)]
    none = np.full(at.size, np.inf)
    rise = edss_rise(stopped.patients.some(at), WEEKS, lesions, tone, none)
    since = WEEKS - relapse[:, None]
    near = (since >= 0) & (since <= 2 * MONTH)
    worse = (rise[:, VISITS] >= 2 * STEP).any(axis=1)
    return np.asarray(worse), np.asarray(((rise >= 2.0) & near).any(axis=1))
