"""What is asked of a simulation: who, what is given, until when, what is believed, how many."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from diapedesis.core import LogitNormal, Model
from diapedesis.models.ms import ms
from diapedesis.models.pml import pml
from diapedesis.observe import Subject
from diapedesis.population.virus_asked import COURSE_VALUES, VirusAsked, never_with_virus

Explanation = Literal["null", "cd4", "pool", "virus", "damage", "imbalance"]
EXPLANATIONS: tuple[Explanation, ...] = ("null", "cd4", "pool", "virus", "damage", "imbalance")
MIXTURE = "mixture"
RANGES = {
    "humoral_share": (0.0, 1.0),
    "anti_cd4_treg": (0.0, 1.0),
    "burst_size": (1.0, math.inf),
    "edss_0": (0.0, 10.0),
    "edss_max": (0.0, 10.0),
}
"""What a parameter can be where its prior does not say; all others with such a prior: 0 or more."""
OUTPUTS = (
    *("c", "saturation", "gate", "lymphocytes", "cns_t_cells", "cns_regulators", "csf_cells"),
    *("tone", "gd", "lesion_births", "steroid_barrier"),
    *("relapse_background", "relapse_rate", "edss", "oedema", "icp"),
)
"""Outputs of every simulation."""
MOST_VALUES = 100_000_000
"""Patients times days times outputs, of all arms; bounds the memory."""


class ScenarioError(ValueError):
    """A scenario that cannot be simulated, with the field that says so.

    Attributes
    ----------
    field : str
        Name of the offending field, e.g. ``"until"``.
    """

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field


@dataclass(frozen=True)
class Scenario:
    """One virtual patient described, and how many who fit the description are simulated.

    Parameters
    ----------
    subject : Subject
        Who, and everything given: doses, sessions, treatments, antibodies, before and after today.
        Measured levels, where there are any, are fitted, and the patients drawn from the fit.
    until : float
        Last day.
    hypothesis : str or mapping of str to float
        Why disease returns: "null", "cd4", "pool", "virus", "damage" or "imbalance" alone; weights
        of several; or "mixture", weights as uncertain as they are.
    relapses : int, optional
        In the year before the first dose, untreated.
    gd : int, optional
        Enhancing lesions on the last scan before the first dose.
    parameters : mapping of str to float
        Values by id, the same for every patient.
    outputs : tuple of str
        Ids of outputs to be kept beside the usual ones.
    n : int
        Virtual patients, 2 or more.
    seed : int
        With the same seed, patient i is the same in every arm and in every number of patients.
    before : float
        Days untreated before the first dose, from which lesions are sampled.
    virus : VirusAsked, optional
        The patients are those in whom PML comes; without levels, facts from before the drug,
        sessions and treatments: care says what is done.

    Examples
    --------
    >>> from diapedesis.simulate import Protocol
    >>> stop = Scenario(Subject(Protocol.every(28, n=24)), until=1000.0)
    >>> stop.last_dose, stop.days.size
    (644.0, 1181)
    """

    subject: Subject
    until: float
    hypothesis: str | Mapping[str, float] = MIXTURE
    relapses: int | None = None
    gd: int | None = None
    parameters: Mapping[str, float] = field(default_factory=dict)
    outputs: tuple[str, ...] = ()
    n: int = 200
    seed: int = 1
    before: float = 180.0
    virus: VirusAsked | None = None

    def __post_init__(self) -> None:
        given = self.subject.protocol
        if not given.doses:
            raise ScenarioError("subject", "found no dose of natalizumab, expected one or more")
        if not (math.isfinite(self.until) and self.until > given.doses[-1].time):
            expected = f"a day after the last dose, {given.doses[-1].time:g}"
            raise ScenarioError("until", f"found {self.until!r}, expected {expected}")
        if not self.before >= 0:
            raise ScenarioError("before", f"found {self.before!r}, expected days, 0 or more")
        for name, least in (("n", 2), ("seed", 0), ("relapses", 0), ("gd", 0)):
            value = getattr(self, name)
            if value is not None and (value != int(value) or value < least):
                expected = f"a whole number of at least {least}"
                raise ScenarioError(name, f"found {value!r}, expected {expected}")
        beside = never_with_virus(self.subject, self.relapses, self.gd)
        if self.virus is not None and beside:
            raise ScenarioError("virus", f"found {beside[0]} beside it, expected none")
        check_values([self])
        self._check_hypothesis()
        for id, value in self.parameters.items():
            if expected := expected_value(id, value, self.model):
                raise ScenarioError("parameters", f"found {id} {value!r}, expected {expected}")
        if expected := expected_edss(self.parameters):
            stated = {k: v for k, v in self.parameters.items() if k in ("edss_0", "edss_max")}
            raise ScenarioError("parameters", f"found {stated}, expected {expected}")
        unknown = [o for o in self.outputs if o not in ms().outputs]
        if unknown:
            known = ", ".join(sorted(ms().outputs))
            raise ScenarioError("outputs", f"found {unknown[0]!r}, expected among {known}")

    def _check_hypothesis(self) -> None:
        if isinstance(self.hypothesis, str):
            if self.hypothesis not in (MIXTURE, *EXPLANATIONS):
                expected = ", ".join((MIXTURE, *EXPLANATIONS))
                found = repr(self.hypothesis)
                raise ScenarioError("hypothesis", f"found {found}, expected one of {expected}")
            return
        unknown = [k for k in self.hypothesis if k not in EXPLANATIONS]
        if unknown:
            expected = ", ".join(EXPLANATIONS)
            raise ScenarioError("hypothesis", f"found {unknown[0]!r}, expected among {expected}")
        weights = list(self.hypothesis.values())
        if not (all(math.isfinite(w) and w >= 0 for w in weights) and sum(weights) > 0):
            expected = "weights of at least 0, one above"
            raise ScenarioError("hypothesis", f"found {weights}, expected {expected}")

    @property
    def model(self) -> Model:
        """The model that is solved."""
        return ms() if self.virus is None else pml()

    @property
    def kept(self) -> int:
        """Numbers kept of each patient."""
        if self.virus is not None:
            return COURSE_VALUES + int(self.until - self.first_dose)
        return self.days.size * len({*OUTPUTS, *self.outputs})

    @property
    def first_dose(self) -> float:
        """Day of the first dose of natalizumab."""
        return self.subject.protocol.doses[0].time

    @property
    def last_dose(self) -> float:
        """Day of the last dose of natalizumab."""
        return self.subject.protocol.last_dose

    @property
    def start(self) -> float:
        """Day from which the model is solved: untreated, before the first day and all events."""
        return min(float(self.days[0]), self.subject.protocol.start - 1.0)

    @property
    def days(self) -> np.ndarray:
        """Days of the courses: one a day from `before` the first dose, and `until`."""
        start = math.floor(self.first_dose - self.before)
        whole = np.arange(start, self.until, 1.0)
        return np.append(whole, self.until)

    @property
    def fixed(self) -> dict[str, float]:
        """Values that are the same for every patient, those of the hypothesis included."""
        if self.hypothesis == MIXTURE:
            return dict(self.parameters)
        if isinstance(self.hypothesis, str):
            weights: Mapping[str, float] = {self.hypothesis: 1.0}
        else:
            weights = self.hypothesis
        return {f"h_{k}": weights.get(k, 0.0) for k in EXPLANATIONS} | dict(self.parameters)


def check_values(scenarios: Collection[Scenario]) -> None:
    """Raise ScenarioError where the scenarios together have too many values for the memory."""
    values = sum(s.n * s.kept for s in scenarios)
    if values > MOST_VALUES:
        first = next(iter(scenarios))
        found = f"{first.n} patients over {first.days.size} days"
        if len(scenarios) > 1:
            found += f" in {len(scenarios)} arms"
        expected = f"at most {first.n * MOST_VALUES // values}"
        raise ScenarioError("n", f"found {found}, expected {expected}")


def expected_value(id: str, value: float, model: Model | None = None) -> str:
    """Return what a value, of the model of MS unless told, should have been; "" where it can be.

    Examples
    --------
    >>> expected_value("cl", 0.2), expected_value("cl", -1.0)
    ('', 'a number of at least 0 [L/day]')
    """
    known = (model or ms()).parameters
    if id not in known:
        return "the id of a parameter on the model card"
    if id in {f"h_{k}" for k in EXPLANATIONS}:
        return "weights of hypotheses under hypothesis, not among parameters"
    prior = known[id].prior
    if isinstance(prior, LogitNormal):
        return "" if 0 <= value <= 1 else "a share, 0 to 1"
    if not math.isfinite(value):
        return "a finite number"
    low, high = RANGES.get(id, (0.0, math.inf))
    if low <= value <= high:
        return ""
    most = f" and at most {high:g}" if high < math.inf else ""
    return f"a number of at least {low:g}{most} [{known[id].unit or 'no unit'}]"


def expected_edss(parameters: Mapping[str, float]) -> str:
    """Return what EDSS before the drug and its maximum should have been, or "".

    Patients whose own EDSS is not stated are drawn, and may have almost any.

    Examples
    --------
    >>> expected_edss({"edss_0": 4.0}), expected_edss({"edss_0": 4.0, "edss_max": 3.0})
    ('', 'edss_0 below edss_max, 3')
    """
    usual = ms().parameters["edss_max"].default
    most = parameters.get("edss_max", usual)
    if parameters.get("edss_0", -1.0) >= most:
        return f"edss_0 below edss_max, {most:g}"
    if "edss_0" not in parameters and most < usual:
        return f"edss_0 stated beside an edss_max below {usual:g}"
    return ""
