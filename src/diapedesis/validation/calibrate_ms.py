"""Joint draws of the MS model's typical values, by an ensemble smoother over the rows to tune to.

Possible truths are drawn from the declared priors; in each, every study that has a row to tune to
is simulated, and the truths are moved by the regression of parameters on rows (Emerick and
Reynolds, ensemble smoother with multiple data assimilation, 2013), a few times with the noise of
the rows inflated as often. Each row's noise spans its window, so rows that contradict each other
pull and do not win. What the rows say nothing about keeps its prior. Rows to check are never looked
at here.

``python -m diapedesis.validation.calibrate_ms FOLDER`` redoes it: minutes for each pass, resumable,
one file in the folder for each pass; the last is written into the package.
"""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np

from diapedesis import infer
from diapedesis.core import Model
from diapedesis.core.atomic import write_bytes
from diapedesis.infer.prior import MS_FILE
from diapedesis.infer.scale import Scale, uncertain
from diapedesis.infer.stability import stability
from diapedesis.models import ms, pkpd
from diapedesis.observe import LesionProcess
from diapedesis.simulate.problem import program_of
from diapedesis.validation.behaviours import MS_STUDIES
from diapedesis.validation.ms_trials import Trials
from diapedesis.validation.published import Behaviour, behaviours
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


@dataclass(frozen=True)
class Ensemble:
    """Possible truths and the rows that they give.

    Attributes
    ----------
    names : tuple of str
        Parameters that may move.
    z : ndarray, shape (m, k)
        Their values on the normal scale.
    rows : ndarray, shape (m, n_rows)
        Logarithms, in the order of `FIGURES`.
    """

    names: tuple[str, ...]
    z: Array
    rows: Array


def noise(row: Behaviour) -> float:
    """Return the SD of a row's logarithm: its window holds 90 %, its only bound 95 %.

    Examples
    --------
    >>> rows = {b.id: b for b in behaviours()}
    >>> [round(noise(rows[id]), 2) for id in ("tofingo.t2_wk12", "ms.peak_vs_placebo")]
    [0.24, 0.08]
    """
    assert row.high is not None  # as every row in FIGURES
    if row.low is None or row.low <= 0:
        return float(np.log(row.high / FIGURES[row.id]) / 1.645)
    return float(np.log(row.high / row.low) / 3.29)


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


def assimilate(before: Ensemble, passes: int, rng: np.random.Generator) -> Array:
    """Return the truths moved towards the figures, one of `passes` times; shape (m, k)."""
    published = {b.id: b for b in behaviours()}
    sd = np.array([noise(published[id]) for id in FIGURES]) * np.sqrt(passes)
    target = np.log(list(FIGURES.values()))
    rows = np.where(np.isfinite(before.rows), before.rows, np.nanmedian(before.rows, axis=0))
    m = len(rows)
    dz, dr = before.z - before.z.mean(axis=0), rows - rows.mean(axis=0)
    gain = np.linalg.solve(dr.T @ dr / (m - 1) + np.diag(sd**2), dr.T @ dz / (m - 1))
    wanted = target + sd * rng.standard_normal(rows.shape) - rows
    return np.asarray(before.z + wanted @ gain)


def calibrate(folder: Path, *, truths: int = TRUTHS, patients: int = PATIENTS) -> list[Ensemble]:
    """Move possible truths in `PASSES` passes; those already in the folder are read.

    Returns
    -------
    list of Ensemble
        Prior first, calibrated last, each with its rows.
    """
    model = ms()
    names = movable(model)
    scale = Scale.of(model, names)
    start = prior_truths(model, truths, stream(SEED, "calibration of ms"))
    z = scale.normal(np.column_stack([start[n] for n in names]))
    done: list[Ensemble] = []
    for k in range(PASSES + 1):
        place = folder / f"pass-{k}-{truths}x{patients}.npz"
        if not place.exists():
            values = start | dict(zip(names, scale.natural(z).T, strict=True))
            rows = simulate_rows(model, values, patients, SEED)
            held = io.BytesIO()
            np.savez(held, z=z, rows=rows)
            write_bytes(place, held.getvalue())
        held_before = np.load(place)
        done.append(Ensemble(names, held_before["z"], held_before["rows"]))
        z = assimilate(done[-1], PASSES, np.random.default_rng([SEED, k]))
    return done


def keep(last: Ensemble, folder: Path) -> float:
    """Write the draws that have a stable untreated state; return the share that has not."""
    model = ms()
    values = Scale.of(model, last.names).natural(last.z)
    found = stability(model, dict(zip(last.names, values.T, strict=True)))
    head = (
        f"# Joint draws of typical values; ensemble smoother, {len(values)} truths,"
        f" {PASSES} passes; python -m diapedesis.validation.calibrate_ms"
    )
    _write(folder / MS_FILE, head, last.names, values[found.stable])
    return found.rejected


def _write(path: Path, head: str, names: tuple[str, ...], values: Array) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([f"{v:.6g}" for v in row] for row in values)
    write_bytes(path, f"{head}\n{text.getvalue()}".encode())


def main(arguments: list[str]) -> None:
    """Calibrate, write draws and rows into the package, and print how each row moved."""
    folder = Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    done = calibrate(folder)
    rejected = keep(done[-1], Path(infer.__file__).parent / "data")
    head = "# Rows of possible truths drawn from the declared priors, before they were calibrated"
    _write(Path(__file__).parent / "data" / ROWS_FILE, head, tuple(FIGURES), np.exp(done[0].rows))
    print(f"{rejected:.1%} of the calibrated truths have no stable untreated state")
    for j, id in enumerate(FIGURES):
        medians = [float(np.nanmedian(np.exp(e.rows[:, j]))) for e in done]
        print(f"{id:26s}", *(f"{x:8.3g}" for x in medians))


if __name__ == "__main__":
    main(sys.argv[1:])
