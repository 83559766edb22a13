"""Reports as one self-contained HTML page: plain words first, then for the pharmacologist.

The same plan gives the same bytes: nothing in a page depends on the clock, and it loads nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypedDict, Unpack

from jinja2 import Environment, PackageLoader, StrictUndefined

from diapedesis.plan import Forecast, Interval, PlexPlan, SamplePlan, Washout
from diapedesis.plan.figures import course_figure, plex_figure
from diapedesis.plan.figures_of_samples import sample_figure
from diapedesis.report.common import common
from diapedesis.report.courses import forecast_content, interval_content, washout_content
from diapedesis.report.plex import plex_content
from diapedesis.report.samples import sample_content
from diapedesis.report.svg import inline_svg
from diapedesis.report.words import Calendar

TROUGHS = "pkpd 7.9"
"""Claim on the troughs that were studied, cited on the face of an interval's report."""

HABIT_CLAIMS = "pkpd 3.15, pkpd 2.8, pkpd 2.3, pkpd 1.18"
"""Claims on the saturation assay and on what samples of habit go by."""


class About(TypedDict, total=False):
    """What the case says of itself; all of it may be left out.

    Attributes
    ----------
    title, note : str
        Heading and remark.
    simulated_banner : str
        Shown on the face of the report of a case that is made up in part or whole.
    provenance : str
        What is published and what is not; claim ids in it are resolved in the table of sources.
    day_label : callable
        Calendar label of a model day; without it, days are written as ``day 152``.
    """

    title: str
    note: str
    simulated_banner: str
    provenance: str
    day_label: Callable[[float], str]


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Return where the templates of all pages are found."""
    return Environment(
        loader=PackageLoader("diapedesis.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def page(template: str, content: dict[str, Any]) -> str:
    """Return a page from a template of this package."""
    return environment().get_template(template).render(content)


def _page(template: str, about: About, content: dict[str, Any]) -> str:
    blank = {"title": "", "note": "", "simulated_banner": "", "provenance": ""}
    return page(template, {**blank, **about, **content})


def plex_report(plan: PlexPlan, **about: Unpack[About]) -> str:
    """Return the report of an apheresis plan.

    Parameters
    ----------
    plan : PlexPlan
    **about
        See :class:`About`.

    Returns
    -------
    str
        A whole HTML page.

    Examples
    --------
    >>> from diapedesis.observe import Subject
    >>> from diapedesis.plan import PlexQuestion, plan_plex
    >>> from diapedesis.simulate import Protocol
    >>> patient = Subject(Protocol.every(28, n=6), height=1.68, sex="female")
    >>> ask = PlexQuestion(152.0, 190.0, max_sessions=2, spacing=(2, 3), top_up=False)
    >>> "Research use only" in plex_report(plan_plex(patient, ask, n_draws=150), title="Patient 7")
    True
    """
    event = "the first session" if plan.session_days else "the first possible session"
    calendar = Calendar(plan.question.first, event, about.get("day_label"))
    figure = plex_figure(plan, day_label=about.get("day_label"))
    text, sizes = about.get("provenance", ""), plan.question.sizes
    content = common(plan.fit, plan.flags, calendar, text, sizes)
    content |= plex_content(plan, calendar)
    content["main_svg"] = inline_svg(figure, "plan", "Levels, saturation and free alpha4")
    return _page("plex.html.jinja", about, content)


def sample_report(plan: SamplePlan, **about: Unpack[About]) -> str:
    """Return the report on the next sample.

    Parameters
    ----------
    plan : SamplePlan
    **about
        See :class:`About`.
    """
    event = "the first session" if plan.session_days else "the first possible session"
    calendar = Calendar(plan.question.first, event, about.get("day_label"))
    text = f"{about.get('provenance', '')} {HABIT_CLAIMS}"
    content = common(plan.fit, plan.flags, calendar, text, plan.question.sizes)
    content |= sample_content(plan, calendar)
    figure = sample_figure(plan, day_label=about.get("day_label"))
    content["main_svg"] = inline_svg(figure, "samples", "The course, and what each sample tells")
    return _page("sample.html.jinja", about, content)


def washout_report(washout: Washout, **about: Unpack[About]) -> str:
    """Return the report on waiting.

    Parameters
    ----------
    washout : Washout
    **about
        See :class:`About`.
    """
    calendar = Calendar(washout.start, "the last dose", about.get("day_label"))
    content = common(washout.fit, washout.flags, calendar, about.get("provenance", ""))
    content |= washout_content(washout, calendar)
    return _course_page("washout.html.jinja", washout, calendar, about, content)


def interval_report(interval: Interval, **about: Unpack[About]) -> str:
    """Return the report on the next infusion's day.

    Parameters
    ----------
    interval : Interval
    **about
        See :class:`About`.
    """
    last = interval.fit.subject.protocol.last_dose
    calendar = Calendar(last, "the last dose", about.get("day_label"))
    text = f"{about.get('provenance', '')} {TROUGHS}"
    content = common(interval.fit, interval.flags, calendar, text)
    content |= interval_content(interval, calendar)
    return _course_page("interval.html.jinja", interval, calendar, about, content)


def forecast_report(forecast: Forecast, **about: Unpack[About]) -> str:
    """Return the report of a forecast.

    Parameters
    ----------
    forecast : Forecast
    **about
        See :class:`About`.
    """
    calendar = Calendar(0.0, "day 0", about.get("day_label"))
    content = common(forecast.fit, forecast.flags, calendar, about.get("provenance", ""))
    content |= forecast_content(forecast, calendar)
    return _course_page("forecast.html.jinja", forecast, calendar, about, content, "Day")


def _course_page(
    template: str,
    result: Washout | Interval | Forecast,
    calendar: Calendar,
    about: About,
    content: dict[str, Any],
    what: str = "Days after the last dose",
) -> str:
    figure = course_figure(
        result.fit,
        result.times,
        result.values,
        origin=calendar.origin,
        what=what,
        day_label=calendar.day_label,
        limits=content["limits"],
    )
    content["main_svg"] = inline_svg(figure, "course", "Levels, saturation and free alpha4")
    return _page(template, about, content)
