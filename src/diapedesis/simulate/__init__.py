"""Protocols in, courses out: schedule, program, kernel, solve."""

from diapedesis.simulate.protocol import (
    Antibodies,
    Dose,
    Immunoadsorption,
    Infusion,
    Injection,
    Plex,
    Protocol,
    ProtocolError,
    Session,
)
from diapedesis.simulate.schedule import Jump, Pulse, Schedule, schedule
from diapedesis.simulate.solve import solve
from diapedesis.simulate.solver import Solution, SolveError, Solver
from diapedesis.simulate.stream import Batch, Moments, stream
from diapedesis.simulate.trigger import Trigger

__all__ = [
    "Antibodies",
    "Batch",
    "Dose",
    "Immunoadsorption",
    "Infusion",
    "Injection",
    "Jump",
    "Moments",
    "Plex",
    "Protocol",
    "ProtocolError",
    "Pulse",
    "Schedule",
    "Session",
    "Solution",
    "SolveError",
    "Solver",
    "Trigger",
    "schedule",
    "solve",
    "stream",
]
