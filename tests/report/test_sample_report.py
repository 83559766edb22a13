"""The report and the figure of the samples that could be taken."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from matplotlib.container import ErrorbarContainer
from matplotlib.figure import Figure

from diapedesis.plan import SamplePlan, plan_sample
from diapedesis.plan.design import Design
from diapedesis.plan.figures_of_samples import sample_figure
from diapedesis.report.html import sample_report
from tests.report.conftest import ASK, DRAWS, PATIENT
from tests.report.test_figures import texts
from tests.report.test_html import Page

QUICK = replace(ASK, result_after_days=3.0)


@pytest.fixture(scope="module")
def course() -> SamplePlan:
    return plan_sample(PATIENT, QUICK, design=Design(3, 3), n_draws=DRAWS)


@pytest.fixture(scope="module")
def slow() -> SamplePlan:
    """Return a plan in which no result comes in time."""
    late = replace(ASK, result_after_days=60.0)
    return plan_sample(PATIENT, late, design=Design(0), n_draws=DRAWS)


def test_a_report_says_what_to_measure_and_stands_alone(course: SamplePlan) -> None:
    page = Page(sample_report(course, title="Patient 7"))
    first, second = page.sections
    assert course.best is not None
    assert f"Measure the serum level ({course.fit.subject.levels[0].assay.measures} drug" in first
    assert "Which measurement next" in first and "By habit:" in first
    assert "Samples compared" in second and "not distinguished from the best" in second
    assert {"pkpd-3.15", "pkpd-2.8", "pkpd-2.3", "pkpd-1.18"} <= set(page.ids)
    assert not page.loaded and "script" not in page.tags
    assert "nan" not in second.lower().replace("nanogram", "")
    assert sample_report(course) == sample_report(course)


def test_a_report_of_no_sample_in_time_says_so(slow: SamplePlan) -> None:
    first, second = Page(sample_report(slow)).sections
    assert "No sample's result comes before the asked day" in first
    assert "too late" in second


def bars(figure: Figure, panel: int) -> list[ErrorbarContainer]:
    found = figure.axes[panel].containers
    return [c for c in found if isinstance(c, ErrorbarContainer)]


def test_the_figure_shows_each_gain_at_its_day_with_its_error(course: SamplePlan) -> None:
    figure = course.plot()
    assert isinstance(figure, Figure)
    drawn = sorted(
        (round(float(x), 6), round(float(y), 9))
        for c in bars(figure, 1)
        for x, y in np.transpose(c.lines[0].get_data())
    )
    shown = [o for o in course.options if o.trusted]
    wanted = sorted(
        (round(o.sample.day - QUICK.first, 6), round(o.share("date").value, 9)) for o in shown
    )
    assert drawn == wanted
    for text in ("last sample in time", "asked day", "too late", "habit", "alpha4 saturation"):
        assert text in texts(figure)


def test_samples_too_late_are_hollow(slow: SamplePlan) -> None:
    hollow = [c.lines[0].get_markerfacecolor() for c in bars(sample_figure(slow), 1)]
    assert hollow and set(hollow) == {"white"}
    assert "no result comes before the number of sessions is settled" in texts(sample_figure(slow))
