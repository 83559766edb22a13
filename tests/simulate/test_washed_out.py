"""What has long washed out must not hold the solver up."""

import numpy as np
import pytest

from diapedesis.models import ms
from diapedesis.simulate import Protocol, Steroid, solve


@pytest.mark.parametrize("rtol", [1e-4, 1e-6])
def test_a_year_after_washout_takes_few_implicit_steps(rtol):
    pulses = [Steroid(float(day), 1.0) for day in range(28, 169, 28)]
    given = Protocol.every(28, n=1).with_treatments(pulses)
    fast = {
        "cl": 0.11,
        "v_c": 3.16,
        "v_p": 0.81,
        "q": 0.50,
        "v_max": 2.4,
        "k_m": 0.29,
        "hill": 0.69,
    }
    found = solve(
        ms(), given, [400.0], ("lesion_births",), parameters=fast, rtol=rtol, method="rodas5p"
    ).raise_failures()
    explicit = solve(
        ms(), given, [400.0], ("lesion_births",), parameters=fast, rtol=1e-8, method="tsit5"
    )
    assert found.steps[0] < 1000
    np.testing.assert_allclose(found["lesion_births"], explicit["lesion_births"], rtol=50 * rtol)
