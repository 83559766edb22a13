"""PML at diagnosis and after it, as registries and clinics reported it."""

from __future__ import annotations

import numpy as np

from diapedesis.validation.ms_estimate import mean, median, share, spread
from diapedesis.validation.pml_registry import MONTH
from diapedesis.validation.pml_shared import Registries
from diapedesis.validation.studies import Found

SIXTEEN = 16.1 * MONTH
"""Mean follow-up of survivors (claim pml 3.1)."""


def exposure(shared: Registries) -> dict[str, Found]:
    """Months on the drug at diagnosis, as known at the cut."""
    world = shared.world
    e = world.registry.estimate("exposure")
    cases, who = world.cases, world.registered
    months = cases.exposure
    after = cases.onset.diagnosis > cases.stopped
    return {
        "pml.exposure_dx": e.found(
            median(months),
            who,
            [372],
            "Starts from 2006 to 2013, drop-out, cut in the middle of 2013; virus in CSF.",
            {
                "mean": e.centre(mean(months), who),
                "standard deviation (published range: 8 to 94)": e.centre(spread(months), who),
                "with cases without virus in CSF": e.centre(median(months), cases.known),
                "diagnosed after the last dose has lasted four weeks, %": e.centre(
                    share(after), who
                ),
                "cases per 1000 who started (published in 2015: 3.8)": 1000
                * cases.risk
                * who.reshape(cases.risk.size, -1).mean(axis=1),
                "found of those seeded before the cut, %": e.centre(
                    share(cases.known), np.ones(who.size, bool)
                ),
            },
        )
    }


def load(shared: Registries) -> dict[str, Found]:
    """Load of virus in CSF at diagnosis, and volumes by what PCR finds."""
    world = shared.world
    e = world.registry.estimate("load")
    known, found = world.known, world.detected(0)
    copies, volume = world.load(0), world.on("pml_volume", 0.0)
    logarithm = np.log10(np.maximum(copies, 1e-9))
    silent = ~world.symptomatic
    note = "Cases known at the cut of 2013, scans as then; first sample."
    return {
        "pml.vol_pcrpos": e.found(median(volume), known & found, [47], note),
        "pml.vol_pcrneg": e.found(
            median(volume),
            known & ~found,
            [9],
            note,
            {
                "negative on a second sample, too": e.centre(
                    median(volume), known & ~found & ~world.detected(1)
                )
            },
        ),
        "pml.csf_median": e.found(
            median(copies),
            found,
            [313],
            note,
            {
                "without symptoms (published: 668)": e.centre(median(copies), found & silent),
                "mean (published: 192,000)": e.centre(mean(copies), found),
            },
        ),
        "pml.csf_sd": e.found(
            spread(logarithm),
            found,
            [313],
            note,
            {"with loads that PCR misses": e.centre(spread(logarithm), known)},
        ),
        "pml.csf_neg": e.found(
            share(~found),
            known,
            [56],
            note,
            {"without symptoms": e.centre(share(~found), known & silent)},
        ),
    }


def survival(shared: Registries) -> dict[str, Found]:
    """Survival with and without symptoms at diagnosis, and time to death."""
    world = shared.world
    e = world.registry.estimate("survival")
    who, felt = world.registered, world.symptomatic
    death, follow = world.death, world.follow_up
    alive, at_16 = ~(death <= follow), ~(death <= SIXTEEN)
    months = death / MONTH
    note = (
        "Virus in CSF; followed to the cut of 2013; 84 % with exchange, steroids for symptoms of"
        " IRIS in 60 %, pre-emptive in 25 %."
    )
    lag = e.centre(mean(follow / MONTH), who & alive)
    rows = {}
    for id, group, size in (
        ("pml.surv_sympt", who & felt, 342),
        ("pml.surv_asympt", who & ~felt, 30),
    ):
        rows[id] = e.found(
            share(alive),
            group,
            [size],
            note,
            {
                "16 months after the diagnosis": e.centre(share(at_16), group),
                "mean follow-up of survivors, months (published: 16.1)": lag,
                "with cases without virus in CSF": e.centre(
                    share(alive), world.known & (felt == (id == "pml.surv_sympt"))
                ),
            },
        )
    rows["pml.death_time"] = e.found(
        mean(months),
        who & ~alive,
        [80],
        note,
        {"deaths within 16 months": e.centre(mean(months), who & ~at_16)},
    )
    return rows


def asymptomatic(shared: Registries) -> dict[str, Found]:
    """Share without symptoms at diagnosis."""
    world = shared.world
    e = world.registry.estimate("asymptomatic")
    cases = world.cases
    yearly = cases.onset.rescanned(cases.patients, 365.0)
    early = yearly.by_scan
    return {
        "pml.asympt": e.found(
            share(~world.symptomatic),
            world.registered,
            [372],
            "Virus in CSF. Scans to find PML every three months in 8 %, every six in 7 %.",
            {
                "with cases without virus in CSF": e.centre(share(~world.symptomatic), world.known),
                "everybody scanned once a year": e.centre(
                    share(early), np.asarray(yearly.diagnosis <= cases.ends)
                ),
            },
        )
    }
