"""What lesions cost and leave, in EDSS and neurofilament, against the published figures."""

import numpy as np
import pytest

from diapedesis.models import ms
from diapedesis.simulate import Course, Protocol, Steroid
from tests.ms_kit import LAST, YEAR_ON_DRUG, course, likely_patients

MODEL = ms()
TYPICAL = {id: p.default for id, p in MODEL.parameters.items()}
DAYS = np.arange(0.0, LAST + 400.0, 4.0)


def edss_after(plans: list[Protocol], own: dict, peak: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the highest rise of EDSS about the peak of lesions, and what is left half a year on.

    Over the EDSS two months after the last infusion, when the gate still holds.
    """
    edss = course(plans, DAYS, own)["edss"]
    before = edss[:, np.searchsorted(DAYS, LAST + 60.0)]
    about = (DAYS >= LAST) & (peak[:, None] + 60 > DAYS)
    later = np.array([np.interp(t + 180, DAYS, e) for t, e in zip(peak, edss, strict=True)])
    return np.where(about, edss, 0).max(axis=1) - before, later - before


def test_a_rebound_with_two_dozen_lesions_costs_three_points_and_leaves_one() -> None:
    """Claim R045: 23.7 lesions, EDSS up by 3.25 (SD 2.33); 1.13 (SD 0.48) left of it.

    All four had fingolimod from the fourth month and five days of steroid.
    """
    drawn = likely_patients("two dozen", 3000, lesion_rate=0.15)  # four lesions before
    gd = course(YEAR_ON_DRUG, DAYS, drawn)["gd"] * (DAYS >= LAST)
    chosen = np.flatnonzero((gd.max(axis=1) > 19) & (gd.max(axis=1) < 29))
    assert chosen.size > 10
    own = {id: values[chosen] for id, values in drawn.items()}
    peak = DAYS[gd[chosen].argmax(axis=1)]
    pulses = [[Steroid(float(t) + i, grams=1.0) for i in range(5)] for t in peak]
    fingolimod = Course("fingolimod", LAST + 100.0)
    rise, _ = edss_after([YEAR_ON_DRUG.with_treatments(p) for p in pulses], own, peak)
    switched = [YEAR_ON_DRUG.with_treatments([*p, fingolimod]) for p in pulses]
    _, left = edss_after(switched, own, peak)
    assert np.median(rise) == pytest.approx(3.25, abs=0.8)
    assert np.median(left) == pytest.approx(1.13, abs=0.48)


def burst(lesions: float, days) -> dict[str, np.ndarray]:
    """Return courses after lesions born at once in a patient who otherwise has none."""
    own = {"lesion_rate": 1e-9}
    start = course(Protocol(), [0.0], own).final
    start["gd_lesions"] = np.array([lesions])
    return course(Protocol(), days, own, initial=start).values


def test_a_burst_costs_and_leaves_what_its_lesions_add_up_to() -> None:
    """In closed form, over lesions that fade: felt less and leaving more, the more there are."""
    found = burst(10.0, np.array([0.0, 500.0]))
    half, severe = TYPICAL["lesions_half"], TYPICAL["lesions_severe"]
    summed = half * np.log(1 + 10.0 / half) - severe * np.log(1 + 10.0 / severe)
    summed *= half / (half - severe) * TYPICAL["gd_duration"]
    lasting = TYPICAL["permanent_per_lesion"] * summed
    assert found["edss_permanent"][0, 1] == pytest.approx(lasting, rel=1e-3)
    assert found["edss_reversible"][0, 1] == pytest.approx(0.0, abs=1e-3)
    room = TYPICAL["edss_max"] - TYPICAL["edss_0"]
    assert found["edss"][0, 1] == pytest.approx(
        TYPICAL["edss_0"] + room * (1 - np.exp(-lasting / room)), rel=1e-3
    )


def test_a_relapse_costs_a_point_and_leaves_a_quarter_to_a_half() -> None:
    """Claims R013, R014, R155: 1.1 to 1.45 at its worst, 0.28 to 0.5 left after months.

    A burst that is a relapse has, on average, a dozen lesions or two.
    """
    size, half = TYPICAL["burst_size"], TYPICAL["relapse_lesions"]
    sizes = np.arange(1, 400)
    felt = (1 - 1 / size) ** (sizes - 1) * (1 - np.exp(-sizes / half))
    lesions = float(np.sum(sizes * felt) / np.sum(felt))
    assert 10 < lesions < 20
    found = burst(lesions, np.arange(0.0, 201.0))
    rise = found["edss"][0] - TYPICAL["edss_0"]
    assert rise.max() == pytest.approx(1.3, abs=0.4)
    assert rise[127] == pytest.approx(0.4, abs=0.2)


def test_neurofilament_follows_activity_and_falls_by_two_thirds_on_the_drug() -> None:
    """Claims R019, R059: of trial patients with lesions; up to 16-fold of healthy in a rebound."""
    own = likely_patients("neurofilament", 600)
    found = course(YEAR_ON_DRUG, np.array([0.0, LAST]), own)["nfl"]
    many = own["lesion_rate"] * own["gd_duration"] > 5
    assert 1 - np.median(found[many, 1] / found[many, 0]) == pytest.approx(2 / 3, abs=0.2)
    assert np.all(found >= 1 - 1e-6)


def test_permanent_disability_never_falls_and_steroid_leaves_less() -> None:
    own = likely_patients("permanent", 64)
    pulse = YEAR_ON_DRUG.with_treatments(Steroid(LAST + 90.0 + i, grams=1.0) for i in range(5))
    plain, treated = (course(p, DAYS, own)["edss_permanent"] for p in (YEAR_ON_DRUG, pulse))
    assert np.all(np.diff(plain) >= -1e-9)
    month = np.searchsorted(DAYS, LAST + 120.0)
    assert np.all(treated[:, month] < plain[:, month])


def test_a_patient_who_begins_near_the_end_stays_below_it() -> None:
    """The room that is left is never nothing, whatever start is drawn or stated."""
    for start in (2.5, 8.0, 9.5, 15.0):
        edss = course(Protocol(), [0.0, 3650.0], {"edss_0": start, "lesion_rate": 0.2})["edss"][0]
        assert edss[0] < edss[1] <= 9.5
        assert start - 0.6 < edss[0] or start > 9.5
