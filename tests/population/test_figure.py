"""The figure: what stands on it, and that nothing lies on another."""

import itertools
from dataclasses import replace

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from diapedesis.population import Arms, simulate_arms
from diapedesis.population.drawing import ARMS
from diapedesis.population.figure_given import Lane, clip, lanes_of, rows_of
from diapedesis.simulate import (
    Antibodies,
    Course,
    Depletion,
    Immunoglobulin,
    OralSteroid,
    Plex,
    Steroid,
)
from tests.population.scenarios import GIVEN, courses, stop

FULL = replace(
    GIVEN,
    sessions=(Plex(14.0, plasma_volumes=1.5),),
    treatments=(
        Course("fingolimod", 56.0, 120.0),
        Depletion("anti_cd20", 130.0),
        Steroid(90.0, 1.0),
        Steroid(91.0, 1.0),
        OralSteroid(92.0, 100.0, 60.0),
        Immunoglobulin(340.0, 30.0),
    ),
    antibodies=(Antibodies(30.0),),
)


def arms() -> Arms:
    given = {"nothing": GIVEN, "a very long name of an arm, too long": FULL}
    scenarios = {k: stop(p, n=20) for k, p in given.items()}
    return simulate_arms(scenarios | {"virus": stop(n=20, hypothesis="virus")})


def texts(figure: Figure) -> list[Text]:
    FigureCanvasAgg(figure).draw()
    found = [t for ax in figure.axes for t in ax.texts]
    for axis in [*(ax.yaxis for ax in figure.axes), figure.axes[-1].xaxis]:
        low, high = sorted(axis.get_view_interval())
        found += [t.label1 for t in axis.get_major_ticks() if low <= t.get_loc() <= high]
    found += [ax.yaxis.label for ax in figure.axes] + [figure.axes[-1].xaxis.label]
    return [t for t in [*found, *figure.texts] if t.get_text().strip()]


def overlapping(figure: Figure) -> list[tuple[str, str]]:
    boxes = [(t.get_text(), t.get_window_extent()) for t in texts(figure)]
    return [
        (a, b)
        for (a, x), (b, y) in itertools.combinations(boxes, 2)
        if min(x.x1, y.x1) - max(x.x0, y.x0) > 1 and min(x.y1, y.y1) - max(x.y0, y.y0) > 1
    ]


def test_no_text_lies_on_another_and_all_are_on_the_paper() -> None:
    dated = lambda day: f"2024-{int(day) % 12 + 1:02d}-01"  # noqa: E731
    for figure in (courses().plot(), arms().plot(), arms().plot(day_label=dated)):
        assert overlapping(figure) == []
        for t in texts(figure):
            box = t.get_window_extent()
            assert box.x0 >= -1 and box.y0 >= -1, t.get_text()
            assert box.x1 <= figure.bbox.x1 + 1 and box.y1 <= figure.bbox.y1 + 1, t.get_text()


def test_every_arm_has_its_colour_and_every_axis_its_unit() -> None:
    figure = arms().plot()
    said = " ".join(t.get_text().replace("\n", " ") for t in texts(figure))
    for part in (
        "[mg/L]",
        "fold of untreated",
        "EDSS",
        "expected number of lesions",
        "Weeks",
        "research use only",
        "all arms",
    ):
        assert part in said, part
    drawn = {line.get_color() for ax in figure.axes[1:] for line in ax.lines}
    assert set(ARMS[:3]) <= drawn


def test_a_lane_for_all_that_is_given() -> None:
    labels = [lane.label for lane in lanes_of(FULL)]
    assert labels == [
        "natalizumab, 12 times",
        "plasma exchange",
        "fingolimod",
        "methylprednisolone, 2 times",
        "prednisolone",
        "anti-CD20",
        "immunoglobulin",
        "antibodies to the drug",
    ]


def test_rows_say_what_is_shared_and_what_each_arm_adds() -> None:
    shared, nothing, full, virus = rows_of(arms(), ARMS)
    assert [lane.label for lane in shared.lanes] == ["natalizumab, 12 times"]
    assert nothing.lanes[-1] == Lane("hypothesis mixture")
    assert "fingolimod" in [lane.label for lane in full.lanes]
    assert virus.lanes == (Lane("hypothesis virus"),)
    assert clip(full.name).endswith("…")


def test_one_arm_alone_has_its_bands_and_scans() -> None:
    figure = courses().plot()
    assert "monthly scans" in " ".join(t.get_text() for t in texts(figure))
    assert all(ax.collections for ax in figure.axes[1:7])
