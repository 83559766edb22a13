"""Protocols in, courses out: schedule, kernel, solve."""

from diapedesis.simulate.protocol import (
    Antibodies,
    Immunoadsorption,
    Infusion,
    Injection,
    Plex,
    Protocol,
    ProtocolError,
)
from diapedesis.simulate.schedule import Jump, Pulse, Schedule, schedule
from diapedesis.simulate.solve import Solution, SolveError, solve

__all__ = [
    "Antibodies",
    "Immunoadsorption",
    "Infusion",
    "Injection",
    "Jump",
    "Plex",
    "Protocol",
    "ProtocolError",
    "Pulse",
    "Schedule",
    "Solution",
    "SolveError",
    "schedule",
    "solve",
]
