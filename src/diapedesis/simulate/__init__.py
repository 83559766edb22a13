"""Protocols in, courses out: schedule, kernel, solve."""

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
from diapedesis.simulate.solve import Solution, SolveError, solve

__all__ = [
    "Antibodies",
    "Dose",
    "Immunoadsorption",
    "Infusion",
    "Injection",
    "Jump",
    "Plex",
    "Protocol",
    "ProtocolError",
    "Pulse",
    "Schedule",
    "Session",
    "Solution",
    "SolveError",
    "schedule",
    "solve",
]
