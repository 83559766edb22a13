"""What answers IRIS is added to what is given, from the moment on; it takes nothing away."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from diapedesis.cases import answered as module
from diapedesis.cases.answered import LOOKED_AT, answered, with_answers
from diapedesis.cases.draws import Drawn
from diapedesis.cases.reading import AT, Reading
from diapedesis.cases.regimen import Given, as_protocol
from diapedesis.models.pml import pml
from diapedesis.observe.draws import Array
from diapedesis.population.virus_patients import VirusPatients
from diapedesis.simulate import Course, Infusion, OralSteroid, Plex, Protocol, Steroid

MOMENT = 10.0
HELD = Protocol(
    (Infusion(-28, 300.0), Infusion(0, 300.0)),
    (Plex(20.0, plasma_volumes=1.5),),
    treatments=(Course("mefloquine", 12.0, 400.0), OralSteroid(15.0, 40.0, 60.0)),
)
ANSWERS: tuple[Given, ...] = (
    Steroid(2.0, grams=1.0),
    OralSteroid(3.0, 33.0, 30.0),
    Plex(0.5, plasma_volumes=1.5),
)


def drawn(n: int, **answers: tuple[Given, ...]) -> Drawn:
    reading = Reading(HELD, MOMENT, dict.fromkeys(AT, ()) | answers, ())
    patients = VirusPatients.of(pml(), {}, {}, n, 1)
    return Drawn(reading, patients, np.full(n, np.inf), np.zeros(n), np.full(n, 0.5))


def still(like: Array) -> dict[str, Array]:
    """MS that makes no lesion and no relapse."""
    return dict.fromkeys(("lesion_births", "relapse_background"), np.zeros_like(like))


@pytest.fixture
def iris(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    def begins(*days: float) -> None:
        def course(d: Drawn, at: Array, outputs: object, given: object) -> dict[str, Array]:
            there = (at[None, :] >= np.array(days)[:, None]).astype(float)
            return {"pml_volume": np.zeros_like(there), "iris_level": there} | still(there)

        monkeypatch.setattr(module, "course", course)

    return begins


def test_iris_is_answered_when_it_comes_but_never_before_the_moment(
    iris: Callable[..., None],
) -> None:
    """Of three draws, one has IRIS long before the moment, one after it, one never."""
    iris(-300.0, 50.0, np.inf)
    early, late, never = answered(
        drawn(3, iris_onset=(Steroid(2.0, grams=1.0),)), np.arange(-400.0, 300.0), 1, np.arange(3)
    )
    pulses = [[t.time for t in p.treatments if isinstance(t, Steroid)] for p in (early, late)]
    assert pulses[0] == [MOMENT + 2.0]
    assert pulses[1] == pytest.approx([52.0], abs=1.0)  # a day between two of the course
    assert never is HELD


def test_a_relapse_is_answered_when_it_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two draws, one has a relapse as soon as its relapses begin, on day 100, and one never."""
    rate = np.array([[5.0], [0.0]])

    def course(d: Drawn, at: Array, outputs: object, given: object) -> dict[str, Array]:
        late = rate * (at >= 100.0)
        return {k: 0 * late for k in LOOKED_AT} | {"relapse_background": late}

    monkeypatch.setattr(module, "course", course)
    given = drawn(2, relapse=(Steroid(2.0, grams=1.0),))
    hit, never = answered(given, np.arange(-84.0, 300.0, 3.0), 1, np.arange(2))
    (pulse,) = (t.time for t in hit.treatments if isinstance(t, Steroid))
    assert 100.0 <= pulse < 110.0 and never is HELD


@pytest.mark.parametrize("day", [-5.0, 14.0, 19.9, 100.0])
def test_what_was_given_goes_on(day: float) -> None:
    after = with_answers(HELD, ANSWERS, day)
    assert after.doses == HELD.doses
    assert set(after.treatments) >= {HELD.treatments[0]}
    assert len(after.sessions) >= len(HELD.sessions)


def test_prednisolone_is_one_dose_at_a_time_and_a_drug_one_course() -> None:
    """Overlaps are cut, not refused: 60 mg until the next dose begins."""
    found = as_protocol(
        HELD.doses,
        (
            OralSteroid(15.0, 40.0, 60.0),
            OralSteroid(30.0, 50.0, 20.0),
            Course("fingolimod", 60.0, np.inf),
            Course("fingolimod", 90.0, np.inf),
        ),
    )
    tapers = [(t.start, t.end) for t in found.treatments if isinstance(t, OralSteroid)]
    assert tapers == [(15.0, 30.0), (30.0, 50.0)]
    assert [t.start for t in found.treatments if isinstance(t, Course)] == [60.0]
