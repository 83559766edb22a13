"""The doses behind the rows: further ones by ADDL, and those before a steady state by SS."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from diapedesis.exchange.table_events import Event, SubjectEvents


def train(event: Event, events: Sequence[Event]) -> list[float]:
    """Return the days on which a row with a dose gives it.

    The row's own time, then ADDL further ones, II apart; a later reset of the subject cancels those
    that would fall on its time or after it.

    Examples
    --------
    >>> first = Event(0.0, 1, amount=300.0, addl=3, ii=28.0)
    >>> train(first, [first])
    [0.0, 28.0, 56.0, 84.0]
    >>> train(first, [first, Event(56.0, 3)])
    [0.0, 28.0]
    """
    step = event.ii or 0.0
    end = min((e.time for e in events if e.resets and e.time > event.time), default=math.inf)
    days = [event.time + k * step for k in range(event.addl + 1)]
    return [d for d in days if d == event.time or d < end]


def history_size(event: Event, back: float) -> int:
    """Return how many doses stand for the steady state of a row, without making them."""
    return math.ceil(back / event.ii) if event.ss and event.ii else 0


def history(event: Event, back: float) -> list[float]:
    """Return the days of the doses before a row with SS, each II earlier, up to `back` days."""
    step = event.ii or 0.0
    return [event.time - k * step for k in range(history_size(event, back), 0, -1)]


def doses(subject: SubjectEvents, back: float) -> Iterator[tuple[float, Event]]:
    """Yield (day, row that gives it) of every dose.

    Parameters
    ----------
    subject : SubjectEvents
    back : float
        How far back doses are given before a row with SS [day].
    """
    for event in subject.events:
        if event.doses:
            for day in (*history(event, back), *train(event, subject.events)):
                yield day, event


def resets(subject: SubjectEvents) -> tuple[float, ...]:
    """Return the days of the resets; one on a row with SS lies before its history and is dropped.

    Such a row is the first dose of its subject, so there is nothing that it could reset.
    """
    return tuple(e.time for e in subject.events if e.resets and not e.ss)
