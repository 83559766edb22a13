"""Laws of a model over thousands of drawn patients and states at once, without solving anything."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from diapedesis.core import Fixed, LogitNormal, LogUniform, Model
from tests.streams import rng_of

N = 2000
REACH = 3.0  # standard deviations of a prior, spread between patients included
SPANS = (  # states that stay between 0 and 1
    *("fingolimod_level", "siponimod_level"),
    *("interferon_signal", "glatiramer_signal", "dmf_signal", "surface"),
    *("source_cd4", "source_cd8", "source_b", "source_treg", "source_other"),
    *("jc_released", "jc_adapted", "exchanged", "held_back"),
)
TOPS = {"jc_infected": 100.0, "jc_lost": 200.0, "iris": 5.0, "jc_cd8": 1.5}
"""Of states that go far above their scale."""
Env = dict[str, Any]


class Column(np.ndarray):
    """One value for each draw; it knows the functions that laws may call."""

    def apply(self, name: str, *others: Any) -> "Column":
        function = {"exp": np.exp, "log": np.log, "min": np.minimum, "max": np.maximum}[name]
        return function(self, *others)


def column(values: Any) -> Column:
    return np.broadcast_to(np.asarray(values, float), N).view(Column)


@dataclass(frozen=True)
class Drawn:
    """A model of which patients and states are drawn."""

    model: Model

    def subjects(self, name: str) -> Env:
        rng, own = rng_of(f"subjects {name}"), {}
        for id, p in self.model.parameters.items():
            match p.prior:
                case LogUniform(low, high):
                    own[id] = low * (high / low) ** rng.uniform(0, 1, N)
                case LogitNormal(sd):
                    z = REACH * np.hypot(sd, p.iiv) * rng.uniform(-1, 1, N)
                    own[id] = 1 / (1 + (1 - p.default) / p.default * np.exp(-z))
                case Fixed():
                    own[id] = np.full(N, p.default)
                case _:
                    z = REACH * np.hypot(p.prior.sd, p.iiv) * rng.uniform(-1, 1, N)
                    own[id] = p.default * np.exp(z)
        return {id: column(v) for id, v in own.items()}

    def states(self, name: str) -> Env:
        rng = rng_of(f"states {name}")
        top = {id: 1.0 if id in SPANS else 5.0 * s.scale for id, s in self.model.states.items()}
        top |= {id: high for id, high in TOPS.items() if id in top}
        now = {id: column(rng.uniform(0, high, N)) for id, high in top.items()}
        return now | {"debris": 1 + now["debris"]}

    def draws(self, name: str) -> tuple[Env, Env]:
        return self.subjects(name), self.states(name)

    def values(self, own: Env, now: Env, inputs: Env | None = None) -> Env:
        rest = {id: i.default for id, i in self.model.inputs.items()}
        env = {id: column(v) for id, v in (rest | own | now | (inputs or {})).items()}
        with np.errstate(divide="ignore"):
            return self.model.evaluate(env)

    def rates(self, found: Env) -> Env:
        return {id: np.asarray(rate) for id, rate in self.model.rates(found).items()}
