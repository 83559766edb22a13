"""What is said of a result: rare is said to be rare, and never finer than the draws allow."""

from __future__ import annotations

import math
import re
from dataclasses import replace

import numpy as np
import pytest

from diapedesis.cases import GivenTreatment, Moment, Range, Since, case_files
from diapedesis.cases.asked import Predicted
from diapedesis.cases.assumptions import assumptions
from diapedesis.cases.kinds import TreatmentKind
from diapedesis.cases.result import CaseResult, Prediction, Used
from diapedesis.cases.said import (
    ess_words,
    left_out_words,
    rare_ones,
    rarity,
    seed_words,
    tail_error,
    tail_words,
)
from diapedesis.exchange.published import packaged_case
from tests.cases.made_up import DIAGNOSED, LATER, case, stopped


def result(*predictions: Prediction, ess: float = 400.0) -> CaseResult:
    used = (Used(DIAGNOSED, "", 0.1),)
    left = ("cytarabine",)
    return CaseResult(case(), 4000, 1, ess, math.nan, 4, used, predictions, {}, 1.0, left, False)


def day(tail: float) -> Prediction:
    values = np.array([40.0, 50.0, np.inf])
    return Prediction(LATER[0], "", Predicted("day", "day", values), values, tail, Range(60, 90))


def test_words_of_tails() -> None:
    found = result(day(0.02), day(0.0), day(0.6))
    said = [tail_words(found, p) for p in found.predictions]
    assert said == [
        "rare under the model: tail probability 2 in 100",
        "very rare under the model: tail probability fewer than 1 in 200",
        "not unusual under the model: tail probability 60 in 100",
    ]
    assert [p.tail for p in rare_ones(found)] == [0.0, 0.02]


@pytest.mark.parametrize("tail", [0.001, 0.009, 0.02, 0.049, 0.1, 0.5, 1.0])
def test_rarity_falls_as_the_tail_grows(tail: float) -> None:
    order = ["very rare", "rare", "uncommon", "not unusual"]
    assert order.index(rarity(tail)) >= order.index(rarity(tail / 2))


def test_the_error_of_a_tail_shrinks_with_the_root_of_the_draws() -> None:
    few, many = (tail_error(result(ess=n), day(0.2)) for n in (100.0, 400.0))
    assert few == pytest.approx(2 * many)


def test_the_effective_draws_with_a_seed_count_where_they_are_behind() -> None:
    p = replace(day(0.0), if_seeded=True)
    found = replace(result(p), case=stopped(), ess_seeded=100.0, seeded=0.002)
    assert "fewer than 1 in 50" in tail_words(found, p)
    assert "100 effective draws have a seed" in ess_words(found)
    assert "0.2 in 100" in seed_words(found)


def test_left_out_is_named_once_and_in_words() -> None:
    assert left_out_words(result()) == ["cytarabine: not in the model"]


def test_why_a_treatment_of_the_model_was_left_out() -> None:
    left = (
        GivenTreatment("fingolimod"),
        GivenTreatment("steroid", since=Since("biopsy", Range(0, math.inf))),
    )
    found = replace(
        result(),
        case=stopped(treatments=left),
        used=(),
        left_out=tuple(t.what for t in left),
    )
    assert left_out_words(found) == [
        "fingolimod: no day is published, so that it cannot be placed",
        "steroids: given some time after the biopsy of the brain; in the model treatments answer"
        " only symptoms of PML, IRIS or a relapse",
    ]


@pytest.mark.parametrize("id", case_files())
def test_assumptions_of_every_packaged_case(id: str) -> None:
    found = assumptions(packaged_case(id))
    assert len(found) == len(set(found))
    assert all(x.endswith(".") for x in found)
    assert not re.search(r"\b(nan|inf|None)\b", " ".join(found))


def test_only_what_is_open_is_supposed() -> None:
    known = stopped(treatments=(GivenTreatment("plex", given="no"),), observed_later=(), patients=1)
    text = " ".join(assumptions(known))
    assert "exchange" not in text and "moment is not published" not in text
    open_ = stopped(
        moment=Moment("last_infusion"),
        treatments=(
            GivenTreatment("plex", given="unknown"),
            GivenTreatment("steroid", since=Since("iris_onset", Range(0, math.inf))),
        ),
    )
    text = " ".join(assumptions(open_))
    assert "in 84 of 100 draws" in text and "The day of the moment is not published" in text
    assert "taken to follow at once" in text


def test_nothing_is_supposed_of_what_is_left_out() -> None:
    after = Since("biopsy", Range(0, math.inf))
    left = stopped(
        treatments=(GivenTreatment("plex", since=after), GivenTreatment("steroid", since=after))
    )
    text = " ".join(assumptions(left))
    assert "exchange" not in text and "essions" not in text and "teroids" not in text
    once = stopped(
        treatments=(GivenTreatment("natalizumab", day=Range.of(70), number=Range.of(1)),)
    )
    assert "Natalizumab again" not in " ".join(assumptions(once))


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("mefloquine", "Mefloquine: begun 0 to 14 days after the moment."),
        ("virus_cells", "Virus-specific T cells: begun 0 to 14 days after the moment."),
        ("plex", "Plasma exchange: begun 0 to 14 days after the moment."),
    ],
)
def test_the_day_of_a_treatment_without_one_is_said_to_be_supposed(
    what: TreatmentKind, said: str
) -> None:
    assert said in assumptions(stopped(treatments=(GivenTreatment(what),)))
    dated = GivenTreatment(what, day=Range.of(70))
    assert said not in assumptions(stopped(treatments=(dated,)))
