"""The page of a case says what was used, what was rare, what is unknown; the page over all too."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from diapedesis.cases import Fact, GivenTreatment, Range, Since, case_files
from diapedesis.cases.assumptions import assumptions
from diapedesis.cases.result import CaseResult
from diapedesis.cases.rinaldi import rinaldi_series
from diapedesis.cases.said import RARE
from diapedesis.cases.store import SeriesResult, Unanswered
from diapedesis.exchange.published import packaged_case
from diapedesis.report.case import case_report
from diapedesis.report.case_gallery import gallery_report, outcome_report
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
        f"{found.ess:.0f} effective draws of 400",
        "PML was known at the moment",
        "diagnosis of PML; day 0 to 28",
        "used in the draw of the antibody index",
        "onset of IRIS: severe; day 40 to 70 (estimated)",
        "The model cannot say: tissue is not modelled cell by cell.",
        "cytarabine: not in the model",
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
    never = replace(found, predictions=tuple(replace(p, tail=0.5) for p in found.predictions))
    assert "Nothing that was observed later is rare" in words(case_report(never))


def test_near_unconditional_stands_at_the_top(found: CaseResult) -> None:
    said = words(case_report(replace(found, near_unconditional=True)))
    assert said.index("Near-unconditional.") < said.index("Said to show")


def test_what_is_predicted_with_a_seed_says_so(small: None) -> None:
    later = (Fact("pml_symptoms", Range(90, 120)), Fact("rebound", Range(90, 120)), Fact("icu"))
    said = words(case_report(made_up.ran(made_up.stopped(observed_later=later), 600)))
    assert said.count("(if PML was coming)") == 2
    assert "effective draws have a seed of the virus" in said
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
    rows = 2 + len(case.treatments) + len(case.given) + len(case.observed_later)
    assert len(ax.get_yticks()) == rows
    assert "moment: " in " ".join(t.get_text() for t in ax.get_yticklabels())


def test_the_page_over_all_names_what_failed_and_what_was_rare(found: CaseResult) -> None:
    lost = Unanswered(made_up.stopped(title="Lost"), 400, 1, "found 3 effective draws of 400")
    (first, *others) = found.predictions
    rare = replace(found, predictions=(replace(first, tail=0.3 * RARE), *others))
    html = gallery_report([rare, lost])
    said = words(html)
    assert outcome_report(lost) == ""
    assert 'href="doe-2020.html"' in html and 'href="roe-2021.html"' not in html
    assert "Lost (roe-2021). Found 3 effective draws of 400." in said
    assert "Cases without an answer: 1 of 2." in said
    assert "onset of IRIS: severe" in said[said.index("What was rare") : said.index("All cases")]
    assert "no answer: too few draws agree" in html
    assert "of 1 more the model says nothing" in said


@pytest.mark.slow
def test_the_series_has_a_page_with_its_joint_distribution() -> None:
    case = packaged_case("rinaldi-2012-series")
    found = SeriesResult(case, 1000, 1, rinaldi_series(300, truths=4, patients=20))
    said = words(outcome_report(found, index="index.html"))
    assert "300 of them, each under one of 4 possible truths" in said
    assert "The published numbers together: tail probability" in said
    assert "with a relapse in the first month" in said and "a scan every month" in said
    assert "all numbers together" in words(gallery_report([found]))
