"""The packaged cases: each is read, none gives an outcome away, each leads to its paper."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np
import pytest

from diapedesis.cases import KINDS, OUTCOMES, PublishedCase, Range, case_files
from diapedesis.cases.reading import draw_reading
from diapedesis.evidence import load_papers
from diapedesis.exchange.published import packaged_case

TABLE = Path(__file__).with_name("evidence_files.csv")
CASES = {id: packaged_case(id) for id in case_files()}
DOCUMENTS = {
    "ahern-2023",
    "calvi-2014",
    "ikazabo-2016-p1",
    "ikazabo-2016-p2",
    "ikazabo-2016-p3",
    "ikazabo-2016-p4",
    "rigau-2012",
    "rinaldi-2012-series",
    "vennegoor-2015-series",
}


@pytest.fixture(params=CASES.values(), ids=list(CASES))
def case(request: pytest.FixtureRequest) -> PublishedCase:
    return request.param


def rows() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_every_case_has_its_evidence_file_and_the_rest_say_why_they_are_left_out() -> None:
    taken = [row for row in rows() if row["case"]]
    assert {row["case"] for row in taken} == set(CASES)
    assert all(row["evidence_file"] == f"{row['case']}.yaml" for row in taken)
    assert all(bool(row["case"]) != bool(row["left_out_because"]) for row in rows())


def test_the_cases_of_the_documents_are_there() -> None:
    assert {id for id, case in CASES.items() if case.group == "A"} == DOCUMENTS


def test_the_id_is_that_of_the_file(case: PublishedCase) -> None:
    assert CASES[case.id] is case


def test_no_outcome_is_given(case: PublishedCase) -> None:
    assert not [f.kind for f in case.given if f.kind in OUTCOMES]
    assert {"death", "alive", "iris_onset", "icu", "coma", "icp_raised"} <= set(OUTCOMES)


def test_nothing_given_lies_after_the_moment(case: PublishedCase) -> None:
    end = case.moment.day.high if case.moment.day else math.inf
    assert all(f.day.high <= end for f in case.given if f.day)
    assert all(f.since.days.high <= 0 for f in case.given if f.since)


def test_what_the_moment_is_is_given(case: PublishedCase) -> None:
    """A case parted at its diagnosis has the diagnosis among what was known."""
    event = case.moment.event
    assert event not in KINDS or event in {f.kind for f in case.given}


def test_nothing_is_exchanged_before_the_moment(case: PublishedCase) -> None:
    for i in range(20):
        reading = draw_reading(case, np.random.default_rng(i))
        assert all(s.time >= reading.moment for s in reading.protocol.sessions)


def test_silence_on_exchange_and_steroids_is_not_no(case: PublishedCase) -> None:
    """Where PML was known, each is stated as given, as not given, or as open."""
    if any(f.kind == "pml_diagnosis" for f in case.given):
        assert {"plex", "steroid"} <= {t.what for t in case.treatments}


def test_something_was_observed_later(case: PublishedCase) -> None:
    assert case.observed_later


def test_a_treatment_that_answered_an_event_has_no_day_of_its_own(case: PublishedCase) -> None:
    events = {f.kind for f in case.observed_later} - {"alive"}
    answers = [t for t in case.treatments if t.since and t.since.event in events]
    assert all(t.day is None for t in answers)


def test_a_day_that_two_clocks_give_is_the_same_day(case: PublishedCase) -> None:
    if case.moment.day is None:
        return
    for fact in case.observed_later:
        if fact.day and fact.since and fact.since.event == "moment":
            low = case.moment.day.low + fact.since.days.low
            high = case.moment.day.high + fact.since.days.high
            assert fact.day.low <= high and low <= fact.day.high, fact


def test_the_paper_is_in_the_evidence_library_and_knows_the_case(case: PublishedCase) -> None:
    assert case.citation.paper is not None
    paper = load_papers()[case.citation.paper]
    assert case.id in paper.csl["custom"]["cases"]
    assert paper.year == case.citation.year
    if case.citation.doi:
        assert paper.csl["DOI"].casefold() == case.citation.doi.casefold()
    if case.citation.pmid:
        assert paper.csl["PMID"] == str(case.citation.pmid)


def test_a_series_counts_its_patients_and_a_single_case_does_not(case: PublishedCase) -> None:
    counts = [f.patients for f in (*case.given, *case.observed_later)]
    assert all((n is not None) == (case.patients > 1) for n in counts)
    assert all(n <= case.patients for n in counts if n is not None)


def test_words_fit_together(case: PublishedCase) -> None:
    for fact in (*case.given, *case.observed_later):
        assert not {"no_lesion", "lesion"} <= set(fact.words)
        assert not {"enhancing", "not_enhancing"} <= set(fact.words)
        assert not {"detected", "undetected"} <= set(fact.words)
        assert set(fact.words) <= set(KINDS[fact.kind].words)


def test_death_and_life_exclude_each_other(case: PublishedCase) -> None:
    assert not {"death", "alive"} <= {f.kind for f in case.observed_later}


def test_conditioning_follows_from_the_days() -> None:
    near = {id for id, case in CASES.items() if case.conditioning == "near-unconditional"}
    assert {f"ikazabo-2016-p{n}" for n in (1, 2, 3, 4)} <= near
    assert {"rigau-2012", "vennegoor-2015-series"} <= near
    assert not {"calvi-2014", "rinaldi-2012-series", "bsteh-2017"} & near


def test_rinaldi_counts_what_was_published() -> None:
    case = CASES["rinaldi-2012-series"]
    assert case.patients == 22
    later = case.observed_later
    of = lambda kind, words: [  # noqa: E731
        (f.patients, f.since.days.high if f.since else None)
        for f in later
        if f.kind == kind and f.words == words
    ]
    assert of("rebound", ()) == [(11, 270)]
    assert of("relapse", ())[:2] == [(6, 270), (4, 30)]
    assert sum(n for n, _ in of("relapse", ())[1:]) == 6
    assert of("rebound", ("mri_only",)) == [(5, 270), (3, 30)]


def test_what_ikazabo_leaves_open_stays_open() -> None:
    for id in ("ikazabo-2016-p2", "ikazabo-2016-p3"):
        assert [(t.what, t.given) for t in CASES[id].treatments] == [
            ("plex", "unknown"),
            ("steroid", "unknown"),
        ]
    assert [t.given for t in CASES["ikazabo-2016-p4"].treatments] == ["no", "no"]
    for n in (1, 2, 3, 4):
        who = CASES[f"ikazabo-2016-p{n}"]
        assert who.subject.age is who.exposure.infusions is who.moment.day is None


def test_a_published_day_is_kept_exactly() -> None:
    onset = next(f for f in CASES["centonze-2012-p1"].observed_later if f.kind == "rebound")
    assert onset.since is not None and onset.since.days == Range.of(16)
