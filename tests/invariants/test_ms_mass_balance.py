"""Every total that a mechanism declares adds up in the MS model too, under all that moves it."""

from functools import cache

import numpy as np
import pytest

from diapedesis.core import Model
from diapedesis.models import ms
from diapedesis.simulate import (
    Immunoadsorption,
    Immunoglobulin,
    Infusion,
    Injection,
    Plex,
    Protocol,
    solve,
)
from tests.booked import with_ledger
from tests.ms_kit import patients

GIVEN = Protocol(
    doses=(*Protocol.every(28, n=4).doses, Injection(50.0, 300.0), Infusion(110.0, 300.0)),
    sessions=(
        Plex(60.0, plasma_volumes=1.5),
        Plex(62.0, volume=6.0, replacement="plasma", sieving=0.8),
        Immunoadsorption(64.0, plasma_volumes=2.5),
        Immunoadsorption(66.0, volume=2.5, column="tryptophan"),
        Plex(72.1, plasma_volumes=1.0),  # while immunoglobulin runs
    ),
    treatments=tuple(Immunoglobulin(70.0 + i, grams=40.0) for i in range(5)),
)
END = 140.0
N = 16


@cache
def books() -> tuple[Model, dict[str, dict[str, float]]]:
    return with_ledger(ms())


@pytest.mark.parametrize("total", list(ms().conserved))
def test_totals_and_boundary_fluxes_add_up(total: str) -> None:
    model, effect = books()
    shown = tuple(sorted(f"sum_{f}_shown" for by in effect.values() for f in by))
    own = patients("books", N)
    begin, end = (
        solve(model, GIVEN, [], shown, parameters=own, t0=0.0, t1=t, method="tsit5").final
        for t in (0.0, END)
    )
    weights = model.conserved[total].weights
    before, after = (sum(w * s[id] for id, w in weights.items()) for s in (begin, end))
    booked = sum(by * end[f"sum_{f}"] for f, by in effect[total].items())
    injected = 300.0 if total == "natalizumab" else 0.0
    turned_over = np.maximum(np.abs(booked), before + after)
    assert np.all(np.abs(before + booked + injected - after) <= 1e-9 * turned_over)


def test_the_ledger_knows_the_ways_that_immunoglobulin_adds() -> None:
    _, effect = books()
    assert effect["natalizumab"]["natalizumab_crowded_out"] == -1.0
    assert effect["igg_total"]["igg_crowded_out"] == -1.0
    assert effect["igg_total"]["immunoglobulin_given"] == 1.0
