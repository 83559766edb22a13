"""An ensemble smoother: possible truths, moved towards the published rows a few times.

Truths are moved by the regression of parameters on rows (Emerick and Reynolds, ensemble smoother
with multiple data assimilation, 2013), with the noise of the rows inflated as often as they are
moved. Each row's noise spans its window, so rows that contradict each other pull and do not win.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from diapedesis.core import Model
from diapedesis.core.atomic import write_bytes
from diapedesis.infer.scale import Scale
from diapedesis.validation.published import Behaviour, behaviours
from diapedesis.validation.studies import Array

Figures = Mapping[str, float]
"""Published figure of each row to tune to: as printed, or the middle of the printed range."""
Simulate = Callable[[Mapping[str, Array]], Array]
"""Takes truths, each value of shape (m,); returns logarithms of the rows, shape (m, n_rows)."""


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
        Logarithms, in the order of the figures.
    """

    names: tuple[str, ...]
    z: Array
    rows: Array


def noise(row: Behaviour, figure: float) -> float:
    """Return the SD of a row's logarithm: its window holds 90 %, its only bound 95 %.

    Examples
    --------
    >>> rows = {b.id: b for b in behaviours()}
    >>> [round(noise(rows[id], 1.0), 2) for id in ("tofingo.t2_wk12", "ms.peak_vs_placebo")]
    [0.24, 0.08]
    """
    assert row.high is not None  # as every row to tune to
    if row.low is None or row.low <= 0:
        return float(np.log(row.high / figure) / 1.645)
    return float(np.log(row.high / row.low) / 3.29)


def assimilate(before: Ensemble, figures: Figures, passes: int, rng: np.random.Generator) -> Array:
    """Return the truths moved towards the figures, one of `passes` times; shape (m, k)."""
    published = {b.id: b for b in behaviours()}
    sd = np.array([noise(published[id], x) for id, x in figures.items()]) * np.sqrt(passes)
    target = np.log(list(figures.values()))
    rows = np.where(np.isfinite(before.rows), before.rows, np.nanmedian(before.rows, axis=0))
    m = len(rows)
    dz, dr = before.z - before.z.mean(axis=0), rows - rows.mean(axis=0)
    gain = np.linalg.solve(dr.T @ dr / (m - 1) + np.diag(sd**2), dr.T @ dz / (m - 1))
    wanted = target + sd * rng.standard_normal(rows.shape) - rows
    return np.asarray(before.z + wanted @ gain)


@dataclass(frozen=True)
class Smoother:
    """What is calibrated, to what, and how often.

    Parameters
    ----------
    model : Model
    names : tuple of str
        Parameters that may move.
    figures : mapping of str to float
    simulate : callable
    passes : int
    seed : int
    """

    model: Model
    names: tuple[str, ...]
    figures: Figures
    simulate: Simulate
    passes: int
    seed: int

    def run(self, start: Mapping[str, Array], folder: Path) -> list[Ensemble]:
        """Move possible truths; passes already in the folder are read.

        Returns
        -------
        list of Ensemble
            Prior first, calibrated last, each with its rows.
        """
        folder.mkdir(parents=True, exist_ok=True)
        scale = Scale.of(self.model, self.names)
        z = scale.normal(np.column_stack([start[n] for n in self.names]))
        done: list[Ensemble] = []
        for k in range(self.passes + 1):
            place = folder / f"pass-{k}-{len(z)}.npz"
            if not place.exists():
                values = {**start, **dict(zip(self.names, scale.natural(z).T, strict=True))}
                held = io.BytesIO()
                np.savez(held, z=z, rows=self.simulate(values))
                write_bytes(place, held.getvalue())
            found = np.load(place)
            done.append(Ensemble(self.names, found["z"], found["rows"]))
            z = assimilate(
                done[-1], self.figures, self.passes, np.random.default_rng([self.seed, k])
            )
        return done

    def report(self, done: list[Ensemble]) -> str:
        """Return how the median of each row moved, pass by pass."""
        lines = []
        for j, id in enumerate(self.figures):
            medians = (float(np.nanmedian(np.exp(e.rows[:, j]))) for e in done)
            lines.append(f"{id:26s} " + " ".join(f"{x:8.3g}" for x in medians))
        return "\n".join(lines)


def write_table(path: Path, head: str, names: tuple[str, ...], values: Array) -> None:
    """Write values as CSV under a comment line, whole or not at all."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([f"{v:.6g}" for v in row] for row in values)
    write_bytes(path, f"{head}\n{text.getvalue()}".encode())
