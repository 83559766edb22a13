"""What no draw can have brought about has no answer; it never leaves the prior as it was."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from diapedesis.cases import Fact, Range, run
from tests.cases import made_up
from tests.cases.made_up import ran, stopped

FAR = Fact("level", Range.of(0), value=Range.of(1e-30), unit="mg/L")


@pytest.fixture(scope="module", autouse=True)
def small() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        made_up.small(patch)
        yield


def test_a_level_that_nobody_has_is_no_answer() -> None:
    with pytest.raises(run.CaseError, match="found 0 effective draws"):
        ran(stopped(given=(FAR,)))


def test_facts_that_exclude_each_other_are_no_answer() -> None:
    """Each alone is likely; no draw has both."""
    none, some = (
        Fact("level", Range.of(0), value=Range.of(v), unit="mg/L") for v in (0.001, 2000.0)
    )
    with pytest.raises(run.CaseError, match="found 0 effective draws"):
        ran(stopped(given=(none, some)))


def test_what_cannot_have_been_read_has_a_likelihood_of_zero() -> None:
    seen: list[np.ndarray] = []
    whole = run.log_likelihood

    def watched(*arguments: object) -> object:
        found = whole(*arguments)
        seen.append(np.asarray(found))
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run, "log_likelihood", watched)
        with pytest.raises(run.CaseError):
            ran(stopped(given=(FAR,)))
    assert seen and all(np.isneginf(x).all() for x in seen)
