"""Infusions every six weeks against every four, as the registry of the United States compared them.

A patient belongs to the longer interval by what was given in the last 18 months before PML or the
last visit, while the time at risk counts from the first infusion. Whoever gets there has had years
on the usual interval without PML: immortal time. The same patients are simulated with and without
the change, so that the effect of the drug alone can be told from that of the definition.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from diapedesis.observe.serology import YEAR
from diapedesis.population.virus_patients import Index, VirusPatients
from diapedesis.simulate import Infusion, Protocol
from diapedesis.validation.cox import hazard_ratio
from diapedesis.validation.ms_estimate import Flags
from diapedesis.validation.pml_registry import GRID, MONTH, Cases, Registry
from diapedesis.validation.pml_world import dropped_out, every_four_weeks, scans
from diapedesis.validation.studies import Array

OPEN = 11.0 * YEAR
"""From 2006 to the cut in 2017."""
LONG = 42.0
"""Days between infusions after the change."""
CHANGE = (1.0 * YEAR, 4.0 * YEAR)
"""Assumption: patients change after one to four years on the usual interval, evenly."""
SINCE = 4.0 * YEAR
"""Assumption: nobody changes before 2010, when risk by exposure was known."""
CHANGING = 0.25
"""Assumption: share of patients who change."""
HISTORY = 18 * MONTH
FEWEST = 15
"""Infusions in 18 months up to which the interval counts as extended (claim pml 1.39)."""
HEARD = 183.0
"""Days after the last infusion on which a diagnosis still counts (claim pml 1.55)."""
MONTHS = int(OPEN // GRID) + 1


@dataclass(frozen=True)
class Interval:
    """The comparison, with every patient under both intervals.

    Attributes
    ----------
    registry : Registry
    """

    registry: Registry

    @cached_property
    def patients(self) -> VirusPatients:
        """Those who start, all positive for antibodies."""
        p = self.registry.patients
        index = {"jc_index": self.registry.positive.index[:, 0]}
        return self.registry.prior_immunosuppressant(replace(p, inputs=p.inputs | index))

    @cached_property
    def start(self) -> Array:
        """Day of the first infusion, from the opening of the registry."""
        return np.asarray(OPEN * self.patients.uniform("start", 1))

    @cached_property
    def stop(self) -> Array:
        """Day of the last visit with an infusion, from the first."""
        return np.minimum(dropped_out(self.patients), OPEN - self.start)

    @cached_property
    def end(self) -> Array:
        """Last day on which a diagnosis is heard of."""
        return np.minimum(self.stop + HEARD, OPEN - self.start)

    @cached_property
    def change(self) -> Array:
        """Day of the last usual interval, were it changed; from `stop` on it is not."""
        first, last = CHANGE
        own = first + (last - first) * self.patients.uniform("switch")
        return np.asarray(GRID * np.ceil(np.maximum(own, SINCE - self.start) / GRID))

    @cached_property
    def usual(self) -> Cases:
        """Cases when nobody changes."""
        return self._cases(every_four_weeks(self.stop), "usual interval")

    @cached_property
    def changed(self) -> Cases:
        """Cases when everybody changes who stays that long."""
        many = np.minimum(self.change, self.stop) // GRID
        few = np.maximum(self.stop - self.change, 0.0) // LONG
        kinds = list(zip(many.astype(int).tolist(), few.astype(int).tolist(), strict=True))
        known = {kind: _then_longer(*kind) for kind in set(kinds)}
        return self._cases([known[kind] for kind in kinds], "longer interval")

    def _cases(self, protocols: list[Protocol], name: str) -> Cases:
        p, antibodies = self.patients, self.registry.positive
        return self.registry.cases(p, antibodies, protocols, self.end, scans(p), name)

    def infusions(self, at: Index, day: Array, longer: bool, since: float = OPEN) -> Array:
        """Return the infusions up to the last one before a day.

        Parameters
        ----------
        at : ndarray of int
            Places of patients.
        day : ndarray
            A day of each.
        longer : bool
            Whether they changed to the longer interval.
        since : float
            Days before the last infusion from which they count; by default all.
        """
        change = self.change[at] if longer else np.full(day.shape, np.inf)
        last = np.minimum(day, self.stop[at])

        def given(until: Array) -> Array:
            many, few = np.minimum(until, change) // GRID, np.maximum(until - change, 0.0) // LONG
            return np.where(until < 0, 0.0, 1 + many + few)

        return np.asarray(given(last) - given(last - since))

    def ratio(self, effect: bool = True, by_infusions: bool = False) -> Array:
        """Return the hazard ratio of the longer interval in each truth, by Cox regression.

        Parameters
        ----------
        effect : bool
            Whether the longer interval does anything; without, its patients have the cases of the
            usual one.
        by_infusions : bool
            Time at risk counted in infusions, not in days.
        """
        cases, at_risk = self.counts(effect, by_infusions)
        return np.array([
            hazard_ratio(*truth) for truth in zip(*cases, *at_risk, strict=True)
        ])  # fmt: skip

    def drug_alone(self) -> Array:
        """Return the ratio of cases from a year after the change on, of patients with and without.

        The same patients, followed as long: what the longer interval does by itself.
        """
        late, early = (self._after_change(c) for c in (self.changed, self.usual))
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(late / early)

    def _after_change(self, cases: Cases) -> Array:
        change = self.change[cases.origin]
        counted = cases.known & (cases.onset.diagnosis > change + YEAR)
        counted &= change < self.stop[cases.origin]
        return np.asarray(cases.risk * counted.reshape(self.registry.m, -1).mean(axis=1))

    def counts(self, effect: bool = True, by_infusions: bool = False) -> tuple[Array, Array]:
        """Return expected cases and patients at risk by month since the first infusion.

        Returns
        -------
        tuple of ndarray, shape (2, m, n_months) each
            With the longer interval first.
        """
        found = np.zeros((2, 2, self.registry.m, MONTHS))
        everyone = np.arange(self.patients.n)
        for longer, share in ((True, CHANGING), (False, 1 - CHANGING)):
            weight = np.where(self.change < self.stop, share, float(not longer))
            self._add(found[1], longer, everyone, self.end, weight, by_infusions)
            cases = self.changed if longer and effect else self.usual
            at = np.flatnonzero(cases.known)
            risk = self.registry.each(cases.risk)[at] * weight[cases.origin[at]]
            self._add(
                found[0], longer, cases.origin[at], cases.onset.diagnosis[at], risk, by_infusions
            )
        return found[0], found[1][..., ::-1].cumsum(axis=-1)[..., ::-1]

    def _add(
        self, into: Array, longer: bool, at: Index, day: Array, weight: Array, by_infusions: bool
    ) -> None:
        """Add the weights of patients to the month of a day, by their group on that day."""
        time = GRID * (self.infusions(at, day, longer) - 1) if by_infusions else day
        month = np.clip(time // GRID, 0, MONTHS - 1).astype(int)
        for group, member in enumerate(self._groups(at, day, longer)):
            np.add.at(into[group], (at[member] // self.registry.n, month[member]), weight[member])

    def _groups(self, at: Index, day: Array, longer: bool) -> tuple[Flags, Flags]:
        """Return who had the longer interval and who the usual one, of those on it long enough."""
        enough = np.minimum(day, self.stop[at]) >= HISTORY
        extended = self.infusions(at, day, longer, HISTORY) <= FEWEST
        return enough & extended, enough & ~extended

    @cached_property
    def exposure(self) -> tuple[Array, Array]:
        """Median months on the drug with the longer interval and with the usual one, (m,) each."""
        everyone = np.arange(self.patients.n)
        months = (self.stop / MONTH).reshape(self.registry.m, -1)

        def middle(longer: bool) -> Array:
            group = self._groups(everyone, self.end, longer)[int(not longer)]
            return np.nanmedian(np.where(group.reshape(months.shape), months, np.nan), axis=1)

        return middle(True), middle(False)

    @cached_property
    def mean_interval(self) -> Array:
        """Mean days between infusions in 18 months of the longer interval, shape (m,)."""
        everyone = np.arange(self.patients.n)
        member = self._groups(everyone, self.end, True)[0].reshape(self.registry.m, -1)
        apart = HISTORY / self.infusions(everyone, self.end, True, HISTORY).reshape(member.shape)
        return np.nanmean(np.where(member, apart, np.nan), axis=1)


def _then_longer(many: int, few: int) -> Protocol:
    """Return infusions every four weeks and then, after the last of `many`, every six."""
    usual = Protocol.every(GRID, n=many + 1)
    return usual.with_doses(Infusion(many * GRID + LONG * (i + 1), 300.0) for i in range(few))
