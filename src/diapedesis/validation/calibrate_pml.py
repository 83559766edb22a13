"""Joint draws of typical values of JC virus, IRIS and their clinic, as for MS.

Parameters of MS and of the drug keep their own calibration. What is disputed (what plasma exchange
and steroids do beside opening the gate) and what drugs against PML do is never moved: its prior
holds harm and benefit. Rows to check are never looked at here.

``python -m diapedesis.validation.calibrate_pml FOLDER`` redoes it: minutes for each pass,
resumable, one file in the folder for each pass; the last is written into the package.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from diapedesis import infer
from diapedesis.infer.prior import PML_FILE
from diapedesis.infer.scale import Scale, uncertain
from diapedesis.models import ms, pml
from diapedesis.population.truths import uncalibrated
from diapedesis.validation import studies_iris, studies_pml, studies_pml_risk, studies_pml_scans
from diapedesis.validation.iris_cohort import occurs
from diapedesis.validation.iris_trials import IrisTrials
from diapedesis.validation.pml_registry import Registry
from diapedesis.validation.pml_shared import Registries
from diapedesis.validation.smoother import Smoother, write_table
from diapedesis.validation.studies import Array, Found, stream

TRUTHS, PATIENTS, PASSES, SEED = 160, 100, 4, 2026
FIGURES = {
    "pml.inc_y1": 0.2,
    "pml.inc_y2": 0.9,
    "pml.inc_y3": 3.0,
    "pml.seroneg": 0.09,
    "pml.exposure_dx": 39.5,
    "pml.growth": 0.016,
    "pml.visible": 151.0,
    "pml.vol_pcrpos": 22.9,
    "pml.vol_pcrneg": 6.7,
    "pml.csf_median": 510.0,
    "pml.csf_neg": 16.0,
    "pml.surv_sympt": 75.4,
    "pml.death_time": 4.7,
    "iris.share": 88.0,
    "iris.gd_dx": 31.0,
    "iris.time_gcsf": 57.4,
}
"""Published figure of each row to tune to: as printed, or the middle of the printed range.

Survival without symptoms at diagnosis is left out: all but all of them live in every truth.
"""
DISPUTED = ("plex_", "steroid_", "k_exchanged", "k_hold", "k_held_back")
DRUGS = ("filgrastim_", "maraviroc_", "mefloquine_", "mirtazapine_", "checkpoint_", "il7_")
OTHERS = ("k_checkpoint", "k_il7", "cells_per_dose", "immunosuppressant_fold", "brainstem_fold")
"""Beginnings of parameters that no row to tune to may move."""
REGISTRY_STUDIES = (
    studies_pml_risk.by_year,
    studies_pml_risk.seronegative,
    studies_pml.exposure,
    studies_pml_scans.looked_again,
    studies_pml.load,
    studies_pml.survival,
)
IRIS_COHORTS = (studies_iris.frequency, studies_iris.filgrastim)
"""Studies that have rows to tune to."""
LOWEST = 1e-3


def movable() -> tuple[str, ...]:
    """Return the parameters that the rows may move."""
    own = [id for id in uncertain(pml()) if id not in ms().parameters]
    return tuple(id for id in own if not id.startswith((*DISPUTED, *DRUGS, *OTHERS)))


def simulate_rows(truths: Mapping[str, Array]) -> Array:
    """Simulate the studies of every truth; logarithms of the rows, shape (m, n_rows).

    ``nan`` in a truth in which seeds do not come to PML.
    """
    good = occurs(pml(), truths, stream(SEED, "pilot of pml"))
    some = {k: v[good] for k, v in truths.items()}
    registries = Registries(Registry(pml(), some, PATIENTS, SEED))
    iris = IrisTrials(pml(), int(good.sum()), PATIENTS, SEED, some)
    found: dict[str, Found] = {}
    for study in REGISTRY_STUDIES:
        found |= study(registries)
    for cohort in IRIS_COHORTS:
        found |= cohort(iris)
    rows = np.full((good.size, len(FIGURES)), np.nan)
    for j, id in enumerate(FIGURES):
        row = found[id]
        rows[good, j] = row.values if row.centre is None else row.centre
    return np.log(np.maximum(rows, LOWEST))


def main(arguments: list[str]) -> None:
    """Calibrate, write the draws into the package, and print how each row moved."""
    smoother = Smoother(pml(), movable(), FIGURES, simulate_rows, PASSES, SEED)
    start = uncalibrated(pml(), TRUTHS, stream(SEED, "calibration of pml"), PML_FILE)
    done = smoother.run(start, Path(arguments[0]))
    values = Scale.of(pml(), done[-1].names).natural(done[-1].z)
    head = (
        f"# Joint draws of typical values; ensemble smoother, {len(values)} truths,"
        f" {PASSES} passes; python -m diapedesis.validation.calibrate_pml"
    )
    write_table(Path(infer.__file__).parent / "data" / PML_FILE, head, done[-1].names, values)
    print(smoother.report(done))


if __name__ == "__main__":
    main(sys.argv[1:])
