"""The plan of a trial: whom, which arms, under which explanations, with what left open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from diapedesis.core import Assumption
from diapedesis.simulate import Protocol
from diapedesis.trials.arms import Arm
from diapedesis.trials.hypotheses import EVERY, Hypothesis

MONTH = 28.0
"""Days between scans."""
FOLLOW_UP = 13 * MONTH
"""Days from the last dose to the last visit."""
HISTORY = Protocol.every(28, n=24)
"""Two years of natalizumab, nearly."""


@dataclass(frozen=True)
class Variant:
    """A way to set what is not known.

    Parameters
    ----------
    id, label : str
    free : sequence of str
        Shares that evidence is not asked about: uniform from 0 to 1 over the possible truths.
    """

    id: str
    label: str
    free: tuple[str, ...] = ()


@dataclass(frozen=True)
class Trial:
    """A trial in patients who stop natalizumab.

    Parameters
    ----------
    id, title, question : str
    arms : sequence of Arm
        The first is the control.
    joint : sequence of str
        Arms beside the control that one trial would have together.
    expected : mapping of str to bool
        For arms, whether the proposer of the trial expected them to prevent rebound.
    variants : sequence of Variant
        The first is the main one.
    hypotheses : sequence of Hypothesis
    held : sequence of str
        Parameters that are part of the plan, and at their defaults in every truth.
    history : Protocol
        What everybody was given before.
    assumptions : sequence of Assumption
    not_modelled : str

    Raises
    ------
    ValueError
        For arms that share an id, or names of arms that there are not.
    """

    id: str
    title: str
    question: str
    arms: tuple[Arm, ...]
    joint: tuple[str, ...]
    expected: dict[str, bool]
    variants: tuple[Variant, ...]
    hypotheses: tuple[Hypothesis, ...] = EVERY
    held: tuple[str, ...] = ()
    history: Protocol = HISTORY
    assumptions: tuple[Assumption, ...] = ()
    not_modelled: str = ""

    def __post_init__(self) -> None:
        ids = [a.id for a in self.arms]
        if len(ids) < 2 or len(set(ids)) < len(ids):
            raise ValueError(f"arms: found {ids}, expected two or more with ids of their own")
        for name, asked in (("joint", self.joint), ("expected", tuple(self.expected))):
            unknown = sorted(set(asked) - set(ids[1:]))
            if unknown:
                raise ValueError(f"{name}: found {unknown}, expected some of {ids[1:]}")

    @property
    def control(self) -> Arm:
        """The arm that the others are compared with."""
        return self.arms[0]

    def arm(self, id: str) -> int:
        """Return the place of an arm."""
        return [a.id for a in self.arms].index(id)

    def places(self, ids: Sequence[str]) -> list[int]:
        """Return the places of arms."""
        return [self.arm(i) for i in ids]
