"""Many subjects: the same whatever the workers, kept, taken up again, and refused by name."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from diapedesis.infer.fit import Fit, fit
from diapedesis.infer.store import dump, load
from diapedesis.observe import Assay, Level, Subject
from diapedesis.population.fits import How, Outcome, fit_many
from diapedesis.population.tables import level_rows, parameter_rows, subject_table
from diapedesis.simulate import Protocol

CELLS = Assay.of_saturation()
EXACT = Assay(proportional_sd=0.002, additive_sd=0.001)
QUICK = How(n_draws=400)


def person(id: str, *levels: Level, **changes: object) -> Subject:
    return replace(Subject(Protocol.every(28, n=6), levels, id, height=1.7), **changes)


PEOPLE = [
    person("a", Level(140.0, 22.0), Level(150.0, 61.0)),
    person("b", Level(140.0, 31.0), Level(154.0, 0.8, CELLS), occasions=(112.0,)),
    person("c"),
]
TORN = person(
    "torn", *(Level(150.0 + 0.001 * i, v, EXACT) for i, v in enumerate((10.0, 90.0, 10.0, 90.0)))
)


def same(a: Fit | None, b: Fit | None) -> bool:
    assert a is not None and b is not None
    return (
        all(np.array_equal(a.draws[k], b.draws[k]) for k in a.draws)
        and all(np.array_equal(a.deviations[k], b.deviations[k]) for k in a.deviations)
        and a.parameter_table() == b.parameter_table()
        and (a.level_table, a.ess, a.conflict) == (b.level_table, b.ess, b.conflict)
    )


@pytest.fixture(scope="module")
def alone() -> list[Outcome]:
    return fit_many(PEOPLE, QUICK, workers=1)


@pytest.mark.slow
def test_workers_and_order_change_nothing(alone: list[Outcome]) -> None:
    turned = fit_many(PEOPLE[::-1], QUICK, workers=2)
    assert [o.subject.id for o in turned] == ["c", "b", "a"]
    for one, other in zip(alone, turned[::-1], strict=True):
        assert same(one.fit, other.fit)


def test_what_is_kept_is_taken_up_again(
    alone: list[Outcome], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = fit_many(PEOPLE[:2], QUICK, workers=1, keep=tmp_path)
    assert len(list(tmp_path.iterdir())) == 2
    fitted: list[str] = []
    whole = fit_many.__globals__["_one"]

    def counted(subject: Subject, how: How) -> bytes | str:
        fitted.append(subject.id)
        return whole(subject, how)

    monkeypatch.setitem(fit_many.__globals__, "_one", counted)
    seen: list[tuple[int, int]] = []
    again = fit_many(PEOPLE, QUICK, workers=1, keep=tmp_path, progress=lambda *at: seen.append(at))
    assert fitted == ["c"]
    assert seen == [(3, 3)]
    for one, other in zip(first, again[:2], strict=True):
        assert same(one.fit, other.fit)
    assert same(alone[2].fit, again[2].fit)


def test_other_data_or_settings_are_fitted_anew(tmp_path: Path) -> None:
    fit_many(PEOPLE[2:], QUICK, workers=1, keep=tmp_path)
    heavier = person("c", height=1.8)
    for subject, how in ((heavier, QUICK), (PEOPLE[2], How(n_draws=400, seed=2))):
        fit_many([subject], how, workers=1, keep=tmp_path)
    assert len(list(tmp_path.iterdir())) == 3


def test_a_broken_file_is_made_again(tmp_path: Path) -> None:
    fit_many(PEOPLE[2:], QUICK, workers=1, keep=tmp_path)
    (file,) = tmp_path.iterdir()
    whole = file.read_bytes()
    for broken in (b"", b"no archive", whole[: len(whole) // 2]):
        file.write_bytes(broken)
        (found,) = fit_many(PEOPLE[2:], QUICK, workers=1, keep=tmp_path)
        assert found.fit is not None
        assert load(file.read_bytes(), PEOPLE[2]).n_draws == 400


def test_a_stored_fit_is_the_fit(alone: list[Outcome]) -> None:
    for outcome in alone:
        assert outcome.fit is not None
        back = load(dump(outcome.fit), outcome.subject)
        assert same(outcome.fit, back)
        assert back.rhat == outcome.fit.rhat


def test_a_stored_fit_says_how_its_mode_was_found() -> None:
    odd = fit(person("odd", Level(140.0, 2.0), Level(150.0, 150.0)), n_draws=100)
    kept = load(dump(odd), odd.subject).mode
    assert odd.mode is not None and kept is not None
    assert kept.wide_searches == odd.mode.wide_searches > 0
    assert np.array_equal(kept.z, odd.mode.z)


def test_equal_ids_are_refused() -> None:
    with pytest.raises(ValueError, match="found a more than once"):
        fit_many([PEOPLE[0], PEOPLE[0]], QUICK)


def test_who_is_refused_is_named_and_the_others_go_on() -> None:
    outcomes = fit_many([TORN, PEOPLE[2]], QUICK, workers=1)
    assert outcomes[0].fit is None
    assert outcomes[0].reason
    rows = subject_table(outcomes).records()
    assert [r["status"] for r in rows] == ["refused", "fitted"]
    assert rows[0]["cl_50"] is None and rows[0]["reason"] == outcomes[0].reason
    assert set(parameter_rows(outcomes).column("subject")) == {"c"}


def test_tables_hold_every_level_and_parameter(alone: list[Outcome]) -> None:
    levels = level_rows(alone).records()
    assert [(r["subject"], r["time"]) for r in levels] == [
        ("a", 140.0), ("a", 150.0), ("b", 140.0), ("b", 154.0),
    ]  # fmt: skip
    assert "cl@1" in parameter_rows(alone).column("id")
    text = parameter_rows(alone).to_csv().splitlines()
    assert text[0].startswith("subject,id,label,unit,prior_05")
    assert len(text) == 1 + len(parameter_rows(alone).rows)


def test_tables_keep_their_headings_when_everyone_is_refused(alone: list[Outcome]) -> None:
    refused = [Outcome(TORN, None, "chains do not agree")]
    for table in (parameter_rows, level_rows):
        assert table(refused).columns == table(alone).columns
        assert table(refused).rows == ()
