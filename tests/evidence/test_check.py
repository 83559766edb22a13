"""The store is sound, and what would make it unsound is told, all at once."""

from dataclasses import replace

import pytest

from diapedesis.evidence import read_store, store_faults

CLAIM = {
    **{k: "" for k in ("low", "high", "interval", "papers")},
    **{"id": "own made-up", "sure": "D"},
}


def test_the_store_of_the_package_is_sound():
    assert store_faults(read_store()) == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"id": "pkpd 1,17"}, "has none of the forms"),
        ({"id": "pkpd 1.17"}, "claim 'pkpd 1.17' occurs 2 times"),
        ({"sure": "Z"}, "sure is 'Z'"),
        ({"interval": "?"}, "interval is '?'"),
        ({"low": "2", "high": "1"}, "low 2 is above high 1"),
        ({"papers": "khatri-2009;nobody-1900"}, "papers names 'nobody-1900', which does not exist"),
        ({"sure": "A"}, "names no paper"),
    ],
)
def test_a_bad_claim_is_told(change, fault):
    store = read_store()
    faults = store_faults(replace(store, claims=[*store.claims, CLAIM | change]))
    assert len(faults) >= 1 and any(fault in f for f in faults)


@pytest.mark.parametrize(
    ("paper", "fault"),
    [
        ({"id": "khatri-2009"}, "paper 'khatri-2009' occurs 2 times"),
        ({"id": "x", "DOI": "doi.org/10.1212/x"}, "DOI 'doi.org/10.1212/x' has not the form"),
        ({"id": "x", "PMID": "PMID 1"}, "PMID 'PMID 1' has not the form"),
        ({"id": "x", "PMID": "19188571"}, "PMID '19188571' occurs 2 times"),
        ({"id": "x", "DOI": "10.1212/01.WNL.0000341766.59028.9D"}, "occurs 2 times"),
        ({"id": "x"}, "no claim, time course or case rests on it"),
    ],
)
def test_a_bad_paper_is_told(paper, fault):
    store = read_store()
    faults = store_faults(replace(store, papers=[*store.papers, paper]))
    assert any(fault in f for f in faults)


@pytest.mark.parametrize(
    ("one", "other", "about", "fault"),
    [
        ("R023", "R999", "x", "'R999' is no claim"),
        ("R023", "R023", "x", "cannot dispute itself"),
        ("R023", "R024", " ", "does not say what it is about"),
        ("pkpd 3.4", "pkpd 1.18", "x", "stands 2 times"),
    ],
)
def test_a_bad_dispute_is_told(one, other, about, fault):
    store, row = read_store(), {"claim": one, "disputed_by": other, "about": about}
    faults = store_faults(replace(store, disputes=[*store.disputes, row]))
    assert len(faults) == 1 and fault in faults[0]


def test_a_time_point_without_its_paper_is_told():
    store = read_store()
    point = dict(store.courses[0][1]) | {"papers": "nobody-1900", "claims": "R999"}
    faults = store_faults(replace(store, courses=[*store.courses, ("timecourses.csv", point)]))
    assert len(faults) == 2 and all("which does not exist" in f for f in faults)
