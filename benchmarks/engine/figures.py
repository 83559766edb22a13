"""Draw the figures from ``results.json``: speed against accuracy, and scaling.

``python -m benchmarks.engine.figures`` writes ``.svg`` and ``.png`` beside the results.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("Agg")
from matplotlib import pyplot as plt

from .analysis import OURS, curve
from .results import PATH

WORKLOADS = ("a", "b", "c")
MARKERS = "osv^D<>p"
STYLE = {"svg.hashsalt": "diapedesis", "font.size": 9, "axes.grid": True, "grid.alpha": 0.3}


def main() -> None:
    """Draw every figure whose numbers there are."""
    results = json.loads(PATH.read_text("utf-8"))
    with plt.rc_context(STYLE):
        speed_accuracy(results, PATH.parent)
        if "scaling" in results:
            scaling(results, PATH.parent)


def speed_accuracy(results: dict[str, Any], folder: Path) -> None:
    """Draw subjects per second against the median achieved error, one panel a workload."""
    ids = [id for id in WORKLOADS if id in results["speed"]]
    figure, panels = plt.subplots(
        1, len(ids), figsize=(4 * len(ids), 4.4), squeeze=False, layout="constrained"
    )
    for panel, id in zip(panels[0], ids, strict=True):
        for i, (name, about) in enumerate(results["engines"].items()):
            points = curve(results, id, name)
            if points:
                width = 2.5 if name == OURS else 1.2
                errors, speeds = zip(*points, strict=True)
                marker = MARKERS[i % len(MARKERS)]
                panel.loglog(errors, speeds, marker + "-", lw=width, ms=4, label=about["label"])
        panel.invert_xaxis()
        panel.set_title(results["reference"][id]["label"], fontsize=9)
        panel.set_xlabel("median achieved error, tighter to the right")
    panels[0][0].set_ylabel("subjects per second, one process")
    handles, labels = panels[0][0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=4, frameon=False)
    _save(figure, folder / "speed_accuracy")


def scaling(results: dict[str, Any], folder: Path) -> None:
    """Draw time and largest memory against the number of subjects."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(8, 3.6), layout="constrained")
    for i, (id, modes) in enumerate(results["scaling"].items()):
        for j, (mode, sizes) in enumerate(modes.items()):
            n = [int(k) for k in sizes]
            style = f"{MARKERS[2 * i + j]}{'-' if j else '--'}"
            label = f"{id.upper()}, {mode}"
            left.loglog(n, [r["seconds"] for r in sizes.values()], style, ms=4, label=label)
            right.loglog(n, [r["peak_mib"] for r in sizes.values()], style, ms=4, label=label)
    left.set_ylabel("time, 2 threads [s]")
    right.set_ylabel("largest memory of the process [MiB]")
    for panel in (left, right):
        panel.set_xlabel("subjects")
    left.legend(frameon=False)
    _save(figure, folder / "scaling")


def _save(figure: Any, path: Path) -> None:
    figure.savefig(path.with_suffix(".svg"), metadata={"Date": None})
    figure.savefig(path.with_suffix(".png"), dpi=150)
    plt.close(figure)


if __name__ == "__main__":
    main()
