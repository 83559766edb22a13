"""Saturation, surface and gate at the points that fix their shape."""

import numpy as np
import pytest

from diapedesis.models import pkpd
from diapedesis.simulate import Infusion, Protocol
from tests.kit import course

MODEL = pkpd()
DEFAULT = {id: p.default for id, p in MODEL.parameters.items()}
ENV = DEFAULT | {id: i.default for id, i in MODEL.inputs.items()}
ENV |= {id: 1.0 for id in MODEL.states} | {"ada": 0.0}


def at(level: float, **others: float) -> dict[str, float]:
    return MODEL.evaluate(ENV | {"a_c": level * DEFAULT["v_c"]} | others)


def test_half_of_the_largest_saturation_at_ec50() -> None:
    assert at(DEFAULT["ec50"])["saturation"] == pytest.approx(DEFAULT["e_max"] / 2)
    assert at(0.0)["saturation"] == 0
    assert at(1e9)["saturation"] == pytest.approx(DEFAULT["e_max"], rel=1e-4)


def test_the_published_points_of_saturation() -> None:
    """Claims pkpd 2.5 and 3.4: below half under 1 mg/L, about 78 % at 18 mg/L."""
    assert at(0.99)["saturation"] < 0.5
    assert at(18.0)["saturation"] == pytest.approx(0.78, abs=0.04)


def test_the_gate_is_open_without_drug_and_half_open_at_its_half() -> None:
    assert at(0.0, surface=1.0)["gate"] == pytest.approx(1.0)
    half, hill = DEFAULT["gate_half"], DEFAULT["gate_hill"]
    limit = 1 + half**hill
    assert at(0.0, surface=half)["gate"] == pytest.approx(limit / 2)
    assert at(0.0, surface=0.0)["gate"] == 0


def test_free_alpha4_is_what_is_on_the_surface_and_unbound() -> None:
    found = at(5.0, surface=0.8)
    assert found["free_alpha4"] == pytest.approx(0.8 * (1 - found["saturation"]))


def test_surface_falls_to_its_closed_form_and_returns_over_days() -> None:
    """Held at full saturation, the surface settles at 1 - loss x saturation."""
    held = Protocol((Infusion(0.0, 1e6, 200.0),))
    found = course(held, [200.0, 230.0, 900.0], t1=900.0)
    surface = found["free_alpha4"][0] / (1 - found["saturation"][0])
    expected = 1 - DEFAULT["surface_loss"] * found["saturation"][0, 0]
    assert surface[0] == pytest.approx(expected, rel=1e-4)
    assert surface[2] == pytest.approx(1.0, rel=1e-3)
    assert np.all(np.diff(surface) > 0)
