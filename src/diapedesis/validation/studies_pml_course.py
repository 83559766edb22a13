"""PML after its diagnosis: disability through IRIS, clearance of the virus, neurofilament."""

from __future__ import annotations

import numpy as np

from diapedesis.population.crossing import at_day, crossing
from diapedesis.validation.ms_estimate import Statistic, mean, median
from diapedesis.validation.pml_registry import MONTH
from diapedesis.validation.pml_shared import Registries
from diapedesis.validation.pml_world import BEFORE, World
from diapedesis.validation.studies import Array, Found

LATER = 21.5 * MONTH
"""Last visit of the single centre (claim pml 3.21b)."""
FALLEN = 0.01
"""Share of the largest infected volume at which its fall is told."""


def disability(shared: Registries) -> dict[str, Found]:
    """EDSS at diagnosis, and through IRIS."""
    world = shared.world
    e = world.registry.estimate("disability of pml")
    c, p = world.courses, world.cases.patients
    at_dx = world.edss(c.on("edss", 0.0), 0)
    before = p.value("edss_0")
    alive = world.flags(c.alive(LATER))
    had = world.flags(np.isfinite(c.iris_onset))
    worst = world.edss(_worst(world), 1)
    after = world.edss(_at_end(world), 2)
    last = world.edss(c.on("edss", LATER), 3)
    who = world.registered & had & alive

    def change(one: Array, other: Array) -> Statistic:
        return lambda at: np.median(one[at], axis=-1) - np.median(other[at], axis=-1)

    return {
        "pml.edss_dx": e.found(
            mean(at_dx),
            world.registered,
            [204],
            "Virus in CSF; as a rater gives it.",
            {
                "before PML (published: 3.7)": e.centre(mean(before), world.registered),
                "with symptoms (published: 5.4)": e.centre(
                    mean(at_dx), world.registered & world.symptomatic
                ),
                "without (published: 4.1)": e.centre(
                    mean(at_dx), world.registered & ~world.symptomatic
                ),
            },
        ),
        "pml.edss_after": e.found(
            change(after, at_dx),
            who,
            [15],
            "Those with IRIS who live at 21.5 months; medians, on the last day of IRIS against the"
            " diagnosis.",
            {
                "worst of IRIS against the diagnosis": e.centre(change(worst, at_dx), who),
                "21.5 months against the last day of IRIS (published: -1)": e.centre(
                    change(last, after), who
                ),
                "with those who died": e.centre(change(after, at_dx), world.registered & had),
            },
        ),
    }


def _worst(world: World) -> Array:
    """Return the highest EDSS while there is IRIS."""
    c = world.courses
    first, last = (x[:, None] for x in (c.iris_onset, np.nan_to_num(c.iris_end, nan=np.inf)))
    within = (c.days >= first) & (c.days <= last)
    return np.asarray(np.where(within, c["edss"], 0.0).max(axis=1))


def _at_end(world: World) -> Array:
    """Return EDSS on the last day of IRIS; of one without an end, on the last day that is known."""
    c = world.courses
    return at_day(c.days, c["edss"], np.nan_to_num(c.iris_end, nan=c.days[-1]))


def clearance(shared: Registries) -> dict[str, Found]:
    """Fall of infected tissue from its height on."""
    world = shared.world
    e = world.registry.estimate("clearance")
    c = world.courses
    after = c.days >= 0
    days, infected = c.days[after], c["infected"][:, after]
    height = infected.max(axis=1)
    begin = days[infected.argmax(axis=1)]
    falling = np.where(days >= begin[:, None], -infected, -height[:, None])
    half, gone = (crossing(days, falling, -s * height) for s in (0.5, FALLEN))
    speed = world.all(np.log(0.5 / FALLEN) / (gone - half))
    alive = world.death > np.nan_to_num(world.all(gone), nan=np.inf)
    exchanged = world.flags(c.chosen < 3)
    who = world.known & np.isfinite(speed) & alive
    return {
        "pml.clear": e.found(
            median(speed),
            who,
            [57],
            "From half of the largest infected volume to a hundredth of it, in those who live.",
            {"without exchange": e.centre(median(speed), who & ~exchanged)},
        )
    }


def neurofilament(shared: Registries) -> dict[str, Found]:
    """Serum neurofilament at diagnosis against before."""
    world = shared.world
    e = world.registry.estimate("neurofilament")
    now, before = (world.on("nfl", day) for day in (0.0, BEFORE))
    early = world.on("nfl", -28.0)

    def fold(value: Array) -> Statistic:
        return lambda at: np.median(value[at], axis=-1) / np.median(before[at], axis=-1)

    return {
        "nfl.pml": e.found(
            fold(now),
            world.known,
            [25],
            "Medians at diagnosis and 18 months before it, on the drug.",
            {
                "four weeks before the diagnosis": e.centre(fold(early), world.known),
                "with symptoms": e.centre(fold(now), world.known & world.symptomatic),
            },
        )
    }
