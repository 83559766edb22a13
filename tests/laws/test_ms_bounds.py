"""No state of the MS model falls below 0 by itself, and shares stay shares, whatever is given."""

from functools import cache

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from diapedesis.core import Model
from diapedesis.models import ms
from diapedesis.simulate import (
    Course,
    Depletion,
    Immunoadsorption,
    Immunoglobulin,
    Infusion,
    Injection,
    OralSteroid,
    Plex,
    Protocol,
    Steroid,
    solve,
)
from tests.booked import with_shown, without_floors
from tests.laws.ms_protocols import END, names, protocols
from tests.ms_kit import course, patients

RTOL = 1e-6
ATOL = 1e-3 * RTOL  # times the scale of a state
TIMES = np.linspace(0.0, END, 1001)
SHARES = ("gate", "free_alpha4", "entry_cd4", "entry_cd8", "entry_treg")
COLUMNS = ("protein_a", "anti_igg", "tryptophan")
EVERYTHING = Protocol(
    doses=(
        *Protocol.every(28, n=5).doses,
        Injection(130.0, 300.0),
        *(Infusion(280.0 + 28 * i, 300.0) for i in range(4)),  # restart
    ),
    sessions=(
        *(Plex(150.0 + 2 * i, plasma_volumes=1.5) for i in range(5)),
        *(Immunoadsorption(170.0 + 2 * i, volume=4.0, column=c) for i, c in enumerate(COLUMNS)),
    ),
    treatments=(
        *(Steroid(180.0 + i, grams=1.0) for i in range(5)),
        OralSteroid(185.0, 205.0, mg_per_day=60.0),
        *(Immunoglobulin(190.0 + i, grams=30.0) for i in range(5)),
        Course("fingolimod", 200.0, 270.0),
        Course("siponimod", 300.0, 320.0),
        Course("dimethyl_fumarate", 210.0, 400.0),
        *(
            Depletion(drug, 215.0 + 3 * i, amount=2.0)
            for i, drug in enumerate(
                ("anti_cd20", "anti_cd52", "anti_cd4", "anti_cd8", "cladribine")
            )
        ),
    ),
)


@cache
def bare() -> Model:
    """Return the MS model without floors under its states, each of which can be asked for."""
    return with_shown(without_floors(ms()), {id: s.unit for id, s in ms().states.items()})


def lowest(given_: Protocol, own: dict[str, np.ndarray]) -> dict[str, float]:
    """Return the lowest value of each state, in absolute tolerances."""
    shown = tuple(f"{id}_shown" for id in ms().states)
    found = solve(
        bare(), given_, TIMES, shown, parameters=own, t0=0.0, rtol=RTOL, method="tsit5"
    ).raise_failures()
    return {
        id: float(found[f"{id}_shown"].min()) / (ATOL * s.scale) for id, s in ms().states.items()
    }


def test_no_state_falls_below_zero_under_everything_at_once() -> None:
    found = lowest(EVERYTHING, patients("everything", 48))
    assert min(found.values()) >= -10, min(found, key=lambda id: found[id])


@settings(max_examples=25)
@given(protocols, names)
def test_no_state_falls_below_zero(protocol, name) -> None:
    found = lowest(protocol, patients(name, 8))
    assert min(found.values()) >= -10, min(found, key=lambda id: found[id])


@settings(max_examples=25)
@given(protocols, names, st.sampled_from([0.0, 1.0]))
def test_shares_and_counts_stay_within_their_bounds(protocol, name, humoral_share) -> None:
    own = patients(name, 8, humoral_share=humoral_share)
    found = course(protocol, TIMES[::5], own)
    for id, values in found.values.items():
        assert np.all(np.isfinite(values)), id
        assert np.all(values >= 0), id
    for id in SHARES:
        assert np.all(found[id] <= 1 + 1e-5), id
    edss_max = ms().parameters["edss_max"].default
    assert np.all(found["edss"] <= edss_max)
    assert np.all(np.diff(found["edss_permanent"]) >= -1e-9)
