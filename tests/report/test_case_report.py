"""The page of a case says what was used, what was rare, what is unknown; the page over all too."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from diapedesis.cases import Fact, GivenTreatment, Moment, Range, Since, case_files
from diapedesis.cases.assumptions import assumptions
from diapedesis.cases.result import CaseResult
from diapedesis.cases.rinaldi import rinaldi_series
from diapedesis.cases.said import RARE, rounded
from diapedesis.cases.store import SeriesResult, Unanswered
from diapedesis.exchange.published import packaged_case
from diapedesis.report.case import case_report
from diapedesis.report.case_bands import bands_figure
from diapedesis.report.case_gallery import gallery_report, outcome_report
from diapedesis.report.case_predictions import first_day, predictions_figure
from diapedesis.report.case_timeline import placed, timeline_figure
from tests.cases import made_up


@pytest.fixture(scope="module")
def small() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        made_up.small(patch)
        yield


@pytest.fixture(scope="module")
def found(small: None) -> CaseResult:
    return made_up.ran(made_up.case(), 400)


@pytest.fixture(scope="module")
def page(found: CaseResult) -> str:
    return case_report(found, index="index.html")


def words(html: str) -> str:
    """Return what is read on a page, figures left out."""
    text = re.sub(r"<(style|svg)\b.*?</\1>", " ", html, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", text).replace("&lt;", "<").split())


def test_the_page_says_what_it_must(found: CaseResult, page: str) -> None:
    said = words(page)
    case = found.case
    for part in (
        "Research use only",
        case.title,
        case.claim,
        "Made up.",
        "10.1/x",
        f"{rounded(found.ess)} effective draws of 400",
        "PML was known at the moment",
        "diagnosis of PML; day 0 to 28 weighs the draws; mean likelihood",
        "used in the draw of the antibody index",
        "onset of IRIS: severe; day 40 to 70 (estimated)",
        "The model cannot say: tissue is not modelled cell by cell.",
        "Cytarabine: not in the model.",
        "seed 1; 400 prior draws",
        f"diapedesis case run {case.id}",
        "How much of the inflammation is due to the virus",
        *assumptions(case),
    ):
        assert part in said, part
    assert "Near-unconditional" not in said
    assert page.count("<svg") == 3
    assert 'href="index.html"' in page


def test_the_page_is_whole_by_itself(page: str) -> None:
    assert re.findall(r'(?:src|href)="(?!#|index\.html|https://doi\.org)[^"]*"', page) == []
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_rare_is_on_the_face_and_never_hidden(found: CaseResult) -> None:
    rare = replace(found, predictions=tuple(
        replace(p, tail=0.02) if p.fact.kind == "iris_onset" else p for p in found.predictions
    ))  # fmt: skip
    said = words(case_report(rare))
    assert "Rare under the model." in said
    assert said.index("Rare under the model.") < said.index("What was known, and when")
    assert "tail probability 2 in 100" in said or "fewer than 1 in" in said
    assert "Of 4 things observed later, 1 is rare under the model" in said
    never = replace(found, predictions=tuple(
        replace(p, tail=p.tail if math.isnan(p.tail) else 0.5) for p in found.predictions
    ))  # fmt: skip
    said = words(case_report(never))
    assert "Of 4 things observed later, none is rare under the model (below 5 in 100)." in said
    assert "Of 1 more the model can say nothing." in said and "Rare under the model." not in said


def test_a_page_that_can_compare_nothing_says_so(found: CaseResult) -> None:
    (silent,) = (p for p in found.predictions if p.reason)
    case = replace(found.case, observed_later=(silent.fact,))
    said = words(case_report(replace(found, case=case, predictions=(silent,))))
    assert "The model can say nothing of what was observed later." in said
    assert "autopsy: IRIS; day unknown Tissue is not modelled cell by cell." in said
    assert "How rare" not in said and "Posterior" not in said


def test_what_is_there_before_the_first_day_followed_is_not_drawn_on_it(found: CaseResult) -> None:
    first = first_day(found)
    at = next(i for i, p in enumerate(found.predictions) if p.fact.kind == "iris_onset")
    early = replace(found.predictions[at], prior=np.array([first, first, first, 50.0, np.inf]))
    result = replace(found, predictions=(early,))
    assert f"Day {first:.0f} stands for that day or an earlier one." in words(case_report(result))
    figure = predictions_figure(result)
    assert figure is not None
    told = [text.get_text() for ax in figure.axes for text in ax.texts]
    assert "60 %" in told and "20 %" in told


def test_near_unconditional_stands_at_the_top(found: CaseResult) -> None:
    said = words(case_report(replace(found, near_unconditional=True)))
    assert said.index("Near-unconditional.") < said.index("Said to show")


def test_what_is_predicted_with_a_seed_says_so(small: None) -> None:
    later = (Fact("pml_symptoms", Range(90, 120)), Fact("rebound", Range(90, 120)), Fact("icu"))
    said = words(case_report(made_up.ran(made_up.stopped(observed_later=later), 600)))
    table = said[said.index("Asked of the model") :]
    assert table.count("(if PML was coming)") == 2
    assert "effective draws have a seed of the virus" in said
    assert said.index("What hangs on JC virus holds if") < said.index("What was known, and when")
    assert "All of it holds for draws with a seed" in said


def test_the_same_result_gives_the_same_bytes_for_one_and_two_threads(
    page: str, small: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for cores in (1, 2):
        monkeypatch.setattr(os, "cpu_count", lambda n=cores: n)
        again = made_up.ran(made_up.case(), 400)
        assert case_report(again, index="index.html") == page


def test_a_day_after_another_event_is_placed_by_it() -> None:
    case = made_up.case()
    onset, icu, _, pathology, _ = case.observed_later
    assert placed(case, onset) == Range(40, 70)
    assert placed(case, icu) == Range(40, 84)
    assert placed(case, pathology) is None
    after = made_up.case(
        treatments=(GivenTreatment("steroid", since=Since("moment", Range(1, 3))),)
    )
    assert placed(after, after.treatments[0]) == Range(1, 31)


def test_what_was_known_and_what_came_later_are_marked_apart_above_the_course(
    found: CaseResult,
) -> None:
    figure = bands_figure(found)
    marked = {text.get_text(): text.get_color() for ax in figure.axes for text in ax.texts}
    assert marked["diagnosis of PML"] != marked["onset of IRIS: severe"]
    assert marked["intensive care"] == marked["onset of IRIS: severe"]
    for ax in figure.axes:
        low, high = sorted(ax.get_xlim())
        for text in ax.texts:
            assert low <= text.xy[0] <= high  # type: ignore[attr-defined]


def test_what_has_no_last_day_is_a_short_bar_with_an_arrow(found: CaseResult) -> None:
    open_ = Fact("icu", Range(100, math.inf))
    shown = replace(found, case=replace(found.case, observed_later=(open_,)), predictions=())
    lines = [line for ax in bands_figure(shown).axes for line in ax.lines]
    (arrow,) = (line for line in lines if line.get_marker() == ">")
    assert 100 < float(np.asarray(arrow.get_xdata())[0]) < 150


def test_a_name_at_the_end_of_the_axis_stands_before_its_mark(found: CaseResult) -> None:
    days = found.bands["c"]["days"]
    late = Fact("icu", Range(days[-1] - 30, days[-1]))
    shown = replace(found, case=replace(found.case, observed_later=(late,)), predictions=())
    (name,) = (
        t for ax in bands_figure(shown).axes for t in ax.texts if t.get_text() == "intensive care"
    )
    assert name.get_ha() == "right"


def test_events_that_hang_on_each_other_are_not_placed() -> None:
    loop = made_up.case(
        observed_later=(
            Fact("icu", since=Since("coma", Range(0, 1))),
            Fact("coma", since=Since("icu", Range(0, 1))),
        )
    )
    assert placed(loop, loop.observed_later[0]) is None


@pytest.mark.parametrize("id", case_files())
def test_every_packaged_case_has_a_time_line(id: str) -> None:
    case = packaged_case(id)
    (ax,) = timeline_figure(case).axes
    groups = {text.get_text().strip() for text in ax.texts}
    assert "known at the moment" in groups
    assert ("observed later, never used" in groups) == bool(case.observed_later)
    rows = 2 + len(case.treatments) + len(case.given) + len(case.observed_later)
    assert len(ax.get_yticks()) == rows
    assert "the moment: " in " ".join(t.get_text() for t in ax.get_yticklabels())


def test_the_page_over_all_names_what_failed_and_what_was_rare(found: CaseResult) -> None:
    lost = Unanswered(made_up.stopped(title="Lost"), 400, 1, "found 3 effective draws of 400")
    (first, *others) = found.predictions
    rare = replace(found, predictions=(replace(first, tail=0.3 * RARE), *others))
    html = gallery_report([rare, lost])
    said = words(html)
    assert 'href="doe-2020.html"' in html and 'href="roe-2021.html"' in html
    assert "Lost (roe-2021). Found 3 effective draws of 400." in said
    assert "Cases without an answer: 1 of 2." in said
    assert "onset of IRIS: severe" in said[said.index("What was rare") : said.index("All cases")]
    assert "no answer: too few draws agree" in html
    assert "of 1 more the model can say nothing" in said


def test_a_case_without_an_answer_has_a_page_that_says_why() -> None:
    case = made_up.stopped(moment=Moment("last_infusion"), given=(made_up.DIAGNOSED,))
    reason = f"case {case.id!r}: found 3 effective draws of 400"
    html = outcome_report(Unanswered(case, 400, 1, reason), index="index.html")
    said = words(html)
    assert "No answer is given for this case. Why. Found 3 effective draws of 400." in said
    assert said.index("Near-unconditional.") < said.index("No answer is given")
    for part in ("Diagnosis of PML; day 0 to 28", "Alive at last report; day unknown", "seed 1"):
        assert part in said
    assert 'href="index.html"' in html and html.count("<svg") == 1


@pytest.mark.slow
def test_the_series_has_a_page_with_its_joint_distribution() -> None:
    case = packaged_case("rinaldi-2012-series")
    found = SeriesResult(case, 1000, 1, rinaldi_series(300, truths=4, patients=20))
    said = words(outcome_report(found, index="index.html"))
    assert "300 of them, each under one of 4 sets of values" in said
    assert "The published numbers together are" in said
    assert "with a relapse in the first month" in said and "A scan every month" in said
    assert "all numbers together" in words(gallery_report([found]))
