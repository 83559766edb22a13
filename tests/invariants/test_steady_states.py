"""Where nothing happens, nothing moves."""

from dataclasses import replace

import numpy as np
import pytest

from diapedesis.models import pkpd
from diapedesis.simulate import Antibodies, Plex, Protocol
from tests.kit import course

TIMES = np.array([0.0, 1.0, 30.0, 365.0])


def test_without_drug_the_gate_is_open_and_proteins_are_usual() -> None:
    own = {"igg_level": 12.3, "fibrinogen_level": 3.3}
    rest = course(Protocol(), TIMES, parameters=own, inputs={"male": 1.0})
    assert np.all(rest["c"] == 0)
    assert np.all(rest["c_free"] == 0)
    assert np.all(rest["saturation"] == 0)
    np.testing.assert_allclose(rest["free_alpha4"], 1.0, rtol=1e-9)
    np.testing.assert_allclose(rest["gate"], 1.0, rtol=1e-9)
    np.testing.assert_allclose(rest["igg"], 12.3, rtol=1e-9)
    np.testing.assert_allclose(rest["fibrinogen"], 3.3, rtol=1e-9)


def test_proteins_and_surface_come_back() -> None:
    given = Protocol.every(28, n=3).with_sessions(
        Plex(70.0 + 2 * i, plasma_volumes=1.5) for i in range(5)
    )
    end = course(given, [1500.0])
    assert end["igg"][0, 0] == pytest.approx(10.9, rel=1e-4)
    assert end["fibrinogen"][0, 0] == pytest.approx(2.84, rel=1e-4)
    assert end["gate"][0, 0] == pytest.approx(1.0, rel=1e-3)


def test_levels_rise_to_a_plateau() -> None:
    troughs = course(Protocol.every(28, n=40), 28.0 * np.arange(1, 41))["c"][0]
    assert np.all(np.diff(troughs) > -1e-6 * troughs[:-1])
    assert troughs[-1] == pytest.approx(troughs[-2], rel=1e-6)


def test_antibodies_settle_at_their_titre() -> None:
    given = replace(Protocol.every(28, n=12), antibodies=(Antibodies(0.0, titre=1.7),))
    end = course(given, [], t0=0.0, t1=330.0)
    assert end.final["ada"][0] == pytest.approx(1.7, rel=1e-6)
    assert pkpd().parameters["ada_titre"].default == 1.0
