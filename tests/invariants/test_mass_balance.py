"""What came in, what left and what is there add up, through infusions, injections and sessions."""

from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest

from diapedesis.core import Model
from diapedesis.models import pkpd
from diapedesis.simulate import Immunoadsorption, Infusion, Injection, Plex, Protocol, solve
from tests.booked import with_ledger
from tests.kit import course

GIVEN = Protocol(
    doses=(*Protocol.every(28, n=4).doses, Injection(50.0, 300.0), Infusion(100.02, 300.0)),
    sessions=(
        Plex(60.0, plasma_volumes=1.5),
        Plex(62.0, volume=6.0, replacement="plasma", sieving=0.8),
        Immunoadsorption(64.0, plasma_volumes=2.5),
        Immunoadsorption(66.0, volume=2.5, column="tryptophan"),
        Immunoadsorption(68.0, volume=5.0, column="anti_igg"),
        Plex(100.0, plasma_volumes=1.0),  # while the last infusion runs
    ),
    weights=((0.0, 75.0), (61.0, 82.0), (99.0, 60.0)),
)
END = 130.0


@lru_cache(maxsize=1)
def books() -> tuple[Model, dict[str, dict[str, float]]]:
    return with_ledger(pkpd())


def total_and_ledger(total: str, rtol: float) -> tuple[float, float, float]:
    """Return the total at the start, what the ledger and the injections add, and the end."""
    model, effect = books()
    shown = tuple(sorted(f"sum_{f}_shown" for by in effect.values() for f in by))
    begin = solve(model, GIVEN, [], shown, t0=0.0, t1=0.0)
    end = solve(model, GIVEN, [], shown, t0=0.0, t1=END, rtol=rtol).raise_failures()
    weights = model.conserved[total].weights
    before, after = (
        float(sum(w * s.final[id][0] for id, w in weights.items())) for s in (begin, end)
    )
    booked = float(sum(by * end.final[f"sum_{f}"][0] for f, by in effect[total].items()))
    injected = sum(d.amount for d in GIVEN.doses if isinstance(d, Injection))
    return before, booked + injected * (total == "natalizumab"), after


@pytest.mark.parametrize("rtol", [1e-3, 1e-6, 1e-10])
@pytest.mark.parametrize("total", list(pkpd().conserved))
def test_totals_and_boundary_fluxes_add_up(total: str, rtol: float) -> None:
    before, booked, after = total_and_ledger(total, rtol)
    turned_over = max(abs(booked), before, after)
    assert before + booked - after == pytest.approx(0.0, abs=1e-9 * turned_over)


def test_the_ledger_knows_every_way_out() -> None:
    _, effect = books()
    assert effect["natalizumab"] == {
        "infusion": 1.0,
        "presystemic_loss": -1.0,
        "linear_elimination": -1.0,
        "saturable_elimination": -1.0,
        "drug_removed": -1.0,
    }
    assert effect["igg_total"] == {
        "igg_synthesis": 1.0,
        "igg_catabolism": -1.0,
        "igg_removed": -1.0,
    }


def test_infused_equals_eliminated_and_left_by_quadrature() -> None:
    """The same balance without the ledger: elimination from the levels, by Gauss-Legendre."""
    given = Protocol.every(28, n=2)
    nodes, weights = np.polynomial.legendre.leggauss(20)
    edges = np.unique([*np.linspace(0, 1 / 24, 3), *np.linspace(28, 28 + 1 / 24, 3)])
    edges = np.union1d(edges, np.geomspace(0.05, 28, 25))
    edges = np.union1d(edges, 28 + np.geomspace(0.05, 28, 25))
    half = np.diff(edges)[:, None] / 2
    t = (edges[:-1, None] + half * (1 + nodes)).ravel()
    end = course(given, t, t0=0.0, t1=56.0, rtol=1e-11)
    c = end["c"][0]
    own = {id: p.default for id, p in pkpd().parameters.items()}
    rate = own["cl"] * c + own["v_max"] * c / (own["k_m"] + c)
    eliminated = float(np.sum((half * weights).ravel() * rate))
    left = float(end.final["a_c"][0] + end.final["a_p"][0])
    assert eliminated + left == pytest.approx(600.0, rel=1e-9)


def test_a_change_of_weight_keeps_amounts() -> None:
    """Volumes follow the weight, amounts do not: the level moves by the ratio of the volumes."""
    steady = Protocol.every(28, n=1)
    heavier = replace(steady, weights=((0.0, 60.0), (10.0, 90.0)))
    times = [10.0, 10.0 + 1e-7]
    found = course(heavier, times, rtol=1e-10)
    before, after = (course(heavier, [], t0=0.0, t1=t, rtol=1e-10).final for t in times)
    assert after["a_c"] == pytest.approx(before["a_c"], rel=1e-6)
    fold = (90.0 / 60.0) ** pkpd().parameters["v_weight"].default
    assert found["c"][0, 0] / found["c"][0, 1] == pytest.approx(fold, rel=1e-6)
