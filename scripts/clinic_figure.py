"""Draw the figure of the guide to the clinic: ``python scripts/clinic_figure.py``.

What a scan and a PCR find of a PML lesion by its volume, over draws of the declared numbers, goes
to ``docs/guide/figures/clinic_detection.svg``. The same version writes the same bytes.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator
from scipy.special import expit

from diapedesis.models.pml import pml
from diapedesis.observe import (
    JcAssay,
    PmlReader,
    csf_median,
    lesion_seen,
    pcr_negative_over_patients,
)
from diapedesis.observe.numbers import Array
from diapedesis.population.drawing import ARMS, INK, PAST, SMALL, new_figure, share_axis

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "guide" / "figures"
SEED = 1
N = 2000
VOLUMES = np.geomspace(0.05, 150.0, 160)
TICKS = (0.1, 1.0, 10.0, 100.0)
DIAGNOSED = ((6.7, "median, PCR negative"), (22.9, "median, PCR positive"))
"""Median volumes at diagnosis (claims pml 2.7, pml 2.6)."""


def scan(ax: Axes, rng: np.random.Generator) -> None:
    """Draw how probable it is that one scan shows the lesion."""
    numbers = PmlReader.draw(N, rng)
    drawn = lesion_seen(VOLUMES[:, None], rng.standard_normal(N), numbers)
    band(ax, drawn, ARMS[0], "90 % of readers and draws")
    ax.plot(VOLUMES, lesion_seen(VOLUMES), color=ARMS[0], lw=2.0, label="usual reader")
    share_axis(ax, "Seen on one scan")


def pcr(ax: Axes, rng: np.random.Generator) -> None:
    """Draw how probable a positive PCR is, for a lesion that grows as they do before diagnosis."""
    values = {name: p.default for name, p in pml().parameters.items()}
    growth, lysis = values["jc_growth"], values["jc_lysis"]
    dying = VOLUMES * growth * lysis / (growth + lysis)
    spread = values["csf_jc_spread"]
    quiet, inflamed = (csf_median(dying, level, values) for level in (0.0, 1.0))
    drawn = 1 - pcr_negative_over_patients(quiet[:, None], spread, JcAssay.draw(N, rng))
    band(ax, drawn, ARMS[1], "90 % of laboratories and draws")
    for load, colour, label in (
        (quiet, ARMS[1], "no inflammation"),
        (inflamed, ARMS[2], "usual IRIS"),
    ):
        found = 1 - pcr_negative_over_patients(load, spread)
        ax.plot(VOLUMES, found, color=colour, lw=2.0, label=label)
    rough = expit(-0.11 + 0.70 * np.log(VOLUMES))
    ax.plot(VOLUMES, rough, color=PAST, lw=1.0, ls="--", label="from published medians (pml 2.10)")
    share_axis(ax, "PCR of CSF positive")


def band(ax: Axes, drawn: Array, colour: str, label: str) -> None:
    """Draw the middle 90 % of draws."""
    low, high = np.quantile(drawn, [0.05, 0.95], axis=1)
    ax.fill_between(VOLUMES, low, high, color=colour, alpha=0.18, lw=0, label=label)


def main() -> None:
    """Write the figure."""
    figure, axes = new_figure(4.6, (1.0, 1.0))
    rng = np.random.default_rng(SEED)
    for ax, draw in zip(axes, (scan, pcr), strict=True):
        draw(ax, rng)
        ax.legend(loc="upper left", fontsize=SMALL, frameon=False)
        for volume, _ in DIAGNOSED:
            ax.axvline(volume, color=PAST, lw=0.8, ls=":")
    for volume, label in DIAGNOSED:
        side = "right" if volume < 10 else "left"
        text = f"{label}  " if side == "right" else f"  {label}"
        top = axes[0].get_xaxis_transform()
        axes[0].text(
            volume, 1.03, text, ha=side, va="bottom", fontsize=SMALL, color=PAST, transform=top
        )
    bottom = axes[-1]
    bottom.set_xscale("log")
    bottom.set_xlim(VOLUMES[0], VOLUMES[-1])
    bottom.xaxis.set_major_locator(FixedLocator(TICKS))
    bottom.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:g}"))
    bottom.xaxis.set_minor_locator(NullLocator())
    bottom.set_xlabel("Volume of the lesion [mL]", fontsize=SMALL, color=INK)
    with rc_context({"svg.hashsalt": "clinic", "svg.fonttype": "none"}):
        figure.savefig(FOLDER / "clinic_detection.svg", metadata={"Date": None})


if __name__ == "__main__":
    main()
