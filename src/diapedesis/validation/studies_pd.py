"""Saturation at the troughs of regular and extended intervals, in one cohort each."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from diapedesis.simulate import Protocol
from diapedesis.validation.studies import EFFECT, Found, Setting, course

Array = NDArray[np.float64]
PATIENTS = 50
READ_4, READ_EXTENDED = 35.7, 18.2
"""Mean readings [mg/L] of the two cohorts (claim pkpd 3.4)."""
INTERVALS = (28, 31, 34, 37, 40, 44)
CYCLES = 8


def intervals(setting: Setting) -> dict[str, Found]:
    """Mean saturation where the mean reading is the published one."""
    regular = _troughs(setting, 28)
    factor = READ_4 / regular[0]
    grid = [regular] + [_troughs(setting, days) for days in INTERVALS[1:]]
    log_c = np.log([c for c, _ in grid])
    sat = np.array([s for _, s in grid])
    extended = _where(log_c, np.log(READ_EXTENDED / factor), sat)
    unread = _where(log_c, np.full(setting.m, np.log(READ_EXTENDED)), sat)
    reads = f"readings over true levels, median {np.median(factor):.2f}"
    days = np.median(_where(log_c, np.log(READ_EXTENDED / factor), _days(setting.m)))
    size = f"{PATIENTS} patients in each cohort (number not known)"
    return {
        "pd.sat_q4w": Found(
            regular[1],
            f"{size}; day 28 after dose {CYCLES}. The laboratory's factor makes the mean reading"
            f" {READ_4:g} mg/L ({reads}).",
            {},
        ),
        "pd.sat_q6w": Found(
            extended,
            f"{size}; the same factor; the interval at which the mean reading is"
            f" {READ_EXTENDED:g} mg/L (median {days:.0f} d).",
            {"without a factor: true mean 18.2 mg/L": unread},
        ),
    }


def _days(m: int) -> Array:
    return np.repeat(np.array(INTERVALS, float)[:, None], m, axis=1)


def _troughs(setting: Setting, interval: int) -> tuple[Array, Array]:
    """Return mean trough [mg/L] and mean saturation [%] of a cohort, shape (m,) each."""
    end = float(interval * CYCLES)
    adults = setting.adults(PATIENTS)
    found = course(setting, adults, Protocol.every(interval, n=CYCLES), [end], EFFECT)
    return found["c"][..., 0].mean(axis=1), 100 * found["saturation"][..., 0].mean(axis=1)


def _where(x: Array, wanted: Array, y: Array) -> Array:
    """Interpolate `y` at `wanted`, for each truth; `x` falls along the first axis."""
    found = [np.interp(-wanted[j], -x[:, j], y[:, j]) for j in range(wanted.size)]
    return np.array(found)
