"""What a case gave is read back as it was; a gallery goes on where it stopped."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from diapedesis.cases import Fact, Range, gallery, run
from diapedesis.cases.gallery import run_gallery
from diapedesis.cases.rinaldi import rinaldi_series
from diapedesis.cases.store import SeriesResult, Unanswered, dump, key, load
from diapedesis.cases.tails import tails_of
from tests.cases import made_up
from tests.cases.made_up import case, ran, stopped

DRAWS = 300


@pytest.fixture(scope="module", autouse=True)
def small() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        made_up.small(patch)
        yield


def test_a_result_is_read_back_as_it_was() -> None:
    what = stopped(observed_later=(Fact("pml_symptoms", Range(90, 120)), *made_up.LATER))
    found = ran(what, DRAWS)
    data = dump(found)
    written, again = load(data, what)
    assert written == key(what, DRAWS, 1)
    assert dump(again) == data
    for p, q in zip(found.predictions, again.predictions, strict=True):
        assert (p.fact, p.reason, p.observed, p.if_seeded) == (
            q.fact,
            q.reason,
            q.observed,
            q.if_seeded,
        )
        np.testing.assert_array_equal(p.tail, q.tail)
    assert [t.value for t in tails_of(found)] == [t.value for t in tails_of(again)]
    assert again.left_out == found.left_out and again.ess_seeded == found.ess_seeded


def test_a_case_without_an_answer_is_read_back() -> None:
    lost = Unanswered(case(), DRAWS, 1, "found 3 effective draws")
    assert load(dump(lost), case())[1] == lost


@pytest.mark.slow
def test_a_series_is_read_back() -> None:
    series = rinaldi_series(200, truths=4, patients=20)
    found = SeriesResult(case(), DRAWS, 1, series)
    _, again = load(dump(found), case())
    assert again.series.tail == series.tail
    assert again.series.summary().equals(series.summary())
    assert again.series.readings().equals(series.readings())


def test_other_bytes_are_refused() -> None:
    with pytest.raises(ValueError, match="found no stored result of case 'doe-2020'"):
        load(b"something else", case())


def test_a_damaged_file_is_refused_wherever_the_damage_is() -> None:
    """One byte at a time: it is read as it was, where the byte says nothing, or refused."""
    lost = Unanswered(case(), DRAWS, 1, "found 3 effective draws")
    whole = dump(lost)
    for at in range(len(whole)):
        for bits in (0xFF, 0x01, 0x08):
            data = bytearray(whole)
            data[at] ^= bits
            try:
                assert load(bytes(data), case())[1] == lost
            except ValueError as error:
                assert str(error).startswith("found no stored result of case 'doe-2020'")
    for end in range(0, len(whole), 7):
        with pytest.raises(ValueError, match="found no stored result"):
            load(whole[:end], case())


def test_a_result_whose_numbers_are_damaged_is_refused() -> None:
    found = dump(ran(stopped(), DRAWS))
    rng = np.random.default_rng(1)
    for at in rng.integers(0, len(found), 300).tolist():
        data = bytearray(found)
        data[at] ^= 1 << int(rng.integers(8))
        try:
            again = load(bytes(data), stopped())[1]
        except ValueError:
            continue
        assert dump(again) == found


def test_the_key_hangs_on_case_draws_and_seed() -> None:
    keys = {key(case(), 300, 1), key(case(), 301, 1), key(case(), 300, 2), key(stopped(), 300, 1),
            key(case(claim="another"), 300, 1)}  # fmt: skip
    assert len(keys) == 5


def test_a_gallery_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cases = [case(), stopped()]
    seen: list[str] = []
    whole = run.run_case

    def counted(what: object, **options: object) -> object:
        seen.append(what.id)
        if len(seen) == 2:
            raise KeyboardInterrupt
        return whole(what, **options)

    monkeypatch.setattr(gallery, "run_case", counted)
    with pytest.raises(KeyboardInterrupt):
        list(run_gallery(cases, tmp_path, draws=DRAWS))
    assert [f.name for f in tmp_path.iterdir()] == ["doe-2020.npz"]
    first = (tmp_path / "doe-2020.npz").read_bytes()
    told: list[tuple[str, str]] = []
    found = list(run_gallery(cases, tmp_path, draws=DRAWS, told=lambda *x: told.append(x)))
    assert seen == ["doe-2020", "roe-2021", "roe-2021"]
    assert told[0] == ("doe-2020", "as kept")
    assert [x.case.id for x in found] == ["doe-2020", "roe-2021"]
    assert (tmp_path / "doe-2020.npz").read_bytes() == first == dump(found[0])


def test_a_kept_file_of_something_else_is_written_anew(tmp_path: Path) -> None:
    path = tmp_path / "doe-2020.npz"
    list(run_gallery([case()], tmp_path, draws=DRAWS))
    for other in (b"broken", dump(Unanswered(case(), DRAWS + 1, 1, "of another run"))):
        path.write_bytes(other)
        (found,) = run_gallery([case()], tmp_path, draws=DRAWS)
        assert not isinstance(found, Unanswered)
        assert path.read_bytes() == dump(found)


def test_too_few_draws_are_an_outcome_of_their_own(tmp_path: Path) -> None:
    never = Fact("edss", Range.of(0), value=Range.of(9.5), unit="EDSS")
    (found,) = run_gallery([stopped(given=(never,))], tmp_path, draws=DRAWS)
    assert isinstance(found, Unanswered) and "effective draws" in found.reason
    assert list(tails_of(found)) == []
