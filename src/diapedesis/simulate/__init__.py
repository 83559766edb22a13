"""Protocols in, courses out: schedule, program, kernel, solve."""

from diapedesis.simulate.given import ProtocolError
from diapedesis.simulate.protocol import (
    Antibodies,
    Dose,
    Immunoadsorption,
    Infusion,
    Injection,
    Plex,
    Protocol,
    Session,
)
from diapedesis.simulate.schedule import Jump, Pulse, Schedule, schedule
from diapedesis.simulate.solve import solve
from diapedesis.simulate.solver import Solution, SolveError, Solver
from diapedesis.simulate.stream import Batch, Moments, stream
from diapedesis.simulate.treatments import (
    Boost,
    Course,
    Depletion,
    Immunoglobulin,
    OralSteroid,
    Steroid,
    Treatment,
)
from diapedesis.simulate.trigger import Trigger

__all__ = [
    "Antibodies",
    "Batch",
    "Boost",
    "Course",
    "Depletion",
    "Dose",
    "Immunoadsorption",
    "Immunoglobulin",
    "Infusion",
    "Injection",
    "Jump",
    "Moments",
    "OralSteroid",
    "Plex",
    "Protocol",
    "ProtocolError",
    "Pulse",
    "Schedule",
    "Session",
    "Solution",
    "SolveError",
    "Solver",
    "Steroid",
    "Treatment",
    "Trigger",
    "schedule",
    "solve",
    "stream",
]
