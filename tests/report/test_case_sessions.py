"""The page of a series tells the sessions needed by the level; other pages are silent on them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from diapedesis.app.cli.case_show import data_of, lines_of
from diapedesis.cases import Fact, Range, Since
from diapedesis.cases.result import CaseResult
from diapedesis.cases.sessions import Needed
from diapedesis.report.case import case_report
from diapedesis.report.case_sessions import FEW, sessions_content, sessions_figure
from tests.cases import made_up

BOTH = ("differed", "rose_with_level")
OBSERVED = Fact("plex_sessions", since=Since("moment", Range(0, np.inf)), words=BOTH, patients=4)
FACTOR = np.array([0.5**n for n in range(11)])


def needed(n: int = 100) -> Needed:
    """Levels of 1.9 to 78 mg/L, of which each session leaves half."""
    level = 78.0 * 0.5 ** (np.arange(n) % 5 * 4 / 3)
    return Needed(level, level[:, None] * FACTOR)


@pytest.fixture(scope="module")
def found() -> Iterator[CaseResult]:
    with pytest.MonkeyPatch.context() as patch:
        made_up.small(patch)
        yield made_up.ran(made_up.case(patients=4, observed_later=(OBSERVED,)))


def with_needed(found: CaseResult, other: Needed) -> CaseResult:
    (p,) = found.predictions
    return replace(found, predictions=(replace(p, needed=(other, other)),))


def test_the_page_shows_sessions_by_level(found: CaseResult) -> None:
    html = case_report(found)
    said = " ".join(re.sub(r"<[^>]+>", " ", html).split())
    assert "How many sessions of exchange are needed, by the level" in said
    assert "10,000 series of 4 simulated patients" in said
    assert "sessions needed in a series of 4, differed and rose with level" in said
    assert case_report(found) == html
    assert not re.search(r"\bnan\b", said)


def test_a_page_on_something_else_is_silent_on_sessions(found: CaseResult) -> None:
    (p,) = found.predictions
    other = replace(found, predictions=(replace(p, needed=None, size=1),))
    assert sessions_content(other) is None
    assert "sessions of exchange are needed" not in case_report(other)


def test_the_table_says_what_the_draws_need(found: CaseResult) -> None:
    """78 mg/L halves seven times until it is below 1; the class of 20 to 40 needs five."""
    content = sessions_content(with_needed(found, needed()))
    rows = {row["level"]: row for row in content["classes"]}
    top, middle = rows["60 to 80"], rows["20 to 40"]
    assert (top["median"], top["range"], top["fixed"]) == ("7", "7", "0 in 100")
    assert (middle["median"], middle["range"], middle["most"]) == ("5", "5", "more than 99 in 100")
    assert middle["fixed"] == "more than 99 in 100"
    assert rows["40 to 60"]["few"] == "0 draws"
    one = content["limits"][0]
    assert one["rose_with_level"] == one["differed"] == one["differed_prior"]


def test_a_class_of_few_draws_says_so(found: CaseResult) -> None:
    few = needed(FEW - 1)
    content = sessions_content(with_needed(found, few))
    assert all(row["few"] for row in content["classes"])
    assert not sessions_figure(few).axes[0].lines[1:]  # none but that of the fixed number


def test_more_than_the_most_is_drawn_beyond_it(found: CaseResult) -> None:
    hopeless = Needed(np.full(50, 70.0), np.full((50, 11), 40.0))
    (dot,) = [x for x in sessions_figure(hopeless).axes[0].lines if x.get_marker() == "o"]
    assert dot.get_ydata()[0] > 10
    (row,) = [r for r in sessions_content(with_needed(found, hopeless))["classes"] if not r["few"]]
    assert row["median"] == row["range"] == "more than 10" and row["most"] == "0 in 100"


def test_the_command_says_it_too(found: CaseResult) -> None:
    some = with_needed(found, needed())
    assert "at 60 to 80 mg/L: median 7 (90 %: 7 to 7)" in "\n".join(lines_of(some))
    classes = data_of(some)["later"][0]["sessions_by_level"]
    assert [c["level_below"] for c in classes] == [20.0, 40.0, 60.0, 80.0, None]
    assert classes[3]["median"] == 7.0 and classes[3]["5_enough"] == 0.0
