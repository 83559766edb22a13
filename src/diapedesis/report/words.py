"""Numbers, days and courses as a reader meets them; never a raw ``inf`` or ``nan``."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from diapedesis.observe import Subject
from diapedesis.plan import PlexQuestion, Threshold, words
from diapedesis.plan.design import Design
from diapedesis.plan.words import MISSING, NOT_REACHED
from diapedesis.simulate import Immunoadsorption, Session

COLUMNS = {"protein_a": "protein A", "anti_igg": "anti-IgG", "tryptophan": "tryptophan"}


@dataclass(frozen=True)
class Calendar:
    """How model days are written.

    Attributes
    ----------
    origin : float
        Model day from which days are counted.
    event : str
        What happened on it, such as "the first session".
    day_label : callable, optional
        Calendar label of a model day.
    """

    origin: float
    event: str
    day_label: Callable[[float], str] | None = None

    def date(self, day: float) -> str:
        """Return a model day as the case writes it."""
        if not math.isfinite(day):
            return number_of_days(day)
        return f"day {round(day, 2):g}" if self.day_label is None else self.day_label(day)

    def when(self, day: float) -> str:
        """Return a model day together with the days counted from the origin."""
        return f"{self.date(day)} ({number_of_days(day - self.origin)} after {self.event})"


def number(x: float) -> str:
    """Return three significant digits, without an exponent from 0.0001 on.

    Examples
    --------
    >>> number(0.16612), number(152.2), number(float("nan"))
    ('0.166', '152', '–')
    """
    if not math.isfinite(x):
        return MISSING if math.isnan(x) else NOT_REACHED
    return f"{x:.0f}" if abs(x) >= 100 else f"{x:.3g}"


def share(x: float) -> str:
    """Return a measured share in per cent; unlike a probability it may be above 1.

    Examples
    --------
    >>> share(0.701), share(1.05), share(0.052)
    ('70 %', '105 %', '5.2 %')
    """
    if not math.isfinite(x):
        return MISSING
    return f"{100 * x:.0f} %" if x >= 0.1 else f"{100 * x:.2g} %"


def occasions(days: Sequence[float], calendar: Calendar) -> str:
    """Return when each occasion was, numbered as in the names of deviations.

    Examples
    --------
    >>> occasions((84.0, 168.0), Calendar(0.0, "day 0"))
    'occasion 0 until day 84; occasion 1 from day 84; occasion 2 from day 168 on'
    """
    if not days:
        return ""
    parts = [f"occasion 0 until {calendar.date(days[0])}"]
    parts += [f"occasion {j} from {calendar.date(d)}" for j, d in enumerate(days, 1)]
    return "; ".join(parts) + " on"


def day(x: float) -> str:
    """Return a count of days without a unit."""
    if not math.isfinite(x):
        return MISSING if math.isnan(x) else NOT_REACHED
    return f"{x:.0f}"


def number_of_days(x: float) -> str:
    """Return a count of days with its unit."""
    text = day(x)
    if not math.isfinite(x):
        return text
    if 0 <= x < 0.5:
        return "less than a day"
    return f"{text} day" if text == "1" else f"{text} days"


def percent(p: float, wanted: float | None = None) -> str:
    """Return a probability; one short of what is wanted is never rounded up to it.

    Examples
    --------
    >>> percent(0.898), percent(0.898, 0.9), percent(1.0)
    ('90 %', '89.8 %', '> 99 %')
    """
    if math.isnan(p):
        return MISSING
    if wanted is not None and p < wanted <= round(p, 2):
        return f"{math.floor(1000 * p) / 10:g} %"
    return words.percent(p)


def quantiles(values: ArrayLike) -> tuple[float, float, float]:
    """Return median, 5 % and 95 % quantile; infinite values stay infinite."""
    q = np.quantile(np.asarray(values), [0.5, 0.05, 0.95], method="inverted_cdf")
    return float(q[0]), float(q[1]), float(q[2])


def span(low: float, high: float, write: Callable[[float], str] = day) -> str:
    """Return an interval in words."""
    if math.isnan(low):
        return MISSING
    if not math.isfinite(low):
        return NOT_REACHED
    return f"{write(low)} to {write(high)}"


def treatment_words(sizes: Sequence[Session]) -> str:
    """Return what one session is, and the sizes it can have.

    Examples
    --------
    >>> from diapedesis.simulate import Plex
    >>> treatment_words((Plex(0, plasma_volumes=1.0), Plex(0, plasma_volumes=1.5)))
    'plasma exchange (1 or 1.5 plasma volumes, replaced by albumin)'
    """
    kinds: dict[str, list[str]] = {}
    for s in sizes:
        litres = s.volume is not None
        size, unit = (s.volume, "L") if litres else (s.plasma_volumes, "plasma volumes")
        kinds.setdefault(_kind(s).format(unit=unit), []).append(f"{size:g}")
    return " or ".join(k.replace("#", " or ".join(found)) for k, found in kinds.items())


def _kind(s: Session) -> str:
    if isinstance(s, Immunoadsorption):
        return f"immunoadsorption ({COLUMNS[s.column]} column, # {{unit}} processed)"
    return f"plasma exchange (# {{unit}}, replaced by {s.replacement})"


def course_words(question: PlexQuestion, design: Design) -> str:
    """Return a course in words, such as "3 sessions, one every 2 days"."""
    if design.n == 0:
        return "no session"
    text = question.label(design).replace(" every ", ", one every ").replace(" d,", " days,")
    if text.endswith(" d"):
        text = text.removesuffix(" d") + " days"
    return text.replace("one every 1 days", "one every day")


def goal(threshold: Threshold) -> str:
    """Return what has to be below what."""
    if threshold.output == "saturation":
        return f"alpha4-integrin saturation is below {100 * threshold.value:g} %"
    return f"serum natalizumab is below {threshold.value:g} mg/L"


def patient(subject: Subject, calendar: Calendar) -> str:
    """Return one line on who the patient is and what was given."""
    who = {"female": "woman", "male": "man", None: "sex not stated"}[subject.sex]
    parts = [who, f"{subject.weight:g} kg"]
    if subject.age is not None:
        parts.insert(1, f"{subject.age:g} years")
    if subject.height is not None:
        parts.append(f"{subject.height:.2f} m")
    if subject.haematocrit is not None:
        parts.append(f"haematocrit {subject.haematocrit:.2f}")
    given = subject.protocol
    if given.doses:
        last = given.doses[-1]
        parts.append(
            f"{_count(len(given.doses), 'dose')} of natalizumab,"
            f" the last {last.amount:g} mg on {calendar.date(last.time)}"
        )
    if given.sessions:
        parts.append(f"{_count(len(given.sessions), 'session')} so far")
    cells = len(subject.levels) - len(subject.serum_levels)
    parts.append(_count(len(subject.serum_levels), "measured level"))
    if cells:
        parts.append(_count(cells, "measured saturation"))
    return " · ".join(parts)


def inside(label: str) -> str:
    """Return a label as it stands inside a sentence; ``IgG`` keeps its capital."""
    return label[:1].lower() + label[1:] if label[1:2].islower() and label[:2] != "Ig" else label


def _count(n: int, what: str) -> str:
    return f"{n or 'no'} {what}" + ("" if n == 1 else "s")
