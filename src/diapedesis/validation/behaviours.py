"""Simulate the published behaviours and say, row by row, inside or outside the window.

Each population draw is one possible truth; in each, every study is simulated with the number of
patients it had. The centre is the median over truths; the interval holds 90 % of the simulated
studies, so it contains what is unsure about the parameters and what a study of that size adds.
Studies of MS share their virtual patients, so that a cohort is followed once: the centre is then
that of all virtual patients, and the studies of published size are drawn from among them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from diapedesis.models import ms, pkpd, pml
from diapedesis.validation import (
    studies_affirm,
    studies_cells,
    studies_disability,
    studies_drugs,
    studies_exchange,
    studies_iris,
    studies_pd,
    studies_pk,
    studies_pml,
    studies_pml_course,
    studies_pml_interval,
    studies_pml_risk,
    studies_pml_scans,
    studies_restore,
    studies_rinaldi,
    studies_stop,
    studies_switch,
)
from diapedesis.validation.conflict import conflict
from diapedesis.validation.iris_trials import IrisStudy, IrisTrials
from diapedesis.validation.ms_trials import MsStudy, Trials
from diapedesis.validation.pml_shared import PmlStudy, Registries
from diapedesis.validation.published import Behaviour, behaviours
from diapedesis.validation.rebound_definitions import rebound_definitions
from diapedesis.validation.studies import Found, Setting, Study, stream, truths

Progress = Callable[[int, int, str], None]
"""Called before each study with its number, the number of studies, and its name."""
STUDIES: dict[str, tuple[Study, ...]] = {
    "pk": (
        studies_pk.label,
        studies_pk.typical_volume,
        studies_exchange.exchange,
        studies_pk.columns,
        studies_pk.antibodies,
        studies_pk.subcutaneous,
        studies_pk.single_dose,
        studies_pk.washout,
    ),
    "pd": (studies_pd.intervals, studies_exchange.saturation),
}
MS_STUDIES: dict[str, tuple[MsStudy, ...]] = {
    "pd": (studies_cells.cells,),
    "ms": (
        studies_affirm.affirm,
        studies_stop.oconnor,
        studies_stop.sorensen,
        studies_stop.west,
        studies_stop.gueguen,
        studies_drugs.ivmp,
        studies_drugs.depletion,
        studies_disability.edss_rebound,
    ),
    "restore": (studies_restore.restore,),
    "tofingo": (studies_switch.tofingo,),
    "switch": (studies_switch.bigaut, studies_switch.zurawski, studies_rinaldi.rinaldi),
}
PML_STUDIES: dict[str, tuple[PmlStudy, ...]] = {
    "pml": (
        studies_pml_risk.by_year,
        studies_pml_risk.by_window,
        studies_pml_risk.immunosuppressant,
        studies_pml_risk.seronegative,
        studies_pml_interval.interval,
        studies_pml.exposure,
        studies_pml_scans.looked_again,
        studies_pml.load,
        studies_pml.asymptomatic,
        studies_pml.survival,
        studies_pml_course.disability,
        studies_pml_course.clearance,
    ),
    "nfl": (studies_pml_course.neurofilament,),
}
IRIS_STUDIES: dict[str, tuple[IrisStudy, ...]] = {
    "iris": (
        studies_iris.frequency,
        studies_iris.filgrastim,
        studies_iris.exchange,
        studies_iris.early_and_late,
        studies_iris.steroids,
        studies_iris.patterns,
    ),
}
BLOCKS = tuple(dict.fromkeys([*STUDIES, *MS_STUDIES, *PML_STUDIES, *IRIS_STUDIES]))
"""Blocks that have studies."""


@dataclass(frozen=True)
class Size:
    """Possible truths, and adults where a study asks for a thousand or more.

    The same for the cohorts of MS, which are followed for years: fewer truths, as many patients;
    for the registries of PML, and for the cohorts of IRIS.
    """

    truths: int
    cohort: int
    ms_truths: int
    ms_patients: int
    pml_truths: int
    pml_patients: int
    iris_truths: int
    iris_patients: int


SIZES = {
    "full": Size(1000, 1000, 40, 1000, 40, 300, 40, 100),
    "reduced": Size(60, 200, 8, 250, 8, 80, 8, 60),
}


@dataclass(frozen=True)
class BehaviourTable:
    """Published behaviours beside simulated ones.

    Attributes
    ----------
    frame : DataFrame
        One row per behaviour: the published figure and window as in the file, then `simulated`
        (median), `sim_05`, `sim_95`, `share_inside` and `verdict` ("inside", "outside", or empty
        for a row that is shown only), `note`.
    variants : DataFrame
        The same statistic under other readings of an unclear definition.
    conflict : DataFrame
        Single parameter sets against the population draws; empty without block "pk".
    definitions : DataFrame
        Rebound by each published definition, under the mixture of explanations and by counting
        alone; empty without block "ms".
    recruited : dict of str to float
        Of the candidates for cohorts of MS, the shares `admitted`, and `unstable`: refused, as the
        untreated state of the model does not stay where it is. Empty without such cohorts.
    not_modelled : dict of str to int
        Rows of the file, by block, that no study covers yet.
    size : str
    seed : int
    """

    frame: pd.DataFrame
    variants: pd.DataFrame
    conflict: pd.DataFrame
    definitions: pd.DataFrame
    recruited: dict[str, float]
    not_modelled: dict[str, int]
    size: str
    seed: int

    def failing(self) -> pd.DataFrame:
        """Return the rows outside their window."""
        return self.frame[self.frame["verdict"] == "outside"]

    def to_frame(self) -> pd.DataFrame:
        """Return the table."""
        return self.frame.copy()

    def to_markdown(self) -> str:
        """Return the whole page: table, assumptions, the conflict that the prior carries."""
        from diapedesis.validation.behaviours_page import page

        return page(self)

    def _repr_html_(self) -> str:
        return str(self.frame.to_html(index=False, float_format="{:.3g}".format))


def validate_behaviours(
    blocks: Sequence[str] = BLOCKS,
    size: str = "full",
    *,
    seed: int = 1,
    progress: Progress | None = None,
) -> BehaviourTable:
    """Simulate published behaviours.

    Parameters
    ----------
    blocks : sequence of str
        Blocks of ``behaviours.csv``.
    size : {"full", "reduced"}
        Number of possible truths and of adults in large cohorts; see ``SIZES``.
    seed : int
        Each study has its own stream, so the result depends neither on the other studies nor on
        the number of threads.
    progress : callable, optional
        Called before each study.

    Returns
    -------
    BehaviourTable

    Raises
    ------
    ValueError
        For an unknown block or size.

    Examples
    --------
    >>> table = validate_behaviours(("pd",), "reduced")
    >>> table.failing()["id"].tolist()
    []
    """
    _check(blocks, size)
    wanted = [b for b in behaviours() if b.block in blocks]
    trials = Trials.of(ms(), SIZES[size].ms_truths, SIZES[size].ms_patients, seed)
    iris = IrisTrials(pml(), SIZES[size].iris_truths, SIZES[size].iris_patients, seed)
    found = _run(blocks, SIZES[size], seed, trials, iris, progress)
    shown = [b for b in wanted if b.id in found]
    missing = Counter(b.block for b in wanted if b.id not in found)
    draws = 1000 if size == "full" else SIZES[size].truths
    return BehaviourTable(
        pd.DataFrame([_row(b, found[b.id]) for b in shown]),
        _variants(shown, found),
        conflict(pkpd(), draws) if "pk" in blocks else pd.DataFrame(),
        rebound_definitions(trials) if "ms" in blocks else pd.DataFrame(),
        trials.recruited,
        dict(missing),
        size,
        seed,
    )


def _run(
    blocks: Sequence[str],
    size: Size,
    seed: int,
    trials: Trials,
    iris: IrisTrials,
    progress: Progress | None,
) -> dict[str, Found]:
    plain = [s for block in blocks for s in STUDIES.get(block, ())]
    of_ms = [s for block in blocks for s in MS_STUDIES.get(block, ())]
    of_pml = [s for block in blocks for s in PML_STUDIES.get(block, ())]
    of_iris = [s for block in blocks for s in IRIS_STUDIES.get(block, ())]
    registries = Registries.of(pml(), size.pml_truths, size.pml_patients, seed)
    runs: list[tuple[str, Callable[[], dict[str, Found]]]] = [
        *((s.__name__, partial(_alone, s, size, seed)) for s in plain),
        *((s.__name__, partial(s, trials)) for s in of_ms),
        *((s.__name__, partial(s, registries)) for s in of_pml),
        *((s.__name__, partial(s, iris)) for s in of_iris),
    ]
    found: dict[str, Found] = {}
    for i, (name, run) in enumerate(runs):
        if progress is not None:
            progress(i, len(runs), name)
        found |= run()
    return found


def _alone(study: Study, size: Size, seed: int) -> dict[str, Found]:
    return study(_setting(study.__name__, size, seed))


def _check(blocks: Sequence[str], size: str) -> None:
    known = dict.fromkeys(b.block for b in behaviours())
    unknown = [b for b in blocks if b not in known]
    if unknown:
        raise ValueError(f"block: found {unknown}, expected among {', '.join(known)}")
    if size not in SIZES:
        raise ValueError(f"size: found {size!r}, expected one of {', '.join(SIZES)}")


def _setting(study: str, size: Size, seed: int) -> Setting:
    rng = stream(seed, study)
    return Setting(pkpd(), truths(pkpd(), size.truths, rng), size.cohort, rng)


def _row(b: Behaviour, found: Found) -> dict[str, object]:
    low, high = np.nanquantile(found.values, [0.05, 0.95])
    middle = np.nanmedian(found.values if found.centre is None else found.centre)
    verdict = ("inside" if b.inside(middle) else "outside") if b.judged else ""
    return {
        "id": b.id,
        "behaviour": b.behaviour,
        "role": b.role,
        "sure": b.sure,
        "source": b.source,
        "unit": b.unit,
        "published": b.published,
        "low": np.nan if b.low is None else b.low,
        "high": np.nan if b.high is None else b.high,
        "simulated": float(middle),
        "sim_05": float(low),
        "sim_95": float(high),
        "share_inside": float(b.inside(found.values).mean()) if b.judged else np.nan,
        "verdict": verdict,
        "note": found.note,
    }


def _variants(shown: Sequence[Behaviour], found: dict[str, Found]) -> pd.DataFrame:
    rows = []
    for b in shown:
        for reading, values in found[b.id].variants.items():
            low, middle, high = np.nanquantile(values, [0.05, 0.5, 0.95])
            none = float(np.isnan(values).mean())
            rows.append((b.id, reading, middle, low, high, none))
    columns = ["id", "reading", "simulated", "sim_05", "sim_95", "share_without"]
    return pd.DataFrame(rows, columns=columns)
