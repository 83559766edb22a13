"""Forms of IRIS and prognosis: laws of features, care, the study, its page, figures and command."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from diapedesis.app.cli.main import app
from diapedesis.evidence.claims import unresolved
from diapedesis.models import pml
from diapedesis.population.virus_care import IRIS_ONSET
from diapedesis.report.iris_forms_figure import courses_figure, prognosis_figure, svg
from diapedesis.validation import iris_forms
from diapedesis.validation.forms_cohort import (
    EXCHANGED,
    POLICIES,
    STEROID_SHARES,
    STEROIDS,
    FormsCohort,
    forms_cohort,
)
from diapedesis.validation.forms_describe import names
from diapedesis.validation.forms_features import (
    FEATURES,
    MOST,
    OFFSETS,
    features,
    scales,
    second_wave,
)
from diapedesis.validation.iris_forms import IrisForms, Size, validate_iris_forms
from diapedesis.validation.iris_forms_page import FORMS_FIGURE, PROGNOSIS_FIGURE, headlines
from diapedesis.validation.logistic import Effect
from diapedesis.validation.prognosis import OUTCOMES, Ranked, outcomes
from diapedesis.validation.prognosis_factors import BY_ID, FACTORS, factor_values
from diapedesis.validation.prognosis_published import (
    SAID,
    UNSEEN,
    Said,
    published_odds,
    simulated,
    simulated_odds,
    verdict,
)
from tests.streams import rng_of

PAGE = Path(__file__).parents[2] / "docs" / "model" / "iris.md"
M, N = 4, 16

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def cohort() -> FormsCohort:
    return forms_cohort(pml(), M, N, 3)


@pytest.fixture(scope="module")
def small() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(iris_forms.SIZES, "reduced", Size(M, N, 3, 3))
        yield


@pytest.fixture(scope="module")
def study(small: None) -> IrisForms:
    return validate_iris_forms("reduced", seed=3)


# features


def test_features_are_of_those_with_iris_and_say_what_they_mean(cohort: FormsCohort) -> None:
    found, ill = features(cohort), cohort.iris > 0
    assert set(found) == {f.id for f in FEATURES}
    for values in found.values():
        assert np.isfinite(values[ill]).all()
        assert np.isnan(values[~ill]).all()
    assert (found["peak"][ill] >= IRIS_ONSET).all()
    wait = found["from_dose"][ill] - found["from_diagnosis"][ill]
    assert wait == pytest.approx(-cohort.courses.last_dose[ill])
    for id in ("rise", "duration", "edss_rise", "ms", "second"):
        assert (found[id][ill] >= 0).all()
    assert (found["growth"][ill] >= 1).all()
    # what rises again has been as high before, or is the peak itself
    assert (found["second"][ill] <= found["peak"][ill]).all()


def test_what_a_course_would_do_after_death_is_not_seen(cohort: FormsCohort) -> None:
    c = cohort.courses
    dead = c.days > np.nan_to_num(c.death, nan=np.inf)[:, None]
    assert dead.any()
    keep = ("death_hazard", "jc_dying")  # by which the day of death, and a tube of CSF, are drawn
    other = {k: v if k in keep else np.where(dead, 1.7 * v + 1, v) for k, v in c.values.items()}
    changed = FormsCohort(M, N, replace(c, values=other))
    before, after = features(cohort), features(changed)
    for id in before:
        assert after[id] == pytest.approx(before[id], nan_ok=True), id
    assert changed.icu == pytest.approx(cohort.icu)
    assert changed.died == pytest.approx(cohort.died)


def test_a_single_hump_has_no_second_wave_and_a_second_is_measured_from_the_trough() -> None:
    days = np.linspace(0, 1, 101)
    hump = np.sin(np.pi * days) ** 2
    two = np.concatenate([hump, 0.6 * hump])
    assert second_wave(hump[None]) == pytest.approx(0.0)
    assert second_wave(two[None]) == pytest.approx(0.6)
    late = np.concatenate([np.zeros(30), two])
    assert second_wave(late[None]) == pytest.approx(second_wave(two[None]))
    # a stir too small to be seen to enhance is not the first wave
    assert second_wave(np.concatenate([0.05 * hump, hump])[None]) == pytest.approx(0.0)


def test_scales_do_not_depend_on_units() -> None:
    rng = rng_of("units of features")
    found = {f.id: np.exp(0.3 * rng.standard_normal(200)) for f in FEATURES}
    everyone = np.ones(200, bool)
    points = scales(found, everyone)
    assert np.abs(points).max() <= MOST
    plain = [f.id for f in FEATURES if not f.log or OFFSETS.get(f.id) == 0.0]
    other = {k: 12.0 * v if k in plain else v for k, v in found.items()}
    assert scales(other, everyone) == pytest.approx(points)
    # values beyond MOST are cut, which moves mean and SD by little
    assert points.mean(axis=0) == pytest.approx(0.0, abs=0.05)
    assert points.std(axis=0) == pytest.approx(1.0, abs=0.1)


# care and outcomes


def test_care_is_dealt_out_as_it_says(cohort: FormsCohort) -> None:
    given = np.sum([cohort.steroids(k) for k in STEROIDS], axis=0)
    assert (given == 1).all()
    assert sum(STEROID_SHARES) == pytest.approx(1.0)
    for kind in STEROIDS:
        for i in np.flatnonzero(cohort.steroids(kind)):
            care = POLICIES[cohort.courses.chosen[i]]
            assert care.steroids == kind
            assert (care.sessions > 0) == bool(cohort.exchanged[i])
    # a share of 64 patients: within 4 standard errors
    assert cohort.exchanged.mean() == pytest.approx(EXCHANGED, abs=4 * 0.37 / np.sqrt(M * N))


def test_outcomes_are_probabilities_and_the_dead_have_no_disability_later(
    cohort: FormsCohort,
) -> None:
    ends = outcomes(cohort)
    for y, w in ends.values():
        assert ((y >= 0) & (y <= 1)).all()
        assert ((w >= 0) & (w <= 1)).all()
    dead = cohort.courses.death <= 365
    # who died had a chance to: those sure to live have not
    assert (ends["disability"][1].ravel()[dead] < 1).all()


def test_factors_are_known_of_everybody_they_apply_to(cohort: FormsCohort) -> None:
    found = factor_values(cohort)
    assert list(found) == [f.id for f in FACTORS]
    scanned = cohort.courses.onset.by_scan
    assert (np.isnan(found["delay"]) == scanned).all()
    for f in FACTORS:
        known = found[f.id][np.isfinite(found[f.id])]
        assert known.size
        if f.yes_no:
            assert np.isin(known, (0.0, 1.0)).all(), f.id
    assert (found["since_dose"] >= 0).all()
    assert (found["since_dose"] <= 28).all()


# names and verdicts


def test_a_form_is_named_by_what_it_shows_most() -> None:
    at = {f.id: i for i, f in enumerate(FEATURES)}
    centres = np.zeros((3, len(FEATURES)))
    centres[0, at["peak"]], centres[0, at["from_dose"]] = -2.0, 1.0
    centres[1, at["oedema"]], centres[1, at["icp"]], centres[1, at["ms"]] = 3.0, 2.0, 0.9
    assert names(centres) == ["mild, late", "swollen, MS returning", "usual"]
    assert names(np.zeros((2, len(FEATURES)))) == ["usual", "usual (2)"]


@pytest.mark.parametrize(
    ("direction", "mean", "expected"),
    [
        ("worse", 1.0, "agrees"),
        ("worse", -1.0, "disagrees"),
        ("better", -1.0, "agrees"),
        ("worse", 0.01, "not clear here"),
        ("disputed", 1.0, "disputed"),
        ("no direction", 1.0, "nothing to compare"),
        ("no effect", 0.01, "no conflict"),
        ("no effect", 0.9 * UNSEEN, "no conflict: that series would miss so little"),
        ("no effect", 1.1 * UNSEEN, "disagrees"),
    ],
)
def test_verdicts(direction: str, mean: float, expected: str) -> None:
    row = Ranked("plex", "death", Effect(mean, 0.05, 0.1, 0.01), None, 1.0, (0.5, 0.5, 0.5))
    said = Said("", "", (), direction, "death", "plex")  # type: ignore[arg-type]
    assert verdict(said, {"death": (row,)}) == expected


def test_a_factor_the_model_lacks_has_no_direction() -> None:
    for said in SAID:
        if said.factor is None:
            assert simulated(said, {}) == "-"
            assert verdict(said, {}) == said.why != ""
        else:
            assert said.factor in BY_ID
        assert said.outcome in OUTCOMES


# the study


def test_shares_of_forms_add_up(study: IrisForms) -> None:
    assert sum(f.share[0] for f in study.forms) == pytest.approx(1.0)
    assert len(study.forms) == study.clusters.k + 1
    for form in (*study.forms, *study.care):
        low, high = form.share[1:]
        assert 0 <= low <= high <= 1
        for id in ("icu", "died", "enhancing", "exchanged"):
            middle, low, high = form.values[id]
            assert np.isnan(middle) or 0 <= low <= middle <= high <= 100


def test_every_factor_is_ranked_by_strength(study: IrisForms) -> None:
    for rows in study.prognosis.values():
        assert sorted(r.factor for r in rows) == sorted(BY_ID)
        strength = [abs(np.nan_to_num(r.alone.mean)) for r in rows]
        assert strength == sorted(strength, reverse=True)
    frame = study.to_frame()
    assert len(frame) == len(BY_ID) * len(OUTCOMES)


def test_the_same_seed_gives_the_same_page_and_figures(study: IrisForms) -> None:
    again = validate_iris_forms("reduced", seed=3)
    assert again.to_markdown() == study.to_markdown()
    for draw in (courses_figure, prognosis_figure):
        assert svg(draw(again), "a") == svg(draw(study), "a")


def test_an_unknown_size_is_refused() -> None:
    with pytest.raises(ValueError, match="found 'huge', expected one of full, reduced"):
        validate_iris_forms("huge")


# page and command


def test_claims_resolve_and_each_published_factor_is_on_the_page(study: IrisForms) -> None:
    assert unresolved(c for s in SAID for c in s.claims) == []
    for text in (study.to_markdown(), PAGE.read_text("utf-8")):
        table = text[text.index("## Beside what was published") :].splitlines()
        for s in SAID:
            row = next(line for line in table if line.startswith(f"| {s.label} | "))
            assert s.says in row
            assert all(c in row for c in s.claims)
        assert all(f.label in text for f in FACTORS)
        assert all(f.label in text for f in FEATURES)


def test_published_figures_and_simulated_ones_share_no_column(study: IrisForms) -> None:
    text = study.to_markdown()
    table = text[text.index("## Beside what was published") :]
    rows = [line.split(" | ") for line in table.splitlines() if line.startswith("| ")][1:]
    assert len(rows) == len(SAID)
    for row in rows:
        assert row[7] in ("worse", "better", "not clear", "-")
        assert (row[6] == "-") == (row[7] == "-")


def test_odds_ratios_are_those_of_the_counts_and_of_yes_against_no() -> None:
    symptoms = next(s for s in SAID if s.factor == "symptomatic")
    ratio, low, high = published_odds(symptoms)
    assert ratio == pytest.approx(84 / 258 / (1 / 29))
    assert ratio**2 == pytest.approx(low * high)
    row = Ranked("symptomatic", "death", Effect(0.6, 0.05, 0.1, 0.0), None, 0.3, (0.5, 0.5, 0.5))
    found = simulated_odds(symptoms, {"death": (row,)})
    assert found[0] == pytest.approx(np.exp(0.6 / 0.3))
    assert found[1] < found[0] < found[2]
    volume = next(s for s in SAID if s.factor == "volume")
    row = replace(row, factor="volume", outcome="disability")
    assert simulated_odds(volume, {"disability": (row,)})[0] == pytest.approx(np.exp(0.6))
    assert published_odds(volume) is None


def test_the_committed_page_is_a_full_one_with_its_figures() -> None:
    text = PAGE.read_text("utf-8")
    assert "size `full`" in text
    for name in (FORMS_FIGURE, PROGNOSIS_FIGURE):
        assert name in text
        assert (PAGE.parent / name).is_file()


def test_the_command_writes_page_and_figures(small: None, tmp_path: Path) -> None:
    page = tmp_path / "iris.md"
    args = ["validate", "iris", "--size", "reduced", "--seed", "3", "--page", str(page), "--json"]
    found = CliRunner().invoke(app, args)
    assert found.exit_code == 0, found.output
    data = json.loads(found.stdout)
    assert data["verdict"] in ("distinct", "regions", "continuum")
    assert len(data["prognosis"]) == len(BY_ID) * len(OUTCOMES)
    assert page.is_file()
    for name in (FORMS_FIGURE, PROGNOSIS_FIGURE):
        assert (tmp_path / name).read_text("utf-8").startswith("<?xml")


def test_the_command_refuses_what_it_cannot_do(tmp_path: Path) -> None:
    for args, message in (
        (["--size", "huge"], "--size: found 'huge', expected one of full, reduced"),
        (["--page", str(tmp_path / "no" / "iris.md")], "is not a folder"),
    ):
        found = CliRunner().invoke(app, ["validate", "iris", *args])
        assert found.exit_code == 2
        assert message in found.output.replace("\n", " ")


def test_headlines_name_every_form_and_outcome(study: IrisForms) -> None:
    lines = headlines(study)
    assert len(lines) == 1 + len(study.forms) + len(OUTCOMES)
    assert all("nan" not in line for line in lines)
