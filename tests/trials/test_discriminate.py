"""A classifier that knows no more than there is: at chance when nothing differs, right when all."""

from __future__ import annotations

import numpy as np
import pytest

from diapedesis.trials.discriminate import held_out, information, posterior, told_apart
from tests.streams import rng_of

TRIALS, TRUTHS = 2000, 50
TRUTH = np.arange(TRIALS) % TRUTHS


def outcomes(name: str, *means: float, d: int = 3) -> np.ndarray:
    """Return outcomes of hypotheses with these means; truths and chance add as much."""
    rng = rng_of(name)
    centre = np.array(means)[:, None, None]
    truth = rng.standard_normal((len(means), TRUTHS, d))[:, TRUTH]
    return centre + (truth + rng.standard_normal((len(means), TRIALS, d))) / np.sqrt(2)


def test_hypotheses_that_say_the_same_are_told_apart_by_chance_only() -> None:
    like = held_out(outcomes("alike", 0, 0, 0, 0), TRUTH)
    bits, error, right = information(like, TRUTH)
    assert abs(bits) < 0.1 + 3 * error
    assert right == pytest.approx(0.25, abs=0.08)
    told, misled = told_apart(like, 0, 1)
    assert told < 0.05 and misled < 0.05


def test_hypotheses_far_apart_are_always_told_apart() -> None:
    like = held_out(outcomes("apart", 0, 20, 40, 60), TRUTH)
    bits, _, right = information(like, TRUTH)
    assert bits == pytest.approx(2, abs=0.01)
    assert right == 1
    assert told_apart(like, 0, 3) == (1, 0)


def test_a_posterior_is_right_as_often_as_it_says() -> None:
    after = posterior(held_out(outcomes("calibrated", 0, 1.5), TRUTH))
    sure, right = after[..., 0] > 0.8, np.zeros((2, TRIALS), bool)
    right[0] = True
    assert right[sure].mean() == pytest.approx(after[..., 0][sure].mean(), abs=0.05)


def test_misled_as_rarely_as_the_probability_asked_for() -> None:
    told, misled = told_apart(held_out(outcomes("misled", 0, 1.5), TRUTH), 0, 1)
    assert 0.05 < told < 0.95
    assert misled < 0.05


def test_more_is_learned_the_further_they_are_apart() -> None:
    near, far = (
        information(held_out(outcomes("further", 0, x), TRUTH), TRUTH)[0] for x in (0.5, 2.0)
    )
    assert 0 < near < far < 1


def test_what_is_learned_does_not_come_from_the_truths_it_is_tried_on() -> None:
    """Few truths, many outcomes: a likelihood tried on its own truths would be sure, and wrong."""
    rng = rng_of("own truths")
    truth = np.arange(TRIALS) % 10
    x = 3 * rng.standard_normal((4, 10, 6))[:, truth] + 0.1 * rng.standard_normal((4, TRIALS, 6))
    assert information(held_out(x, truth), truth)[0] < 0.2
