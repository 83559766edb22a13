"""What the patients of an arm are given after their last dose of natalizumab."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from diapedesis.simulate import Course, Depletion, OralSteroid, Treatment
from diapedesis.simulate.treatments import DepletionDrug


@dataclass(frozen=True)
class Arm:
    """An arm of a trial.

    Parameters
    ----------
    id, label : str
    treatments : sequence of Treatment
        Their days count from the last dose of natalizumab. None of them: placebo.
    parameters : mapping of str to float
        What is different about the drug of this arm, by id of the model's parameters.
    cells : str
        Output that counts the cells to be depleted, such as ``"cd8_count"``.
    aim : float
        Share of these cells that is to be gone from blood.

    Examples
    --------
    >>> arm = Arm("anti_cd8", "anti-CD8", depleting("anti_cd8", (28, 118), (10.0, 0.0)))
    >>> [t.time for t in arm.given(644.0)]
    [672.0]
    """

    id: str
    label: str
    treatments: tuple[Treatment, ...] = ()
    parameters: Mapping[str, float] = field(default_factory=dict)
    cells: str = ""
    aim: float = 0.0

    def given(self, last: float) -> tuple[Treatment, ...]:
        """Return the treatments on the days of a patient whose last dose was on day `last`."""
        return tuple(_later(t, last) for t in self.treatments)


def depleting(
    drug: DepletionDrug, days: Iterable[float], courses: Iterable[float]
) -> tuple[Depletion, ...]:
    """Return what is given of a depleting drug; a day with 0 courses has nothing.

    Parameters
    ----------
    drug : str
    days, courses : sequence of float
        Days after the last dose of natalizumab, and how much on each.
    """
    return tuple(
        Depletion(drug, day, amount) for day, amount in zip(days, courses, strict=True) if amount
    )


def _later(treatment: Treatment, days: float) -> Treatment:
    if isinstance(treatment, Course | OralSteroid):
        return replace(treatment, start=treatment.start + days, end=treatment.end + days)
    return replace(treatment, time=treatment.time + days)
