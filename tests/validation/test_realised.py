"""Lesions as they happen: pressure after stopping, which the rare burst raises."""

import numpy as np

from diapedesis.observe import LesionProcess, sample_lesions
from diapedesis.validation.realised import as_happened
from tests.ms_kit import LAST, YEAR_ON_DRUG, course, likely_patients

DAYS = np.arange(0.0, 365.0, 7.0)
PATIENTS = 2000
"""Of 15 000 other patients 1.03 % passed 20 mmHg: here 21 would, and two or fewer hardly ever."""


def test_pressure_is_raised_in_few_who_stop_and_more_often_than_expected_lesions_say() -> None:
    """Tumefactive lesions are in a thousandth (R161) to 8 % (R160); pressure rises in no more.

    Pressure is a convex function of the number of lesions, so its tail is due to chance in that
    number: the same patients with the number expected of them pass 20 mmHg less often.
    """
    own = likely_patients("pressure", PATIENTS)
    expected = course(YEAR_ON_DRUG, LAST + DAYS, own)
    births, tone = expected["lesion_births"], expected["tone"]
    seen = sample_lesions(DAYS, births, 0.0, LesionProcess.of(own), seed=1)
    none = np.full(PATIENTS, np.inf)
    happened = as_happened(own, DAYS, seen.enhancing(DAYS), tone, none, ("icp",))
    sampled, smooth = (np.mean(c["icp"].max(axis=1) > 20) for c in (happened, expected))
    assert 0.001 < sampled < 0.08
    assert smooth < sampled
    assert np.median(happened["icp"].max(axis=1)) < 10.5
