"""Tables on what a real trial would find, as a person reads them."""

from __future__ import annotations

from itertools import combinations

from diapedesis.infer.table import Table
from diapedesis.trials.expected import UNLIMITED
from diapedesis.trials.found import Found
from diapedesis.trials.power import JOINT
from diapedesis.trials.rows import by, rows
from diapedesis.trials.shown import WHICH, arm_label, percent

TOLD, OFTEN = 0.8, 0.5
"""Shares of trials from which on hypotheses count as told apart, and more often than not."""
EACH = "{n} in each arm"


def information(found: Found, variant: str) -> Table:
    """Return what each choice of arms tells, most first."""
    sizes = found.settings.sizes
    at = by(found.told.information, "arms", "patients", variant=variant)
    cell = lambda r: f"{r['bits']:.2f} ± {r['error']:.2f}; {percent(r['right'])}"  # noqa: E731
    shown = [
        (arm_label(found.trial, arms), *(cell(at[arms, n]) for n in sizes))
        for arms in most_telling(found, variant)
    ]
    return Table(("looked at", *(EACH.format(n=n) for n in sizes)), tuple(shown))


def most_telling(found: Found, variant: str) -> list[str]:
    """Return the choices of arms, the one that tells most in the largest trials first."""
    largest = max(found.settings.sizes)
    told = rows(found.told.information, variant=variant, patients=largest)
    return [str(r["arms"]) for r in sorted(told, key=lambda r: -float(r["bits"]))]


def pairs(found: Found, variant: str, arms: str = JOINT) -> Table:
    """Return how often two hypotheses are told apart, by size of the trial."""
    sizes = found.settings.sizes
    at = by(found.told.pairs, "one", "other", "patients", variant=variant, arms=arms)
    cell = lambda r: f"{percent(r['told'])} ({percent(r['misled'])})"  # noqa: E731
    shown = [
        (
            *(one.label, other.label),
            *(cell(at[one.id, other.id, n]) for n in sizes),
            told_word(at[one.id, other.id, max(sizes)]["told"]),
        )
        for one, other in combinations(found.trial.hypotheses, 2)
    ]
    each = (EACH.format(n=n) for n in sizes)
    return Table(("hypothesis", "or", *each, f"with {max(sizes)}"), tuple(shown))


def told_word(share: float) -> str:
    """Return whether two hypotheses are told apart."""
    if share >= TOLD:
        return "told apart"
    return "more often than not" if share >= OFTEN else "not distinguished"


def best_arm(found: Found, variant: str) -> Table:
    """Return for each two hypotheses the single arm that tells them apart most often."""
    n = max(found.settings.sizes)
    at = by(found.told.pairs, "one", "other", "arms", variant=variant, patients=n)
    arms = {a.id: a.label for a in found.trial.arms[1:]}
    shown = []
    for one, other in combinations(found.trial.hypotheses, 2):
        told = {a: float(at[one.id, other.id, a]["told"]) for a in arms}
        best = max(told, key=lambda a: told[a])
        name = arms[best] if told[best] >= OFTEN else "none"
        shown.append((one.label, other.label, name, percent(told[best]), told_word(told[best])))
    return Table(("hypothesis", "or", "best arm", "told apart", f"with {n}"), tuple(shown))


def posterior(found: Found, variant: str, n: int) -> Table:
    """Return what each hypothesis is taken for after a joint trial."""
    where = {"variant": variant, "patients": n, "arms": JOINT}
    at = by(found.told.posterior, "hypothesis", "taken_for", **where)
    pure = [h for h in found.trial.hypotheses if h.pure]
    shown = [
        (h.label, *(percent(at[h.id, p.id]["probability"]) for p in pure))
        for h in found.trial.hypotheses
    ]
    return Table((WHICH, *(p.label for p in pure)), tuple(shown))


def power(found: Found, variant: str, endpoint: str) -> Table:
    """Return how often an arm is significantly below placebo, by size of the trial."""
    where = {"variant": variant, "endpoint": endpoint}
    at = by(found.power, "hypothesis", "arm", "patients", **where)
    arms, sizes = found.trial.arms[1:], found.settings.sizes
    cell = lambda h, a: " / ".join(f"{100 * at[h, a, n]['less']:.0f}" for n in sizes)  # noqa: E731
    shown = [(h.label, *(cell(h.id, a.id) for a in arms)) for h in found.trial.hypotheses]
    return Table((WHICH, *(a.label for a in arms)), tuple(shown))


def expected(found: Found, variant: str) -> Table:
    """Return how probable the expected result is, and what would be left of each hypothesis."""
    at = by(found.expected, "hypothesis", "patients", variant=variant)
    sizes = (*found.settings.sizes, UNLIMITED)
    cell = lambda r: f"{percent(r['probability'])} → {percent(r['after'])}"  # noqa: E731
    shown = [(h.label, *(cell(at[h.id, n]) for n in sizes)) for h in found.trial.hypotheses]
    each = (EACH.format(n=n) for n in found.settings.sizes)
    return Table((WHICH, *each, "unlimited"), tuple(shown))
