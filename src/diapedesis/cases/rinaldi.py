"""Rinaldi 2012 simulated: 10 000 series of 22 patients who start fingolimod after three months.

Day 0 is that of the last natalizumab infusion. All patients of the series had antibodies to JC
virus, which is why they stopped; the virus plays no part here, as nobody is given PML.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from diapedesis.models.ms import ms
from diapedesis.population.ms_cohort import recruit
from diapedesis.population.ms_stopped import stop
from diapedesis.population.setting import Setting
from diapedesis.population.switch_outcome import MARGINS, RINALDI
from diapedesis.population.switch_series import STUDIES, Predicted, Series
from diapedesis.population.switchers import READINGS, Switchers
from diapedesis.population.truths import stream
from diapedesis.population.truths import truths as draw_truths

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

TRUTHS, PATIENTS = 100, 600
"""With fewer patients the shares of a truth are uncertain for want of patients, which makes the
published numbers look less odd: with 250, the tail probability is larger by a fifth."""


@dataclass(frozen=True, eq=False)
class RinaldiSeries:
    """Simulated series beside the published one.

    Attributes
    ----------
    series : Series
        Numbers of each simulated series.
    predicted : Predicted
        Probability of every outcome.
    others : dict of str to Predicted
        The same under other readings of what the report leaves open.
    seed : int
    """

    series: Series
    predicted: Predicted
    others: dict[str, Predicted]
    seed: int

    @cached_property
    def tail(self) -> float:
        """Share of the simulated series whose numbers are no more likely than the published."""
        return self.predicted.share_no_likelier(self.series, RINALDI)

    def to_frame(self) -> pd.DataFrame:
        """Return one row for each simulated series: its truth, and the numbers that it reports."""
        import pandas as pd

        return pd.DataFrame(
            {"truth": self.series.truth, **{name: self.series[name] for name in MARGINS}}
        )

    def summary(self) -> pd.DataFrame:
        """Return each number by itself.

        Returns
        -------
        DataFrame
            `number`, `published`; of the simulated series `mean`, `low` and `high` (90 %); `tail`,
            its two-sided tail probability.
        """
        import pandas as pd

        frame = self.to_frame()
        return pd.DataFrame(
            {
                "number": name,
                "published": RINALDI[name],
                "mean": frame[name].mean(),
                "low": frame[name].quantile(0.05),
                "high": frame[name].quantile(0.95),
                "tail": self.predicted.tail(RINALDI, name),
            }
            for name in MARGINS
        )

    def readings(self) -> pd.DataFrame:
        """Return the tail probability of all numbers together under each other reading."""
        import pandas as pd

        return pd.DataFrame(
            {"reading": name, "tail": other.tail(RINALDI)} for name, other in self.others.items()
        )

    def plot(self) -> Figure:
        """Draw the joint distribution, with the published series marked."""
        from diapedesis.cases.rinaldi_figure import series_figure

        return series_figure(self)


def rinaldi_series(
    studies: int = STUDIES, *, truths: int = TRUTHS, patients: int = PATIENTS, seed: int = 1
) -> RinaldiSeries:
    """Simulate series of 22 patients like those of Rinaldi and others.

    Each series has one possible truth, and its patients are drawn among the virtual ones of that
    truth.

    Parameters
    ----------
    studies : int
    truths : int
        Possible truths.
    patients : int
        Virtual patients of each truth.
    seed : int
        With the same seed the result is the same, whatever the number of threads.

    Raises
    ------
    ValueError
        When one of the numbers is below 1.

    Examples
    --------
    >>> few = rinaldi_series(200, truths=4, patients=50)
    >>> sorted(few.to_frame().columns)[:3]
    ['first_month', 'mri_only', 'mri_only_first_month']
    >>> 0 <= few.tail <= 1
    True
    """
    for name, found in (("studies", studies), ("truths", truths), ("patients", patients)):
        if found < 1:
            raise ValueError(f"{name}: found {found}, expected 1 or more")
    typical = draw_truths(ms(), truths, stream(seed, "rinaldi truths"))
    setting = Setting(ms(), typical, patients, stream(seed, "rinaldi patients"))
    who = Switchers.of(stop(recruit(setting, patients)))
    size = RINALDI.patients
    predicted = Predicted.of(who, truths, size)
    return RinaldiSeries(
        predicted.draw(studies, stream(seed, "rinaldi series")),
        predicted,
        {name: Predicted.of(who, truths, size, r) for name, r in READINGS.items()},
        seed,
    )
