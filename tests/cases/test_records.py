"""The records refuse what cannot be, whoever builds them."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from diapedesis.cases import (
    OUTCOMES,
    CaseSubject,
    Citation,
    Exposure,
    Fact,
    GivenTreatment,
    Moment,
    PublishedCase,
    Range,
    Since,
)
from diapedesis.cases.words import (
    citation_words,
    exposure_words,
    fact_words,
    subject_words,
    treatment_words,
)

MOMENT = Moment("pml_diagnosis", Range(0, 28))
CASE = PublishedCase(
    id="doe-2020",
    title="",
    citation=Citation("Doe J", 2020, "", "", ""),
    claim="",
    group="B",
    usable_timeline="low",
    moment=MOMENT,
)


def after(event: str, low: float, high: float) -> Since:
    return Since(event, Range(low, high))


@pytest.mark.parametrize("kind", OUTCOMES)
def test_no_outcome_is_given_whenever_it_was(kind: str) -> None:
    with pytest.raises(ValueError, match=r"given\[0\]: .* never given"):
        replace(CASE, given=(Fact(kind, Range.of(-100)),))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "fact",
    [
        Fact("mri_pml", Range(0, 29)),
        Fact("mri_pml", Range.of(400)),
        Fact("mri_pml", since=after("moment", 0, 1)),
        Fact("mri_pml", since=after("pml_diagnosis", 1, 2)),
        Fact("mri_pml", Range(0, math.inf)),
    ],
)
def test_nothing_given_may_lie_after_the_moment(fact: Fact) -> None:
    with pytest.raises(ValueError, match=r"given\[0\]"):
        replace(CASE, given=(fact,))
    assert replace(CASE, observed_later=(fact,)).observed_later == (fact,)


@pytest.mark.parametrize(
    "fact", [Fact("mri_pml", Range(-9, -1)), Fact("edss", since=after("moment", -9, -1))]
)
def test_nothing_later_may_lie_before_the_moment(fact: Fact) -> None:
    with pytest.raises(ValueError, match=r"observed_later\[0\]"):
        replace(CASE, observed_later=(fact,))
    assert replace(CASE, given=(fact,)).given == (fact,)


def test_a_range_is_in_order() -> None:
    with pytest.raises(ValueError, match="expected low <= high"):
        Range(2, 1)
    with pytest.raises(ValueError, match="expected low <= high"):
        Range(math.nan, 1)


def test_dated_needs_the_day_of_the_moment_and_a_day_of_something_given() -> None:
    dated = Fact("mri_pml", Range.of(0))
    assert CASE.conditioning == "near-unconditional"
    assert replace(CASE, given=(Fact("mri_pml"),)).conditioning == "near-unconditional"
    assert replace(CASE, given=(dated,)).conditioning == "dated"
    unknown = replace(CASE, moment=Moment("pml_diagnosis"), given=(dated,))
    assert unknown.conditioning == "near-unconditional"
    later = replace(CASE, treatments=(GivenTreatment("plex", day=Range(40, 50)),))
    assert later.conditioning == "near-unconditional"
    begun = replace(CASE, treatments=(GivenTreatment("fingolimod", day=Range(0, 9)),))
    assert begun.conditioning == "dated"


@pytest.mark.parametrize(
    ("fact", "said"),
    [
        (Fact("death"), "death; day unknown"),
        (
            Fact("csf_jcv", Range(0, 28), value=Range.of(15), unit="copies/mL", estimated=True),
            "JC virus DNA in cerebrospinal fluid: 15 copies/mL; day 0 to 28 (estimated)",
        ),
        (
            Fact("jcv_antibody", since=after("moment", -14, -7), words=("negative",)),
            "JC virus antibody in serum: negative; 7 to 14 days before the diagnosis of PML",
        ),
        (
            Fact("iris_onset", since=after("plex_end", 0, math.inf), patients=3, note="late"),
            "onset of IRIS: in 3 patients; some time after the end of plasma exchange; late",
        ),
        (
            Fact("alive", since=after("iris_onset", 365, math.inf)),
            "alive at last report; 365 or more days after the onset of IRIS",
        ),
    ],
)
def test_facts_in_words(fact: Fact, said: str) -> None:
    assert fact_words(fact, MOMENT) == said


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (GivenTreatment("steroid", "no"), "steroids: not given"),
        (
            GivenTreatment("plex", "unknown", note="not named"),
            "plasma exchange: unknown whether given; not named",
        ),
        (GivenTreatment("plex"), "plasma exchange: day unknown; number of sessions unknown"),
        (
            GivenTreatment(
                "immunoglobulin",
                since=after("moment", 0, 0),
                end=Range.of(9),
                number=Range.of(5),
                amount=Range.of(0.4),
                unit="g/kg",
            ),
            "immunoglobulin: at the diagnosis of PML; until day 9; 5 times; 0.4 g/kg",
        ),
    ],
)
def test_treatments_in_words(given: GivenTreatment, said: str) -> None:
    assert treatment_words(given, MOMENT) == said


def test_what_is_known_of_a_patient_comes_before_what_is_not() -> None:
    known = replace(
        CASE,
        subject=CaseSubject(sex="female", age=38.0, jcv_positive=True, jcv_index=2.6),
        exposure=Exposure(Range.of(2), Range.of(1), estimated=("infusions",), note="in a trial"),
    )
    assert subject_words(known) == (
        "female; age 38; JC virus antibody positive; antibody index 2.6;"
        " unknown: weight, earlier immunosuppressants"
    )
    assert exposure_words(known) == (
        "2 infusions (estimated); 1 month on it; in a trial; unknown: days between infusions"
    )
    assert fact_words(
        Fact("mri_ms", value=Range.of(1), unit="enhancing lesions"), MOMENT
    ).startswith("MRI for MS: 1 enhancing lesion;")


def test_a_citation_says_what_was_not_read_and_nothing_twice() -> None:
    unread = Citation("not read", None, "", "Mult Scler (PMID 24367037)", "", pmid=24367037)
    assert citation_words(unread) == (
        "Authors not read (year unknown). Title not read. Mult Scler (PMID 24367037)"
    )
