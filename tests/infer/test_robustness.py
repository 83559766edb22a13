"""Random subjects from poor starts: each ends at the best mode known, or is refused in words.

``python -m benchmarks.robustness.run`` is the whole study; the guide holds its tables.
"""

from __future__ import annotations

import json

import pytest

from benchmarks.robustness.run import Record, estimate, records
from benchmarks.robustness.subjects import cases
from benchmarks.robustness.tables import BEGIN, PAGE, SAME, summary, text, worse

REFUSED = 0.02
"""Share that may be refused; each is told why."""


def assert_none_lost(found: list[Record]) -> None:
    silent = [(r.id, r.found, r.independent) for r in found if worse(r)]
    assert not silent, silent
    assert all(r.found <= r.at_truth + SAME for r in found if r.found is not None)
    refused = [r for r in found if r.found is None]
    assert all(len(r.reason) > 40 for r in refused)
    assert len(refused) <= 1 + REFUSED * len(found), [(r.id, r.reason) for r in refused]


@pytest.mark.slow
def test_none_of_40_is_lost_silently() -> None:
    assert_none_lost([estimate(c, peers=False) for c in cases(40, seed=2)])


@pytest.mark.statistical
def test_none_of_1000_is_lost_silently() -> None:
    assert_none_lost(records(1000, seed=1, workers=2))


def test_a_worse_mode_and_a_refusal_are_counted() -> None:
    fine = Record("a", "s", "prior", 1, 0, 0, 1.0, 1.5, "", 9, 90, 1, 3.0, 1.005, {})
    lost = Record("b", "s", "prior", 1, 0, 0, 2.0, 2.0, "", 9, 90, 0, 3.0, 1.0, {})
    refused = Record("c", "s", "prior", 1, 0, 0, None, None, "level 3: off", 0, 50, 0, 3.0, 1.0, {})
    counts = summary([fine, lost, refused])["shapes"]["all"]
    assert (counts["best"], counts["worse"], counts["refused"]) == (1, 1, 1)
    assert counts["lost_from_the_starts_alone"] == 3


def test_the_guide_shows_the_results() -> None:
    results = json.loads(
        (PAGE.parents[2] / "benchmarks" / "robustness" / "results.json").read_text("utf-8")
    )
    assert f"{BEGIN}\n{text(results)}" in PAGE.read_text("utf-8")
