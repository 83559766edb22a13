"""Studies behind the `pk` rows that need no exchange: label troughs, washout, SC, antibodies."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from diapedesis.infer.cohort import Adults, dosing_statistics
from diapedesis.simulate import Antibodies, Immunoadsorption, Injection, Protocol
from diapedesis.validation.studies import (
    EVERYTHING,
    Found,
    Setting,
    below_for_good,
    course,
)

Array = NDArray[np.float64]
LABEL_TRUTHS = 250
"""Truths of the large cohorts: their cost grows with both, and sampling adds little to them."""
CHUNK = 20
SC_ADULTS = 25
ADA_ADULTS = 20
COLUMN_PATIENTS = 35
WASHOUT_ADULTS = 100


def label(setting: Setting) -> dict[str, Found]:
    """Regular infusions at steady state: Cmax, trough, and the trough at six weeks."""
    few = setting.thinned(min(LABEL_TRUTHS, setting.m))
    parts: list[dict[str, Array]] = []
    for first in range(0, few.m, CHUNK):
        some = replace(few, truths={k: v[first : first + CHUNK] for k, v in few.truths.items()})
        adults = some.adults(some.cohort)
        parts.append(dosing_statistics(some.model, adults, some.truths))
    found = {k: np.concatenate([p[k] for p in parts]) for k in parts[0]}
    return {
        "pk.cmax_mean": Found(
            found["cmax"], f"Tenth dose, end of a 1-h infusion; {few.m} truths.", {}
        ),
        "pk.trough_q4w": Found(
            found["trough"], f"Day 28 after the tenth dose; no antibodies; {few.m} truths.", {}
        ),
        "pk.q6w_fall": Found(
            found["q6w_fall"],
            f"Fall of the mean trough, the same adults; eighth six-weekly dose; {few.m} truths.",
            {},
        ),
    }


def typical_volume(setting: Setting) -> dict[str, Found]:
    """Sum of both volumes in an adult of the reference weight."""
    t = setting.truths
    at = {kg: (t["v_c"] + t["v_p"]) * (kg / 75) ** t["v_weight"] for kg in (70, 75)}
    return {"pk.vss": Found(at[75], "At 75 kg.", {"at 70 kg": at[70]})}


def _typical_adult(setting: Setting) -> Adults:
    adults = setting.adults(1)
    weight = np.full_like(adults.inputs["weight"], 75.0)
    eta = {k: np.zeros_like(v) for k, v in adults.eta.items()}
    return Adults(eta, {**adults.inputs, "weight": weight})


def single_dose(setting: Setting) -> dict[str, Found]:
    """One infusion, four weeks later."""
    given = Protocol.every(28, n=1)
    one = course(setting, _typical_adult(setting), given, [28.0])["c"][:, 0, 0]
    many = course(setting, setting.adults(20), given, [28.0])["c"][:, :, 0]
    return {
        "pk.single_4wk": Found(
            one,
            "The typical adult of 75 kg; the published figure is cited, its cohort is not known.",
            {"mean of 20 adults": many.mean(axis=1), "lowest of 20 adults": many.min(axis=1)},
        )
    }


def subcutaneous(setting: Setting) -> dict[str, Found]:
    """Highest level and its day after a first injection."""
    days = np.arange(0.25, 21.01, 0.25)
    given = Protocol(doses=(Injection(0.0, 300.0),))
    c = course(setting, setting.adults(SC_ADULTS), given, days)["c"]
    sampled = np.isin(days, [1, 2, 3, 4, 5, 7, 10, 14, 21])
    t_max = days[np.argmax(c, axis=2)]
    t_sampled = days[sampled][np.argmax(c[..., sampled], axis=2)]
    size = f"{SC_ADULTS} adults (76 were shared by three routes; the number by route is not known)"
    return {
        "pk.sc_cmax": Found(
            c.max(axis=2).mean(axis=1),
            f"{size}.",
            {"sampled on days 1-5, 7, 10, 14, 21": c[..., sampled].max(axis=2).mean(axis=1)},
        ),
        "pk.sc_tmax": Found(
            t_max.mean(axis=1),
            f"Mean; {size}.",
            {
                "median": np.median(t_max, axis=1),
                "sampled on days 1-5, 7, 10, 14, 21": t_sampled.mean(axis=1),
            },
        ),
    }


def washout(setting: Setting) -> dict[str, Found]:
    """Day below 1 mg/L after the last of ten regular infusions."""
    days = np.arange(20.0, 400.0)
    c = course(setting, setting.adults(WASHOUT_ADULTS), Protocol.every(28, n=10), 252 + days)["c"]
    day = below_for_good(days, c, 1.0)
    low, high = np.quantile(day, [0.025, 0.975], axis=1)
    return {
        "pk.below1": Found(
            np.median(day, axis=1),
            f"Median of {WASHOUT_ADULTS} adults, ten doses, a daily look.",
            {"2.5 % of adults": low, "97.5 % of adults": high},
        )
    }


def antibodies(setting: Setting) -> dict[str, Found]:
    """Trough with persistent antibodies above the median titre."""
    adults = setting.adults(ADA_ADULTS)
    high = replace(adults, eta={**adults.eta, "ada_titre": np.abs(adults.eta["ada_titre"])})
    given = replace(Protocol.every(28, n=10), antibodies=(Antibodies(30.0),))
    found = course(setting, high, given, [280.0])
    free, total = found["c_free"][..., 0], found["c"][..., 0]
    return {
        "pk.ada_trough": Found(
            free.mean(axis=1),
            f"Mean free drug of {ADA_ADULTS} adults with a titre above the median, antibodies"
            " from day 30, day 28 after the tenth dose.",
            {
                "drug bound to antibodies read too": total.mean(axis=1),
                "median adult, free drug": np.median(free, axis=1),
            },
        )
    }


def columns(setting: Setting) -> dict[str, Found]:
    """Total IgG over two immunoadsorption sessions."""
    adults = setting.adults(COLUMN_PATIENTS)

    def fall(column: str, volumes: float, gap: float) -> Array:
        given = Protocol().with_sessions(
            Immunoadsorption(day, plasma_volumes=volumes, column=column)  # type: ignore[arg-type]
            for day in (1.0, 1.0 + gap)
        )
        igg = course(setting, adults, given, [1.0, given.sessions[-1].end], EVERYTHING)["igg"]
        return np.asarray(100 * (1 - igg[..., 1] / igg[..., 0]).mean(axis=1))

    return {
        "pk.ia_iggs": Found(
            fall("protein_a", 2.25, 2.0),
            f"Protein A, 2.25 volumes twice, two days apart, {COLUMN_PATIENTS} patients; end of the"
            " second session against the start of the first.",
            {
                "protein A, 2.5 volumes on consecutive days": fall("protein_a", 2.5, 1.0),
                "anti-IgG, 2.25 volumes, two days apart": fall("anti_igg", 2.25, 2.0),
            },
        )
    }
