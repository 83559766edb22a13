"""Numbers that are no numbers are refused, and extreme ones give a share, never NaN."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from diapedesis.observe import (
    JcReading,
    PmlReader,
    csf_load,
    csf_median,
    edss_log_likelihood,
    enhancement_seen,
    karnofsky_log_likelihood,
    lesion_seen,
    pml_reported,
    readings_log_likelihood,
    sample_serology,
    sign_probabilities,
)
from diapedesis.observe.jc_assay import pcr_negative_over_patients
from diapedesis.observe.numbers import Numbers
from diapedesis.observe.scales import ScaleNumbers
from diapedesis.observe.serology_numbers import SerologyNumbers
from diapedesis.observe.sign_numbers import SignNumbers

CSF = {"csf_jc_scale": 400.0, "csf_jc_exponent": 1.6, "csf_jc_leak": 3.0}
SIZES = [1e-300, 1e-9, 0.5, 50.0, 1e9, 1e300]


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1e300])
@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("reader", lambda x: lesion_seen(2.0, x)),
        ("reader", lambda x: pml_reported(2.0, 1, x)),
        ("reader", lambda x: enhancement_seen(1.0, 2.0, 0.0, x)),
        ("reader", lambda x: sign_probabilities("pml", 2.0, reader=[0.0, x])),
        ("patient", lambda x: csf_load(100.0, 1.3, x, 0.0)),
        ("sample", lambda x: csf_load(100.0, 1.3, 0.0, x)),
    ],
)
def test_what_is_no_deviate_is_refused(
    name: str, called: Callable[[float], object], bad: float
) -> None:
    with pytest.raises(ValueError, match=f"^{name}: found .*, expected standard normal deviates"):
        called(bad)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -1.0])
def test_parameters_of_the_load_are_refused_when_they_are_no_numbers(bad: float) -> None:
    for name in CSF:
        with pytest.raises(ValueError, match=f"^{name}: found"):
            csf_median(1.0, 1.0, CSF | {name: bad})
    with pytest.raises(ValueError, match=r"^spread: found"):
        pcr_negative_over_patients(100.0, bad)


@pytest.mark.parametrize("reader", [-40.0, 0.0, 40.0])
@pytest.mark.parametrize("cause", ["pml", "ms"])
def test_signs_of_any_size_have_a_probability(cause: str, reader: float) -> None:
    for found in sign_probabilities(cause, SIZES, 1e300, 0.5, reader).values():  # type: ignore[arg-type]
        assert ((found >= 0) & (found <= 1)).all()
    for found in (lesion_seen(SIZES, reader), enhancement_seen(1e300, SIZES, 0.5, reader)):
        assert ((found >= 0) & (found <= 1)).all()


def declared(kind: type[Numbers]) -> list[tuple[str, float]]:
    return [(name, v) for name in kind.parameters() for v in (1e-300, 1e-9, 1 - 1e-16, 1e9, 1e300)]


def legal(kind: type[Numbers], name: str, value: float) -> Numbers | None:
    try:
        return kind(**{name: value})
    except ValueError:
        return None


@pytest.mark.parametrize(("name", "value"), declared(SignNumbers))
def test_extreme_numbers_of_signs_give_shares(name: str, value: float) -> None:
    if (numbers := legal(SignNumbers, name, value)) is None:
        return
    for cause in ("pml", "ms"):
        found = sign_probabilities(cause, [0.01, 50.0], 1.0, 0.1, 1.0, numbers)  # type: ignore[arg-type]
        for share in found.values():
            assert ((share >= 0) & (share <= 1)).all()


@pytest.mark.parametrize(("name", "value"), declared(PmlReader))
def test_extreme_numbers_of_readers_give_shares(name: str, value: float) -> None:
    if (numbers := legal(PmlReader, name, value)) is None:
        return
    for found in (
        lesion_seen([0, 0.5, 50], 1.0, numbers),  # type: ignore[arg-type]
        enhancement_seen(1.0, [0, 0.5, 50], 0.0, 1.0, numbers),  # type: ignore[arg-type]
    ):
        assert ((found >= 0) & (found <= 1)).all()


@pytest.mark.parametrize(("name", "value"), declared(ScaleNumbers))
def test_extreme_numbers_of_scales_give_no_nan(name: str, value: float) -> None:
    if (numbers := legal(ScaleNumbers, name, value)) is None:
        return
    for found in (
        edss_log_likelihood(9.5, [0.0, 10.0], numbers),  # type: ignore[arg-type]
        karnofsky_log_likelihood(100.0, [0.0, 10.0], numbers),  # type: ignore[arg-type]
    ):
        assert (found <= 1e-12).all()


@pytest.mark.parametrize(
    "changed", [{"index_top": 1e-9}, {"index_middle": 4.0}, {"index_lowest": 4.1}]
)
def test_an_index_is_below_its_top(changed: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"^index_\w+: found .*, expected less than index_top"):
        SerologyNumbers(**changed)


def test_a_legal_top_gives_an_index_for_everybody() -> None:
    found = sample_serology([0.0, 400.0], 200, 1, numbers=SerologyNumbers(index_top=1.95))
    assert np.isfinite(found.index).all() and np.isfinite(found.read()).all()


def test_a_load_beyond_belief_is_still_likely_or_not() -> None:
    found = readings_log_likelihood([JcReading(True, 1e300)], [[1e-300], [1e300]], 1.3)
    assert not np.isnan(found).any() and found[0] < found[1]
