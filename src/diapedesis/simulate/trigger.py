"""Events that the state of the subject brings about, and what they do."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from diapedesis.simulate.schedule import Schedule


@dataclass(frozen=True)
class Trigger:
    """An event that happens when a law of the state says so.

    Parameters
    ----------
    id : str
    law : function
        Its argument names are ids of states, rules, parameters, inputs, ``cumulative_<output>`` or
        own `parameters`. The trigger fires when the value passes through 0.
    sets : mapping of str to float, str or function, optional
        New value of states and parameters: a number, an id, or a law; all of them are worked out
        before any is set.
    parameters : mapping of str to float, optional
        The trigger's own numbers with their defaults; subjects may have others, by these ids.
    direction : {"up", "down", "both"}
        Passing through 0 from below, from above, or either.
    then : Schedule, optional
        What is given from then on, its days counted from the event.
    days : tuple of float, optional
        Look on these (finite) days of the course only (a scan, a visit), after its first, and fire
        when the value is above 0.
    once : bool
        Fire once at most.
    ends : bool
        Stop the subject's course there.

    Examples
    --------
    >>> low = Trigger("low", lambda c, limit: limit - c, parameters={"limit": 2.0}, ends=True)
    >>> low.direction
    'up'
    """

    id: str
    law: Callable[..., Any]
    sets: Mapping[str, float | str | Callable[..., Any]] = field(default_factory=dict)
    parameters: Mapping[str, float] = field(default_factory=dict)
    direction: Literal["up", "down", "both"] = "up"
    then: Schedule | None = None
    days: tuple[float, ...] | None = None
    once: bool = True
    ends: bool = False

    def __post_init__(self) -> None:
        if self.direction not in ("up", "down", "both"):
            raise ValueError(
                f"trigger {self.id!r}: found direction {self.direction!r},"
                " expected up, down or both"
            )
        for day in self.days or ():
            if not math.isfinite(day):
                raise ValueError(f"trigger {self.id!r}, days: found {day}, expected finite days")
