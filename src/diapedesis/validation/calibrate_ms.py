"""Joint draws of the MS model's typical values, by an ensemble smoother over the rows to tune to.

Possible truths are drawn from the declared priors; in each, every study that has a row to tune to
is simulated, and the truths are moved towards the rows (``validation.smoother``). What the rows say
nothing about keeps its prior. Rows to check are never looked at here.

``python -m diapedesis.validation.calibrate_ms FOLDER`` redoes it: minutes for each pass, resumable,
one file in the folder for each pass; the last is written into the package.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path

import numpy as np

from diapedesis import infer
from diapedesis.core import Model
from diapedesis.infer.prior import MS_FILE
from diapedesis.infer.scale import Scale, uncertain
from diapedesis.infer.stability import stability
from diapedesis.models import ms, pkpd
from diapedesis.observe import LesionProcess
from diapedesis.simulate.problem import program_of
from diapedesis.validation.behaviours import MS_STUDIES
from diapedesis.validation.ms_trials import Trials
from diapedesis.validation.smoother import Ensemble, Smoother, write_table
from diapedesis.validation.studies import Array, prior_truths, stream

TRUTHS, PATIENTS, PASSES, SEED = 300, 150, 4, 2026
ROWS_FILE = "ms_rows.csv"
FIGURES = {
    "pd.lymph_on": 3.5,
    "pd.lymph_wk8": 3.1,
    "pd.lymph_wk16": 2.1,
    "pd.csf_ratio_on": 0.8,
    "ms.gd_untreated": 2.4,
    "ms.gd_on": 0.2,
    "ms.arr_untreated": 0.75,
    "ms.arr_on": 0.25,
    "ms.ada_loss": 0.9,
    "ms.peak_month": 5.5,
    "ms.peak_vs_placebo": 1.0,
    "ms.arr_1_6": 0.67,
    "ms.rebound_share": 22.0,
    "ms.gueguen_relapsers": 17.2,
    "ms.gueguen_quiet": 0.3,
    "restore.mri_wk12": 2.5,
    "restore.mri_wk24": 40.2,
    "restore.anygd_wk24": 61.0,
    "restore.gt5": 13.0,
    "restore.relapse_wk24": 21.0,
    "restore.mp": 0.87,
    "tofingo.t2_wk8": 0.4,
    "tofingo.t2_wk12": 2.1,
    "tofingo.t2_wk16": 3.6,
    "tofingo.fty_wk8": 2.1,
}
"""Published figure of each row to tune to: as printed, or the middle of the printed range."""
SEEN = ("lesion_births", "relapse_background", "steroid_barrier", "lymphocytes", "csf_cd4cd8")
"""Outputs from which the studies make their rows."""
NEEDED = ("cells", "affirm", "oconnor", "sorensen", "gueguen", "restore", "tofingo")
"""Studies that have rows to tune to, but for `ivmp`, which no draw fails."""
LOWEST = 1e-3
"""Least value of a row that a logarithm is taken of."""


def movable(model: Model) -> tuple[str, ...]:
    """Return the parameters that the rows may move: uncertain, and acting on what they see.

    Those of the PK/PD model keep their own calibration, but for the gate.
    """
    acting = {*program_of(model, SEEN).parameters, *(f.name for f in fields(LesionProcess))}
    acting |= {"activity_decline", "activity_drift"}
    acting -= set(pkpd().parameters) - {"gate_half", "gate_hill"}
    return tuple(id for id in uncertain(model) if id in acting)


def simulate_rows(model: Model, truths: Mapping[str, Array], patients: int, seed: int) -> Array:
    """Simulate the studies of every truth; logarithms of the rows, shape (m, n_rows)."""
    trials = Trials(model, truths, patients, seed)
    found: dict[str, Array] = {}
    for studies in MS_STUDIES.values():
        for study in studies:
            if study.__name__ in NEEDED:
                found |= {
                    id: f.values if f.centre is None else f.centre
                    for id, f in study(trials).items()
                }
    return np.log(np.maximum(np.column_stack([found[id] for id in FIGURES]), LOWEST))


def keep(last: Ensemble, folder: Path) -> float:
    """Write the draws that have a stable untreated state; return the share that has not."""
    model = ms()
    values = Scale.of(model, last.names).natural(last.z)
    found = stability(model, dict(zip(last.names, values.T, strict=True)))
    head = (
        f"# Joint draws of typical values; ensemble smoother, {len(values)} truths,"
        f" {PASSES} passes; python -m diapedesis.validation.calibrate_ms"
    )
    write_table(folder / MS_FILE, head, last.names, values[found.stable])
    return found.rejected


def _simulate(truths: Mapping[str, Array]) -> Array:
    return simulate_rows(ms(), truths, PATIENTS, SEED)


def main(arguments: list[str]) -> None:
    """Calibrate, write draws and rows into the package, and print how each row moved."""
    folder = Path(arguments[0])
    smoother = Smoother(ms(), movable(ms()), FIGURES, _simulate, PASSES, SEED)
    done = smoother.run(prior_truths(ms(), TRUTHS, stream(SEED, "calibration of ms")), folder)
    rejected = keep(done[-1], Path(infer.__file__).parent / "data")
    head = "# Rows of possible truths drawn from the declared priors, before they were calibrated"
    write_table(
        Path(__file__).parent / "data" / ROWS_FILE, head, tuple(FIGURES), np.exp(done[0].rows)
    )
    print(f"{rejected:.1%} of the calibrated truths have no stable untreated state")
    print(smoother.report(done))


if __name__ == "__main__":
    main(sys.argv[1:])
