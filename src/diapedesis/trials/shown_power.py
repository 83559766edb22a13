"""Tables on what a real trial would find, as a person reads them."""

from __future__ import annotations

from diapedesis.infer.table import Table
from diapedesis.trials.expected import UNLIMITED
from diapedesis.trials.found import Found
from diapedesis.trials.power import JOINT
from diapedesis.trials.shown import arm_label, hypothesis_label, percent

TOLD, OFTEN = 0.8, 0.5
"""Shares of trials from which on hypotheses count as told apart, and as told apart more often than
not."""


def information(found: Found, variant: str) -> Table:
    """Return what each choice of arms tells, most first."""
    frame = found.told.information
    frame = frame[frame["variant"] == variant]
    sizes = found.settings.sizes
    order = frame[frame["patients"] == max(sizes)].sort_values("bits", ascending=False)["arms"]
    at = frame.set_index(["arms", "patients"])
    shown = []
    for arms in order:
        cells = []
        for n in sizes:
            r = at.loc[(arms, n)]
            cells.append(f"{r['bits']:.2f} ± {r['error']:.2f}; {percent(r['right'])}")
        shown.append((arm_label(found.trial, arms), *cells))
    return Table(("looked at", *(f"{n} in each arm" for n in sizes)), tuple(shown))


def pairs(found: Found, variant: str, arms: str = JOINT) -> Table:
    """Return how often two hypotheses are told apart, by size of the trial."""
    frame = found.told.pairs
    frame = frame[(frame["variant"] == variant) & (frame["arms"] == arms)]
    sizes = found.settings.sizes
    shown = []
    for (one, other), rows in frame.groupby(["one", "other"], sort=False):
        at = rows.set_index("patients")
        cells = [f"{percent(at.loc[n, 'told'])} ({percent(at.loc[n, 'misled'])})" for n in sizes]
        last = float(at.loc[max(sizes), "told"])
        names = (hypothesis_label(found.trial, x) for x in (str(one), str(other)))
        shown.append((*names, *cells, told_word(last)))
    header = ("hypothesis", "or", *(f"{n} in each arm" for n in sizes), f"with {max(sizes)}")
    return Table(header, tuple(shown))


def told_word(share: float) -> str:
    """Return whether two hypotheses are told apart."""
    if share >= TOLD:
        return "told apart"
    return "more often than not" if share >= OFTEN else "not distinguished"


def best_arm(found: Found, variant: str) -> Table:
    """Return for each two hypotheses the single arm that tells them apart most often."""
    frame = found.told.pairs
    single = [a.id for a in found.trial.arms[1:]]
    n = max(found.settings.sizes)
    frame = frame[
        (frame["variant"] == variant) & (frame["patients"] == n) & frame["arms"].isin(single)
    ]
    shown = []
    for (one, other), rows in frame.groupby(["one", "other"], sort=False):
        best = rows.loc[rows["told"].idxmax()]
        names = (hypothesis_label(found.trial, x) for x in (str(one), str(other)))
        arm = arm_label(found.trial, best["arms"]) if best["told"] >= OFTEN else "none"
        shown.append((*names, arm, percent(best["told"]), told_word(best["told"])))
    return Table(("hypothesis", "or", "best arm", "told apart", f"with {n}"), tuple(shown))


def posterior(found: Found, variant: str, n: int) -> Table:
    """Return what each hypothesis is taken for after a joint trial."""
    frame = found.told.posterior
    frame = frame[
        (frame["variant"] == variant) & (frame["patients"] == n) & (frame["arms"] == JOINT)
    ]
    wide = frame.pivot(index="hypothesis", columns="taken_for", values="probability")
    pure = [h for h in found.trial.hypotheses if h.pure]
    rows = [
        (h.label, *(percent(wide.loc[h.id, p.id]) for p in pure)) for h in found.trial.hypotheses
    ]
    return Table(("if the cause is", *(p.label for p in pure)), tuple(rows))


def power(found: Found, variant: str, endpoint: str) -> Table:
    """Return how often an arm is significantly below placebo, by size of the trial."""
    frame = found.power
    frame = frame[(frame["variant"] == variant) & (frame["endpoint"] == endpoint)]
    arms, sizes = [a.id for a in found.trial.arms[1:]], found.settings.sizes
    at = frame.set_index(["hypothesis", "arm", "patients"])["less"]
    rows = [
        (h.label, *(" / ".join(f"{100 * at[h.id, a, n]:.0f}" for n in sizes) for a in arms))
        for h in found.trial.hypotheses
    ]
    return Table(("if the cause is", *(arm_label(found.trial, a) for a in arms)), tuple(rows))


def expected(found: Found, variant: str) -> Table:
    """Return how probable the expected result is, and what would be left of each hypothesis."""
    frame = found.expected
    at = frame[frame["variant"] == variant].set_index(["hypothesis", "patients"])
    sizes = (*found.settings.sizes, UNLIMITED)
    name = {UNLIMITED: "unlimited"} | {n: f"{n} in each arm" for n in found.settings.sizes}
    rows = [
        (
            h.label,
            *(
                f"{percent(at.loc[(h.id, n), 'probability'])} → {percent(at.loc[(h.id, n), 'after'])}"
                for n in sizes
            ),
        )
        for h in found.trial.hypotheses
    ]
    return Table(("if the cause is", *(name[n] for n in sizes)), tuple(rows))
