"""Every number of the model leads to a claim that exists and may be fitted to, or says why not."""

from __future__ import annotations

import pytest

from diapedesis.core import Assumption, Source
from diapedesis.evidence import fittable, resolve
from diapedesis.infer.calibrate import PD_FIGURES, PK_FIGURES
from diapedesis.models import pkpd

SOURCES = [
    (f"{p.id}.{field}", source)
    for p in pkpd().parameters.values()
    for field in ("source", "iiv_source")
    if (source := getattr(p, field)) is not None
]


@pytest.mark.parametrize(("place", "source"), SOURCES, ids=[place for place, _ in SOURCES])
def test_a_source_resolves_to_fittable_claims_or_is_an_assumption(
    place: str, source: Source | Assumption
) -> None:
    if isinstance(source, Assumption):
        assert len(source.why.split()) >= 1, place
        return
    assert source.claims, place
    for id in source.claims:
        assert fittable(resolve(id)), f"{place}: {id} is from memory or derived; use an Assumption"


def test_figures_of_the_calibration_rest_on_fittable_claims() -> None:
    for figure in (*PK_FIGURES, *PD_FIGURES):
        assert all(fittable(resolve(id)) for id in figure.claims), figure.statistic
