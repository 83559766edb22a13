"""Random schedules and protocols. Days are multiples of 1/64, so that sums of days are exact."""

from dataclasses import replace

import numpy as np
from hypothesis import strategies as st

from diapedesis.models import pkpd
from diapedesis.simulate import Infusion, Injection, Jump, Plex, Protocol, Pulse, Schedule

LAST = 64
GRID = 64


def days(last: int = LAST, first: int = 0) -> st.SearchStrategy[float]:
    return st.integers(first * GRID, last * GRID).map(lambda i: i / GRID)


amounts = st.floats(1.0, 600.0)
lengths = st.integers(1, 2 * GRID).map(lambda i: i / GRID)
infusions = st.builds(Infusion, days(), amounts, lengths)
doses = infusions | st.builds(Injection, days(), amounts)
sessions = st.lists(
    st.tuples(st.integers(0, LAST - 1), st.floats(0.3, 3.0)),
    max_size=5,
    unique_by=lambda s: s[0],
).map(
    lambda drawn: tuple(
        Plex(float(day), plasma_volumes=volume, duration=1 / 8) for day, volume in drawn
    )
)
protocols = st.builds(
    Protocol,
    doses=st.lists(doses, min_size=1, max_size=6).map(tuple),
    sessions=sessions,
    weights=st.lists(st.tuples(days(), st.floats(45.0, 120.0)), min_size=1, max_size=2).map(tuple),
)


def later(given: Protocol, shift: float) -> Protocol:
    """Return a protocol with all its days moved."""
    return Protocol(
        tuple(replace(d, time=d.time + shift) for d in given.doses),
        tuple(replace(s, time=s.time + shift) for s in given.sessions),
        tuple((day + shift, kg) for day, kg in given.weights),
    )


def pulse(input: str, start: float, length: float, amount: float) -> Pulse:
    return Pulse(input, start, start + length, amount / length)


infused = st.builds(pulse, st.just("rate"), days(), lengths, amounts)
removed = st.builds(pulse, st.just("removal"), days(), lengths, st.floats(0.1, 8.0))
injected = st.builds(Jump, days(), st.just("depot"), amounts)
reset = st.builds(Jump, days(), st.just("response"), st.floats(0.0, 2.0), st.just(True))


def schedules(
    pulses: st.SearchStrategy[Pulse] = infused | removed,
    jumps: st.SearchStrategy[Jump] = injected | reset,
) -> st.SearchStrategy[Schedule]:
    """Return schedules of the usual drug; pulses may overlap."""
    some = st.lists(pulses, max_size=8).map(tuple)
    in_order = lambda drawn: tuple(sorted(drawn, key=lambda j: j.time))  # noqa: E731
    return st.builds(Schedule, some, jumps=st.lists(jumps, max_size=6).map(in_order))


def population(n: int, seed: int) -> dict[str, np.ndarray]:
    """Draw the parameters of pkpd with a spread between subjects, log-normal."""
    draw = np.random.default_rng(seed)
    return {
        id: p.default * np.exp(draw.normal(0.0, p.iiv, n))
        for id, p in pkpd().parameters.items()
        if p.iiv > 0
    }
