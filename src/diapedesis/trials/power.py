"""What trials of a real size would find: significant effects, hypotheses told apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from diapedesis.trials.allocation import Simulated
from diapedesis.trials.design import Trial
from diapedesis.trials.discriminate import held_out, information, posterior, told_apart

Array = NDArray[np.float64]
Sizes = Mapping[tuple[int, int], Simulated]
"""Simulated trials by variant and number of patients in each arm."""
CONTROL, JOINT, EVERYTHING = "control alone", "all arms", "all arms and the control's level"


@dataclass(frozen=True)
class Looked:
    """What is looked at to tell hypotheses apart.

    Parameters
    ----------
    name : str
    arms : tuple of int
        Arms, each against the control.
    level : bool
        Whether the outcome of the control itself is looked at too.
    """

    name: str
    arms: tuple[int, ...]
    level: bool = False

    def at(self, trials: Simulated) -> Array:
        """Return the outcomes looked at, shape (hypotheses, trials, d)."""
        f = trials.features
        parts = [f[:, a] - f[:, 0] for a in self.arms] + ([f[:, 0]] if self.level else [])
        return np.concatenate(parts, axis=-1)


def looked_at(trial: Trial) -> tuple[Looked, ...]:
    """Return the control, each arm, each two arms of the joint trial, and all of them."""
    joint = trial.places(trial.joint)
    name = lambda arms: " + ".join(trial.arms[a].id for a in arms)  # noqa: E731
    single = [(a,) for a in range(1, len(trial.arms))]
    return (
        Looked(CONTROL, (), level=True),
        *(Looked(name(arms), arms) for arms in (*single, *combinations(joint, 2))),
        Looked(JOINT, tuple(joint)),
        Looked(EVERYTHING, tuple(joint), level=True),
    )


def power_table(trial: Trial, sizes: Sizes) -> pd.DataFrame:
    """Return how often an arm is significantly below, or above, the control.

    Two-sided tests at 5 %: pooled z test of shares (rebound, relapse), Welch's t test of the
    logarithm of 1 + new Gd lesions.
    """
    return pd.DataFrame(
        [
            {
                "variant": trial.variants[v].id,
                "patients": n,
                "hypothesis": hypothesis.id,
                "arm": arm.id,
                "endpoint": endpoint,
                "less": float((test[h, a] <= -1).mean()),
                "more": float((test[h, a] >= 1).mean()),
            }
            for (v, n), found in sizes.items()
            for endpoint, test in found.tests.items()
            for h, hypothesis in enumerate(trial.hypotheses)
            for a, arm in enumerate(trial.arms)
            if a
        ]
    )


@dataclass(frozen=True)
class Told:
    """How well trials tell hypotheses apart.

    Attributes
    ----------
    information : DataFrame
        What each choice of arms tells of which pure hypothesis holds [bit], with its error, and the
        share of trials in which the most probable one is right.
    pairs : DataFrame
        For each two hypotheses, how often a trial tells them apart, and how often it misleads.
    posterior : DataFrame
        Mean probability of each pure hypothesis after a trial, by the hypothesis that holds.
    """

    information: pd.DataFrame
    pairs: pd.DataFrame
    posterior: pd.DataFrame


def tell(trial: Trial, sizes: Sizes) -> Told:
    """Say how well trials tell the hypotheses apart."""
    told, pairs, after = [], [], []
    pure = [h for h, x in enumerate(trial.hypotheses) if x.pure]
    for (v, n), found in sizes.items():
        for looked in looked_at(trial):
            like = held_out(looked.at(found), found.truth)
            about = {"variant": trial.variants[v].id, "patients": n, "arms": looked.name}
            among = like[np.ix_(pure, range(like.shape[1]), pure)]
            bits, error, right = information(among, found.truth)
            told.append(about | {"bits": bits, "error": error, "right": right})
            pairs += [about | row for row in _pairs(trial, like)]
            after += [about | row for row in _posterior(trial, pure, like)]
    return Told(pd.DataFrame(told), pd.DataFrame(pairs), pd.DataFrame(after))


def _pairs(trial: Trial, like: Array) -> Iterable[dict[str, object]]:
    for i, j in combinations(range(len(trial.hypotheses)), 2):
        told, misled = told_apart(like, i, j)
        names = {"one": trial.hypotheses[i].id, "other": trial.hypotheses[j].id}
        yield names | {"told": told, "misled": misled}


def _posterior(trial: Trial, pure: list[int], like: Array) -> Iterable[dict[str, object]]:
    mean = posterior(like[:, :, pure]).mean(axis=1)
    for h, hypothesis in enumerate(trial.hypotheses):
        for k, tried in enumerate(pure):
            of = {"hypothesis": hypothesis.id, "taken_for": trial.hypotheses[tried].id}
            yield of | {"probability": float(mean[h, k])}
