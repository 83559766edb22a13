"""Amounts that mrgsolve found for six subjects: IV, SC, and IV with plasma exchange."""

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from diapedesis.models import pkpd
from diapedesis.simulate import Jump, Plex, Protocol, Schedule, solve
from diapedesis.simulate.warm import SETS
from tests.engine.problems import METHODS

DATA = Path(__file__).with_name("data")
DOSES = 28.0 * np.arange(7)
EXTRA = 14.4476736519  # removal during a session, 1/day
SESSION = 2 / 24
STATES = {"DEP": "a_d", "CENT": "a_c", "PER": "a_p"}
TIGHT = 1e-11
AT_REFERENCE = {"weight_ref": 75.0, "q": 0.5, "v_p": 2.4, "k_a": 0.25, "f_sc": 1.0}


def read(name: str) -> list[dict[str, float]]:
    with (DATA / f"mrgsolve_ntzlike_{name}.csv").open() as stream:
        return [{k: float(v) for k, v in row.items()} for row in csv.DictReader(stream)]


SUBJECTS = read("params")


def own_of(subject: dict[str, float]) -> dict[str, float]:
    """Return a subject's parameters by our names."""
    return AT_REFERENCE | {
        "cl": subject["CL"],
        "v_c": subject["V1"],
        "v_max": subject["VM"],
        "k_m": subject["KM"],
    }


def iv(_: dict[str, float]) -> Protocol:
    return Protocol.every(28, n=7)


def sc(_: dict[str, float]) -> Schedule:
    return Schedule(jumps=tuple(Jump(day, "a_d", 300.0) for day in DOSES))


def plex(subject: dict[str, float]) -> Protocol:
    litres = EXTRA * subject["V1"] * SESSION
    return Protocol.every(28, n=7).with_sessions(
        Plex(day, volume=litres, duration=SESSION) for day in (200, 202, 204, 206, 208)
    )


def amounts(
    rows: list[dict[str, float]], given: Protocol | Schedule, own: dict[str, float], method: str
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Solve on from row to row, and return the states there beside mrgsolve's.

    Its rows on the day of a later injection hold the depot just after it, ours just before.
    """
    columns = [c for c in STATES if c in rows[0]]
    chosen = {"parameters": own, "rtol": TIGHT, "method": method}
    found, before, states = [], 0.0, None
    for row in rows:
        to = {"t0": before, "t1": row["time"], "initial": states}
        states = solve(pkpd(), given, [], SETS[0], **chosen, **to).raise_failures().final
        before = row["time"]
        injected = 300.0 * (row["time"] in DOSES[1:])
        found.append([states[STATES[c]][0] + injected * (c == "DEP") for c in columns])
    return np.array(found), np.array([[row[c] for c in columns] for row in rows])


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda s: f"subject {s['ID']:g}")
@pytest.mark.parametrize(("name", "given"), [("iv_q28d", iv), ("sc_q28d", sc), ("plex", plex)])
def test_amounts_agree_with_mrgsolve(
    name: str,
    given: Callable[[dict[str, float]], Protocol | Schedule],
    subject: dict[str, float],
    method: str,
) -> None:
    rows = [r for r in read(name) if r["ID"] == subject["ID"]]
    found, expected = amounts(rows, given(subject), own_of(subject), method)
    large = expected > 1e-3
    assert large.any()
    error = np.abs(found - expected)
    assert np.max(error[large] / expected[large]) < 1e-6
    assert np.max(error[~large], initial=0.0) < 1e-9


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda s: f"subject {s['ID']:g}")
def test_areas_agree_with_mrgsolve(subject: dict[str, float], method: str) -> None:
    rows = [r for r in read("iv_q28d") if r["ID"] == subject["ID"]]
    days = [r["time"] for r in rows]
    chosen = {"parameters": own_of(subject), "rtol": TIGHT, "method": method}
    found = solve(pkpd(), iv(subject), days, ["cumulative_c"], t0=0.0, **chosen).raise_failures()
    np.testing.assert_allclose(found["cumulative_c"][0], [r["AUC"] for r in rows], rtol=1e-6)
