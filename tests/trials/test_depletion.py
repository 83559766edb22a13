"""The depletion trial at a small size: its tables hang together, its page says what they say."""

from __future__ import annotations

import re

import numpy as np
import pytest

from diapedesis.report.trial import trial_report
from diapedesis.trials import Found, Settings, depletion_trial, run, words
from diapedesis.trials.links import NONE
from diapedesis.trials.page import page
from diapedesis.trials.power import JOINT

SMALL = Settings(patients=40, truths=10, trials=100, sizes=(20, 50), replicates=2)


@pytest.fixture(scope="module")
def found() -> Found:
    done: list[int] = []
    result = run(depletion_trial(), SMALL, lambda i, n, what: done.append(i))
    assert done == list(range(99))
    return result


def test_every_arm_hypothesis_and_variant_has_every_endpoint(found: Found) -> None:
    keys = ["variant", "hypothesis", "arm", "endpoint"]
    assert len(found.outcomes) == 2 * 7 * 7 * 5
    assert not found.outcomes.duplicated(keys).any()


def test_where_the_laws_show_no_link_nothing_happens(found: Found) -> None:
    idle = found.reasons[found.reasons["status"] == NONE]
    assert set(idle["hypothesis"]) == {"cd4", "imbalance"}
    assert np.allclose(idle[["gd", "gd_low", "gd_high"]], 1, atol=1e-3)
    moved = found.reasons[found.reasons["status"] != NONE]
    assert np.all(np.abs(moved["gd"] - 1) > 1e-3)


def test_depth_is_what_was_aimed_at(found: Found) -> None:
    mean = found.depth[found.depth["days"] == 0]
    assert np.allclose(mean["gone"], mean["aim"], atol=0.03)


def test_an_antibody_that_spares_regulators_prevents_no_less(found: Found) -> None:
    at = found.reasons.set_index(["variant", "hypothesis", "arm"])["gd"]
    for variant in ("help_known", "help_free"):
        for h in found.trial.hypotheses:
            for arm in ("anti_cd4_50", "anti_cd4_90"):
                assert at[variant, h.id, f"{arm}_spared"] <= at[variant, h.id, arm] + 1e-3


def test_what_is_told_has_a_ceiling(found: Found) -> None:
    told = found.told.information
    assert told["bits"].max() < np.log2(6)
    assert set(told["arms"]) >= {JOINT, "anti_cd8_90", "anti_cd4_90 + anti_cd8_90"}
    assert told["right"].between(0, 1).all()


def test_probabilities_after_a_trial_add_up(found: Found) -> None:
    sums = found.told.posterior.groupby(["variant", "patients", "arms", "hypothesis"])
    assert np.allclose(sums["probability"].sum(), 1)


def test_the_page_says_what_the_tables_say(found: Found) -> None:
    text = page(found)
    assert text == page(Found(found.trial, found.settings, found.records))
    for sentence in words.arm_sentences(found, "help_known", found.trial.joint):
        assert sentence in text
    assert "diapedesis trial run depletion --patients 40 --truths 10 --seed 1" in text
    assert "*EDSS at the expected number of lesions*" in text and "would widen it" in text
    assert "Infections, PML" in text and "Everything on this page is simulated" in text
    assert not re.search(r"\b(nan|inf|None)\b", text)


def test_the_report_stands_alone(found: Found) -> None:
    html = trial_report(found)
    assert html == trial_report(Found(found.trial, found.settings, found.records))
    assert "EDSS at the expected number of lesions" in html
    assert "would widen it" in html
    assert html.count("<svg") == 3 and "SIMULATED" in html and "Research use only" in html
    assert "http" not in re.sub(r"<svg.*?</svg>", "", html, flags=re.S)


def test_so_few_patients_give_no_verdict(found: Found) -> None:
    counted = found.outcomes[found.outcomes["endpoint"] != "edss"]
    assert set(counted["verdict"]) == {"too few patients"}
    (said,) = words.expected_sentences(found, "help_known")
    assert "No verdict can be given at this size" in said and "100 patients" in said
    assert "too few patients" in words.help_sentences(found)[0]


def test_sentences_follow_the_numbers(found: Found) -> None:
    frame = found.outcomes
    at = frame[(frame["variant"] == "help_known") & (frame["endpoint"] == "rebound")]
    at = at.set_index(["hypothesis", "arm"])["verdict"]
    (anti_cd8,) = words.arm_sentences(found, "help_known", ["anti_cd8_90"])
    said = {"does not change": "does not change it under", "prevents": "prevents rebound under"}
    for word, text in said.items():
        there = any(at[h.id, "anti_cd8_90"] == word for h in found.trial.hypotheses)
        assert (text in anti_cd8) == there


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"truths": 5}, "truths: found 5, expected 10 to 1000"),
        ({"patients": 60}, "patients: found 60, expected two or more"),
        ({"trials": 10}, "trials: found 10, expected at least 50"),
    ],
)
def test_sizes_that_say_nothing_are_refused(settings: dict[str, int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Settings(**settings)
