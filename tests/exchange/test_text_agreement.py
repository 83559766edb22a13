"""The exported texts, run by a small reader of their languages, give the courses of ``solve``.

The reader sees text and data set alone, and shares no code with exporter or solver. Tolerance: 1e-6
of the value wherever it is above 1e-3 of its unit; both are solved to 1e-9 per step, and differ by
2e-8, so that more would be a difference of equations or of times.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from diapedesis.exchange.mrgsolve import to_mrgsolve
from diapedesis.exchange.nlmixr2 import to_nlmixr2
from diapedesis.exchange.nonmem import to_nonmem
from diapedesis.exchange.text_data import to_data_set
from diapedesis.infer.fit import covariates
from diapedesis.models import pkpd
from diapedesis.observe import Assay, Subject
from diapedesis.simulate import (
    Antibodies,
    Immunoadsorption,
    Infusion,
    Injection,
    Plex,
    Protocol,
    solve,
)
from tests.exchange.foreign_run import run
from tests.exchange.foreign_texts import Mrgsolve, Nlmixr2, Nonmem
from tests.exchange.protocols import SESSIONS
from tests.streams import rng_of

TEXTS: dict[str, tuple[Callable[..., str], Callable[[str], Any]]] = {
    "nonmem": (to_nonmem, Nonmem),
    "nlmixr2": (to_nlmixr2, Nlmixr2),
    "mrgsolve": (to_mrgsolve, Mrgsolve),
}
ANTIBODIES = (Antibodies(20.0, 1.3, 70.0), Antibodies(90.0, 0.4))
PATIENTS = {
    "infusions": Subject(Protocol.every(28, n=4, weight=64), sex="female", height=1.68),
    "injections": Subject(
        Protocol(tuple(Injection(5 + 28.0 * i, 300.0) for i in range(4)), weights=((0.0, 82.0),)),
        sex="male", haematocrit=0.45,
    ),
    "plasma exchange": Subject(
        Protocol.every(28, n=4, weight=96).with_sessions(
            [Plex(95, plasma_volumes=1.5), Plex(97, volume=3.0, sieving=0.9, replacement="plasma"),
             Plex(112, plasma_volumes=1.0)]
        ),
        height=1.81, haematocrit=0.38,
    ),
    "immunoadsorption": Subject(
        Protocol.every(28, n=4, start=-10.0).with_sessions(
            [Immunoadsorption(80, plasma_volumes=2.5, column="tryptophan"),
             Immunoadsorption(82, volume=4.0, column="tryptophan"),
             Immunoadsorption(84, volume=5.0, column="protein_a"),
             Immunoadsorption(86, plasma_volumes=2.0, column="anti_igg")]
        ),
        sex="female",
    ),
    "antibodies": Subject(replace(Protocol.every(28, n=5, weight=58), antibodies=ANTIBODIES)),
    "weights": Subject(
        replace(
            Protocol.every(28, n=4), weights=((0.0, 90.0), (30.0, 84.0), (56.0, 79.0))
        ).with_doses([Injection(70, 300.0), Infusion(70.01, 150.0, 0.2)]),
        sex="male", height=1.75,
    ),
    "all of it": Subject(SESSIONS, sex="female", height=1.63),
}  # fmt: skip


def moments(subject: Subject) -> list[float]:
    """Return days on which nothing changes, within sessions too, and the hours after them."""
    protocol = subject.protocol
    inside = [s.time + share * s.duration for s in protocol.sessions for share in (0.5, 1.2)]
    doses = [d.time + 0.03 for d in protocol.doses]
    spread = np.linspace(protocol.start + 0.6, protocol.end + 45.0, 12)
    return sorted({*inside, *doses, *spread.tolist()})


def disturb(system: Any, name: str) -> None:
    """Give a text other typical values, and a subject's own deviations."""
    rng = rng_of(name)
    if isinstance(system, Mrgsolve):
        fixed = {"LAG_SC", "LAB_FACTOR"}
        changed = {k: v * rng.uniform(0.7, 1.05) for k, v in system.theta.items() if k not in fixed}
        system.theta |= changed
        system.eta = {k: np.sqrt(v) * rng.standard_normal() for k, v in system.omega.items()}
        return
    for key in system.theta:
        system.theta[key] += 0.3 * rng.standard_normal()
    omega = system.omega if isinstance(system.omega, dict) else dict(enumerate(system.omega, 1))
    for key, variance in omega.items():
        system.eta[key] = np.sqrt(variance) * rng.standard_normal()


def own_parameters(system: Any, row: dict[str, float]) -> dict[str, float]:
    """Return what the text makes of its parameters, by our ids."""
    values = system.parameters(row)
    short = {id: id if isinstance(system, Nlmixr2) else id.upper()[:20] for id in pkpd().parameters}
    return {id: values[name] for id, name in short.items() if name in values}


def differences(program: str, patient: str, disturbed: bool, **options: Any) -> float:
    """Return the largest relative difference of any output that counts."""
    write, read = TEXTS[program]
    subject, times = PATIENTS[patient], moments(PATIENTS[patient])
    system = read(write(pkpd(), **options))
    table = to_data_set(pkpd(), subject, program, times=times, **options)
    if disturbed:
        disturb(system, f"{program} {patient}")
    found = run(system, table)
    parameters = own_parameters(system, found[0][0])
    ids = [o for o in pkpd().outputs if _shown(o, found[0][1]) is not None]
    expected = solve(
        pkpd(), subject.protocol, times, ids, parameters=parameters, inputs=covariates(subject),
        t0=min(subject.protocol.start, *times), rtol=1e-9,
    ).raise_failures()  # fmt: skip
    assert len(found) == len(times) and {"c", "c_free"} <= set(ids)
    worst = 0.0
    for id in ids:
        theirs = np.array([_shown(id, shown) for _, shown in found], float)
        counts = expected[id][0] > 1e-3
        assert counts.sum() > 10
        apart = np.abs(theirs - expected[id][0])[counts] / expected[id][0][counts]
        worst = max(worst, float(apart.max()))
    return worst


def _shown(id: str, values: dict[str, Any]) -> Any:
    """Return an output under the name it has in a text; C alone is a word of NM-TRAN."""
    return next((values[n] for n in (id, id.upper(), f"{id}_2".upper()) if n in values), None)


@pytest.mark.parametrize("patient", PATIENTS)
@pytest.mark.parametrize("program", TEXTS)
@pytest.mark.parametrize("disturbed", [False, True], ids=["typical", "one subject"])
def test_a_text_gives_the_courses_of_solve(program: str, patient: str, disturbed: bool) -> None:
    assert differences(program, patient, disturbed) < 1e-6


@pytest.mark.parametrize("program", TEXTS)
def test_the_whole_model_gives_all_outputs(program: str) -> None:
    """IgG and fibrinogen start from laws of the parameters."""
    assert differences(program, "all of it", True, whole=True) < 1e-6


def test_total_drug_is_read_where_the_assay_does() -> None:
    assay = Assay(measures="total", factor=0.8)
    system = Nonmem(to_nonmem(pkpd(), assay=assay))
    table = to_data_set(pkpd(), PATIENTS["antibodies"], "nonmem", times=[75.0], assay=assay)
    ((_, shown),) = run(system, table)
    assert "C_FREE" not in shown
    assert shown["IPRED"] == pytest.approx(0.8 * shown["C_2"], rel=1e-12)


@pytest.mark.parametrize("program", TEXTS)
def test_the_comparison_can_fail(program: str) -> None:
    """A session's row moved by a quarter of an hour is seen."""
    write, read = TEXTS[program]
    subject = PATIENTS["plasma exchange"]
    first, *others = subject.protocol.sessions
    later = replace(first, time=first.time + 0.25 / 24)
    other = replace(subject, protocol=replace(subject.protocol, sessions=(later, *others)))
    system = read(write(pkpd()))
    a, b = (
        run(system, to_data_set(pkpd(), s, program, times=[95.05]))[0][1]["IPRED"]
        for s in (subject, other)
    )
    assert abs(a / b - 1) > 1e-3
