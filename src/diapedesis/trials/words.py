"""What a trial found, in sentences; every one follows from the numbers."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from diapedesis.trials.expected import UNLIMITED
from diapedesis.trials.found import Found
from diapedesis.trials.outcomes import LESSENS, OPEN, PREVENTS, SAME_AS, WORSENS
from diapedesis.trials.power import JOINT
from diapedesis.trials.shown import arm_label, by_verdict, hypothesis_label, percent
from diapedesis.trials.shown_power import OFTEN, TOLD

ORDER = {
    PREVENTS: "prevents rebound",
    LESSENS: "lessens it",
    SAME_AS: "does not change it",
    WORSENS: "worsens it",
    OPEN: "not settled",
}
AGAINST, FOR = 0.5, 2.0
"""Factors on a hypothesis' probability from which on a result speaks against it, or for it."""
DECIDED = 0.8


def listed(names: Iterable[str]) -> str:
    """Return names joined by commas and an "and".

    Examples
    --------
    >>> listed(["a", "b", "c"]), listed(["a"])
    ('a, b and c', 'a')
    """
    names = list(names)
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def arm_sentences(found: Found, variant: str, arms: Iterable[str]) -> list[str]:
    """Return for each arm under which explanation it does what to rebound."""
    out = []
    every = len(found.trial.hypotheses)
    for arm in arms:
        groups = by_verdict(found, variant, arm)
        parts = []
        for word, said in ORDER.items():
            if word in groups:
                of = groups[word]
                whom = "every explanation" if len(of) == every else listed(of)
                parts.append(f"{said} under {whom}")
        out.append(f"{arm_label(found.trial, arm)}: {'; '.join(parts)}.")
    return out


def expected_sentences(found: Found, variant: str) -> list[str]:
    """Return how probable the proposer's result is, and what it would say."""
    trial = found.trial
    frame = found.expected
    at = frame[(frame["variant"] == variant) & (frame["patients"] == UNLIMITED)]
    at = at.set_index("hypothesis")
    does = listed(arm_label(trial, a) for a, said in trial.expected.items() if said)
    not_ = listed(arm_label(trial, a) for a, said in trial.expected.items() if not said)
    under = ", ".join(f"{percent(at.loc[h.id, 'probability'])} under {h.label}" for h in trial.hypotheses)
    out = [
        f"The expected result is that {does} at least halve rebound and {not_} does not. Of the"
        f" possible truths it holds in {under}."
    ]
    after = at["after"].dropna()
    if after.empty:
        return [*out, "It holds in no truth under any single explanation."]
    prior = 1 / len(after)
    own = float(after["cd4"])
    factor = own / prior
    word = "against" if factor <= AGAINST else "for" if factor >= FOR else "neither for nor against"
    label = hypothesis_label(trial, "cd4")
    out.append(
        f"Seen in as many patients as it takes, it would speak {word} {label}: {percent(prior)}"
        f" likely before, all explanations alike, and {percent(own)} after."
    )
    best = str(after.idxmax())
    rest = [h for h in after.index if h != best and after[h] >= prior * AGAINST]
    if after[best] >= DECIDED:
        out.append(f"It would decide for {hypothesis_label(trial, best)}, {percent(after[best])}.")
    else:
        others = [f"{hypothesis_label(trial, str(h))} ({percent(after[h])})" for h in rest]
        left = f", and would leave {listed(others)} standing" if others else ""
        out.append(
            f"It would not decide: the most probable is then {hypothesis_label(trial, best)},"
            f" {percent(after[best])}{left}."
        )
    return out


def telling_sentences(found: Found, variant: str) -> list[str]:
    """Return which arm tells most, and what even the whole trial does not tell."""
    trial, n = found.trial, max(found.settings.sizes)
    frame = found.told.information
    at = frame[(frame["variant"] == variant) & (frame["patients"] == n)].set_index("arms")
    single = at.loc[[a.id for a in trial.arms[1:]]]
    best = single.loc[single["bits"].idxmax()]
    close = [
        arm_label(trial, str(a))
        for a, r in single.iterrows()
        if a != best.name and best["bits"] - r["bits"] < 2 * np.hypot(best["error"], r["error"])
    ]
    like = f"; {listed(close)} is not distinguished from it" if close else ""
    most = np.log2(sum(h.pure for h in trial.hypotheses))
    joint = at.loc[JOINT]
    out = [
        f"With {n} patients in each arm, the arm that tells most of the cause is"
        f" {arm_label(trial, str(best.name))}: {best['bits']:.2f} of {most:.2f} bits{like}.",
        f"All arms together tell {joint['bits']:.2f} bits; the most probable cause is then the right"
        f" one in {percent(joint['right'])} of the trials, by chance in"
        f" {percent(1 / 2**most)}.",
    ]
    pairs = found.told.pairs
    pairs = pairs[
        (pairs["variant"] == variant) & (pairs["patients"] == n) & (pairs["arms"] == JOINT)
    ]
    told = int((pairs["told"] >= TOLD).sum())
    open_ = [
        f"{hypothesis_label(trial, r['one'])} and {hypothesis_label(trial, r['other'])}"
        for r in pairs[pairs["told"] < OFTEN].to_dict("records")
    ]
    out.append(f"Of {len(pairs)} pairs of causes it tells {told} apart in {TOLD:.0%} of trials.")
    if open_:
        out.append(f"Not distinguished: {'; '.join(open_)}.")
    return out


def help_sentences(found: Found) -> list[str]:
    """Return what the evidence on B-cell help decides."""
    known, free = (v.id for v in found.trial.variants[:2])
    n = len(found.trial.hypotheses)
    count = {v: len(by_verdict(found, v, "anti_cd20").get(PREVENTS, [])) for v in (known, free)}
    verb = "is" if count[known] > count[free] else "is not"
    return [
        f"anti-CD20 prevents rebound under {count[known]} of {n} explanations while B-cell help is"
        f" what anti-CD20 trials say, and under {count[free]} of {n} when it is left free. Its"
        f" success {verb} put in by that evidence."
    ]


def regulator_sentences(found: Found, variant: str) -> list[str]:
    """Return what it matters that anti-CD4 takes regulatory cells too."""
    frame = found.outcomes
    at = frame[(frame["variant"] == variant) & (frame["endpoint"] == "rebound")]
    at = at.set_index(["hypothesis", "arm"])
    out = []
    for arm in [a.id for a in found.trial.arms if f"{a.id}_spared" in {x.id for x in found.trial.arms}]:
        parts = []
        for h in found.trial.hypotheses:
            took, left = at.loc[(h.id, arm)], at.loc[(h.id, f"{arm}_spared")]
            if took["verdict"] != left["verdict"]:
                parts.append(
                    f"{h.label} ({took['verdict']}, {took['ratio']:.2f}; sparing them"
                    f" {left['verdict']}, {left['ratio']:.2f})"
                )
        changed = f"changes the verdict under {listed(parts)}" if parts else "changes no verdict"
        out.append(f"{arm_label(found.trial, arm)}: taking regulatory cells too {changed}.")
    return out
