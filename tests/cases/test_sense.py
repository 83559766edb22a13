"""A case built in Python is refused for what a file would be refused for."""

from __future__ import annotations

import math
from typing import Any

import pytest

from diapedesis.cases import Exposure, Fact, GivenTreatment, Moment, Range, Since
from diapedesis.cases.kinds import KINDS
from diapedesis.cases.sense import APART_FROM, first_infusion
from tests.cases import made_up

LEVEL = Fact("level", Range.of(0), value=Range.of(3), unit="mg/L")


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        ({"exposure": Exposure(infusions=Range.of(0))}, r"exposure\.infusions: found 0"),
        ({"exposure": Exposure(Range.of(30), Range.of(3))}, "exposure: found 30 infusions in 3"),
        ({"moment": Moment("relapse", Range(0, math.inf))}, r"moment\.day: found day 0 or more"),
        ({"given": (LEVEL, LEVEL)}, r"given\[1\]: found the same as given\[0\]"),
        ({"given": (Fact("csf_jcv", value=Range.of(0)),)}, r"given\[0\]\.value"),
        (
            {"treatments": (GivenTreatment("natalizumab", day=Range.of(-9)),)},
            r"treatments\[0\]\.day: found day -9",
        ),
        (
            {"observed_later": (Fact("death", Range.of(90), Since("moment", Range.of(9))),)},
            r"observed_later\[0\]: found day 90, and by since day 9 to 37",
        ),
    ],
)
def test_what_cannot_be_is_refused_with_its_place_and_fix(
    changed: dict[str, Any], place: str
) -> None:
    with pytest.raises(ValueError, match=f"{place}.*, expected .*Fix: "):
        made_up.case(**changed)


def test_every_word_that_excludes_another_is_a_word_of_its_kind() -> None:
    for kind, groups in APART_FROM.items():
        for group in groups:
            assert set(group) <= set(KINDS[kind].words) and len(set(group)) == len(group) > 1


def test_the_first_infusion_is_no_earlier_than_what_is_stated_allows() -> None:
    assert first_infusion(Exposure(infusions=Range.of(3), interval=Range(28, 42))) == -84
    assert first_infusion(Exposure(infusions=Range(3, math.inf))) == -math.inf
    # as many infusions as fit into ten months and the rounding of their number
    assert first_infusion(Exposure(months=Range.of(10))) == pytest.approx(-332.4)
