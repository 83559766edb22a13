"""What is done to patients who stop natalizumab, to tell one hypothesis from another."""

from __future__ import annotations

from dataclasses import dataclass

from diapedesis.simulate import Course, Depletion, Plex, Protocol, Session, Steroid, Treatment

EVERY = 28.0
USUAL = 24
"""Infusions before the stop, where an arm does not say otherwise."""


@dataclass(frozen=True)
class Arm:
    """What is done, in days after the last dose of natalizumab.

    Attributes
    ----------
    id, label : str
    infusions : int
        One every four weeks, the last on day 0; 0 for a patient who never had the drug.
    treatments, sessions : tuple
    again : int
        Infusions of a second course that begins a year after the first; day 0 is then its last.
    """

    id: str
    label: str
    infusions: int = USUAL
    treatments: tuple[Treatment, ...] = ()
    sessions: tuple[Session, ...] = ()
    again: int = 0

    @property
    def protocol(self) -> Protocol:
        """What is given from day 0 on."""
        last = Protocol.every(EVERY, n=min(self.infusions, 1))
        return last.with_treatments(self.treatments).with_sessions(self.sessions)


NONE = Arm("none", "nothing is done")
EXCHANGES = tuple(Plex(14.0 + 2 * i, plasma_volumes=1.5) for i in range(5))
PULSES = tuple(Steroid(30.0 * (i + 1), grams=1.0) for i in range(6))
HALF_CD4 = (Depletion("anti_cd4", 28.0),)
DEEP_CD4 = (Depletion("anti_cd4", 28.0, 10.0), *(Depletion("anti_cd4", d, 0.3) for d in (73, 118)))
DEEP_CD8 = (Depletion("anti_cd8", 28.0, 10.0), *(Depletion("anti_cd8", d, 1.0) for d in (73, 118)))
"""Courses with which the typical patient has half, or a tenth, of the cells in weeks 8 to 20."""

ARMS = (
    NONE,
    Arm("few", "nothing is done, after 6 infusions", 6),
    Arm("many", "nothing is done, after 60 infusions", 60),
    Arm("again", "nothing is done, after a second course of 24 infusions", again=24),
    Arm("plex", "five plasma exchanges from day 14", sessions=EXCHANGES),
    Arm("fty8", "fingolimod from week 8", treatments=(Course("fingolimod", 56.0),)),
    Arm("fty16", "fingolimod from week 16", treatments=(Course("fingolimod", 112.0),)),
    Arm("anti_cd20", "anti-CD20 on day 28", treatments=(Depletion("anti_cd20", 28.0),)),
    Arm("steroid", "methylprednisolone, 1 g a month for 6 months", treatments=PULSES),
    Arm("anti_cd4_half", "anti-CD4, half of the cells", treatments=HALF_CD4),
    Arm("anti_cd4", "anti-CD4, nine tenths of the cells", treatments=DEEP_CD4),
    Arm("anti_cd8", "anti-CD8, nine tenths of the cells", treatments=DEEP_CD8),
    Arm("alone", "anti-CD4, half of the cells, without natalizumab before", 0, HALF_CD4),
)
