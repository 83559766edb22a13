"""One fitted subject from a day on: what would follow from any further sessions or doses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from diapedesis.infer.fit import Fit
from diapedesis.simulate import Antibodies, Dose, Injection, Protocol, Session, Solution

Array = NDArray[np.float64]
LEVEL = ("c", "c_free")
EFFECT = ("c", "c_free", "saturation", "free_alpha4", "gate")
EVERYTHING = (*EFFECT, "igg", "fibrinogen", "v_plasma")


@dataclass(frozen=True)
class Outlook:
    """Draws of a subject's state on day `start`.

    Attributes
    ----------
    fit : Fit
    start : float
        [day]
    state : dict of str to ndarray, shape (n_draws,)
    """

    fit: Fit
    start: float
    state: dict[str, Array]

    @classmethod
    def of(cls, fit: Fit, start: float) -> Outlook:
        """Solve a subject's history up to `start` for every posterior draw.

        Raises
        ------
        ValueError
            When something given lies after `start`.
        """
        given = fit.subject.protocol
        events = [*(e.time for e in (*given.doses, *given.sessions)), *given.resets]
        if events and max(events) > start:
            raise ValueError(
                f"start: found day {start:g}, before the last dose, session or reset"
                f" (day {max(events):g})"
            )
        begin = min(given.start, start)
        return cls(fit, start, fit.solve(given, [start], EVERYTHING, t0=begin).final)

    @property
    def n(self) -> int:
        """Number of draws."""
        return self.fit.n_draws

    def thinned(self, n: int) -> Outlook:
        """Return an outlook on the first `n` draws (draws are in random order)."""
        n = min(n, self.n)
        return Outlook(self.fit.thinned(n), self.start, {k: v[:n] for k, v in self.state.items()})

    def course(
        self,
        times: Sequence[float] | Array,
        outputs: Sequence[str] = EFFECT,
        *,
        sessions: Sequence[Session] = (),
        doses: Sequence[Dose] = (),
        rtol: float = 1e-6,
    ) -> Solution:
        """Solve from `start` on, with further sessions and doses.

        A dose or session that was still running on day `start` goes on; an injection may still be
        within its lag.
        """
        given = self.fit.subject.protocol
        running = [s for s in given.sessions if s.end > self.start]
        still = [d for d in given.doses if isinstance(d, Injection) or d.end > self.start]
        protocol = Protocol(
            doses=(*still, *doses),
            sessions=(*running, *sessions),
            weights=given.weights,
            antibodies=_ongoing(given.antibodies, self.start),
            resets=given.resets,
        )
        return self.fit.solve(
            protocol, times, outputs, initial=self.state, t0=self.start, rtol=rtol
        )


def _ongoing(antibodies: Sequence[Antibodies], day: float) -> tuple[Antibodies, ...]:
    return tuple(a for a in antibodies if a.end > day)
