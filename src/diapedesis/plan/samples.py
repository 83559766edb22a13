"""Samples that could be taken next: the days worth asking about, those of habit, and the assays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from diapedesis.core import Assumption
from diapedesis.observe import Assay, Subject
from diapedesis.observe.assay import Measures
from diapedesis.simulate import Session

HOUR = 1.0 / 24.0
SATURATION = Assay.of_saturation("alpha4 saturation")
"""Flow cytometry of alpha4 saturation: 12 % is the CV of the assay on frozen cells (pkpd 3.15)."""
SATURATION_ADDITIVE = Assumption(
    "background of the staining, as a share of saturation; without it a saturation near zero would"
    " be read without error"
)
AFTER_EACH = (HOUR, 1.0)
"""Days after each session: what it left in the plasma, and what tissue gave back."""
REFILL = (3.0, 7.0, 14.0)
"""Days after the last session, when tissue has refilled some, most and all of what it will."""
WEEK = 7.0
MONTH = 28.0
HABIT_REFILL = 2.0
"""Days after the last session of the habit that looks for the refill, 24 to 72 h."""
HABITS = {
    "before the course": "a course is sized by the level found before it (pkpd 2.8)",
    "right after the course": "the report of a session gives the level it ended with (pkpd 2.3)",
    "after refill": "the level 24 to 72 h after the last session, endpoint (b) of every plan",
    "monthly trough": "levels are drawn where the next monthly dose would have been (pkpd 1.18)",
}
"""What samples are taken from habit, and what the habit goes by."""
HABITS_NOTE = Assumption(
    "no survey of when centres sample was found; the habits are those that the cited reports imply"
)
SAME = 0.01
"""Days that two samples must be apart to count as two."""


@dataclass(frozen=True)
class Sample:
    """A day on which blood could be drawn.

    Attributes
    ----------
    day : float
    when : str
        The day in words, by the sessions around it.
    habit : str
        Which habit would take it; empty for none.
    """

    day: float
    when: str
    habit: str = ""


def assay_label(assay: Assay) -> str:
    """Return an assay in words.

    Examples
    --------
    >>> assay_label(Assay()), assay_label(SATURATION)
    ('free drug, SD 21.9 % + 0.1 mg/L', 'alpha4 saturation, SD 12 % + 0.03')
    """
    kind, unit = f"{assay.measures} drug", " mg/L"
    if assay.measures == "saturation":
        kind, unit = SATURATION.name, ""
    lab = "" if assay.name in ("", "unspecified", kind) else f"{assay.name}: "
    return f"{lab}{kind}, SD {100 * assay.proportional_sd:.3g} % + {assay.additive_sd:.3g}{unit}"


def sharper(assay: Assay, fold: float = 0.5) -> Assay:
    """Return the assay with `fold` times its error.

    Examples
    --------
    >>> sharper(Assay(proportional_sd=0.2)).proportional_sd
    0.1
    """
    a, b = fold * assay.proportional_sd, fold * assay.additive_sd
    return replace(assay, proportional_sd=a, additive_sd=b)


def usual_assay(subject: Subject) -> Assay:
    """Return the assay of the subject's latest serum level, else the default one."""
    serum = [x.assay for x in subject.levels if x.assay.measures != "saturation"]
    return serum[-1] if serum else Assay()


def default_assays(subject: Subject) -> tuple[Assay, ...]:
    """Return the subject's assays, the usual one first, and alpha4 saturation.

    With antibodies also the usual assay as one that reads free or total drug instead.
    """
    own = usual_assay(subject)
    found = [own, *(x.assay for x in subject.levels)]
    if subject.protocol.antibodies:
        kind: Measures = "total" if own.measures == "free" else "free"
        found.append(replace(own, measures=kind))
    if all(a.measures != "saturation" for a in found):
        found.append(SATURATION)
    return tuple(dict.fromkeys(found))


def when(day: float, sessions: Sequence[Session], start: float) -> str:
    """Return a day in words, by the sessions around it or the days since `start`.

    Examples
    --------
    >>> from diapedesis.simulate import Plex
    >>> course = [Plex(10.0, volume=3.0), Plex(12.0, volume=3.0)]
    >>> when(12.0, course, 10.0), when(13 + course[0].duration, course, 10.0)
    ('just before session 2', '1 day after session 2')
    >>> when(17.0, [], 10.0)
    'after 7 days of waiting'
    """
    if not sessions:
        return "at once" if day - start < SAME else f"after {_span(day - start)} of waiting"
    past = [i for i, s in enumerate(sessions, 1) if s.time <= day - SAME]
    coming = [i for i, s in enumerate(sessions, 1) if abs(s.time - day) < SAME]
    if coming:
        return f"just before session {coming[0]}"
    if not past:
        return f"{_span(sessions[0].time - day)} before session 1"
    since = day - sessions[past[-1] - 1].end
    return f"{_span(since)} after session {past[-1]}" if since > 0 else f"in session {past[-1]}"


def _span(days: float) -> str:
    if days < 0.99:
        return f"{days / HOUR:.2g} h"
    return f"{round(days, 1):g} day" + ("" if round(days, 1) == 1 else "s")


def default_days(sessions: Sequence[Session], now: float, first: float, by: float) -> list[float]:
    """Return the days to compare when none are named.

    At once; before and after each session and after the refill; or, with no session, each week.
    """
    if not sessions:
        return [now, *np.arange(first, by, WEEK).tolist()]
    days = [now, *(s.time for s in sessions)]
    days += [s.end + d for s in sessions for d in AFTER_EACH]
    return [*days, *(sessions[-1].end + d for d in REFILL)]


def habit_days(
    subject: Subject, sessions: Sequence[Session], now: float, by: float
) -> dict[float, str]:
    """Return the days of habit and which habit each is; none lies before now."""
    if sessions:
        end = sessions[-1].end
        before, after, refill = list(HABITS)[:3]
        return {sessions[0].time: before, end + HOUR: after, end + HABIT_REFILL: refill}
    trough = list(HABITS)[3]
    last = subject.protocol.last_dose
    if not np.isfinite(last):
        return {now: trough}
    month = max(1.0, np.ceil((now - last) / MONTH - 1e-9))
    days = np.arange(last + month * MONTH, by, MONTH)
    return dict.fromkeys(days.tolist(), trough)


def samples_on(
    days: Iterable[float], habits: Mapping[float, str], sessions: Sequence[Session], now: float
) -> tuple[Sample, ...]:
    """Return days and days of habit as samples, in order; of two days all but the same, one."""
    chosen = sorted(habits)
    for day in sorted(set(days)):
        if all(abs(day - d) >= SAME for d in chosen):
            chosen.append(day)
    return tuple(Sample(d, when(d, sessions, now), habits.get(d, "")) for d in sorted(chosen))
