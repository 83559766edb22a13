"""Entry into the CNS subset by subset, and what a lumbar puncture shows of it."""

import numpy as np
import pytest

from diapedesis.simulate import Protocol
from tests.ms_kit import LAST, YEAR_ON_DRUG, course, patients

OFF = LAST + np.arange(0.0, 200.0, 2.0)


def test_the_ratio_in_csf_falls_on_the_drug_and_is_usual_half_a_year_after() -> None:
    """Claims R119 and R118: 0.3 to 2.1 on the drug, usual six months after stopping."""
    ratio = course(YEAR_ON_DRUG, [0.0, 200.0, LAST + 183.0])["csf_cd4cd8"][0]
    assert ratio[0] == pytest.approx(3.0)
    assert 0.3 < ratio[1] < 2.1
    assert ratio[2] == pytest.approx(ratio[0], rel=0.05)


def test_cells_in_csf_are_few_on_the_drug_and_still_half_a_year_after() -> None:
    """Claim R117: low at six months, while the tissue is full again."""
    found = course(Protocol.every(28, n=24), [0.0, 644.0, 644.0 + 183.0])
    assert found["csf_cells"][0, 1] < 0.2
    assert 0.3 < found["csf_cells"][0, 2] < 0.75
    assert found["gd"][0, 2] > found["gd"][0, 0]


def test_more_cd8_than_cd4_cells_enter_on_the_drug() -> None:
    """Claim pkpd 5.3: CD8 cells in CSF are less saturated."""
    own = patients("entry", 64)
    own["residual_cd8"] = np.maximum(own["residual_cd8"], own["residual_cd4"])
    found = course(YEAR_ON_DRUG, np.arange(0.0, LAST + 100.0, 5.0), own)
    assert np.all(found["entry_cd8"] >= found["entry_cd4"] * (1 - 1e-9))
    assert np.mean(found["csf_cd4cd8"][:, 40] < found["csf_cd4cd8"][:, 0]) > 0.9


def test_regulators_come_back_after_effectors() -> None:
    """Claim R116; so for every patient whose regulators need more free alpha4."""
    own = patients("return", 64)
    own["treg_half"] = 1.2 * own["gate_half"]
    found = course(YEAR_ON_DRUG, OFF, own)
    treg, cd4 = found["entry_treg"], found["entry_cd4"]
    assert np.all(treg <= cd4 * (1 + 1e-9))
    day = (found["gate"] > 0.5).argmax(axis=1)  # the day on which half of the entry is back
    assert np.median(treg[range(64), day]) < 0.45


def test_what_no_saturation_stops_is_all_that_enters_at_a_shut_gate() -> None:
    own = {"residual_cd4": 0.1, "residual_cd8": 0.2, "e_max": 0.9999, "ec50": 0.01, "bypass": 0.0}
    found = course(YEAR_ON_DRUG, [20.0], own)
    assert found["entry_cd4"][0, 0] == pytest.approx(0.1, abs=1e-3)
    assert found["entry_cd8"][0, 0] == pytest.approx(0.2, abs=1e-3)


def test_another_route_regains_its_share_of_shut_out_entry_where_tissue_is_ignited() -> None:
    own = {"residual_cd4": 0.0, "bypass": 0.3, "e_max": 0.9999, "ec50": 0.01}
    start = course(YEAR_ON_DRUG, [0.0], own).final
    start["tone_fold"] = np.array([20.0])
    days = [1e-3, 0.5]
    found = course(YEAR_ON_DRUG, days, own, initial=start)
    assert found["gate"][0, 1] < 0.05
    assert found["entry_cd4"][0, 1] == pytest.approx(0.3, abs=0.05)
    calm = course(YEAR_ON_DRUG, days, own)["entry_cd4"]
    assert calm[0, 1] < 0.05
