"""What a trial found, in sentences; every one follows from the numbers."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from diapedesis.trials.expected import UNLIMITED
from diapedesis.trials.found import Found
from diapedesis.trials.outcomes import LESSENS, OPEN, PREVENTS, SAME_AS, TOO_FEW, WORSENS
from diapedesis.trials.power import JOINT
from diapedesis.trials.rows import Row, by, rows
from diapedesis.trials.shown import arm_label, by_verdict, hypothesis_label, percent
from diapedesis.trials.shown_power import OFTEN, TOLD
from diapedesis.trials.spread import ENOUGH

SAID = {
    PREVENTS: "prevents rebound",
    LESSENS: "lessens it",
    SAME_AS: "does not change it",
    WORSENS: "worsens it",
    OPEN: "not settled",
    TOO_FEW: "too few patients to say",
}
AGAINST, FOR = 0.5, 2.0
"""Factors on a hypothesis' probability from which on a result speaks against it, or for it."""
DECIDED = 0.8
ASKED = "cd4"
"""The hypothesis that the expected result is about."""


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
    for arm in arms:
        groups = by_verdict(found, variant, arm)
        whom = {
            word: "every explanation" if len(groups) == 1 else listed(of)
            for word, of in groups.items()
        }
        parts = [f"{said} under {whom[word]}" for word, said in SAID.items() if word in whom]
        out.append(f"{arm_label(found.trial, arm)}: {'; '.join(parts)}.")
    return out


def expected_sentences(found: Found, variant: str) -> list[str]:
    """Return how probable the proposer's result is, and what it would say."""
    trial, s = found.trial, found.settings
    if s.each < ENOUGH:
        return [
            f"No verdict can be given at this size, and the expected result cannot be judged:"
            f" {s.each} virtual patients for each of {s.truths} possible truths. It takes"
            f" {ENOUGH} of each or more, {ENOUGH * s.truths} patients."
        ]
    at = by(found.expected, "hypothesis", variant=variant, patients=UNLIMITED)
    does, not_ = (
        listed(arm_label(trial, a) for a, said in trial.expected.items() if said is wanted)
        for wanted in (True, False)
    )
    under = ", ".join(
        f"{percent(at[h.id]['probability'])} under {h.label}" for h in trial.hypotheses
    )
    first = (
        f"The expected result is that {does} at least halve rebound and {not_} does not. Of the"
        f" possible truths it holds in {under}."
    )
    after = {h.id: float(at[h.id]["after"]) for h in trial.hypotheses if h.pure}
    if np.isnan(list(after.values())).any():
        return [first, "It holds in no truth under any single explanation."]
    return [first, _about(found, after), _decides(found, after)]


def _about(found: Found, after: dict[str, float]) -> str:
    """Return what the expected result says of the hypothesis it is about."""
    prior = 1 / len(after)
    factor = after[ASKED] / prior
    word = "against" if factor <= AGAINST else "for" if factor >= FOR else "neither for nor against"
    return (
        "Seen in as many patients as it takes, it would speak"
        f" {word} {hypothesis_label(found.trial, ASKED)}: {percent(prior)} likely before, all"
        f" explanations alike, and {percent(after[ASKED])} after."
    )


def _decides(found: Found, after: dict[str, float]) -> str:
    """Return whether the expected result decides for one hypothesis."""
    named = lambda h: f"{hypothesis_label(found.trial, h)}, {percent(after[h])}"  # noqa: E731
    best, *rest = sorted(after, key=lambda h: -after[h])
    if after[best] >= DECIDED:
        return f"It would decide for {named(best)}."
    others = [named(h) for h in rest if after[h] >= AGAINST / len(after)]
    left = f"; still standing: {'; '.join(others)}" if others else ""
    return f"It would not decide between the others. Most probable is then {named(best)}{left}."


def telling_sentences(found: Found, variant: str) -> list[str]:
    """Return which arm tells most, and what even the whole trial does not tell."""
    trial, n = found.trial, max(found.settings.sizes)
    at = by(found.told.information, "arms", variant=variant, patients=n)
    best = max((at[a] for a in trial.joint), key=lambda r: float(r["bits"]))
    close = [arm_label(trial, a) for a in trial.joint if a != best["arms"] and _alike(best, at[a])]
    like = f"; not distinguished from it: {listed(close)}" if close else ""
    pure = sum(h.pure for h in trial.hypotheses)
    pairs = rows(found.told.pairs, variant=variant, patients=n, arms=JOINT)
    told = sum(r["told"] >= TOLD for r in pairs)
    out = [
        f"With {n} patients in each arm, the arm that tells most of the cause is"
        f" {arm_label(trial, best['arms'])}: {best['bits']:.2f} of {np.log2(pure):.2f} bits{like}.",
        f"All arms together tell {at[JOINT]['bits']:.2f} bits; the most probable cause is then the"
        f" right one in {percent(at[JOINT]['right'])} of the trials, by chance in"
        f" {percent(1 / pure)}.",
        f"Of {len(pairs)} pairs of causes they tell {told} apart in {percent(TOLD)} of the trials"
        " or more.",
    ]
    open_ = [
        f"{hypothesis_label(trial, r['one'])} and {hypothesis_label(trial, r['other'])}"
        for r in pairs
        if r["told"] < OFTEN
    ]
    return [*out, f"Not distinguished: {'; '.join(open_)}."] if open_ else out


def _alike(one: Row, other: Row) -> bool:
    """Return whether what two arms tell differs by less than two standard errors."""
    return bool(one["bits"] - other["bits"] < 2 * np.hypot(one["error"], other["error"]))


def built_in_sentences(found: Found, variant: str, arms: Iterable[str]) -> list[str]:
    """Return what is built in and what is not: for each kind of link, which arm under what."""
    groups: dict[str, dict[str, list[str]]] = {}
    for r in rows(found.reasons, variant=variant):
        if r["arm"] in set(arms):
            own = groups.setdefault(r["status"], {}).setdefault(r["arm"], [])
            own.append(hypothesis_label(found.trial, r["hypothesis"]))
    return [
        f"{status[0].upper()}{status[1:]}. "
        + "; ".join(f"{arm_label(found.trial, a)} under {listed(of)}" for a, of in own.items())
        + "."
        for status, own in sorted(groups.items())
    ]


def help_sentences(found: Found) -> list[str]:
    """Return what the evidence on B-cell help decides."""
    known, free = (v.id for v in found.trial.variants[:2])
    n = len(found.trial.hypotheses)
    count = {v: len(by_verdict(found, v, "anti_cd20").get(PREVENTS, [])) for v in (known, free)}
    if any(TOO_FEW in by_verdict(found, v, "anti_cd20") for v in (known, free)):
        return ["anti-CD20: too few patients to say what the evidence on B-cell help decides."]
    by_it = count[known] > count[free]
    put = "Its success is put in by that evidence" if by_it else "That evidence does not decide it"
    return [
        f"anti-CD20 prevents rebound under {count[known]} of {n} explanations while B-cell help is"
        f" what anti-CD20 trials say, and under {count[free]} of {n} when it is left free. {put}."
    ]


def regulator_sentences(found: Found, variant: str) -> list[str]:
    """Return what it matters that anti-CD4 takes regulatory cells too."""
    at = by(found.outcomes, "hypothesis", "arm", variant=variant, endpoint="rebound")
    ids = {a.id for a in found.trial.arms}
    out = []
    for arm in [a for a in found.trial.arms if f"{a.id}_spared" in ids]:
        parts, unsaid = [], []
        for h in found.trial.hypotheses:
            took, left = at[h.id, arm.id], at[h.id, f"{arm.id}_spared"]
            if TOO_FEW in (took["verdict"], left["verdict"]):
                unsaid.append(h.label)
            elif took["verdict"] != left["verdict"]:
                parts.append(
                    f"{h.label} ({took['verdict']}, {took['ratio']:.2f}; sparing them"
                    f" {left['verdict']}, {left['ratio']:.2f})"
                )
        changed = f"changes the verdict under {listed(parts)}" if parts else "changes no verdict"
        if unsaid:
            changed += f"; too few patients to say under {listed(unsaid)}"
        out.append(f"{arm.label}: taking regulatory cells too {changed}.")
    return out
