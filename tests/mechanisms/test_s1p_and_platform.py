"""Drugs taken day by day: trapping within hours, platform drugs within weeks to months."""

import numpy as np
import pytest

from diapedesis.simulate import Course
from tests.treated import course, given, treated

# CD4, CD8, B, regulatory and other lymphocytes, of all
SHARES = {"cd4": 0.43, "cd8": 0.21, "b": 0.12, "treg": 0.03, "other": 0.20}
YEAR = given(Course("fingolimod", 0.0, 365.0))


def lymphocytes(found) -> np.ndarray:
    """Return all lymphocytes in blood, share of untreated, where trapping shows at once."""
    trapped = sum(n * found[f"trapped_{k}"][0] for k, n in SHARES.items() if k != "other")
    return 1 - trapped / sum(SHARES.values())


def test_the_first_tablet_takes_lymphocytes_to_60_per_cent_and_two_weeks_to_30() -> None:
    """Claim R077."""
    left = lymphocytes(course(YEAR, [5 / 24, 14.0, 365.0]))
    assert left[0] == pytest.approx(0.60, abs=0.06)
    assert left[1] == pytest.approx(0.30, abs=0.04)
    assert left[2] == pytest.approx(0.30, abs=0.02)


def test_lymphocytes_are_back_within_weeks_of_stopping() -> None:
    """Claim R078: 2 to 4 weeks; the slowest here take 8."""
    left = lymphocytes(course(YEAR, [365.0 + 14, 365.0 + 28, 365.0 + 56]))
    assert left[0] < 0.6
    assert left[1] > 0.7
    assert left[2] > 0.95


def test_the_signal_is_0_without_and_1_on_long_term_fingolimod() -> None:
    found = course(YEAR, [0.0, 365.0])["s1p"][0]
    assert found[0] == 0
    assert found[1] == pytest.approx(1.0, abs=1e-4)


def test_siponimod_is_gone_within_ten_days() -> None:
    found = course(given(Course("siponimod", 0.0, 100.0)), [100.0, 110.0])["s1p"][0]
    assert found[0] == pytest.approx(1.0, abs=1e-3)
    assert found[1] < 0.1


def test_a_switch_from_one_to_the_other_never_traps_more_than_either_does() -> None:
    """Both are there for a while: shares of cells would pass 1 if their levels added up."""
    days = np.arange(0.0, 200.0, 0.5)
    switch = given(Course("fingolimod", 0.0, 100.0), Course("siponimod", 100.0, 200.0))
    found = course(switch, days)["s1p"][0]
    assert 0.99 < found.max() <= 1 + 1e-9


def test_regulatory_cells_are_trapped_less_unless_imbalance_drives_the_disease() -> None:
    """Claim R072: they fall less than other CD4; the hypothesis has them fall most."""
    for weight, treg in ((0.0, 0.65), (1.0, 0.90), (0.5, 0.775)):
        found = course(YEAR, [365.0], parameters={"w_imbalance": weight})
        assert found["trapped_treg"][0, 0] == pytest.approx(treg, abs=1e-3)
        assert found["trapped_effector"][0, 0] < found["trapped_treg"][0, 0]


@pytest.mark.parametrize(
    ("drug", "effect", "day"),
    [("interferon_beta", 0.30, 28.0), ("glatiramer", 0.30, 80.0), ("dimethyl_fumarate", 0.45, 45)],
)
def test_a_platform_drug_reaches_its_effect_and_loses_it_as_slowly(drug, effect, day) -> None:
    found = course(given(Course(drug, 0.0, 720.0)), [0.0, day, 720.0, 720.0 + day])
    share = found["platform_effect"][0] / effect
    assert share[0] == 0
    assert 0.75 < share[1] < 0.98
    assert share[2] == pytest.approx(1.0, abs=1e-3)
    assert share[3] == pytest.approx(1 - share[1], abs=1e-3)


def test_platform_drugs_together_leave_the_product_of_what_each_leaves() -> None:
    both = given(Course("interferon_beta", 0.0), Course("glatiramer", 0.0))
    assert course(both, [720.0])["platform_effect"][0, 0] == pytest.approx(1 - 0.7**2, abs=1e-3)


def test_only_fumarate_costs_lymphocytes_and_cd8_most() -> None:
    fumarate = course(given(Course("dimethyl_fumarate", 0.0)), [720.0])
    assert fumarate["dmf_loss_cd8"][0, 0] > fumarate["dmf_loss"][0, 0] > 0.2
    assert course(given(Course("glatiramer", 0.0)), [720.0])["dmf_loss"][0, 0] == 0


def test_every_effect_is_none_without_treatment() -> None:
    found = course(given(), [0.0, 500.0])
    still = treated().outputs.keys() & found.values.keys()
    one = {"igg_fold", "fcrn_fold", "igg", "cd4", "cd8", "b"}
    assert all(np.all(found[o] == 0) for o in still - one)
    assert all(found[o] == pytest.approx(1.0) for o in one - {"igg"})
