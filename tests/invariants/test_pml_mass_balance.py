"""Infected and lost tissue add up: what was infected, less what shrank and what is there."""

import numpy as np

from diapedesis.models import pml
from diapedesis.simulate import Schedule, solve
from tests.booked import with_ledger
from tests.pml_kit import LAST, PLEX, YEAR_ON_DRUG, patients, seeded

N = 16
VOLUME = 5.0


def test_tissue_and_boundary_fluxes_add_up() -> None:
    model, effect = with_ledger(pml())
    assert set(effect["pml_tissue"]) == {"jc_infection", "jc_shrinking"}
    shown = tuple(f"sum_{f}_shown" for f in effect["pml_tissue"])
    plan: Schedule = seeded(YEAR_ON_DRUG.with_sessions(PLEX), 200.0, VOLUME)
    end = solve(
        model,
        plan,
        [],
        shown,
        parameters=patients("tissue", N),
        t0=0.0,
        t1=LAST + 100.0,
        method="tsit5",
    ).final
    there = end["jc_infected"] + end["jc_lost"]
    booked = sum(by * end[f"sum_{f}"] for f, by in effect["pml_tissue"].items())
    turned_over = np.maximum(end["sum_jc_infection"], there)
    assert np.all(np.abs(VOLUME + booked - there) <= 1e-9 * turned_over)
    assert np.all(end["sum_jc_infection"] > VOLUME)
