"""Antibodies against the drug: lower levels, less of them free, and removed with the plasma."""

from dataclasses import replace

import numpy as np
import pytest

from diapedesis.models import pkpd
from diapedesis.simulate import Antibodies, Immunoadsorption, Plex, Protocol
from tests.kit import course

GIVEN = Protocol.every(28, n=8)
TROUGHS = 28.0 * np.arange(1, 9)
DEFAULT = {id: p.default for id, p in pkpd().parameters.items()}


def antibodies(*episodes: Antibodies) -> Protocol:
    return replace(GIVEN, antibodies=episodes)


def test_without_antibodies_all_drug_is_free() -> None:
    found = course(GIVEN, TROUGHS)
    assert np.array_equal(found["c"], found["c_free"])


def test_titre_lowers_levels_free_drug_and_saturation() -> None:
    courses = [course(antibodies(Antibodies(0.0, t)), TROUGHS) for t in (0.0, 0.5, 1.0, 2.0)]
    for low, high in zip(courses[1:], courses[:-1], strict=True):
        for output in ("c", "c_free", "saturation"):
            assert np.all(low[output][0, 1:] < high[output][0, 1:])
        assert np.all(low["c_free"] / low["c"] < high["c_free"] / high["c"])


def test_binding_and_clearance_at_the_median_titre() -> None:
    """At a settled titre of 1, a quarter is free, and clearance is 2.45-fold."""
    found = course(antibodies(Antibodies(0.0)), [220.0], rtol=1e-9)
    free = found["c_free"][0, 0] / found["c"][0, 0]
    assert free == pytest.approx(1 / (1 + DEFAULT["ada_binding"]), rel=1e-6)
    env = DEFAULT | {id: i.default for id, i in pkpd().inputs.items()}
    env |= {id: 1.0 for id in pkpd().states}
    with_, without = (pkpd().evaluate(env | {"ada": x}) for x in (1.0, 0.0))
    assert with_["cl_i"] / without["cl_i"] == pytest.approx(2.45)


def test_transient_antibodies_go_and_levels_come_back() -> None:
    given = replace(Protocol.every(28, n=20), antibodies=(Antibodies(0.0, 1.0, 150.0),))
    never = course(Protocol.every(28, n=20), [140.0, 560.0])["c_free"][0]
    transient = course(given, [140.0, 560.0])["c_free"][0]
    assert transient[0] < 0.5 * never[0]
    assert transient[1] == pytest.approx(never[1], rel=1e-3)


def test_the_titre_of_a_subject_is_scaled() -> None:
    scaled = course(antibodies(Antibodies(0.0, 1.0)), TROUGHS, parameters={"ada_titre": 2.0})
    stated = course(antibodies(Antibodies(0.0, 2.0)), TROUGHS)
    np.testing.assert_allclose(scaled["c"], stated["c"], rtol=1e-12)


@pytest.mark.parametrize(
    "session", [Plex(210.0, volume=4.0), Immunoadsorption(210.0, volume=4.0)], ids=["plex", "ia"]
)
def test_sessions_remove_antibodies(session: Plex | Immunoadsorption) -> None:
    given = antibodies(Antibodies(0.0))
    before = course(given, [], t0=0.0, t1=210.0).final["ada"][0]
    options = {"t0": 0.0, "t1": session.end, "parameters": {"k_ada": 0.08}, "rtol": 1e-9}
    after = course(given.with_sessions([session]), [], **options).final["ada"][0]
    share = 1.0 if isinstance(session, Plex) else DEFAULT["e_igg_protein_a"]
    # production during the 2.5 h replaces under one per cent
    assert after / before == pytest.approx(np.exp(-share * 4.0 / DEFAULT["v_c"]), rel=0.03)
    assert after < 0.4 * before
