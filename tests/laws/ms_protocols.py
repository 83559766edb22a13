"""Protocols of the MS model for Hypothesis: drug, apheresis and every other treatment."""

from hypothesis import strategies as st

from diapedesis.simulate import (
    Antibodies,
    Course,
    Depletion,
    Immunoglobulin,
    Infusion,
    Injection,
    OralSteroid,
    Protocol,
    Steroid,
)
from tests.laws.test_courses import session

END = 500.0
days = st.floats(0.0, 400.0)
doses = st.lists(
    st.builds(Infusion, days, st.floats(100.0, 600.0)) | st.builds(Injection, days, st.just(300.0)),
    min_size=1,
    max_size=8,
).map(tuple)
sessions = st.lists(
    st.tuples(
        st.integers(0, 200),
        st.floats(0.0, 1.8),
        st.floats(0.2, 5.0),
        st.sampled_from(["albumin", "plasma", "protein_a", "anti_igg", "tryptophan"]),
    ),
    max_size=6,
    unique_by=lambda s: s[0],
).map(lambda drawn: tuple(session(*s) for s in drawn))
pulses = st.builds(Steroid, days, st.sampled_from([0.1, 0.5, 1.0, 2.0]))
depletions = st.builds(
    Depletion,
    st.sampled_from(["anti_cd20", "anti_cd52", "anti_cd4", "anti_cd8", "cladribine"]),
    days,
    st.floats(0.2, 5.0),
)
immunoglobulins = st.builds(Immunoglobulin, days, st.floats(10.0, 150.0))


def taken(drugs: tuple[str, ...]) -> st.SearchStrategy:
    """Courses of some drugs, each at most once, so that none overlaps itself."""
    spans = st.tuples(st.sampled_from(drugs), days, st.floats(1.0, 300.0))
    chosen = st.lists(spans, max_size=2, unique_by=lambda s: s[0])
    return chosen.map(lambda some: [Course(drug, a, a + length) for drug, a, length in some])


courses = taken(("fingolimod", "siponimod", "interferon_beta", "glatiramer", "dimethyl_fumarate"))
tapers = st.lists(
    st.builds(lambda a, mg: OralSteroid(a, a + 20.0, mg), days, st.floats(5.0, 80.0)), max_size=1
)
crowding = st.lists(immunoglobulins, max_size=5)
others = st.tuples(
    st.lists(pulses, max_size=5), st.lists(depletions, max_size=3), courses, tapers
).map(lambda groups: tuple(t for group in groups for t in group))
antibodies = st.lists(st.builds(Antibodies, days, st.floats(0.0, 4.0)), max_size=1).map(tuple)
without_immunoglobulin = st.builds(
    Protocol,
    doses=doses,
    sessions=sessions,
    treatments=others,
    weights=st.floats(45.0, 130.0).map(lambda kg: ((0.0, kg),)),
)
protocols = st.builds(
    lambda plain, more, episodes: Protocol(
        plain.doses,
        plain.sessions,
        plain.weights,
        episodes,
        treatments=(*plain.treatments, *more),
    ),
    without_immunoglobulin,
    crowding,
    antibodies,
)
names = st.integers(0, 2**32).map(lambda k: f"patients {k}")
