"""Signs, limits and directions, for protocols and parameters drawn over the priors' supports."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from diapedesis.core import Fixed, LogitNormal, LogNormal, LogUniform, Parameter
from diapedesis.models import pkpd
from diapedesis.simulate import (
    Antibodies,
    Immunoadsorption,
    Infusion,
    Injection,
    Plex,
    Protocol,
    Solution,
)
from tests.kit import OUTPUTS, course

TIMES = np.linspace(0.0, 120.0, 49)
NOISE = 1e-5  # ten times the solver's relative tolerance
TRACE = 5e-7  # mg/L: some steps of the absolute tolerance; saturation rises from 0 infinitely fast
FEW = settings(max_examples=40)


def values(p: Parameter) -> st.SearchStrategy[float]:
    """Draw from three standard deviations of a prior, spread between subjects included."""
    match p.prior:
        case LogUniform(low, high):
            return st.floats(low, high)
        case LogNormal(sd):
            reach = 3 * np.hypot(sd, p.iiv)
            return st.floats(-reach, reach).map(lambda z: p.default * float(np.exp(z)))
        case LogitNormal(sd):
            odds = p.default / (1 - p.default)
            z = st.floats(-3 * sd, 3 * sd)
            return z.map(lambda z: float(1 / (1 + np.exp(-z) / odds)))
        case Fixed():
            return st.just(p.default)


subjects = st.fixed_dictionaries({id: values(p) for id, p in pkpd().parameters.items()})
covariates = st.fixed_dictionaries(
    {
        "height": st.floats(1.4, 2.1),
        "height_known": st.sampled_from([0.0, 1.0]),
        "male": st.sampled_from([0.0, 0.5, 1.0]),
        "haematocrit": st.floats(0.2, 0.6),
    }
)
days = st.floats(0.0, 110.0)
amounts = st.floats(0.0, 1200.0)
doses = st.builds(Infusion, days, amounts, st.floats(0.01, 1.0)) | st.builds(
    Injection, days, amounts
)
volumes = st.floats(0.2, 4.0)
kinds = st.sampled_from(["albumin", "plasma", "protein_a", "anti_igg", "tryptophan"])


def session(slot: int, late: float, volume: float, kind: str) -> Plex | Immunoadsorption:
    day = 2.0 * slot + late
    if kind in ("albumin", "plasma"):
        return Plex(day, plasma_volumes=volume, replacement=kind)  # type: ignore[arg-type]
    return Immunoadsorption(day, volume=volume, column=kind)  # type: ignore[arg-type]


sessions = st.lists(
    st.tuples(st.integers(0, 55), st.floats(0.0, 1.8), volumes, kinds),
    max_size=8,
    unique_by=lambda s: s[0],
).map(lambda drawn: tuple(session(*s) for s in drawn))
protocols = st.builds(
    Protocol,
    doses=st.lists(doses, min_size=1, max_size=6).map(tuple),
    sessions=sessions,
    weights=st.lists(st.tuples(days, st.floats(40.0, 150.0)), min_size=1, max_size=3).map(tuple),
    antibodies=st.lists(
        st.builds(Antibodies, st.floats(0.0, 50.0), st.floats(0.0, 4.0), st.floats(51.0, 200.0)),
        max_size=1,
    ).map(tuple),
)


def run(protocol: Protocol, own: dict[str, float], given_: dict[str, float]) -> Solution:
    return course(protocol, TIMES, t0=0.0, parameters=own, inputs=given_)


@FEW
@given(protocols, subjects, covariates)
def test_every_course_stays_within_its_bounds(protocol, own, inputs) -> None:
    found = run(protocol, own, inputs)
    for output in OUTPUTS:
        assert np.all(np.isfinite(found[output]))
        assert np.all(found[output] >= 0), output
    assert np.all(found["c_free"] <= found["c"] * (1 + 1e-12))
    for share in ("saturation", "free_alpha4", "gate"):
        assert np.all(found[share] <= 1 + NOISE), share
    assert np.all(found["saturation"] <= own["e_max"])
    amounts_there = sum(found.final[s] for s in ("a_d", "a_c", "a_p"))
    assert amounts_there <= sum(d.amount for d in protocol.doses) * (1 + NOISE) + TRACE


@FEW
@given(protocols, subjects, covariates, st.integers(0, 5), st.floats(1.0, 600.0))
def test_more_drug_more_level_less_free_alpha4(protocol, own, inputs, which, more) -> None:
    dose = protocol.doses[which % len(protocol.doses)]
    others = tuple(d for d in protocol.doses if d is not dose)
    raised = replace(protocol, doses=(*others, replace(dose, amount=dose.amount + more)))
    low, high = run(protocol, own, inputs), run(raised, own, inputs)
    for output in ("c", "c_free"):
        assert np.all(high[output] >= low[output] * (1 - NOISE) - TRACE), output
    seen = low["c"] > TRACE / NOISE  # from there on an error of TRACE is below NOISE
    assert np.all((high["saturation"] >= low["saturation"] * (1 - NOISE))[seen])
    for output in ("free_alpha4", "gate"):
        assert np.all((high[output] <= low[output] * (1 + NOISE))[seen]), output


@FEW
@given(protocols, subjects, covariates, st.integers(0, 7), st.floats(1.05, 3.0))
def test_more_volume_less_drug(protocol, own, inputs, which, fold) -> None:
    """Less at every later time too: refill never overtakes. Antibodies leave as well, so none."""
    protocol = replace(protocol, antibodies=())
    if not protocol.sessions:
        protocol = protocol.with_sessions([Plex(60.0, plasma_volumes=1.0)])
    chosen = protocol.sessions[which % len(protocol.sessions)]
    field = "volume" if chosen.volume is not None else "plasma_volumes"
    raised = replace(chosen, **{field: getattr(chosen, field) * fold})
    others = tuple(s for s in protocol.sessions if s is not chosen)
    less = run(protocol, own, inputs)
    more = run(replace(protocol, sessions=(*others, raised)), own, inputs)
    assert np.all(more["c"] <= less["c"] * (1 + NOISE) + TRACE)
    seen = more["c"] > 1e3 * TRACE
    assert np.all((more["gate"] >= less["gate"] * (1 - NOISE))[seen])


@FEW
@given(subjects, covariates)
def test_nothing_moves_without_drug_and_sessions(own, inputs) -> None:
    found = run(Protocol(), own, inputs)
    for output, level in (("igg", own["igg_level"]), ("fibrinogen", own["fibrinogen_level"])):
        np.testing.assert_allclose(found[output], level, rtol=NOISE)
    for output in ("free_alpha4", "gate"):
        np.testing.assert_allclose(found[output], 1.0, rtol=NOISE)
    assert not np.any(found["c"])


@FEW
@given(protocols, subjects, covariates)
def test_plasma_fits_into_the_central_volume(protocol, own, inputs) -> None:
    found = run(protocol, own, inputs)
    days = np.array([day for day, _ in protocol.weights[1:]])
    index = np.searchsorted(days, TIMES, side="left")
    kg = np.array([kg for _, kg in protocol.weights])[index]
    central = own["v_c"] * (kg / 75.0) ** own["v_weight"]
    assert np.all(found["v_plasma"][0] <= central * (1 + 1e-9))
