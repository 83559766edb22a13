"""Draw the figure of the guide to PML: ``python scripts/pml_figure.py``.

A patient of typical values whose lesion is found at a usual size; the drug is stopped that day,
with plasma exchange or without. The same version writes the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator, MultipleLocator
from numpy.typing import NDArray

from diapedesis.models import pml
from diapedesis.population.crossing import crossing
from diapedesis.population.drawing import ARMS, FAINT, INK, PAST, SMALL, level_axis, new_figure
from diapedesis.population.outcomes import HIGH_PRESSURE
from diapedesis.population.virus_care import Care
from diapedesis.simulate import Jump, Protocol, schedule, solve

Array = NDArray[np.float64]
FIGURE = Path(__file__).resolve().parents[1] / "docs" / "guide" / "figures" / "pml_course.svg"
SEEDED, SEED_VOLUME = 730.0, 0.02
FOUND_AT = 22.9
"""Volume at diagnosis [mL]: the published median where PCR finds the virus (claim pml 2.6)."""
BEFORE, AFTER = 120.0, 300.0
ON_DRUG = Protocol.every(28, n=80)
OUTPUTS = (*("c", "pml_volume", "infected", "jc_response", "iris_level", "oedema", "icp", "edss"),)
POLICIES = {
    "no exchange": Care(sessions=0, steroids="none"),
    "plasma exchange": Care(sessions=5, steroids="none"),
}


@dataclass(frozen=True)
class Arm:
    """One policy: what is given, by day of the course, and what becomes of the patient."""

    name: str
    colour: str
    given: Protocol
    course: dict[str, Array]


def course(given: Protocol, days: Array) -> dict[str, Array]:
    """Return the outputs of the typical patient, seeded on day SEEDED."""
    plan = schedule(given, pml())
    plan = replace(plan, jumps=(*plan.jumps, Jump(SEEDED, "jc_infected", SEED_VOLUME)))
    found = solve(pml(), plan, days, OUTPUTS, t0=0.0, method="tsit5").raise_failures()
    return {id: values[0] for id, values in found.values.items()}


def arms() -> tuple[float, Array, list[Arm]]:
    """Return the day of diagnosis, days from it, and the arms."""
    until = np.arange(SEEDED, 2000.0)
    grown = course(ON_DRUG, until)["pml_volume"]
    found = float(np.round(crossing(until, grown[None, :], FOUND_AT)[0]))
    days = np.arange(-BEFORE, AFTER + 0.5, 0.5)
    all_arms = []
    for (name, care), colour in zip(POLICIES.items(), ARMS, strict=False):
        given = care.given(ON_DRUG, found)
        all_arms.append(Arm(name, colour, given, course(given, found + days)))
    return found, days, all_arms


def strip(ax: Axes, found: float, all_arms: list[Arm]) -> None:
    """Draw infusions, which the arms share, and the sessions of each."""
    infusions = [d.time - found for d in all_arms[0].given.doses if d.time - found >= -BEFORE]
    rows = [("natalizumab", PAST, infusions)]
    rows += [
        ("exchange", a.colour, [s.time - found for s in a.given.sessions])
        for a in all_arms
        if a.given.sessions
    ]
    for i, (_, colour, days) in enumerate(rows):
        ax.plot(days, np.full(len(days), -i), "|", ms=7, mew=1.5, color=colour)
    ax.set_yticks([-i for i in range(len(rows))], [name for name, *_ in rows])
    ax.set_ylim(0.6 - len(rows), 0.6)
    ax.tick_params(left=False, labelsize=SMALL)
    ax.spines[["left", "bottom"]].set_visible(False)


def panel(ax: Axes, label: str, days: Array, all_arms: list[Arm], *outputs: str) -> None:
    """Draw outputs of each arm, the second one dashed."""
    for arm in all_arms:
        for id, dash in zip(outputs, ("-", (0, (3, 2))), strict=False):
            ax.plot(days, arm.course[id], color=arm.colour, ls=dash, lw=1.5)
    ax.set_ylabel(label, fontsize=SMALL, color=INK)
    ax.yaxis.set_major_locator(MaxNLocator(3, steps=[1, 2, 5, 10]))


def draw() -> None:
    """Write the figure."""
    found, days, all_arms = arms()
    figure, axes = new_figure(8.6, [0.45, 1.0, 1.2, 1.0, 1.0, 1.0, 1.0, 1.0])
    strip(axes[0], found, all_arms)
    panel(axes[1], "", days, all_arms, "c")
    level_axis(axes[1], [], floor=0.05)
    axes[1].set_ylabel("Level [mg/L]", fontsize=SMALL, color=INK)
    panel(axes[2], "Tissue [mL]", days, all_arms, "pml_volume", "infected")
    panel(axes[3], "CD8 against\nJC virus, CNS", days, all_arms, "jc_response")
    panel(axes[4], "IRIS,\n1 is usual", days, all_arms, "iris_level")
    panel(axes[5], "Oedema [mL]", days, all_arms, "oedema")
    panel(axes[6], "Intracranial\npressure [mmHg]", days, all_arms, "icp")
    panel(axes[7], "EDSS", days, all_arms, "edss")
    axes[2].plot([], [], color=PAST, label="lesion")
    axes[2].plot([], [], color=PAST, ls=(0, (3, 2)), label="infected")
    axes[2].legend(fontsize=SMALL, frameon=False, loc="upper left")
    for arm in all_arms:
        axes[3].plot([], [], color=arm.colour, label=arm.name)
    axes[3].legend(fontsize=SMALL, frameon=False, loc="upper right")
    for ax in axes:
        ax.axvline(0.0, color=FAINT, lw=1.0, zorder=0)
        ax.set_xlim(-BEFORE, AFTER)
    for ax in axes[2:6]:
        ax.set_ylim(bottom=0)
    axes[6].set_ylim(5, 25)
    axes[6].axhline(HIGH_PRESSURE, color=FAINT, lw=1.0, zorder=0)
    figure.align_ylabels(axes)
    axes[-1].xaxis.set_major_locator(MultipleLocator(60))
    axes[-1].set_xlabel("Days from the diagnosis", fontsize=SMALL, color=INK)
    with rc_context({"svg.hashsalt": "pml", "svg.fonttype": "none"}):
        figure.savefig(FIGURE, metadata={"Date": None})


if __name__ == "__main__":
    draw()
