"""The samples that could be taken next, ranked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from string import ascii_uppercase
from typing import TYPE_CHECKING

import numpy as np

from diapedesis.infer.fit import Fit
from diapedesis.infer.table import Table
from diapedesis.observe import Assay
from diapedesis.plan.design import PlexQuestion
from diapedesis.plan.flags import Flag
from diapedesis.plan.preposterior import Estimate
from diapedesis.plan.sample_options import Option, row_of
from diapedesis.plan.sample_words import WITHIN, notes, sentences
from diapedesis.plan.samples import usual_assay
from diapedesis.plan.search import Arm

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class SamplePlan:
    """The samples that could be taken next, ranked by what they are expected to tell.

    Attributes
    ----------
    fit : Fit
    question : PlexQuestion
    now : float
        No sample lies before this day.
    chosen : Arm
        The course that is followed meanwhile.
    waiting : Arm
    latest : float
        Day at which a lasting day that is not reached is counted.
    p_unreached : dict of str to float
        Share of the draws whose quantity is not reached: "date", "waiting" (counted at `latest`),
        "sessions" (counted as one more than the most that are allowed).
    options : tuple of Option
        Ranked: in time by the drop of the lasting day's variance, then those that cannot be said,
        then those too late.
    ideal : Option or None
        The best of them by an assay with half the error.
    flags : tuple of Flag
    """

    fit: Fit
    question: PlexQuestion
    now: float
    chosen: Arm
    waiting: Arm
    latest: float
    p_unreached: dict[str, float]
    options: tuple[Option, ...]
    ideal: Option | None
    flags: tuple[Flag, ...]

    @property
    def session_days(self) -> list[float]:
        """Day of each session of the course that is followed."""
        return self.chosen.design.days(self.question.first)

    @property
    def in_time(self) -> tuple[Option, ...]:
        """The options with a rank, best first."""
        return tuple(o for o in self.options if o.status == "in time")

    @property
    def best(self) -> Option | None:
        """The first of the ranking; ``None`` when no result comes in time or can be said."""
        return next(iter(self.in_time), None)

    @property
    def steering(self) -> Option | None:
        """The option that tells most of the number of sessions; ``None`` if none can change it."""
        able = [o for o in self.in_time if o.steers]
        return max(able, key=lambda o: o.drop["sessions"].value, default=None)

    @property
    def habits(self) -> tuple[Option, ...]:
        """What habit would take, by the usual assay, in order of day."""
        usual = usual_assay(self.fit.subject)
        found = [o for o in self.options if o.sample.habit and o.assay == usual]
        return tuple(sorted(found, key=lambda o: o.sample.day))

    def behind(self, option: Option) -> Estimate:
        """Return by how much less of the lasting day's variance an option takes than the best.

        As a share of the variance, over the same draws and noise: the error is the difference's.
        """
        best = self.best
        if best is None or option.status == "cannot say":
            return Estimate(np.full(2, np.nan))
        share = best.share("date")
        return share if option.late else share - option.share("date")

    def tied(self, option: Option) -> bool:
        """Return whether an option is not distinguished from the best."""
        gap = self.behind(option)
        return option.status == "in time" and gap.value <= WITHIN * gap.error + 1e-12

    @cached_property
    def letters(self) -> dict[Assay, str]:
        """A letter for each assay, in the order of the ranking, for tables that are narrow."""
        assays = dict.fromkeys(o.assay for o in self.options)
        return {a: ascii_uppercase[i] for i, a in enumerate(assays)}

    @cached_property
    def option_table(self) -> Table:
        """One row per option: see the guide for the columns."""
        ranks = [i if o.status == "in time" else None for i, o in enumerate(self.options, 1)]
        rows = [
            row_of(o, rank, self.behind(o), self.tied(o))
            for o, rank in zip(self.options, ranks, strict=True)
        ]
        return Table.of(rows)

    @cached_property
    def table(self) -> pd.DataFrame:
        """The table of options as a frame."""
        return self.option_table.to_frame()

    def headline(self, day_label: Callable[[float], str] | None = None) -> str:
        """Return in plain sentences what to measure, when, and what it would buy.

        Parameters
        ----------
        day_label : callable, optional
            Writes a model day as the reader's calendar does.
        """
        return " ".join(sentences(self, day_label))

    def notes(self, day_label: Callable[[float], str] | None = None) -> list[str]:
        """Return what else is to be said, a sentence or two each.

        On the number of sessions, on samples of habit, on what would change the answer, and on
        what is counted at the edge of what was looked at.
        """
        return notes(self, day_label)

    def to_frame(self) -> pd.DataFrame:
        """Return the table of options."""
        return self.table.copy()

    def plot(self) -> object:
        """Return a matplotlib figure: the course with the samples, and what each would tell."""
        from diapedesis.plan.figures_of_samples import sample_figure

        return sample_figure(self)

    def _repr_html_(self) -> str:
        return f"<p>{self.headline()}</p>{self.option_table.to_html()}"
