"""Verdicts, spreads over truths, the expected result."""

from __future__ import annotations

import numpy as np
import pytest

from diapedesis.trials import Arm
from diapedesis.trials.expected import UNLIMITED, expected_table
from diapedesis.trials.outcomes import TOO_FEW, ratios, verdict, verdicts
from diapedesis.trials.spread import by_truth, drawn_in, log_ratio, value
from tests.streams import rng_of
from tests.trials.made import records, trial


@pytest.mark.parametrize(
    ("low", "high", "word"),
    [
        (0.1, 0.45, "prevents"),
        (0.3, 0.75, "lessens"),
        (0.85, 1.2, "does not change"),
        (1.3, 3.0, "worsens"),
        (0.3, 1.3, "not settled"),
    ],
)
def test_a_verdict_needs_nine_truths_of_ten(low: float, high: float, word: str) -> None:
    ratio = np.linspace(low, high, 50)
    assert verdict(ratio) == word
    assert verdict(np.append(ratio[:40], [9.0] * 10)) in ("not settled", "worsens")


def test_noise_of_few_patients_is_taken_out_of_the_spread() -> None:
    rng = rng_of("spread")
    truth = rng.standard_normal(2000)
    patients = truth[:, None] + 4 * rng.standard_normal((2000, 16))
    halves = (patients[:, ::2].mean(axis=1) - patients[:, 1::2].mean(axis=1)) ** 2 / 4
    raw = patients.mean(axis=1)
    assert raw.std() == pytest.approx(np.sqrt(2), rel=0.1)
    assert drawn_in(raw, halves).std() == pytest.approx(1, rel=0.1)
    assert drawn_in(raw, halves).mean() == pytest.approx(raw.mean())


def test_few_patients_never_make_truths_all_the_same() -> None:
    rng = rng_of("few patients")
    patients = rng.standard_normal((200, 10)) + 4 * rng.standard_normal((4, 200, 10))
    noise = (patients[:2].mean(axis=0) - patients[2:].mean(axis=0)) ** 2 / 4
    raw = patients.mean(axis=0)
    kept, cautious = drawn_in(raw, noise), drawn_in(raw, noise, cautious=True)
    assert np.ptp(kept, axis=1).min() > 0.1
    assert np.all(cautious.std(axis=1) >= kept.std(axis=1) - 1e-12)
    assert np.all(kept.std(axis=1) <= raw.std(axis=1) + 1e-12)


@pytest.mark.parametrize(("patients", "chance"), [(4, 0.4), (10, 0.04)])
def test_noise_alone_gives_no_verdict(patients: int, chance: float) -> None:
    """The truths differ by chance alone, or by nothing that so few patients could show."""
    rng = rng_of(f"verdict {patients}")
    rebound = rng.random((1, 1, 2, 10, patients * 8)) < chance
    made = records(trial(Arm("a", "a")), patients, rebound=rebound)
    assert verdicts(made, "rebound")[0, 0, 1] in (TOO_FEW, "not settled")
    assert np.ptp(ratios(made, "rebound")[0, 0, 1]) > 0


def test_what_is_the_same_in_every_truth_is_settled_with_enough_patients() -> None:
    rebound = np.ones((1, 1, 3, 10, 40))
    rebound[:, :, 1] = 0
    made = records(trial(Arm("a", "a"), Arm("b", "b")), 20, rebound=rebound)
    assert verdicts(made, "rebound")[0, 0].tolist() == [
        "does not change",
        "prevents",
        "does not change",
    ]


def test_ratios_of_paired_records() -> None:
    gd = np.full((1, 1, 2, 10, 40), 4.0)
    gd[:, :, 1] = 1.0
    made = records(trial(Arm("a", "a")), 20, new_gd=gd)
    assert np.allclose(ratios(made, "new_gd")[0, 0, 1], 0.25, rtol=0.02)
    assert np.allclose(by_truth(made, "new_gd", value)[0, 0, 1], 1.0)
    assert np.all(by_truth(made, "rebound", log_ratio) == 0)


def test_the_expected_result_and_what_it_says() -> None:
    """CD8 prevents under one cause in every truth, CD4 under the other; nothing else."""
    arms = (Arm("anti_cd4", "anti-CD4"), Arm("anti_cd8", "anti-CD8"))
    rebound = np.ones((1, 2, 3, 10, 40))
    rebound[:, 0, 1] = 0
    rebound[:, 1, 2] = 0
    expected = {"anti_cd4": False, "anti_cd8": True}
    made = trial(*arms, hypotheses=("cd4", "virus"), expected=expected)
    frame = expected_table(records(made, 20, rebound=rebound), {})
    at = frame[frame["patients"] == UNLIMITED].set_index("hypothesis")
    assert at["probability"].to_dict() == {"cd4": 0, "virus": 1}
    assert at["after"].to_dict() == {"cd4": 0, "virus": 1}
