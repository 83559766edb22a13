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
    """Spread of `n` adults around typical values, the same for every set of typical values.

    Attributes
    ----------
    eta : dict of str to ndarray, shape (n,)
        Deviation on the normal scale of each parameter with between-subject spread.
    inputs : dict of str to ndarray, shape (n,)
        Weight, sex, height, haematocrit.
    """

    eta: dict[str, Array]
    inputs: dict[str, Array]

    @classmethod
    def draw(cls, model: Model, n: int, seed: int = 7) -> Adults:
        """Spread `n` adults evenly (scrambled Sobol points) over the between-subject spread."""
        names = [id for id, p in model.parameters.items() if p.iiv > 0]
        points = qmc.Sobol(len(names) + 2, rng=np.random.default_rng(seed)).random(n)
        z = norm.ppf(points[:, : len(names) + 1])
        eta = {id: model.parameters[id].iiv * z[:, j] for j, id in enumerate(names)}
        male = (points[:, -1] > FEMALE_SHARE).astype(float)
        inputs = {
            "weight": WEIGHT_MEDIAN * np.exp(WEIGHT_SD * z[:, -1]),
            "male": male,
            "height": np.where(male > 0, HEIGHT[1.0], HEIGHT[0.0]),
            "haematocrit": 0.41 + 0.045 * male,
        }
        return cls(eta, inputs)

    @property
    def n(self) -> int:
        """Number of adults."""
        return int(self.inputs["weight"].size)

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
        return {k: np.tile(v, m) for k, v in self.inputs.items()}


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


def khatri_protocol(first: float, gaps: Sequence[float]) -> Protocol:
    """Return 6 infusions, then three exchanges of 1.5 volumes, `first` days after the last."""
    day = 140 + first
    return Protocol.every(28, n=6).with_sessions(Plex(day + g, plasma_volumes=1.5) for g in gaps)


def khatri_statistics(
    model: Model, adults: Adults, typical: Mapping[str, Array]
) -> dict[str, Array]:
    """Return the mean fall [%] 1 h after the third exchange and a week later (pkpd 2.1-2.3).

    The adults are split over first sessions 10, 12 and 14 days after the dose and courses of 5
    and 8 days.
    """
    groups = [(f, g) for f in (10.0, 12.0, 14.0) for g in ((0.0, 2.0, 4.0), (0.0, 3.5, 7.0))]
    ends: list[Array] = []
    for i, (first, gaps) in enumerate(groups):
        some = _every(adults, i, len(groups))
        protocol = khatri_protocol(first, gaps)
        end = protocol.sessions[-1].end
        c = levels(
            model, some, typical, protocol, [protocol.sessions[0].time, end + 1 / 24, end + 7]
        )
        ends.append(100 * (1 - c[..., 1:] / c[..., :1]))
    fall = np.concatenate(ends, axis=1).mean(axis=1)
    return {"plex_end": fall[:, 0], "plex_1wk": fall[:, 1]}


def _every(adults: Adults, first: int, step: int) -> Adults:
    pick = lambda d: {k: v[first::step] for k, v in d.items()}  # noqa: E731
    return Adults(pick(adults.eta), pick(adults.inputs))
