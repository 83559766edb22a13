"""Three protocols of increasing trouble, one subject, and where to look at their courses."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from diapedesis.models import pkpd
from diapedesis.simulate import (
    Antibodies,
    Immunoadsorption,
    Injection,
    Plex,
    Protocol,
    schedule,
)

INFUSIONS = Protocol.every(28, n=12, weight=64)
INJECTIONS = Protocol(
    doses=tuple(Injection(28.0 * i, 300.0) for i in range(6)), weights=((0.0, 82.0),)
)
SESSIONS = replace(
    Protocol.every(28, n=6, weight=90).with_sessions(
        [
            Plex(152, plasma_volumes=1.5),
            Plex(154, volume=3.0, replacement="plasma", sieving=0.9),
            Plex(156, plasma_volumes=1.0),
            Immunoadsorption(158, plasma_volumes=2.0, column="tryptophan"),
            Immunoadsorption(160, volume=5.0, column="protein_a"),
        ]
    ),
    weights=((0.0, 90.0), (100.0, 86.0), (152.0, 84.0)),
    antibodies=(Antibodies(60.0, 0.5, 130.0),),
)
PROTOCOLS = {"infusions": INFUSIONS, "injections": INJECTIONS, "sessions": SESSIONS}
OWN = {"cl": 0.20, "q": 0.5}
KNOWN = {"male": 0.0, "height": 1.68, "haematocrit": 0.40}
NEAR = (-1e-3, 1e-3, 0.02, 0.05, 0.2)
"""Days from a change of inputs or a jump at which courses are compared; not on it."""


def moments(protocol: Protocol) -> NDArray[np.float64]:
    """Return each midday of the protocol and 60 days more, and times around each change."""
    plan = schedule(protocol, pkpd())
    changes = np.array([*plan.switches(), *(j.time for j in plan.jumps)])
    end = changes.max() + 60.0
    near = (changes[:, None] + NEAR).ravel()
    times = np.unique(np.concatenate([np.arange(0.5, end), near[(near > 0) & (near < end)]]))
    apart = np.abs(times[:, None] - changes).min(axis=1)
    return times[apart > 5e-4]
