"""Virtual adults on published protocols, for calibration: typical values in, cohort means out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm, qmc

from diapedesis.core import Model
from diapedesis.infer.scale import Scale
from diapedesis.simulate import Plex, Protocol, solve

Array = NDArray[np.float64]
WEIGHT_MEDIAN, WEIGHT_SD = 77.0, 0.24
"""Adults of the trials: mean 79 kg, SD 20 (claim pkpd 3.3), as a log-normal."""
HEIGHT = {0.0: 1.66, 1.0: 1.79}
FEMALE_SHARE = 0.70
"""Assumption: seven of ten trial patients are women; heights typical of the sex."""


@dataclass(frozen=True)
class Adults:
    """Spread of `n` adults around typical values: the same adults for every set, or each its own.

    Attributes
    ----------
    eta : dict of str to ndarray, shape (n,) or (m, n)
        Deviation on the normal scale of each parameter with between-subject spread; with a leading
        axis each of m sets of typical values has adults of its own.
    inputs : dict of str to ndarray, shape (n,) or (m, n)
        Weight, sex, height, haematocrit.
    """

    eta: dict[str, Array]
    inputs: dict[str, Array]

    @classmethod
    def draw(cls, model: Model, n: int, seed: int = 7) -> Adults:
        """Spread `n` adults evenly (scrambled Sobol points) over the between-subject spread."""
        sobol = qmc.Sobol(len(_spread_names(model)) + 2, rng=np.random.default_rng(seed))
        return cls._at(model, sobol.random(n))

    @classmethod
    def sample(cls, model: Model, m: int, n: int, rng: np.random.Generator) -> Adults:
        """Draw `n` adults for each of `m` sets of typical values, as studies recruit them."""
        return cls._at(model, rng.random((m, n, len(_spread_names(model)) + 2)))

    @classmethod
    def _at(cls, model: Model, points: Array) -> Adults:
        """Turn points of the unit cube, last axis, into adults."""
        names = _spread_names(model)
        z = norm.ppf(points[..., : len(names) + 1])
        eta = {id: model.parameters[id].iiv * z[..., j] for j, id in enumerate(names)}
        male = (points[..., -1] > FEMALE_SHARE).astype(float)
        inputs = {
            "weight": WEIGHT_MEDIAN * np.exp(WEIGHT_SD * z[..., -1]),
            "male": male,
            "height": np.where(male > 0, HEIGHT[1.0], HEIGHT[0.0]),
            "haematocrit": 0.41 + 0.045 * male,
        }
        return cls(eta, inputs)

    @property
    def n(self) -> int:
        """Number of adults."""
        return int(self.inputs["weight"].shape[-1])

    def parameters(self, model: Model, typical: Mapping[str, Array]) -> dict[str, Array]:
        """Return individual values for m sets of typical values; shape (m * n,), sets outermost."""
        m = np.size(next(iter(typical.values())))
        out: dict[str, Array] = {}
        for id in {**self.eta, **typical}:
            scale = Scale.of(model, [id])
            value = np.broadcast_to(typical.get(id, model.parameters[id].default), (m,))
            z = scale.normal(value[:, None])[:, 0]
            spread = self.eta.get(id, np.zeros(self.n))
            out[id] = scale.natural((z[:, None] + spread).reshape(-1, 1))[:, 0]
        return out

    def tiled(self, m: int) -> dict[str, Array]:
        """Return the inputs repeated for m sets of typical values."""
        return {k: np.broadcast_to(v, (m, self.n)).ravel() for k, v in self.inputs.items()}

    def part(self, first: int, step: int) -> Adults:
        """Return every `step`-th adult from number `first` on."""
        pick = lambda d: {k: v[..., first::step] for k, v in d.items()}  # noqa: E731
        return Adults(pick(self.eta), pick(self.inputs))


def _spread_names(model: Model) -> list[str]:
    return [id for id, p in model.parameters.items() if p.iiv > 0]


def levels(
    model: Model,
    adults: Adults,
    typical: Mapping[str, Array],
    protocol: Protocol,
    times: Sequence[float],
) -> Array:
    """Return serum levels [mg/L], shape (m, n, n_times)."""
    m = np.size(next(iter(typical.values())))
    solution = solve(
        model,
        protocol,
        times,
        ("c", "c_free"),
        parameters=adults.parameters(model, typical),
        inputs=adults.tiled(m),
    ).raise_failures()
    return solution["c"].reshape(m, adults.n, len(times))


def dosing_statistics(
    model: Model, adults: Adults, typical: Mapping[str, Array]
) -> dict[str, Array]:
    """Return cohort means of Cmax and trough at 4 weeks, and the fall of the trough at 6 weeks.

    Both regimens at steady state, the tenth dose; values in mg/L and per cent, shape (m,).
    """
    four = levels(model, adults, typical, Protocol.every(28, n=10), [252 + 1 / 24, 280])
    six = levels(model, adults, typical, Protocol.every(42, n=8), [336.0])
    trough = four[..., 1].mean(axis=1)
    return {
        "cmax": four[..., 0].mean(axis=1),
        "trough": trough,
        "q6w_fall": 100 * (1 - six[..., 0].mean(axis=1) / trough),
    }


KHATRI_GROUPS = tuple(
    (first, gaps) for first in (10.0, 12.0, 14.0) for gaps in ((0.0, 2.0, 4.0), (0.0, 3.5, 7.0))
)
"""First session [days after the dose] and days of the sessions: 5 or 8 days (pkpd 2.1, 2.3)."""


def khatri_protocol(first: float, gaps: Sequence[float], *, prior: int = 6) -> Protocol:
    """Return `prior` infusions, then exchanges of 1.5 volumes, `first` days after the last."""
    given = Protocol.every(28, n=prior)
    day = given.last_dose + first
    return given.with_sessions(Plex(day + g, plasma_volumes=1.5) for g in gaps)


def khatri_statistics(
    model: Model, adults: Adults, typical: Mapping[str, Array]
) -> dict[str, Array]:
    """Return the mean fall [%] 1 h after the third exchange and a week later (pkpd 2.1-2.3).

    The adults are split over first sessions 10, 12 and 14 days after the dose and courses of 5
    and 8 days.
    """
    ends: list[Array] = []
    for i, (first, gaps) in enumerate(KHATRI_GROUPS):
        some = adults.part(i, len(KHATRI_GROUPS))
        protocol = khatri_protocol(first, gaps)
        end = protocol.sessions[-1].end
        c = levels(
            model, some, typical, protocol, [protocol.sessions[0].time, end + 1 / 24, end + 7]
        )
        ends.append(100 * (1 - c[..., 1:] / c[..., :1]))
    fall = np.concatenate(ends, axis=1).mean(axis=1)
    return {"plex_end": fall[:, 0], "plex_1wk": fall[:, 1]}
