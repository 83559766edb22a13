"""Every number of the clinic is declared, sourced and can be drawn."""

from __future__ import annotations

import numpy as np
import pytest

from diapedesis.core import Fixed, Source
from diapedesis.core.sources import is_given
from diapedesis.evidence import fittable, resolve
from diapedesis.observe import ExtentNumbers, JcAssay, PmlReader, ScaleNumbers, SerologyNumbers
from diapedesis.observe.sign_numbers import SignNumbers
from tests.streams import rng_of

KINDS = (ExtentNumbers, JcAssay, PmlReader, ScaleNumbers, SerologyNumbers, SignNumbers)


@pytest.mark.parametrize("kind", KINDS)
def test_every_number_has_a_source_that_may_be_used(kind) -> None:
    for name, p in kind.parameters().items():
        assert is_given(p.source) and p.label, name
        if isinstance(p.source, Source):
            for claim in p.source.claims:
                assert fittable(resolve(claim)), (name, claim)
            assert not isinstance(p.prior, Fixed), name


@pytest.mark.parametrize("kind", KINDS)
def test_draws_are_centred_on_the_defaults(kind) -> None:
    """Medians of 4000 draws; 4.5 standard errors of a median."""
    drawn = kind.draw(4000, rng_of(f"draws of {kind.__name__}"))
    for name, p in kind.parameters().items():
        values = getattr(drawn, name)
        assert values.shape == (4000,)
        low, high = (values < p.default).mean(), (values > p.default).mean()
        if not isinstance(p.prior, Fixed):
            assert abs(low - high) < 2 * 4.5 * 0.5 / np.sqrt(4000) + 0.03, name
        else:
            assert low == high == 0


def test_numbers_are_taken_from_among_others() -> None:
    found = JcAssay.of({"limit": [10.0, 50.0], "gate_hill": 3.0})
    assert found.limit.tolist() == [10.0, 50.0] and found.width == 0.35
