"""Simulated series beside the published one: the same again, numbers that fit, and the figure."""

from __future__ import annotations

import os

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.patches import Rectangle

from diapedesis.cases.rinaldi import RinaldiSeries, rinaldi_series
from diapedesis.cases.rinaldi_figure import ORANGE
from diapedesis.population.switch_outcome import MARGINS, RINALDI

SMALL = {"studies": 500, "truths": 6, "patients": 60}


@pytest.fixture(scope="module")
def found() -> RinaldiSeries:
    return rinaldi_series(**SMALL)


def test_the_same_seed_gives_the_same_bytes_with_any_number_of_threads(
    found: RinaldiSeries, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    again = rinaldi_series(**SMALL)
    assert again.series.kinds.tobytes() == found.series.kinds.tobytes()
    assert again.summary().equals(found.summary())
    assert again.readings().equals(found.readings())
    other = rinaldi_series(**SMALL, seed=2)
    assert other.series.kinds.tobytes() != found.series.kinds.tobytes()


def test_numbers_of_every_series_fit_together(found: RinaldiSeries) -> None:
    frame = found.to_frame()
    assert len(frame) == 500
    assert (frame["relapsed"] + frame["mri_only"] == frame["reactivated"]).all()
    assert (frame["first_month"] <= frame["reactivated"]).all()
    assert (frame["relapsed_first_month"] <= frame["relapsed"]).all()
    assert (frame["mri_only_first_month"] <= frame["mri_only"]).all()
    assert frame["reactivated"].max() <= RINALDI.patients


def test_truths_differ_more_than_series_of_one_truth_alone_would(found: RinaldiSeries) -> None:
    number = found.to_frame()["reactivated"]
    p = number.mean() / 22
    assert number.var() > 22 * p * (1 - p)


def test_summary_and_readings_hold_probabilities(found: RinaldiSeries) -> None:
    summary = found.summary()
    assert summary["number"].tolist() == list(MARGINS)
    assert (summary["low"] <= summary["high"]).all()
    tails = np.r_[summary["tail"], found.readings()["tail"], found.tail]
    assert ((tails >= 0) & (tails <= 1)).all()


def test_the_figure_marks_the_published_cells(found: RinaldiSeries) -> None:
    figure = found.plot()
    FigureCanvasAgg(figure).draw()
    marked = [
        (p.get_x() + 0.5, p.get_y() + 0.5)
        for ax in figure.axes
        for p in ax.patches
        if isinstance(p, Rectangle) and not p.get_fill()
    ]
    assert marked == [(6, 5), (4, 3)]
    bars = [
        p.get_x() + 0.4
        for ax in figure.axes
        for p in ax.patches
        if isinstance(p, Rectangle) and p.get_fill() and p.get_facecolor() == _rgba(ORANGE)
    ]
    assert bars == pytest.approx([11, 7])
    said = " ".join(t.get_text() for t in figure.findobj(lambda a: hasattr(a, "get_text")))
    assert "500 simulated series" in said and "research use only" in said


def _rgba(colour: str) -> tuple[float, ...]:
    from matplotlib.colors import to_rgba

    return to_rgba(colour)


@pytest.mark.parametrize("name", ["studies", "truths", "patients"])
def test_numbers_below_1_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match=f"{name}: found 0, expected 1 or more"):
        rinaldi_series(**{**SMALL, name: 0})
