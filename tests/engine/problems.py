"""Which methods are tested, on which problems, and the published answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from diapedesis.core import Mechanism, Model, Output, Port
from diapedesis.simulate import Schedule, Solution, solve
from tests.engine import hires, infusions, robertson, van_der_pol

METHODS = ("auto", "tsit5", "rodas5p", "reference")
"""Every method of ``solve`` that there is."""
ENGINES = tuple(m for m in METHODS if m != "reference")
"""Those of the engine: lanes, threads, a status per subject."""
FORMULAS = tuple(m for m in ENGINES if m != "auto")
"""Those that are one formula, whoever is solved; "auto" looks at all subjects and takes one."""
STIFF = tuple(m for m in METHODS if m != "tsit5")
"""Those that can be asked to solve a very stiff problem."""

Array = NDArray[np.float64]
SMALL = 1e-3
"""Absolute over relative tolerance times scale, as ``solve`` documents it."""


@lru_cache(maxsize=32)
def watched(name: str, *modules: ModuleType) -> Model:
    """Return the model of some modules, with an output ``<id>_t`` for each of its states."""
    inside = [Mechanism.of(m) for m in modules]
    states = Model(name, inside).states
    shown = [
        Mechanism(
            f"see_{id}",
            (
                Port("value", s.unit, s.label),
                Output(f"{id}_t", lambda value: value, s.unit, s.label),
            ),
        )
        for id, s in states.items()
    ]
    return Model(name, [*inside, *shown], {f"see_{id}.value": id for id in states})


@dataclass(frozen=True)
class Problem:
    """A model, how long, and its published states at the end in their order."""

    name: str
    module: ModuleType
    end: float
    published: tuple[float, ...] = ()
    parameters: Mapping[str, float] = field(default_factory=dict)

    @property
    def model(self) -> Model:
        """The model, every state an output."""
        return watched(self.name, self.module)

    def solve(self, method: str, rtol: float, **options: Any) -> Solution:
        """Solve from day 0 to the end; ``final`` holds all states."""
        outputs = [f"{id}_t" for id in self.model.states]
        own = {"parameters": self.parameters, "t0": 0.0, "method": method, "rtol": rtol}
        return solve(self.model, Schedule(), [self.end], outputs, **(own | options))

    def error(self, final: Mapping[str, Any], expected: Mapping[str, Any]) -> float:
        """Return the largest error of a state, relative to what its tolerance is relative to."""
        return max(
            float(np.max(np.abs(final[id] - expected[id]) / (np.abs(expected[id]) + SMALL * s)))
            for id, s in ((id, term.scale) for id, term in self.model.states.items())
        )

    @property
    def answer(self) -> dict[str, float]:
        """Published end values by state."""
        return dict(zip(self.model.states, self.published, strict=True))


# Reference solutions of Mazzia and Magherini, Test Set for Initial Value Problem Solvers, release
# 2.4 (2008), computed there with RADAU5/RADAU in quadruple precision at tolerances of 1e-18.
ROBERTSON = Problem(
    "robertson",
    robertson,
    1e11,
    (0.2083340149701255e-7, 0.8333360770334713e-13, 0.9999999791665050),
)
HIRES = Problem(
    "hires",
    hires,
    321.8122,
    (
        0.7371312573325668e-3,
        0.1442485726316185e-3,
        0.5888729740967575e-4,
        0.1175651343283149e-2,
        0.2386356198831331e-2,
        0.6238968252742796e-2,
        0.2849998395185769e-2,
        0.2850001604814231e-2,
    ),
)
VAN_DER_POL = Problem("van_der_pol", van_der_pol, 2.0, (0.1706167732170483e1, -0.8928097010247975))
MILD = Problem("van_der_pol", van_der_pol, 10.0, parameters={"stiffness": 5.0})
"""Nearly three periods; nothing published."""
ROBERTSON_EARLY = Problem("robertson", robertson, 1e4)
"""Nothing published to enough digits."""
DRUG = Problem("drug", infusions, 720.0)
