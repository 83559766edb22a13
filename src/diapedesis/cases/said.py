"""What a case's result says, in plain words; what was rare is said to be."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np

from diapedesis.cases.case import Fact, PublishedCase
from diapedesis.cases.kinds import TREATMENTS
from diapedesis.cases.reading import AT, RETURNS, of_pml
from diapedesis.cases.regimen import regimen
from diapedesis.cases.result import CaseResult, Prediction
from diapedesis.cases.run import KEPT, LEAST_ESS
from diapedesis.cases.words import fact_words, when
from diapedesis.observe.draws import Array

RARE, VERY_RARE, UNCOMMON = 0.05, 0.01, 0.2
NEVER = "never"
NEAR = (
    "Near-unconditional: nothing given has a day counted from the last infusion. What follows is"
    " close to the prediction for any patient of this kind."
)
IF_SEEDED = (
    "What hangs on the virus is therefore predicted among patients with a seed: it holds if PML"
    " was coming."
)
NUMBERS = {
    "reactivated": "reactivated",
    "relapsed": "with a relapse",
    "mri_only": "with activity on MRI alone",
    "first_month": "reactivated in the first month",
    "relapsed_first_month": "with a relapse in the first month",
    "mri_only_first_month": "on MRI alone in the first month",
}
"""Numbers of patients of a series, in words."""
FINEST = 0.001
"""Below this a probability is said as 1 in so many."""
Rarity = Literal["very rare", "rare", "uncommon", "not unusual", ""]


def rarity(tail: float) -> Rarity:
    """Return a word for a tail probability; empty without one.

    Examples
    --------
    >>> rarity(0.003), rarity(0.02), rarity(0.5), rarity(float("nan"))
    ('very rare', 'rare', 'not unusual', '')
    """
    if math.isnan(tail):
        return ""
    if tail < VERY_RARE:
        return "very rare"
    return "rare" if tail < RARE else "uncommon" if tail < UNCOMMON else "not unusual"


def in_hundred(p: float, least: float = 0.0) -> str:
    """Return a probability as so many in 100, finer where it is small.

    Parameters
    ----------
    p : float
    least : float
        Smallest probability that the draws can tell from nothing.

    Examples
    --------
    >>> in_hundred(0.143), in_hundred(0.012), in_hundred(0.0012), in_hundred(0.0, 0.002)
    ('14 in 100', '1.2 in 100', '0.12 in 100', 'fewer than 1 in 500')
    >>> in_hundred(0.999), in_hundred(0.000036), in_hundred(0.0)
    ('more than 99 in 100', '1 in 28,000', '0 in 100')
    """
    if p < least:
        return f"fewer than 1 in {1 / least:,.0f}"
    if p > 0.99:
        return "more than 99 in 100"
    if 0 < p < FINEST:
        return f"1 in {rounded(1 / p)}"
    x = 100 * p
    return f"{x:.0f} in 100" if x >= 9.5 else f"{x:.2g} in 100"


def rounded(n: float) -> str:
    """Return a number of draws or patients with no more than two figures that count.

    Examples
    --------
    >>> rounded(6515.3), rounded(211), rounded(66)
    ('6,500', '210', '66')
    """
    return f"{float(f'{n:.2g}'):,.0f}"


def _sides(p: Prediction) -> int:
    return 1 if p.predicted is None or p.predicted.form == "chance" else 2


def behind(result: CaseResult, p: Prediction) -> float:
    """Return the effective number of draws behind a prediction, or of series of them."""
    return min(result.ess_seeded if p.if_seeded else result.ess, KEPT) / p.size


def least_tail(result: CaseResult, p: Prediction) -> float:
    """Return the smallest tail probability that the draws can tell from nothing."""
    return _sides(p) / behind(result, p)


def tail_error(result: CaseResult, p: Prediction) -> float:
    """Return the standard error of a tail probability, by the effective number of draws."""
    if p.predicted is None:
        return math.nan
    n = behind(result, p)
    if p.predicted.form == "chance":
        return float(p.predicted.values.std() / math.sqrt(n))
    q = p.tail / 2
    return 2 * math.sqrt(q * (1 - q) / n)


def error_words(result: CaseResult, p: Prediction) -> str:
    """Return the error of a tail probability, in 100; empty where it says nothing."""
    error = tail_error(result, p)
    if p.tail > 0.99 or p.tail < max(FINEST, least_tail(result, p)) or not error >= 0.0005:
        return ""
    return f"± {float(f'{100 * error:.1g}'):g}"


def tail_words(result: CaseResult, p: Prediction) -> str:
    """Return how rare what was observed is under the model, as a sentence without its stop.

    A day or value: two-sided. A thing that happened or was seen: the probability that it does.
    """
    if math.isnan(p.tail):
        return "nothing to compare with: what was observed has no number"
    number = in_hundred(p.tail, least_tail(result, p))
    assert p.predicted is not None
    if p.predicted.form == "chance":
        return f"{rarity(p.tail)} under the model: probability {number}"
    return f"{rarity(p.tail)} under the model: tail probability {number}"


def observed_words(p: Prediction) -> str:
    """Return what a prediction is compared with."""
    if p.predicted is None or p.predicted.form == "chance":
        return "yes"
    if p.observed is None:
        return "not published"
    return f"day {p.observed}" if p.predicted.form == "day" else f"{p.observed} {p.fact.unit}"


def spread_words(form: str, values: Array, least: float = 0.0) -> str:
    """Return a distribution in a few words: a probability, or the median and 90 %.

    `least` is the smallest probability that the draws can tell from nothing.

    Examples
    --------
    >>> import numpy as np
    >>> spread_words("chance", np.array([0.0, 0.5]))
    '25 in 100'
    >>> spread_words("day", np.array([10.0, 20.0, 30.0, np.inf]))
    'median day 20 (90 %: day 10 to never); never in 25 in 100'
    """
    if form == "chance":
        return in_hundred(float(values.mean()), least)
    low, middle, high = (_number(x, form) for x in ordered(values))
    never = float(np.isinf(values).mean())
    if low == NEVER:
        return f"never in {in_hundred(never)}"
    if middle == NEVER:
        return f"never in {in_hundred(never)} (90 %: {low} to {high})"
    text = f"median {middle} (90 %: {low} to {high.removeprefix('day ')})"
    return f"{text}; never in {in_hundred(never)}" if never else text


def ordered(values: Array) -> Array:
    """Return the quantiles 5, 50 and 95 % of values that may be infinite, as values of draws."""
    return np.asarray(np.quantile(values, (0.05, 0.5, 0.95), method="inverted_cdf"))


def _number(x: float, form: str) -> str:
    if not math.isfinite(x):
        return NEVER
    if form == "day":
        return f"day {x:.0f}"
    return f"{x:.1f}" if abs(x) < 10 else f"{x:.0f}"


def later_name(fact: Fact, case: PublishedCase) -> str:
    """Return a later fact in short: what, and when."""
    return fact_words(fact, case.moment).split("; ")[0] + f", {when(fact, case.moment)}"


def ess_words(result: CaseResult) -> str:
    """Return what the effective sample size means here."""
    text = (
        f"{rounded(result.ess)} effective draws of {result.draws:,} (at least {LEAST_ESS:.0f} are"
        f" asked for): the answer is about as exact as one from {rounded(result.ess)} simulated"
        " patients who all agree with what was known."
    )
    if math.isnan(result.ess_seeded):
        return text
    return f"{text} {rounded(result.ess_seeded)} effective draws have a seed of the virus."


def seed_words(result: CaseResult) -> str:
    """Return whether a virus is there at the moment, and what that rests on."""
    if of_pml(result.case):
        return (
            "PML was known at the moment, so JC virus is in the brain of every simulated patient"
            " (a seed of the virus)."
        )
    text = (
        "PML was not known at the moment. Probability that JC virus had reached the brain by then"
        f" (a seed of the virus): {in_hundred(result.seeded)}."
    )
    if math.isnan(result.ess_seeded):
        return text
    return f"{text} {IF_SEEDED}"


def left_out_words(result: CaseResult) -> list[str]:
    """Return what was left out, and why: treatments that the model lacks, facts not used."""
    lines = [
        f"{TREATMENTS.get(t, t)}: {_why_left_out(t, result.case)}"  # type: ignore[call-overload]
        for t in result.left_out
    ]
    return lines + [
        f"{fact_words(u.fact, result.case.moment).split('; ')[0]}: {u.reason}"
        for u in result.used
        if u.reason and not u.reason.startswith("used in")
    ]


def _why_left_out(what: str, case: PublishedCase) -> str:
    given = [t for t in case.treatments if t.what == what]
    if any(regimen(t, 0.0, np.random.default_rng(0)) is None for t in given):
        return "not in the model"
    if any(not t.dated for t in given):
        return "no day is published, so that it cannot be placed"
    timed = ("moment", case.moment.event, *AT, *RETURNS)
    last = next((t for t in given if t.since and t.since.event not in timed), given[-1])
    only = "in the model treatments answer only symptoms of PML, IRIS or a relapse"
    return f"given {when(last, case.moment)}; {only}"


def rare_ones(result: CaseResult) -> list[Prediction]:
    """Return the later facts that are rare under the model, rarest first."""
    found = [p for p in result.predictions if p.tail < RARE]
    return sorted(found, key=lambda p: p.tail)
