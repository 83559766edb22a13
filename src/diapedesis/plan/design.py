"""Courses of apheresis sessions: how many, how far apart, with or without a late top-up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from diapedesis.plan.threshold import HOLD, Threshold
from diapedesis.simulate import Plex, Session

ONE_MG_PER_L = Threshold()
LATEST = 365.0
"""Days from the first session to the asked day, at most."""
TOP_UP_GAPS = (7, 10, 14)
"""Days before a late top-up session: tissue has refilled most of what it will."""


@dataclass(frozen=True)
class Design:
    """A course of `n` sessions, `spacing` days apart; the last after `top_up` days if given.

    `size` says which of the question's kinds of session it consists of.
    """

    n: int
    spacing: int = 0
    top_up: int | None = None
    size: int = 0

    def days(self, first: float) -> list[float]:
        """Return the day of each session, the first on day `first`; none for no session."""
        if self.n == 0:
            return []
        regular = self.n - (self.top_up is not None)
        days = [first + i * self.spacing for i in range(regular)]
        return days if self.top_up is None else [*days, days[-1] + self.top_up]

    @property
    def label(self) -> str:
        """The course in words."""
        if self.n == 0:
            return "no session"
        if self.n == 1:
            return "1 session"
        late = "" if self.top_up is None else f", the last {self.top_up} days after the one before"
        regular = self.n - (self.top_up is not None)
        every = f" every {self.spacing} d" if regular > 1 else ""
        return f"{self.n} sessions{every}{late}"


@dataclass(frozen=True)
class PlexQuestion:
    """What is asked of a plan.

    Parameters
    ----------
    first : float
        Day of the first possible session.
    by : float
        Day from which the level has to stay below the threshold.
    threshold : Threshold
    probability : float
        Wanted probability of that, 0.5 to 0.999.
    sizes : tuple of Plex or Immunoadsorption
        What one session can be (a course keeps to one of them); their days are ignored.
    samples : tuple of float
        Days of planned samples; by default just before every other session.
    max_sessions : int
        0 to 10.
    spacing : (int, int)
        Shortest and longest gap between sessions [day], 1 to 7.
    top_up : bool
        Also search courses with a late last session.
    result_after_days : float
        Time from a sample to its result. Turnaround is not published for natalizumab levels;
        antibody tests take 5 to 12 days, so a week is assumed.
    hold : float
        Days that "lasting" means.
    """

    first: float
    by: float
    threshold: Threshold = ONE_MG_PER_L
    probability: float = 0.9
    sizes: tuple[Session, ...] = (Plex(0.0, plasma_volumes=1.5),)
    samples: tuple[float, ...] = ()
    max_sessions: int = 10
    spacing: tuple[int, int] = (1, 7)
    top_up: bool = True
    result_after_days: float = 7.0
    hold: float = HOLD

    def __post_init__(self) -> None:
        low, high = self.spacing
        checks = (
            ("by", self.by, self.by > self.first, f"a day after the first session, {self.first:g}"),
            (
                "by",
                self.by,
                self.by <= self.first + LATEST,
                f"at most {LATEST:g} days after the first",
            ),
            ("probability", self.probability, 0.5 <= self.probability <= 0.999, "0.5 to 0.999"),
            ("max_sessions", self.max_sessions, 0 <= self.max_sessions <= 10, "0 to 10"),
            ("spacing", self.spacing, 1 <= low <= high <= 7, "two whole days within 1 to 7"),
            ("result_after_days", self.result_after_days, self.result_after_days >= 0, "0 or more"),
            ("sizes", self.sizes, len(self.sizes) > 0, "one or more kinds of session"),
            ("hold", self.hold, 1 <= self.hold <= 180, "1 to 180 days"),
        )
        for name, found, ok, expected in checks:
            if not ok:
                raise ValueError(f"{name}: found {found!r}, expected {expected}")

    def sessions(self, design: Design) -> list[Session]:
        """Return the sessions of a design."""
        if design.n == 0:
            return []
        return [replace(self.sizes[design.size], time=d) for d in design.days(self.first)]

    def label(self, design: Design) -> str:
        """Return a course in words, with the size of its sessions where that was searched."""
        if len(self.sizes) == 1 or design.n == 0:
            return design.label
        size = self.size_label(design).replace("PV", "plasma volumes")
        return f"{design.label}, {size} each"

    def size_label(self, design: Design) -> str:
        """Return the size of a course's sessions (PV: plasma volumes); empty for no session."""
        if design.n == 0:
            return ""
        s = self.sizes[design.size]
        return f"{s.volume:g} L" if s.volume is not None else f"{s.plasma_volumes:g} PV"

    def designs(self) -> Iterator[Design]:
        """Yield every course within the constraints; none has a session after the asked day."""
        yield Design(0)
        for size in range(len(self.sizes)):
            for course in self._courses():
                if course.days(self.first)[-1] < self.by:
                    yield replace(course, size=size)

    def _courses(self) -> Iterator[Design]:
        low, high = self.spacing
        if self.max_sessions >= 1:
            yield Design(1)
        for n in range(2, self.max_sessions + 1):
            for spacing in range(low, high + 1):
                yield Design(n, spacing)
            if self.top_up:
                yield from self._with_top_up(n)

    def _with_top_up(self, n: int) -> Iterator[Design]:
        low, high = self.spacing
        for gap in TOP_UP_GAPS:
            if n == 2:
                if gap > high:
                    yield Design(n, 0, gap)
                continue
            for spacing in range(low, high + 1):
                if gap > spacing:
                    yield Design(n, spacing, gap)
