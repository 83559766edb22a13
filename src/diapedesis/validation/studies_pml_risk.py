"""Risk of PML by year on the drug, antibody index and immunosuppressant before."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from diapedesis.observe.serology import POSITIVE, YEAR
from diapedesis.population.crossing import at_day
from diapedesis.validation.ms_estimate import Flags, share
from diapedesis.validation.pml_registry import PRIOR_SHARE
from diapedesis.validation.pml_shared import Registries
from diapedesis.validation.pml_steady import SIX_YEARS, joined
from diapedesis.validation.pml_world import DROP_OUT
from diapedesis.validation.studies import Array, Found

HIGH = 1.5
TESTED, NEGATIVE = 21_696, 13_996
"""Patients of the pooled cohorts with antibodies and without (claims pml 1.22, 1.24)."""
WINDOWS = (0, 2, 4)
"""Years since the first infusion at which the published windows of two years begin."""
STAYS = 1 - DROP_OUT
IMPLIED = 0.42
"""Share above 1.5 of those with antibodies, at which published risks by class, 20 and 2.7 in 1000,
make that of any index, 10 (claim pml 1.16)."""

Chosen = Callable[[Array], Flags]


def positive(read: Array) -> Flags:
    """Return which readings count as positive."""
    return np.asarray(read >= POSITIVE)


def high(read: Array) -> Flags:
    """Return which readings are of the highest class."""
    return np.asarray(read > HIGH)


def low(read: Array) -> Flags:
    """Return which readings are positive and of a lower class."""
    return np.asarray((read >= POSITIVE) & (read <= HIGH))


def by_year(shared: Registries) -> dict[str, Found]:
    """Risk of the first three years at a high index."""
    steady, antibodies = shared.steady, shared.registry.antibodies
    rows = {}
    for year in range(3):
        first, last = year * YEAR, (year + 1) * YEAR
        risk, read = steady.risk(first, last), antibodies.read[:, year]
        left = [np.exp(-at_day(steady.days, steady.hazard, day)) for day in (first, last)]
        centre = steady.mean(risk, high(read))
        rows[f"pml.inc_y{year + 1}"] = Found(
            steady.counted(centre, _size(shared, high, year), f"year {year}"),
            "Infusions every four weeks without end; index as read at the start of that year; no"
            " immunosuppressant before. PML counts on the day of its diagnosis.",
            {
                "index as read at the first infusion": steady.mean(
                    risk, high(antibodies.read[:, 0])
                ),
                "index without the error of reading it": steady.mean(
                    risk, high(antibodies.index[:, year])
                ),
                "seeds in that year, found or not": steady.mean(left[0] - left[1], high(read)),
            },
            centre,
        )
    return rows


def by_window(shared: Registries) -> dict[str, Found]:
    """Risk of the second window at a high index, and the ratio over all windows to a low one."""
    steady, read = shared.steady, shared.registry.antibodies.read
    second = steady.risk(2 * YEAR, 4 * YEAR)
    centre = steady.mean(second, high(read[:, 2]))
    whole = steady.risk(0.0, SIX_YEARS)
    upper, lower = (_windows(shared, chosen) for chosen in (high, low))
    sizes = [_size(shared, chosen, 0) for chosen in (high, low)]
    seen = [
        steady.counted(risk, size, f"class {k}")
        for k, (risk, size) in enumerate(zip((upper, lower), sizes, strict=True))
    ]
    first = [steady.mean(whole, chosen(read[:, 0])) for chosen in (high, low)]
    return {
        "pml.inc_window": Found(
            steady.counted(centre, _size(shared, high, 2), "window"),
            "As by year; index as read at month 24.",
            {"index as read at the first infusion": steady.mean(second, high(read[:, 0]))},
            centre,
        ),
        "pml.ratio_index": Found(
            seen[0] / np.maximum(seen[1], 1000.0 / sizes[1]),
            "Risks of three windows of two years joined, as published; index as read at the start"
            " of each; the lower class reads positive. A class without a case counts one.",
            {
                "index as read at the first infusion": first[0] / first[1],
                "joined risk of the higher index, /1000 (published: 20)": upper,
                "joined risk of the lower index, /1000 (published: 2.7)": lower,
            },
            upper / lower,
        ),
    }


def immunosuppressant(shared: Registries) -> dict[str, Found]:
    """Risk over 72 months after an immunosuppressant, with antibodies."""
    steady, registry = shared.steady, shared.registry
    fold = registry.patients.value("immunosuppressant_fold")
    centre = _windows(shared, positive, fold)
    had = shared.world.cases.patients.inputs["prior_immunosuppressant"] > 0
    among = registry.estimate("immunosuppressant").centre(share(had), shared.world.registered)
    read = registry.antibodies.read
    above = high(read[:, 0]).sum() / positive(read[:, 0]).sum()
    upper, lower = (_windows(shared, chosen, fold) for chosen in (high, low))
    return {
        "pml.prior_is": Found(
            steady.counted(centre, PRIOR_SHARE * TESTED, "immunosuppressant"),
            "Infusions every four weeks; risks of three windows of two years joined; positive for"
            f" antibodies at the start of each, of any index ({above:.0%} above 1.5 at the first"
            " infusion).",
            {
                "without an immunosuppressant, /1000 (published: 10)": _windows(shared, positive),
                "index above 1.5 in 42 %, as published risks imply": IMPLIED * upper
                + (1 - IMPLIED) * lower,
                "index of 1.5 or less": lower,
                f"{PRIOR_SHARE:.0%} who start, of the cases of 2013, % (published: 27.7)": among,
            },
            centre,
        )
    }


def seronegative(shared: Registries) -> dict[str, Found]:
    """Risk of those whose test is negative."""
    steady, read = shared.steady, shared.registry.antibodies.read
    years = range(round(SIX_YEARS / YEAR))
    risks = [
        steady.mean(steady.risk(k * YEAR, (k + 1) * YEAR), ~positive(read[:, k])) for k in years
    ]
    whole = steady.risk(0.0, SIX_YEARS)
    centre = joined([risk * STAYS**k for k, risk in enumerate(risks)])
    never = np.asarray(~positive(read[:, : len(years)]).any(axis=1))
    return {
        "pml.seroneg": Found(
            steady.counted(centre, NEGATIVE, "negative"),
            "Infusions every four weeks, with drop-out, for at most 72 months; a test each year;"
            " the risk of a year is that of those whose last test was negative.",
            {
                "72 months without drop-out": joined(risks),
                "tested at the first infusion only, 72 months": steady.mean(
                    whole, ~positive(read[:, 0])
                ),
                "negative on each test of 72 months": steady.mean(whole, never),
            },
            centre,
        )
    }


def _windows(shared: Registries, chosen: Chosen, fold: Array | float = 1.0) -> Array:
    """Return the joined risk [per 1000] of those who are chosen by their index in each window."""
    steady, read = shared.steady, shared.registry.antibodies.read
    return joined(
        [
            steady.mean(steady.risk(k * YEAR, (k + 2) * YEAR, fold), chosen(read[:, k]))
            for k in WINDOWS
        ]
    )


def _size(shared: Registries, chosen: Chosen, year: int) -> float:
    """Return how many of the pooled cohorts are on the drug that year and in a class."""
    read = shared.registry.antibodies.read[:, year]
    return float(TESTED * STAYS**year * chosen(read).sum() / positive(read).sum())
