"""Figures: what stands on them, and that they touch no global state."""

import sys

import numpy as np
import pytest
from matplotlib.figure import Figure

from diapedesis.plan import Forecast, Interval, PlexPlan, Washout
from diapedesis.plan.figures import course_figure, fit_figure, parameter_figure, plex_figure
from diapedesis.report.svg import inline_svg


def texts(figure: Figure) -> str:
    found = [t.get_text() for ax in figure.axes for t in ax.texts]
    found += [t.get_text() for ax in figure.axes if ax.get_legend() for t in ax.get_legend().texts]
    found += [ax.get_xlabel() + ax.get_ylabel() + ax.get_title("left") for ax in figure.axes]
    found += [t.get_text() for ax in figure.axes for t in ax.get_yticklabels()]
    return "\n".join(found)


def test_a_plan_shows_both_courses_threshold_sessions_and_asked_day(reached: PlexPlan) -> None:
    figure = plex_figure(reached)
    assert isinstance(figure, Figure)
    level = figure.axes[0]
    assert level.get_yscale() == "log"
    assert level.get_ylim() == (0.1, 200.0)
    seen = texts(figure)
    for text in (
        "Serum natalizumab [mg/L]",
        "alpha4 saturation",
        "Free alpha4",
        "Days after the first session",
        "waiting",
        reached.chosen.design.label,
        "threshold 1 mg/L",
        "asked: by day 48",
        "below for 60 days",
        "sessions",
        "gate\nhalf open",
        "lastingly below\n1 mg/L",
    ):
        assert text in seen, text


def test_chosen_course_and_waiting_have_their_own_colours_and_20_single_lines(
    reached: PlexPlan,
) -> None:
    lines = plex_figure(reached).axes[0].get_lines()
    for colour in ("#0072B2", "#C25100"):
        thin = [x for x in lines if x.get_color() == colour and x.get_linewidth() < 1]
        assert len(thin) == 20
        assert any(x.get_color() == colour and x.get_linewidth() == 2.0 for x in lines)


def test_the_median_drawn_is_the_median_of_the_draws(reached: PlexPlan) -> None:
    arm = reached.chosen
    (line,) = [
        x for x in plex_figure(reached).axes[0].get_lines() if x.get_label() == arm.design.label
    ]
    x, y = np.asarray(line.get_xdata()), np.asarray(line.get_ydata())
    np.testing.assert_allclose(x, arm.times[: x.size] - reached.question.first)
    np.testing.assert_allclose(y, np.median(arm.values["c"], axis=0)[: x.size])


def test_without_a_session_only_waiting_is_drawn(not_needed: PlexPlan) -> None:
    colours = {x.get_color() for ax in plex_figure(not_needed).axes for x in ax.get_lines()}
    assert "#C25100" in colours
    assert "#0072B2" not in colours


def test_a_milestone_that_is_not_reached_says_so(reached: PlexPlan) -> None:
    from dataclasses import replace

    never = replace(reached.waiting, lasting=np.full(reached.waiting.lasting.size, np.inf))
    seen = texts(plex_figure(replace(reached, waiting=never)))
    assert "not reached" in seen
    assert "inf" not in seen


def test_a_level_below_quantification_is_an_open_triangle_at_its_limit(
    during_sessions: PlexPlan,
) -> None:
    for figure in (plex_figure(during_sessions), fit_figure(during_sessions.fit)):
        (mark,) = [x for x in figure.axes[0].get_lines() if x.get_marker() == "v"]
        assert mark.get_markerfacecolor() == "white"
        assert mark.get_ydata()[0] == pytest.approx(5.0 / 1.2)
        assert "< 4.2" in texts(figure)


def test_saturations_stand_in_their_own_panel(cells: PlexPlan) -> None:
    """Two levels above; below 0.8 and 1.08, and at 0.9 / 1.2 what was not read."""
    for figure in (plex_figure(cells), fit_figure(cells.fit)):
        points = [[c[0] for c in ax.containers] for ax in figure.axes[:2]]
        seen = [[float(p.get_ydata()[0]) for p in of_panel] for of_panel in points]
        assert seen == [[24.0, 49.0], [0.8, 1.08]]
        (mark,) = [x for x in figure.axes[1].get_lines() if x.get_marker() == "v"]
        assert mark.get_ydata()[0] == pytest.approx(0.9 / 1.2)
        assert "< 75 %" in texts(figure)
        assert not [x for x in figure.axes[0].get_lines() if x.get_marker() == "v"]


def test_no_bar_of_a_saturation_is_cut_off(cells: PlexPlan) -> None:
    upper = 1.08 + 1.645 * np.hypot(0.12 * 1.08, 0.03)
    for figure in (plex_figure(cells), fit_figure(cells.fit)):
        assert figure.axes[1].get_ylim()[1] > upper
    assert plex_figure(cells).axes[2].get_ylim() == (0, 1.02)


def test_where_an_occasion_begins_is_drawn(cells: PlexPlan, reached: PlexPlan) -> None:
    assert "occasion 1" in texts(fit_figure(cells.fit))
    assert "occasion 1" in texts(plex_figure(cells))
    assert "occasion" not in texts(fit_figure(reached.fit))


def test_what_was_measured_out_of_view_is_not_in_the_legend(cells: PlexPlan) -> None:
    arm = cells.waiting
    late = arm.times > 152.0
    values = {k: v[:, late] for k, v in arm.values.items()}
    figure = course_figure(cells.fit, arm.times[late], values)
    assert "measured" not in texts(figure)
    assert not figure.axes[1].containers


def test_an_outlier_is_named(outlier: PlexPlan, reached: PlexPlan) -> None:
    assert "probable outlier" in texts(fit_figure(outlier.fit))
    assert "probable outlier" not in texts(fit_figure(reached.fit))


def test_a_saturation_threshold_stands_on_its_own_panel(no_level: PlexPlan) -> None:
    axes = plex_figure(no_level).axes
    assert not any("threshold" in t.get_text() for t in axes[0].texts)
    assert any("threshold 50 % saturation" in t.get_text() for t in axes[1].texts)


def test_calendar_labels_stand_under_the_days(reached: PlexPlan) -> None:
    figure = plex_figure(reached, day_label=lambda d: f"date {d:g}")
    figure.canvas.draw()
    labels = [t.get_text() for t in figure.axes[-1].get_xticklabels()]
    assert "0\ndate 152" in labels


def test_course_figures(washout: Washout, interval: Interval, forecast: Forecast) -> None:
    for result in (washout, interval, forecast):
        figure = course_figure(result.fit, result.times, result.values, limits={5.0: "target"})
        seen = texts(figure)
        assert len(figure.axes) == 3
        assert "Serum natalizumab [mg/L]" in seen
        assert "target" in seen
        assert isinstance(result.plot(), Figure)


def test_each_fitted_parameter_has_a_panel_with_prior_and_posterior(reached: PlexPlan) -> None:
    figure = parameter_figure(reached.fit)
    assert len(figure.axes) == len(reached.fit.names)
    seen = texts(figure).replace("\n", " ")
    for name in reached.fit.names:
        p = reached.fit.model.parameters[name]
        assert p.label in seen
        assert p.unit in seen
    labels = [t.get_text() for t in figure.legends[0].texts]
    assert labels == ["prior (population)", "posterior (this patient)"]


def test_no_past_to_draw_without_a_level(no_level: PlexPlan) -> None:
    with pytest.raises(ValueError, match="levels: found none"):
        fit_figure(no_level.fit)


def test_pyplot_is_not_loaded() -> None:
    import subprocess

    code = "import sys, diapedesis.report.html; print('matplotlib.pyplot' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_the_same_figure_gives_the_same_svg_and_ids_do_not_meet(reached: PlexPlan) -> None:
    import re

    first, second = (inline_svg(plex_figure(reached), n, "a < b") for n in ("one", "one"))
    assert first == second
    other = inline_svg(parameter_figure(reached.fit), "two", "")
    ids = [set(re.findall(r' id="([^"]+)"', x)) for x in (first, other)]
    assert ids[0]
    assert not ids[0] & ids[1]
    used = set(re.findall(r'(?:href="#|url\(#)([^")]+)', first))
    assert used <= ids[0]
    assert 'aria-label="a &lt; b"' in first
    assert "http" not in first
