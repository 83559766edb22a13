from __future__ import annotations

from itertools import pairwise

import pytest

from diapedesis.plan.design import Design, PlexQuestion
from diapedesis.simulate import Plex


def test_days_of_a_course_with_a_late_top_up() -> None:
    assert Design(4, 3, top_up=10).days(100.0) == [100.0, 103.0, 106.0, 116.0]
    assert Design(0).days(100.0) == []


def test_every_course_within_the_constraints_once() -> None:
    question = PlexQuestion(first=0.0, by=40.0, max_sessions=4, spacing=(2, 5))
    designs = list(question.designs())
    assert len(set(designs)) == len(designs)
    for d in designs:
        days = d.days(0.0)
        assert len(days) == d.n <= 4
        gaps = [b - a for a, b in pairwise(days)]
        regular = gaps[:-1] if d.top_up is not None else gaps
        assert all(2 <= g <= 5 for g in regular)
        assert d.top_up is None or gaps[-1] > max([*regular, 5 if d.n == 2 else 0])
    assert {d.n for d in designs} == {0, 1, 2, 3, 4}


def test_sizes_multiply_the_courses_and_show_in_the_label() -> None:
    one = PlexQuestion(first=0.0, by=40.0, max_sessions=3)
    two = PlexQuestion(
        first=0.0,
        by=40.0,
        max_sessions=3,
        sizes=(Plex(0.0, plasma_volumes=1.0), Plex(0.0, volume=4.5)),
    )
    assert len(list(two.designs())) == 2 * len(list(one.designs())) - 1
    assert "4.5 L each" in two.label(Design(2, 3, size=1))
    assert two.sessions(Design(2, 3, size=1))[1] == Plex(3.0, volume=4.5)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("by", -1.0),
        ("probability", 0.2),
        ("max_sessions", 11),
        ("spacing", (0, 7)),
        ("spacing", (5, 3)),
        ("result_after_days", -1.0),
        ("hold", 0.0),
        ("sizes", ()),
    ],
)
def test_a_question_that_makes_no_sense_names_its_field(field: str, value: object) -> None:
    with pytest.raises(ValueError, match=f"^{field}: found"):
        PlexQuestion(**{"first": 0.0, "by": 30.0, field: value})  # type: ignore[arg-type]
