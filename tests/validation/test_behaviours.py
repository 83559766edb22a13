"""Simulated behaviours: verdicts, streams, and the committed page."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import replace
from importlib import resources
from pathlib import Path

import numpy as np
import pytest

from diapedesis.models import pkpd
from diapedesis.validation import studies_exchange
from diapedesis.validation.behaviours import SIZES, BehaviourTable, validate_behaviours
from diapedesis.validation.published import Behaviour, behaviours
from diapedesis.validation.studies import Setting, below_for_good, stream, truths

PAGE = Path(__file__).parents[2] / "docs" / "model" / "behaviours.md"
CELLS = [b.id for b in behaviours() if b.id.startswith(("pd.lymph", "pd.cd4", "pd.csf"))]
BY_ID = {b.id: b for b in behaviours()}


@pytest.fixture(scope="module")
def reduced() -> BehaviourTable:
    return validate_behaviours(size="reduced")


def committed() -> dict[str, list[str]]:
    """Return the cells of each row of the page's first table, by id."""
    part = PAGE.read_text("utf-8").split("## Rows")[1].split("\n## ")[0]
    lines = [line for line in part.splitlines() if line.startswith("| `")]
    rows = [[c.strip() for c in line.strip("|").split("|")] for line in lines]
    return {row[0].strip("`"): row[1:] for row in rows}


def numbers(text: str) -> list[float]:
    return [float(x) for x in re.findall(r"-?\d+(?:\.\d+)?(?:e[-+]?\d+)?", text)]


def test_the_file_of_behaviours_is_the_one_its_readme_names() -> None:
    folder = resources.files("diapedesis.validation").joinpath("data")
    digest = hashlib.sha256(folder.joinpath("behaviours.csv").read_bytes()).hexdigest()
    assert digest in folder.joinpath("README.md").read_text("utf-8")


def test_every_wanted_row_is_simulated(reduced: BehaviourTable) -> None:
    wanted = [b.id for b in behaviours()]
    assert reduced.frame["id"].tolist() == wanted
    assert reduced.not_modelled == {}
    assert np.isfinite(reduced.frame[["simulated", "sim_05", "sim_95"]]).all(axis=None)


def test_verdicts_follow_from_the_file_and_the_centre(reduced: BehaviourTable) -> None:
    for r in reduced.frame.itertuples():
        b = BY_ID[r.id]
        assert (b.published, b.role, b.source) == (r.published, r.role, r.source)
        if b.role == "info":
            assert r.verdict == "" and np.isnan(r.share_inside)
            continue
        low, high = b.low or -np.inf, b.high or np.inf
        assert r.verdict == ("inside" if low <= r.simulated <= high else "outside")


def test_the_committed_page_has_the_windows_and_roles_of_the_file() -> None:
    for id, (behaviour, role, published, window, unit, *_) in committed().items():
        b = BY_ID[id]
        assert (behaviour, role, published, unit) == (b.behaviour, b.role, b.published, b.unit)
        assert numbers(window) == [x for x in (b.low, b.high) if x is not None]


def test_the_committed_page_agrees_with_a_recomputation(reduced: BehaviourTable) -> None:
    rows = committed()
    assert set(rows) == set(reduced.frame["id"])
    assert "size `full`" in PAGE.read_text("utf-8")
    for r in reduced.frame.itertuples():
        cells = rows[r.id]
        centre, (low, high) = float(cells[5]), numbers(cells[6])
        # Standard error of a median of n draws, the interval taken as 3.29 SDs; 4.5 of them, and
        # the third printed digit.
        of_ms = BY_ID[r.id].block not in ("pk", "pd") or r.id in CELLS
        n = SIZES["reduced"].ms_truths if of_ms else SIZES["reduced"].truths
        n = SIZES["reduced"].pml_truths if BY_ID[r.id].block in ("pml", "nfl") else n
        error = 1.2533 * (high - low) / 3.29 / np.sqrt(n)
        assert abs(r.simulated - centre) < 4.5 * error + 0.006 * abs(centre), r.id
        assert of_ms or 0.5 < (r.sim_95 - r.sim_05) / (high - low) < 1.7, r.id
        if cells[8] != (r.verdict or "shown only"):
            edges = numbers(cells[3])
            assert min(abs(centre - e) for e in edges) < 4.5 * error, r.id


def test_published_and_simulated_figures_share_no_column(reduced: BehaviourTable) -> None:
    header = reduced.to_markdown().split("## Rows")[1].strip().splitlines()[0]
    columns = [c.strip() for c in header.strip("|").split("|")]
    assert columns.index("published") < columns.index("simulated")
    assert not any("published" in c and "simulated" in c for c in columns)


def test_other_studies_and_threads_do_not_matter(
    reduced: BehaviourTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    alone = validate_behaviours(("pd",), "reduced")
    together = reduced.frame[reduced.frame["id"].str.startswith("pd.")].reset_index(drop=True)
    assert alone.frame.equals(together)
    assert alone.conflict.empty
    other = validate_behaviours(("pd",), "reduced", seed=2)
    assert not other.frame["simulated"].equals(alone.frame["simulated"])


def test_the_published_disposition_alone_falls_outside_the_exchange_window() -> None:
    rng = stream(1, "exchange")
    drawn = truths(pkpd(), 40, rng)
    published = {"cl": 0.164, "v_c": 3.48, "v_p": 3.48, "q": 0.4, "v_max": 2.86, "k_m": 0.875}
    fixed = drawn | {k: np.full(40, v) for k, v in published.items()}
    found = studies_exchange.exchange(Setting(pkpd(), fixed, 200, rng))
    week = found["pk.plex_1wk"].values
    assert 75 < np.median(week) < 82  # the notes on the evidence find 76 to 81
    assert not BY_ID["pk.plex_1wk"].inside(np.median(week))


def test_the_conflict_is_carried(reduced: BehaviourTable) -> None:
    frame = reduced.conflict.set_index("set")
    published, compromise = frame.iloc[0], frame.iloc[1]
    drawn = frame.loc["all population draws"]
    assert published["plex_1wk"] < 82 < compromise["plex_1wk"]
    assert drawn["plex_1wk_05"] < compromise["plex_1wk"] < drawn["plex_1wk_95"] + 3
    assert abs(published["trough"] - compromise["trough"]) < 3
    shares = [row["share"] for name, row in frame.iterrows() if str(name).startswith("draws")]
    assert sum(shares) == pytest.approx(1.0)


def test_blocks_without_a_study_are_counted_and_unknown_ones_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("diapedesis.validation.behaviours.IRIS_STUDIES", {})
    table = validate_behaviours(("iris",), "reduced")
    assert table.frame.empty
    assert table.not_modelled == {"iris": sum(b.block == "iris" for b in behaviours())}
    assert "Not modelled yet" in table.to_markdown()
    with pytest.raises(ValueError, match="block"):
        validate_behaviours(("pkk",))
    with pytest.raises(ValueError, match="size"):
        validate_behaviours(size="huge")


def test_progress_is_told() -> None:
    told: list[tuple[int, int, str]] = []
    validate_behaviours(("pd",), "reduced", progress=lambda *a: told.append(a))
    assert told == [(0, 3, "intervals"), (1, 3, "saturation"), (2, 3, "cells")]


def test_a_window_may_be_open_on_a_side() -> None:
    b: Behaviour = BY_ID["pk.ada_trough"]
    assert b.inside([0.0, 5.0, 5.1, np.nan]).tolist() == [True, True, False, False]
    closed = replace(b, low=1.0)
    assert closed.inside([0.9, 1.0]).tolist() == [False, True]


def test_below_for_good_waits_for_the_last_time_above() -> None:
    days = np.arange(5.0)
    values = np.array([[3, 0, 2, 0, 0], [0, 0, 0, 0, 0], [3, 3, 3, 3, 3]], float)
    assert below_for_good(days, values, 1.0).tolist() == [3.0, 0.0, 4.0]
