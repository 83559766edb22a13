"""Protocols refuse what cannot have happened; schedules say what the solver sees."""

import math

import numpy as np
import pytest

from diapedesis.models import pkpd
from diapedesis.simulate import (
    Antibodies,
    Immunoadsorption,
    Infusion,
    Injection,
    Plex,
    Protocol,
    ProtocolError,
    Pulse,
    Schedule,
    schedule,
)

REFUSED = [
    ("time", lambda: Infusion(math.nan, 300.0)),
    ("amount", lambda: Infusion(0.0, -300.0)),
    ("amount", lambda: Infusion(0.0, math.inf)),
    ("duration", lambda: Infusion(0.0, 300.0, 0.0)),
    ("time", lambda: Injection(math.inf, 300.0)),
    ("amount", lambda: Injection(0.0, -1.0)),
    ("volume", lambda: Plex(0.0)),
    ("volume", lambda: Plex(0.0, volume=3.0, plasma_volumes=1.0)),
    ("volume", lambda: Plex(0.0, volume=0.0)),
    ("plasma_volumes", lambda: Plex(0.0, plasma_volumes=-1.0)),
    ("duration", lambda: Plex(0.0, volume=3.0, duration=0.0)),
    ("sieving", lambda: Plex(0.0, volume=3.0, sieving=1.1)),
    ("sieving", lambda: Plex(0.0, volume=3.0, sieving=0.0)),
    ("replacement", lambda: Plex(0.0, volume=3.0, replacement="saline")),
    ("column", lambda: Immunoadsorption(0.0, volume=3.0, column="protein_g")),
    ("titre", lambda: Antibodies(0.0, -1.0)),
    ("end", lambda: Antibodies(5.0, 1.0, 5.0)),
    ("weights", lambda: Protocol(weights=())),
    ("weights", lambda: Protocol(weights=((0.0, 0.0),))),
    ("weights", lambda: Protocol(weights=((math.nan, 70.0),))),
    ("sessions", lambda: Protocol(sessions=(Plex(0, volume=3), Plex(0.1, volume=3)))),
]


@pytest.mark.parametrize(("field", "make"), REFUSED)
def test_refused_with_the_field_named(field, make) -> None:
    with pytest.raises(ProtocolError) as caught:
        make()
    assert caught.value.field == field
    assert str(caught.value).startswith(f"{field}: ")


def test_a_protocol_is_put_in_order() -> None:
    given = Protocol(
        doses=(Infusion(28.0, 300.0), Infusion(0.0, 300.0)),
        sessions=(Plex(40.0, volume=3.0), Plex(-1.0, volume=3.0)),
        weights=((9.0, 80.0), (0.0, 70.0)),
    )
    assert [d.time for d in given.doses] == [0.0, 28.0]
    assert (given.start, given.last_dose) == (-1.0, 28.0)
    assert given.weights[0] == (0.0, 70.0)
    assert math.isnan(Protocol().last_dose)


def test_sessions_may_touch() -> None:
    first = Plex(0.0, volume=3.0)
    assert Protocol(sessions=(first, Plex(first.end, volume=3.0))).sessions[1].time == first.end


def table(given: Schedule, **defaults: float) -> tuple[np.ndarray, np.ndarray]:
    return given.table(defaults, defaults)


def test_pulses_add_up_where_they_overlap() -> None:
    starts, values = table(Schedule((Pulse("r", 0.0, 2.0, 1.0), Pulse("r", 1.0, 3.0, 10.0))), r=0.5)
    assert list(starts) == [-np.inf, 0.0, 1.0, 2.0, 3.0]
    assert list(values[:, 0]) == [0.5, 1.5, 11.5, 10.5, 0.5]


def test_steps_hold_and_the_first_holds_before_its_day() -> None:
    given = Schedule(
        steps={"weight": ((5.0, 70.0), (9.0, 80.0))}, pulses=(Pulse("r", 1.0, 2.0, 1.0),)
    )
    starts, values = table(given, weight=1.0, r=0.0)
    assert list(starts) == [-np.inf, 1.0, 2.0, 9.0]
    assert list(values[:, 0]) == [70.0, 70.0, 70.0, 80.0]


def test_switches_a_rounding_error_apart_are_one() -> None:
    end = 0.1 + 0.2
    given = Schedule((Pulse("r", 0.0, end, 1.0), Pulse("r", 0.3, 0.6, 1.0)))
    assert end != 0.3
    starts, values = table(given, r=0.0)
    assert len(starts) == 4
    assert list(values[:, 0]) == [0.0, 1.0, 1.0, 0.0]


def test_a_session_by_litres_and_by_plasma_volumes() -> None:
    given = schedule(
        Protocol(
            sessions=(
                Plex(1.0, volume=3.0, duration=0.1, sieving=0.9, replacement="plasma"),
                Immunoadsorption(2.0, plasma_volumes=2.0, duration=0.25, column="tryptophan"),
            )
        ),
        pkpd(),
    )
    assert [(p.input, p.value) for p in given.pulses] == [
        ("plex_flow", pytest.approx(27.0)),
        ("donor_plasma", pytest.approx(1 / 0.9)),  # per plasma cleared: 3 L come back
        ("ia_turnover", 8.0),
        ("on_tryptophan", 1.0),
    ]
    (fresh,) = given.jumps
    assert (fresh.time, fresh.state, fresh.value, fresh.replaces) == (
        2.0,
        "column_volume",
        0.0,
        True,
    )


def test_the_injection_waits_for_its_lag() -> None:
    (jump,) = schedule(Protocol((Injection(7.0, 300.0),)), pkpd()).jumps
    assert (jump.time, jump.state, jump.value) == (7.125, "a_d", 300.0)


def test_every_input_a_schedule_sets_is_the_models() -> None:
    given = schedule(
        Protocol(
            (Infusion(0.0, 300.0),),
            tuple(
                Immunoadsorption(day, volume=2.0, column=column)
                for day, column in enumerate(("protein_a", "anti_igg", "tryptophan"))
            ),
            antibodies=(Antibodies(3.0),),
        ),
        pkpd(),
    )
    assert {p.input for p in given.pulses} | set(given.steps or {}) <= set(pkpd().inputs)
    assert {j.state for j in given.jumps} <= set(pkpd().states)
