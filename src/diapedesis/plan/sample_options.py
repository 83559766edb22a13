"""One sample by one assay: whether its result counts, and what it is expected to tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from diapedesis.observe import Assay
from diapedesis.plan.preposterior import Estimate
from diapedesis.plan.samples import Sample, assay_label

Status = Literal["in time", "cannot say", "too late"]


@dataclass(frozen=True)
class Option:
    """One sample by one assay, and what its result is expected to leave open.

    Attributes
    ----------
    sample : Sample
    assay : Assay
    result_day : float
    late : bool
        Whether the result comes on or after the asked day.
    trusted : bool
        False when too few draws stand behind the results that may come.
    given : int
        Sessions of the course that have begun when the result comes.
    steers : bool
        Whether the result can still change the number of sessions.
    drop : dict of str to Estimate
        Expected drop in variance by quantity, as if it came in time: "date" and "waiting" (lasting
        day under the course and by waiting) [day^2], "sessions".
    before : dict of str to Estimate
        The variance without the result; of "sessions" beyond those given by then.
    changes : Estimate
        Probability that another number of sessions is chosen.
    ess : float
        Mean effective number of draws behind a result.
    """

    sample: Sample
    assay: Assay
    result_day: float
    late: bool
    trusted: bool
    given: int
    steers: bool
    drop: dict[str, Estimate]
    before: dict[str, Estimate]
    changes: Estimate
    ess: float

    @property
    def status(self) -> Status:
        """Whether the result counts: it must come before the asked day, and say something."""
        return "too late" if self.late else "in time" if self.trusted else "cannot say"

    def left(self, quantity: str) -> Estimate:
        """Return the SD that is left on average (root of the expected variance)."""
        return (self.before[quantity] - self.drop[quantity]).root()

    def share(self, quantity: str) -> Estimate:
        """Return the drop as a share of the variance; NaN where nothing varies."""
        return self.drop[quantity].over(self.before[quantity])


def row_of(o: Option, rank: int | None, behind: Estimate, tied: bool) -> dict[str, object]:
    """Return an option's row of the table.

    Parameters
    ----------
    o : Option
    rank : int or None
    behind : Estimate
        How much less of the lasting day's variance it takes than the best.
    tied : bool
        Whether that is within the error of none.
    """
    counted = {"date": o.status == "in time", "waiting": o.status == "in time"}
    counted["sessions"] = counted["date"] and o.steers
    row: dict[str, object] = {
        "rank": rank,
        "sample_day": o.sample.day,
        "when": o.sample.when,
        "assay": assay_label(o.assay),
        "status": o.status,
        "habit": o.sample.habit,
        "result_day": o.result_day,
        "sessions_given": o.given,
        "tied_with_best": tied,
    }
    for name, counts in counted.items():
        row |= _columns(name, o, counts)
    return row | {
        "behind_best": behind.value,
        "behind_best_error": behind.error,
        **_pair("p_change", o, o.changes if counted["sessions"] else None),
        **_pair("share_date_if_in_time", o, o.share("date")),
        "ess": o.ess,
    }


def _pair(name: str, o: Option, estimate: Estimate | None) -> dict[str, float]:
    """Return a number and its error: 0 where none counts, NaN where it cannot be said."""
    if o.status == "cannot say" or not (estimate is None or o.trusted):
        return {name: float("nan"), f"{name}_error": float("nan")}
    if estimate is None:
        return {name: 0.0, f"{name}_error": 0.0}
    return {name: estimate.value, f"{name}_error": estimate.error}


def _columns(name: str, o: Option, counts: bool) -> dict[str, float]:
    """Return what a result does to one quantity; nothing where it comes too late."""
    before = o.before[name].root()
    return {
        **_pair(f"drop_{name}", o, o.drop[name] if counts else None),
        **_pair(f"share_{name}", o, o.share(name) if counts else None),
        f"sd_{name}": before.value,
        **_pair(f"sd_{name}_left", o, o.left(name) if counts else before),
    }
