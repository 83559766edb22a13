"""What was measured, as points with the error of their assay."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from diapedesis.infer.fit import Fit
from diapedesis.observe import Level
from diapedesis.plan.figure_parts import INK, Clock


def measured(ax: Axes, fit: Fit, clock: Clock, unit: str = "mg/L") -> None:
    """Draw what was measured with the assay's 90 % error, below the LLOQ as triangles.

    Levels, or with another unit saturations, are divided by the factor of their laboratory; a
    probable outlier gets a ring. The limits of the day axis must be set; an axis of shares is made
    higher where a measured saturation needs it.
    """
    label: str | None = "measured, assay's 90 % error"
    low, high = ax.get_xlim()
    for level, p_outlier in zip(
        fit.subject.levels, fit.level_table.column("p_outlier"), strict=True
    ):
        x, y, error = level.time - clock.origin, reading(level), _error(level)
        if level.assay.unit != unit or not low <= x <= high:
            continue
        if level.below:
            limit = f"{y:.2g}" if unit else f"{100 * y:.2g} %"
            ax.plot(x, y, "v", mfc="white", mec=INK, ms=6.5, zorder=6)
            ax.annotate(f"< {limit}", (x, y), (5, -3), textcoords="offset points", fontsize=7.5)
            continue
        bars = np.array([[min(error, 0.9 * y)], [error]])
        ax.errorbar(
            x, y, bars, fmt="o", color=INK, ms=4.5, capsize=2.5, lw=1, zorder=6, label=label
        )
        label = None
        if not unit:
            ax.set_ylim(top=max(ax.get_ylim()[1], y + error + 0.02))
        if p_outlier > 0.5:
            ax.plot(x, y, "o", mfc="none", mec="#CC0033", ms=12, mew=1.4, zorder=6)
            ax.annotate(
                "probable outlier",
                (x, y),
                (9, 3),
                textcoords="offset points",
                fontsize=7.5,
                color="#CC0033",
                zorder=7,
            )


def reading(level: Level) -> float:
    """Return a level or saturation, or its LLOQ, on the scale of the model."""
    value = level.assay.lloq if level.below or level.value is None else level.value
    return value / level.assay.factor


def _error(level: Level) -> float:
    a, y = level.assay, reading(level)
    return float(1.645 * np.hypot(a.proportional_sd * y, a.additive_sd / a.factor))
