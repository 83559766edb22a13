"""First days above a level, and values on a day, at the edges too."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diapedesis.population.crossing import at_day, crossing

DAYS = np.array([0.0, 1.0, 3.0, 7.0])
numbers = st.floats(-1e3, 1e3)
courses = st.lists(numbers, min_size=4, max_size=4).map(lambda values: np.array([values]))


@pytest.mark.parametrize(
    ("course", "level", "day"),
    [
        ([1.0, 2.0, 3.0, 4.0], 2.5, 2.0),  # half way between day 1 and day 3
        ([5.0, 2.0, 3.0, 9.0], 4.0, 0.0),  # above from the start
        ([1.0, 2.0, 2.0, 2.0], 2.0, np.nan),  # reached, never passed
        ([1.0, 2.0, 2.0, 3.0], 2.0, 3.0),  # passed from where it lay
        ([1.0, 5.0, 1.0, 9.0], 4.0, 0.75),  # the first of two passages
        ([1.0, 2.0, 3.0, 4.0], np.inf, np.nan),
        ([1.0, 2.0, 3.0, 4.0], np.nan, np.nan),
        ([np.nan, 2.0, 3.0, 4.0], 2.5, 2.0),
        ([1.0, np.nan, np.nan, np.nan], 2.5, np.nan),
        ([0.0, 0.0, 0.0, 0.0], 0.0, np.nan),
    ],
)
def test_first_day_above(course, level, day) -> None:
    assert crossing(DAYS, np.array([course]), level)[0] == pytest.approx(day, nan_ok=True)


def test_each_has_its_own_level() -> None:
    course = np.tile([0.0, 1.0, 3.0, 7.0], (3, 1))
    assert crossing(DAYS, course, [0.5, 5.0, 8.0]).tolist()[:2] == [0.5, 5.0]
    assert np.isnan(crossing(DAYS, course, [0.5, 5.0, 8.0])[2])


@given(courses, numbers)
def test_on_that_day_the_course_is_at_the_level_and_before_it_was_not_above(course, level) -> None:
    day = crossing(DAYS, course, level)[0]
    if np.isnan(day):
        assert np.all(course <= level)
    else:
        assert np.all(course[0, day > DAYS] <= level)
        there = at_day(DAYS, course, day)[0]
        assert there == pytest.approx(max(level, course[0, 0]), abs=1e-9 * (1 + abs(course).max()))


@given(courses, st.lists(numbers, min_size=2, max_size=2))
def test_a_higher_level_is_never_passed_sooner(course, levels) -> None:
    low, high = sorted(levels)
    first, second = crossing(DAYS, course, low)[0], crossing(DAYS, course, high)[0]
    assert np.isnan(second) or first <= second


@given(courses)
def test_on_known_days_the_known_value_and_beyond_the_ends_that_at_the_end(course) -> None:
    for day, value in zip(DAYS, course[0], strict=True):
        assert at_day(DAYS, course, day)[0] == pytest.approx(value, abs=1e-12)
    assert at_day(DAYS, course, -5.0)[0] == course[0, 0]
    assert at_day(DAYS, course, 99.0)[0] == course[0, -1]
    assert np.isnan(at_day(DAYS, course, np.nan)[0])


def test_a_single_known_day_is_the_value_of_every_day() -> None:
    assert at_day(np.array([3.0]), np.array([[2.0], [5.0]]), [3.0, 9.0]).tolist() == [2.0, 5.0]
