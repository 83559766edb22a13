"""AFFIRM: two years on the drug or on placebo, two annual scans."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from diapedesis.observe import Lesions
from diapedesis.simulate import Antibodies, Protocol
from diapedesis.validation.ms_cohort import YEAR, Patients
from diapedesis.validation.ms_estimate import hazard_ratio, mean, ratio, share
from diapedesis.validation.ms_trials import RATES, Trials, run, settled
from diapedesis.validation.studies import Array, Found

TREATED, PLACEBO = 627, 315
PERSISTENT, TRANSIENT = 0.06, 0.03
"""Shares with antibodies (claim R021)."""
ONSET, END = 30.0, 150.0
"""Assumption: antibodies from day 30; transient ones last until day 150 (claim R021)."""
DAYS = np.concatenate([np.arange(0.0, 84.0, 3.5), np.arange(84.0, 757.0, 14.0)])
SCANS = (YEAR, 2 * YEAR)


def affirm(trials: Trials) -> dict[str, Found]:
    """Simulate both arms with the same patients; rows of the first two years."""
    p = trials.starting
    who = p.before.relapses_1y >= 1
    drug, placebo, persistent = _treated(p), untreated(p), _persistent(p)
    on, off = drug.enhancing(SCANS), placebo.enhancing(SCANS)
    year = [x.relapses(0.0, YEAR).astype(float) for x in (drug, placebo)]
    early = [x.relapses(0.0, 42.0) > 0 for x in (drug, placebo)]
    t2 = placebo.new_t2(0.0, 2 * YEAR).astype(float)
    e = trials.estimate("affirm")
    part = np.zeros(p.m * p.n, bool).reshape(p.m, -1)
    part[:, : _first(p)] = True
    in_part = who & part.ravel()
    loss = np.full(p.m * p.n, np.nan)
    loss[part.ravel()] = persistent.enhancing(SCANS).mean(axis=1)
    all_two = lambda gd: (gd == 0).all(axis=1)  # noqa: E731
    entry = "At least one relapse in the year before; "
    return {
        "ms.gd_untreated": e.found(
            mean(off.mean(axis=1)), who, [PLACEBO], entry + "mean of two annual scans.",
            {"second scan only": e.centre(mean(off[:, 1].astype(float)), who)},
        ),
        "ms.gd_on": e.found(
            mean(on.mean(axis=1)), who, [TREATED],
            entry + "mean of two annual scans; 6 % persistent and 3 % transient antibodies.",
        ),
        "ms.gdfree_placebo": _free(e, off, who, PLACEBO, entry),
        "ms.gdfree_on": _free(e, on, who, TREATED, entry),
        "ms.arr_untreated": e.found(mean(year[1]), who, [PLACEBO], entry + "year 1."),
        "ms.arr_on": e.found(mean(year[0]), who, [TREATED], entry + "year 1."),
        "ms.relapsed_d42": e.found(
            hazard_ratio(*early), who, [TREATED, PLACEBO],
            entry + "ratio of cumulative hazards at day 42.",
            {
                "drug, %": e.centre(share(early[0]), who),
                "placebo, %": e.centre(share(early[1]), who),
            },
        ),
        "ms.t2_2y": e.found(mean(t2), who, [PLACEBO], entry + "new T2 lesions born in two years."),
        "ms.ada_loss": e.found(
            ratio(loss, off.mean(axis=1)), in_part, [37, PLACEBO],
            entry + "mean Gd of patients with persistent antibodies over that of placebo.",
        ),
    }  # fmt: skip


def _free(e, gd, who, size, entry):  # type: ignore[no-untyped-def]
    both = (gd == 0).all(axis=1)
    return e.found(
        share(gd[:, 1] == 0), who, [size], entry + "the scan at two years.",
        {"no lesion on both scans": e.centre(share(both), who)},
    )  # fmt: skip


def placebo_gd(trials: Trials) -> Array:
    """Return mean Gd of the placebo arm, for each truth."""
    p = trials.starting
    gd = untreated(p).enhancing(SCANS).mean(axis=1)
    return trials.estimate("placebo").centre(mean(gd), p.before.relapses_1y >= 1)


def untreated(p: Patients) -> Lesions:
    """Sample the placebo arm."""
    days = np.append(np.linspace(settled(p), 0.0, 3)[:-1], DAYS)
    births, other = p.untreated(days)
    return p.sample(days, births, np.broadcast_to(other, births.shape))


def _first(p: Patients) -> int:
    """Return how many patients of each truth are also followed with persistent antibodies."""
    return max(p.n // 2, 1)


def _places(p: Patients, low: float, high: float) -> Array:
    """Return places of patients by their number within a truth."""
    at = np.arange(int(low * p.n), int(high * p.n))
    return (np.arange(p.m)[:, None] * p.n + at).ravel()


def _rates(p: Patients, antibodies: Sequence[Antibodies], at: Array | slice) -> list[Array]:
    given = Protocol(doses=Protocol.every(28, n=27).doses, antibodies=tuple(antibodies))
    found = run(p, given, DAYS, some=at, t0=0.0)  # type: ignore[arg-type]
    return [found[k] for k in RATES]


def _treated(p: Patients) -> Lesions:
    rates = _rates(p, (), slice(None))
    for low, high, given in (
        (0.0, PERSISTENT, Antibodies(ONSET)),
        (PERSISTENT, PERSISTENT + TRANSIENT, Antibodies(ONSET, end=END)),
    ):
        at = _places(p, low, high)
        for whole, part in zip(rates, _rates(p, (given,), at), strict=True):
            whole[at] = part
    return _sample(p, *rates)


def _persistent(p: Patients) -> Lesions:
    at = _places(p, 0.0, _first(p) / p.n)
    return _sample(p.some(at), *_rates(p, (Antibodies(ONSET),), at))


def _sample(p: Patients, births: Array, other: Array) -> Lesions:
    """Sample from before the first infusion on."""
    days = np.append(np.linspace(settled(p), 0.0, 3)[:-1], DAYS)
    before = [np.repeat(x[:, :1], 2, axis=1) for x in p.untreated(np.zeros(1))]
    births = np.concatenate([before[0], births], axis=1)
    return p.sample(days, births * p.activity(days), np.concatenate([before[1], other], axis=1))
