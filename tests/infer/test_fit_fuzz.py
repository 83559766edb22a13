"""Odd but legal subjects: an answer without NaN, or an error with a reason; nothing else."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diapedesis.infer.estimate import FitError
from diapedesis.infer.fit import fit
from diapedesis.observe import Assay, Level, Subject
from diapedesis.simulate import Infusion, Injection, Plex, Protocol

REASON = 40
"""A message shorter than this says neither what failed nor what to do."""

assays = st.builds(
    Assay,
    proportional_sd=st.sampled_from([0.0005, 0.03, 0.219, 1.0]),
    additive_sd=st.sampled_from([0.001, 0.1, 10.0]),
    lloq=st.sampled_from([0.0, 0.25, 20.0]),
    factor=st.sampled_from([0.1, 1.0, 10.0]),
)
doses = st.one_of(
    st.builds(Infusion, st.sampled_from([0.0, 28.0, 28.5]), st.sampled_from([0.0, 300.0, 5000.0])),
    st.builds(Injection, st.sampled_from([0.0, 56.0]), st.sampled_from([150.0, 600.0])),
)
histories = st.one_of(
    st.lists(doses, max_size=4).map(tuple),
    st.sampled_from([120, 300]).map(lambda n: Protocol.every(28, n=n).doses),
)
sessions = st.sampled_from(
    [(), (Plex(40.0, volume=0.01),), tuple(Plex(40.0 + i, plasma_volumes=3.0) for i in range(9))]
)
levels = st.builds(
    Level,
    st.sampled_from([-5.0, 0.0, 28.0, 28.0 + 1 / 24, 40.0, 40.05, 84.0, 9000.0]),
    st.sampled_from([None, 1e-9, 0.3, 24.0, 24.0, 110.0, 1e6]),
    assays,
)


@st.composite
def subjects(draw: st.DrawFn) -> Subject:
    given_ = Protocol(
        draw(histories), draw(sessions), ((0.0, draw(st.sampled_from([3.0, 75.0, 400.0]))),)
    )
    measured = draw(st.lists(levels, min_size=1, max_size=5))
    many = draw(st.sampled_from([1, 1, 1, 12]))  # identical duplicates, dozens of them
    return Subject(given_, tuple(measured * many), sex="female", height=1.7)


@pytest.mark.slow
@settings(max_examples=20)
@given(subjects())
def test_an_odd_subject_is_answered_or_refused_with_a_reason(subject: Subject) -> None:
    try:
        found = fit(subject, n_draws=100)
    except (FitError, ValueError) as error:
        assert len(str(error)) > REASON, str(error)
        return
    assert all(np.isfinite(v).all() for v in found.draws.values())
    assert 0 <= found.conflict <= 1
    assert found.mode is not None and np.isfinite(found.mode.z).all()
    for column in ("pred_05", "pred_50", "pred_95", "p_outlier"):
        assert np.isfinite(np.array(found.level_table.column(column), float)).all()
