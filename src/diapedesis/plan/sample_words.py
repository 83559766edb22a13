"""What the ranking of samples says, in plain sentences."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from diapedesis.plan.samples import assay_label
from diapedesis.plan.words import k_of_20, percent

if TYPE_CHECKING:
    from diapedesis.plan.sample_options import Option
    from diapedesis.plan.sample_plan import SamplePlan

DayLabel = Callable[[float], str]
WITHIN = 2.0
"""Monte-Carlo errors within which two numbers are not distinguished."""
NAMED = 3
"""Samples not distinguished from the best that are named; the others are counted."""
NOTEWORTHY = 0.005
"""Share of draws not reached, below which nothing is said of them."""


def sentences(plan: SamplePlan, day_label: DayLabel | None = None) -> list[str]:
    """Return what to measure and when, and then what it would buy."""
    best, q = plan.best, plan.question
    if best is None:
        return [_none(plan, day_label)]
    if not best.before["date"].value > 0:
        return ["The lasting day is the same for all patients like this; no sample can narrow it."]
    share = best.share("date")
    if share.value <= WITHIN * share.error:
        return [
            "No sample whose result comes in time is expected to narrow the lasting day by more"
            " than its Monte-Carlo error."
        ]
    took = q.label(plan.chosen.design) if plan.chosen.design.n else "waiting"
    return [
        f"Measure {_what(best)} {_on(best, day_label)}.",
        f"Its result is there on {_day(best.result_day, day_label)}. It is expected to narrow the"
        f" lasting day under {took} from an SD of {best.before['date'].root().value:.1f} to"
        f" {best.left('date').value:.1f} days (variance {100 * share.value:.0f} % less,"
        f" Monte-Carlo error {_points(100 * share.error)}).",
        _changes(plan, best),
        _tied(plan, day_label),
    ]


def notes(plan: SamplePlan, day_label: DayLabel | None = None) -> list[str]:
    """Return what else the ranking says: sessions, habits, what would change it, what is cut."""
    lines = [_steering(plan, day_label), *_habits(plan), *_otherwise(plan, day_label)]
    return [x for x in [*lines, *_unreached(plan)] if x]


def _none(plan: SamplePlan, day_label: DayLabel | None) -> str:
    asked = _day(plan.question.by, day_label)
    wait = f"{plan.question.result_after_days:g} days"
    if all(o.late for o in plan.options):
        return f"No sample's result comes before the asked day, {asked}: a result takes {wait}."
    return (
        "Of no sample whose result comes in time can it be said what it would tell: too few draws"
        " stand behind each possible result. Ask with more draws."
    )


def _what(o: Option) -> str:
    label = assay_label(o.assay)
    return label if o.assay.measures == "saturation" else f"the serum level ({label})"


def _day(day: float, day_label: DayLabel | None) -> str:
    return f"day {day:.4g}" if day_label is None else day_label(day)


def _on(o: Option, day_label: DayLabel | None) -> str:
    return f"on {_day(o.sample.day, day_label)}, {o.sample.when}"


def _points(x: float) -> str:
    return f"{x:.1f} points" if x < 9.5 else f"{x:.0f} points"


def _changes(plan: SamplePlan, o: Option) -> str:
    if plan.steering is None:
        return "No result comes before the number of sessions is settled."
    if not o.steers:
        return "It comes too late to change the number of sessions."
    p = o.changes.value
    return f"It changes the number of sessions in {k_of_20(p)} patients like this ({percent(p)})."


def _tied(plan: SamplePlan, day_label: DayLabel | None) -> str:
    tied = [o for o in plan.in_time[1:] if plan.tied(o)]
    if not tied:
        return "Every other sample tells less of it."
    best = tied[0] if plan.best is None else plan.best
    few = [_beside(best, o, day_label) for o in tied[:NAMED]]
    more = f" and {len(tied) - NAMED} more" if len(tied) > NAMED else ""
    return f"Not distinguished from it: {'; '.join(few)}{more}."


def _beside(best: Option, o: Option, day_label: DayLabel | None) -> str:
    """Name an option, its assay only where that is another one."""
    where = _on(o, day_label).removeprefix("on ")
    return where if o.assay == best.assay else f"{assay_label(o.assay)}, {where}"


def _steering(plan: SamplePlan, day_label: DayLabel | None) -> str:
    """Say which sample tells most of the number of sessions, where that is another one."""
    o = plan.steering
    if o is None or o is plan.best:
        return ""
    return (
        f"Of the number of sessions most is told by {_what(o)} {_on(o, day_label)}, when"
        f" {o.given} are given by the day of its result: SD of the number needed"
        f" {o.before['sessions'].root().value:.1f}, after it {o.left('sessions').value:.1f};"
        f" it changes the number in {percent(o.changes.value)}.{_as_good(plan, o)}"
    )


def _as_good(plan: SamplePlan, best: Option) -> str:
    """Say how many others tell as much of the number of sessions, within the error."""
    gaps = [best.drop["sessions"] - o.drop["sessions"] for o in plan.in_time if o.steers]
    n = sum(g.value <= WITHIN * g.error for g in gaps) - 1
    others = "1 other sample is" if n == 1 else f"{n} other samples are"
    return f" {others} not distinguished from it." if n else ""


def _habits(plan: SamplePlan) -> list[str]:
    """Say what each sample of habit would tell, and by how much less than the best."""
    said = []
    for o in plan.habits:
        name = f"{o.sample.habit} ({o.sample.when})"
        if o.status == "too late":
            said.append(f"{name} comes too late")
        elif o.status == "cannot say":
            said.append(f"{name} cannot be said")
        elif o is plan.best:
            said.append(f"{name} is the best")
        else:
            gap = plan.behind(o)
            error = f"error {_points(100 * gap.error)}"
            far = "not distinguished from the best" if plan.tied(o) else error
            said.append(f"{name} takes {100 * gap.value:.0f} points less of the variance ({far})")
    return [f"By habit: {'; '.join(said)}."] if said and plan.best is not None else []


def _otherwise(plan: SamplePlan, day_label: DayLabel | None) -> list[str]:
    """Say what would change the answer: a sharper assay, a result at once."""
    best = plan.best
    said = []
    if best is not None and plan.ideal is not None and plan.ideal.trusted:
        left, now = plan.ideal.left("date").value, best.left("date").value
        said.append(f"half the assay's error would leave {left:.1f} days instead of {now:.1f}")
    late = [o for o in plan.options if o.late and o.trusted]
    first = max(late, key=lambda o: o.drop["date"].value, default=None)
    if first is not None and (best is None or _more(first, best)):
        said.append(
            f"with the result at once most would be told {_on(first, day_label)}"
            f" ({assay_label(first.assay)}: {100 * first.share('date').value:.0f} % less variance)"
        )
    return [f"What would change this: {'; '.join(said)}."] if said else []


def _more(o: Option, best: Option) -> bool:
    gain = o.share("date") - best.share("date")
    return gain.value > WITHIN * gain.error


def _unreached(plan: SamplePlan) -> list[str]:
    said = []
    for key, what in (("date", "under the course"), ("waiting", "by waiting")):
        p = plan.p_unreached[key]
        if p >= NOTEWORTHY and (key == "date" or plan.chosen.design.n):
            said.append(f"{percent(p)} {what}")
    lines = []
    if said:
        days = plan.latest - plan.question.first
        lines.append(
            f"The level is not lastingly below within {days:.0f} days of the first possible session"
            f" in {' and '.join(said)}; these are counted at that day."
        )
    p = plan.p_unreached["sessions"]
    if p >= NOTEWORTHY:
        lines.append(
            f"No number of sessions that was tried does in {percent(p)}; these are counted as one"
            " more than the most."
        )
    return lines
