"""The study that proves the fit, reduced: every check holds, a planted fault does not pass."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.stats import binom
from typer.testing import CliRunner

from diapedesis.app.cli.main import app
from diapedesis.app.fit_courses import courses
from diapedesis.infer.fit import Fit, fit
from diapedesis.models import pkpd
from diapedesis.observe import Subject
from diapedesis.report.fit_validation import fit_validation_report
from diapedesis.validation import fit_replicate, fit_study
from diapedesis.validation.fit_coverage import SHARES
from diapedesis.validation.fit_decisions import DECIDED_WITH
from diapedesis.validation.fit_page import page
from diapedesis.validation.fit_replicate import RANKED, Courses
from diapedesis.validation.fit_results import FitResults
from diapedesis.validation.fit_study import FULL, Settings, StudyError, run_study

PAGE = Path(__file__).parents[2] / "docs" / "model" / "fit.md"
REDUCED = Settings("tests/validation/test_fit_study.py reduced", patients=40, draws=400)
SMALL = Settings("tests/validation/test_fit_study.py small", patients=3, draws=400)
FITS: dict[Subject, Fit] = {}
"""Fits of the reduced study, in which a fault is planted afterwards."""


def remembered(subject: Subject, **options: Any) -> Fit:
    """Fit as the study does; every study here asks for as many draws."""
    if subject not in FITS:
        FITS[subject] = fit(subject, **options)
    return FITS[subject]


def by_clearance(fitted: Fit, first: float, by: float) -> Courses:
    """Stand in for plans where they are not judged: the faster the clearance, the fewer."""
    cl = fitted.draws["cl"]
    return Courses(cl[:, None] > np.linspace(0.25, 0.09, 6), by - cl)


def texts(folder: Path) -> dict[str, str]:
    return {p.name: p.read_text("utf-8") for p in sorted(folder.iterdir())}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("reduced")


@pytest.fixture(scope="module")
def reduced(folder: Path) -> FitResults:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fit_replicate, "fit", remembered)
        return FitResults(run_study(REDUCED, courses, folder))


@pytest.fixture
def pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shards of two patients: the smallest with which a study has more than one."""
    monkeypatch.setattr(fit_study, "SHARD", 2)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("small")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fit_study, "SHARD", 2)
        run_study(SMALL, by_clearance, folder)
    return folder


@pytest.mark.slow
def test_every_check_holds(reduced: FitResults) -> None:
    for check in reduced.checks():
        print(check)
    assert [c for c in reduced.checks() if not c.ok] == []


@pytest.mark.slow
def test_draws_are_many_enough_for_independent_ranks(reduced: FitResults) -> None:
    assert min(reduced.refusals.column("ess_least")) >= RANKED / 2


@pytest.mark.slow
def test_levels_help_and_nobody_beats_the_truth(reduced: FitResults) -> None:
    found = {
        (r["phase"], r["levels"], r["predictor"], r["reference"]): r
        for r in reduced.prediction.records()
    }
    blind, informed = (found["treatment", k, "fit", "observed"] for k in (0, 1))
    assert informed["error_median"] < blind["error_median"]
    for (phase, k, predictor, reference), r in found.items():
        if (predictor, reference) == ("fit", "observed"):
            best = found[phase, k, "truth", "observed"]
            # Within their common noise: half of the readings decide each share of within 30 %.
            assert r["within_30"] <= best["within_30"] + 2 / np.sqrt(r["n"])


@pytest.mark.slow
def test_forecasts_of_lasting_beat_the_base_rate(reduced: FitResults) -> None:
    brier = reduced.brier.records()
    assert [r["levels"] for r in brier] == list(DECIDED_WITH)
    assert brier[-1]["skill"] > 0.1
    for r in brier:
        parts = r["reliability"] - r["resolution"] + r["uncertainty"] + r["within"]
        assert r["brier"] == pytest.approx(parts)


@pytest.mark.slow
def test_page_and_report_say_what_was_found(reduced: FitResults) -> None:
    text, html = page(reduced), fit_validation_report(reduced)
    assert html == fit_validation_report(reduced)
    for check in reduced.checks():
        assert check.found in text and check.found in html
    assert "FAILS" not in text
    assert html.count("<svg") == 4
    assert "Research use only" in html
    assert not re.search(r"<script|<link|src=|@import|url\((?!#)", html)


def wrong(shift: float) -> Callable[..., Fit]:
    """Return a fit whose clearance is off by `shift` posterior SDs."""

    def fitted(*args: Any, **options: Any) -> Fit:
        found = remembered(*args, **options)
        log_cl = np.log(found.draws["cl"])
        return replace(found, draws=found.draws | {"cl": np.exp(log_cl + shift * log_cl.std())})

    return fitted


@pytest.mark.slow
def test_a_planted_fault_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(fit_replicate, "fit", wrong(2.0))
    settings = replace(REDUCED, patients=24)
    results = FitResults(run_study(settings, by_clearance, tmp_path))
    outside = [r for r in results.calibration.records() if not r["inside"]]
    assert {("cl", k) for k in (1, 2, 3)} <= {(r["quantity"], r["levels"]) for r in outside}
    assert all(r["mean_rank"] < 0.5 for r in outside if r["quantity"] == "cl")
    assert not all(results.coverage.column("inside"))


def test_a_refused_fit_is_counted_with_its_reason(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def refuses(subject: Any, **options: Any) -> Fit:
        if subject.levels:
            raise fit_replicate.FitError("no estimate today")
        return fit(subject, **options)

    monkeypatch.setattr(fit_replicate, "fit", refuses)
    settings = Settings("refused", patients=3, draws=400)
    study = run_study(settings, by_clearance, tmp_path)
    assert [len(study.refusals(k)) for k in range(4)] == [0, 3, 3, 3]
    assert study.refusals(1)[0] == "FitError: no estimate today"
    assert list(study.fits(1)) == []


@pytest.mark.slow
@pytest.mark.usefixtures("pairs")
def test_workers_and_interruptions_do_not_matter(small: Path, tmp_path: Path) -> None:
    whole = texts(small)
    run_study(SMALL, by_clearance, tmp_path, workers=2)
    assert texts(tmp_path) == whole
    (tmp_path / "shard-00001.jsonl").unlink()
    (tmp_path / ".shard-00001.jsonl.half").write_text('{"number":1')
    told: list[tuple[int, int]] = []
    run_study(SMALL, by_clearance, tmp_path, progress=lambda *done: told.append(done))
    assert told == [(2, 3), (3, 3)]
    assert {k: v for k, v in texts(tmp_path).items() if k in whole} == whole


def test_a_patient_is_the_same_in_any_study_size(small: Path, tmp_path: Path) -> None:
    run_study(replace(SMALL, patients=1), by_clearance, tmp_path)
    lines = (tmp_path / "shard-00000.jsonl").read_text("utf-8").splitlines()
    assert lines == (small / "shard-00000.jsonl").read_text("utf-8").splitlines()[:1]


@pytest.mark.usefixtures("pairs")
def test_another_study_is_not_mixed_in(
    small: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with pytest.raises(StudyError, match=r"another draws.*choose another folder"):
        run_study(replace(SMALL, draws=800), by_clearance, small)
    monkeypatch.setattr(fit_study, "code_hash", lambda: "changed")
    with pytest.raises(StudyError, match="another code"):
        run_study(SMALL, by_clearance, small)
    (tmp_path / "shard-00000.jsonl").write_text("{}\n")
    with pytest.raises(StudyError, match=r"without manifest\.json"):
        run_study(SMALL, by_clearance, tmp_path)


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    settings = Settings("unreadable", patients=1, draws=400)
    (tmp_path / "manifest.json").write_text(json.dumps(fit_study.manifest(settings)))
    (tmp_path / "shard-00000.jsonl").write_text('{"number": 0')
    with pytest.raises(StudyError, match=r"shard-00000\.jsonl: not JSON"):
        run_study(settings, by_clearance, tmp_path)
    (tmp_path / "manifest.json").write_text("{")
    with pytest.raises(StudyError, match=r"manifest\.json: not JSON"):
        run_study(settings, by_clearance, tmp_path)
    for bad in ({"patients": 0}, {"draws": 300}):
        with pytest.raises(StudyError, match=next(iter(bad))):
            Settings(**bad)  # type: ignore[arg-type]
    with pytest.raises(StudyError, match="workers"):
        run_study(settings, by_clearance, tmp_path, workers=0)


@pytest.mark.slow
def test_the_command_goes_on_and_writes_report_and_numbers(
    reduced: FitResults, folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(fit_study, "REDUCED", reduced.study.settings)
    out, copy = folder, tmp_path / "fit.md"
    arguments = ["validate", "fit", "--reduced", "--workers", "1", "--out", str(out)]
    result = CliRunner().invoke(app, [*arguments, "--page", str(copy)])
    assert result.exit_code == 0, result.stdout
    assert "40 of 40 virtual patients" in result.stderr
    assert copy.read_text("utf-8") == page(reduced)
    assert copy.read_text("utf-8") == (out / "fit.md").read_text("utf-8")
    assert (out / "fit.html").read_text("utf-8").startswith("<!doctype html>")
    other = CliRunner().invoke(app, [*arguments, "--seed-name", "other"])
    assert other.exit_code == 2 and "another name" in other.stderr
    nowhere = CliRunner().invoke(app, [*arguments, "--page", str(tmp_path / "none" / "x.md")])
    assert nowhere.exit_code == 2 and "--page" in nowhere.stderr


def committed(section: str) -> list[list[str]]:
    """Return the cells of the first table of a section of the committed page."""
    part = PAGE.read_text("utf-8").split(f"## {section}\n")[1].split("\n## ")[0]
    lines = [line for line in part.splitlines() if line.startswith("| ")]
    return [[c.strip() for c in line.strip("|").split("|")] for line in lines]


def test_the_committed_page_is_of_a_full_study_that_holds() -> None:
    text = PAGE.read_text("utf-8")
    assert f"study `{FULL.name}`,\n{FULL.patients} virtual patients" in text
    assert FULL.patients >= 500
    assert "FAILS" not in text and "**no**" not in text and ") outside" not in text
    rows = committed("Coverage")[1:]
    labels = {f"{p.label} ({id})" for id, p in pkpd().parameters.items()}
    assert {r[0] for r in rows} <= labels | {"level later", "lasting day"}
    for row in rows:
        for cell, share in zip(row[3:], SHARES, strict=True):
            covered = float(cell.split()[0]) / 100
            n = int(row[2])
            # A false number on the page; the printed digit is worth half a patient.
            low, high = binom.interval(1 - 1e-6, n, share)
            assert low - 1 <= covered * n <= high + 1, row
