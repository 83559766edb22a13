"""The comparison of hypotheses: courses, statistics, verdicts, the study, page and command."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure
from scipy.stats import spearmanr
from typer.testing import CliRunner

from diapedesis.app.cli.main import app
from diapedesis.evidence import load_claims
from diapedesis.models import HYPOTHESES, ms, weights
from diapedesis.models.hypotheses import EXPLANATIONS
from diapedesis.report.hypotheses_figure import hypotheses_figure, svg
from diapedesis.simulate import Infusion, Plex, Protocol, solve
from diapedesis.validation import hypotheses
from diapedesis.validation.hypotheses import SIZES, WORKS, HypothesisStudy, validate_hypotheses
from diapedesis.validation.hypotheses_arms import ARMS, EVERY, NONE, Arm
from diapedesis.validation.hypotheses_cohort import HELD, recruit, typical
from diapedesis.validation.hypotheses_measures import MEASURES
from diapedesis.validation.hypotheses_page import FIGURE, headlines
from diapedesis.validation.hypotheses_runs import DAYS, GAP, run
from diapedesis.validation.hypotheses_seen import SEEN, Seen
from diapedesis.validation.hypotheses_statistics import (
    among,
    half_day,
    own_peak,
    peak,
    quiet,
    ranks_agree,
)
from diapedesis.validation.published import behaviours
from tests.streams import rng_of

PAGE = Path(__file__).parents[2] / "docs" / "model" / "hypotheses.md"
BY_ID = {a.id: a for a in ARMS}
USUAL = Protocol.every(EVERY, n=24)

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def study() -> HypothesisStudy:
    return validate_hypotheses("reduced")


def tone(protocol: Protocol, last: float, hypothesis: str = "pool") -> np.ndarray:
    """Return the typical patient's tone after a day, solved in one go."""
    found = solve(
        ms(), protocol, last + DAYS, ["tone"], parameters=weights(hypothesis), method="tsit5"
    )
    return np.asarray(found["tone"][0])


# courses


def test_a_stop_in_two_parts_is_the_stop_in_one() -> None:
    found = run(typical(), "pool", [NONE]).arms["none"]["tone"][0, 0]
    assert found == pytest.approx(tone(USUAL, USUAL.last_dose), rel=1e-3)


def test_what_is_done_is_done_after_the_last_dose() -> None:
    found = run(typical(), "pool", [BY_ID["plex"]]).arms["plex"]["tone"][0, 0]
    sessions = [Plex(s.time + USUAL.last_dose, plasma_volumes=1.5) for s in BY_ID["plex"].sessions]
    assert found == pytest.approx(tone(USUAL.with_sessions(sessions), USUAL.last_dose), rel=1e-3)


def test_a_second_course_follows_the_first_after_the_gap() -> None:
    found = run(typical(), "virus", [BY_ID["again"]]).arms["again"]["tone"][0, 0]
    second = USUAL.last_dose + GAP
    both = USUAL.with_doses([Infusion(second + EVERY * i, 300.0) for i in range(24)])
    assert found == pytest.approx(tone(both, both.last_dose, "virus"), rel=2e-3)


def test_an_arm_without_the_drug_starts_untreated() -> None:
    found = run(typical(), "cd4", [Arm("as is", "", 0)])
    assert found.arms["as is"]["tone"] == pytest.approx(1.0, abs=1e-6)
    assert found.arms["as is"]["gd"][..., 0] == pytest.approx(found.untreated["gd"])


def test_activity_declines_with_the_days_since_the_start() -> None:
    found = run(typical(), "null", [Arm("few", "", 6), Arm("many", "", 60)])
    late = {k: float(v["lesion_births"][0, 0, -1]) for k, v in found.arms.items()}
    decline = ms().parameters["activity_decline"].default
    assert late["many"] / late["few"] == pytest.approx(np.exp(-decline * 54 * EVERY), rel=1e-3)


def test_antibodies_reach_the_depth_they_are_named_by() -> None:
    arms = [NONE, BY_ID["anti_cd4_half"], BY_ID["anti_cd4"], BY_ID["anti_cd8"]]
    found = run(typical(), "null", arms).arms
    weeks = (DAYS >= 56) & (DAYS <= 140)

    def left(arm: str, cells: str) -> float:
        return float((found[arm][cells] / found["none"][cells])[0, 0, weeks].mean())

    assert left("anti_cd4_half", "cd4_count") == pytest.approx(0.5, abs=0.05)
    assert left("anti_cd4", "cd4_count") == pytest.approx(0.1, abs=0.03)
    assert left("anti_cd8", "cd8_count") == pytest.approx(0.1, abs=0.03)
    assert left("anti_cd4", "cd8_count") == pytest.approx(1.0)
    assert left("anti_cd8", "cd4_count") == pytest.approx(1.0)


# the cohort


def test_a_cohort_has_the_same_adults_in_every_truth() -> None:
    few = recruit(2, 4, seed=3)
    rate = few.by_truth(few.parameters["lesion_rate"])
    assert rate[1] / rate[0] == pytest.approx(np.full(4, rate[1, 0] / rate[0, 0]))
    assert np.ptp(rate[0]) > 0
    for id in HELD:
        assert id not in few.parameters or np.ptp(few.parameters[id]) == 0


def test_one_hypothesis_is_given_to_all_and_the_mixture_as_it_was_drawn() -> None:
    few = recruit(3, 4, seed=3)
    assert few.under("virus")["h_virus"].tolist() == [1.0] * 12
    assert few.under("virus")["h_pool"].tolist() == [0.0] * 12
    assert len(set(few.under("mixture")["h_pool"])) == 3


def test_the_seed_decides() -> None:
    one, same, other = (recruit(1, 2, seed=s).parameters["k_tone"] for s in (1, 1, 2))
    assert one.tolist() == same.tolist() != other.tolist()


# statistics, on courses that are known


class Known:
    """Two truths of three adults with made-up tones."""

    def __init__(self) -> None:
        peaks = np.array([[1.0, 3.0, 8.0], [0.2, 0.3, 0.4]])
        rise = np.clip(DAYS / 70, 0, 1) - 0.9 * np.clip((DAYS - 70) / 70, 0, 1)
        self.arms = {"none": {"tone": peaks[..., None] * rise}}


def test_peak_half_and_quiet_of_known_courses() -> None:
    known = Known()
    assert peak(known) == pytest.approx([4.0, 0.3])  # type: ignore[arg-type]
    half = half_day(known)  # type: ignore[arg-type]
    assert half[0] == pytest.approx(0.5 / 4.0 * 70)
    assert np.isnan(half[1])
    assert quiet(known) == pytest.approx([0.4, 0.03])  # type: ignore[arg-type]
    assert own_peak(known)[0] == pytest.approx([1.0, 3.0, 8.0])  # type: ignore[arg-type]


def test_means_of_some_adults() -> None:
    values, who = np.arange(6.0).reshape(2, 3), np.array([[False, True, True], [False] * 3])
    assert among(values, who)[0] == 1.5
    assert np.isnan(among(values, who)[1])


def test_rank_correlation_is_that_of_scipy() -> None:
    rng = rng_of("hypotheses ranks")
    a, b = rng.normal(size=(2, 3, 40))
    b += a
    expected = [spearmanr(x, y).statistic for x, y in zip(a, b, strict=True)]
    assert ranks_agree(a, b) == pytest.approx(expected, abs=1e-4)
    assert ranks_agree(a, np.ones_like(a)).tolist() == [0.0, 0.0, 0.0]


# verdicts


@pytest.mark.parametrize(
    ("low", "high", "centre", "verdict"),
    [
        (0.8, 1.2, 1.0, "agrees"),
        (0.8, 1.2, 0.75, "cannot say"),
        (0.8, 1.2, 0.5, "contradicts"),
        (0.8, 1.2, 2.0, "contradicts"),
        (np.nan, 0.5, 0.4, "agrees"),
        (np.nan, 0.5, 1.0, "contradicts"),
        (0.5, np.nan, 1.0, "agrees"),
        (0.5, np.nan, 0.3, "contradicts"),
        (np.nan, np.nan, 1.0, "cannot say"),
    ],
)
def test_verdicts(low: float, high: float, centre: float, verdict: str) -> None:
    predicted = centre + np.linspace(-0.1, 0.1, 21)
    assert Seen(("R031",), "", low, high).verdict(predicted) == verdict


def test_too_few_truths_decide_nothing() -> None:
    few = np.array([5.0] * 4 + [np.nan] * 10)
    assert Seen(("R031",), "", 0.8, 1.2).verdict(few) == "cannot say"


def test_every_observation_is_of_a_measure_and_rests_on_claims() -> None:
    known = set(load_claims())
    assert set(SEEN) <= {m.id for m in MEASURES}
    for seen in SEEN.values():
        assert seen.claims
        assert set(seen.claims) <= known


def test_windows_of_the_file_are_taken_from_it() -> None:
    row = next(b for b in behaviours() if b.id == "ms.peak_month")
    assert (SEEN["peak_month"].low, SEEN["peak_month"].high) == (row.low, row.high)
    assert np.isnan(SEEN["gd_peak"].low)


# what hypotheses say of themselves, whatever the tuning


def test_hypotheses_say_what_makes_them(study: HypothesisStudy) -> None:
    value = {h: {m.id: float(m.of(r)[0]) for m in MEASURES} for h, r in study.typical.items()}
    for h in ("cd4", "imbalance"):  # no CD8 cell is in their drive
        assert value[h]["anti_cd8"] == pytest.approx(1.0, abs=1e-3)
    assert value["cd4"]["anti_cd4"] < min(value[h]["anti_cd4"] for h in ("null", "pool"))
    assert (
        value["damage"]["nfl_on"]
        > 1
        > max(value[h]["nfl_on"] for h in EXPLANATIONS if h != "damage")
    )
    assert value["imbalance"]["fty8"] == max(value[h]["fty8"] for h in EXPLANATIONS)
    for h in ("null", "cd4", "imbalance"):  # nothing piles up that acts
        assert value[h]["exposure"] == pytest.approx(1.0, abs=0.05)
    assert value["virus"]["quiet"] < 0.9 < value["null"]["quiet"]
    assert value["pool"]["peak"] > value["null"]["peak"]


def test_a_carrier_without_lesions_has_the_antigen_of_a_patient(study: HypothesisStudy) -> None:
    carrier, patient = study.carrier.arms["none"], study.typical["virus"].arms["none"]
    assert carrier["antigen_load"] == pytest.approx(patient["antigen_load"], rel=1e-3)
    assert np.all(carrier["gd"] == 0)
    assert patient["gd"].max() > 0


def test_only_the_cells_that_hypotheses_name_foretell(study: HypothesisStudy) -> None:
    told = {h: np.nanmedian(study.values[h]["homing_tells"]) for h in EXPLANATIONS}
    assert told["pool"] > 0.5
    assert all(abs(v) < 0.4 for h, v in told.items() if h != "pool")


# the study


def test_truths_in_which_the_drug_does_not_work_count_for_nothing(study: HypothesisStudy) -> None:
    for h, found in study.values.items():
        good = found["gd_on"] <= WORKS
        assert study.works[h] == good.mean()
        for m in MEASURES:
            if m.id != "gd_on":
                assert np.isnan(found[m.id][~good]).all()
        assert np.isfinite(found["peak"][good]).all()
        assert np.isnan(study.tones[h]["none"][~good]).all()


@pytest.fixture
def made_up(study: HypothesisStudy) -> Iterator[HypothesisStudy]:
    """Yield a study whose measure "peak" is known: 1, 2, 3, ... by hypothesis, a little spread."""
    spread = np.linspace(-0.1, 0.1, SIZES["reduced"].truths)
    values = {
        h: {**found, "peak": i + 1 + spread, "quiet": 1 + 0.01 * i + 0.001 * spread}
        for i, (h, found) in enumerate(study.values.items())
    }
    yield replace(study, values=values)


def test_direction_and_pairs_of_known_values(made_up: HypothesisStudy) -> None:
    names = list(EXPLANATIONS)
    assert made_up.direction("peak", names[0]) == "lower"
    assert made_up.direction("peak", names[2]) == "between"
    assert made_up.direction("peak", names[-1]) == "higher"
    assert made_up.direction("peak", "mixture") == ""
    assert made_up.direction("quiet", names[-1]) == ""  # apart, but by less than a tenth
    assert ("peak", 0.0) in made_up.pair(names[0], names[1])
    assert ("peak", 1.0) in made_up.pair(names[1], names[0])
    assert ("peak", "higher", 1.0) in made_up.telling(names[-1])


def test_the_table_has_every_prediction_of_every_hypothesis(study: HypothesisStudy) -> None:
    table = study.to_frame()
    assert len(table) == len(MEASURES) * len(HYPOTHESES)
    shown = table[np.isfinite(table["median"])]
    assert (shown["low"] <= shown["median"]).all()
    assert (shown["median"] <= shown["high"]).all()
    assert set(table["verdict"]) <= {"", "agrees", "contradicts", "cannot say"}
    assert (table[table["hypothesis"] == "mixture"]["distinctive"] == "").all()


def test_an_unknown_size_is_refused() -> None:
    with pytest.raises(ValueError, match="size: found 'huge', expected one of full, reduced"):
        validate_hypotheses("huge")


# page, figure, command


def test_the_page_says_all_of_it(study: HypothesisStudy) -> None:
    text = study.to_markdown()
    assert not re.search(r"\bnan\b", text)
    for m in MEASURES:
        assert m.label in text
    for claim in re.findall(r"\bR\d{3}\b", text):
        assert claim in load_claims()
    for h in EXPLANATIONS:
        assert f"**{h}**" in text
    rows = [line for line in text.splitlines() if line.startswith("|")]
    for head in ("| prediction | null |", "| prediction | seen |"):
        at = next(i for i, line in enumerate(rows) if line.startswith(head))
        assert rows[at].count("|") == rows[at + 2].count("|")


def test_bold_is_what_is_distinctive(made_up: HypothesisStudy) -> None:
    line = next(
        x for x in made_up.to_markdown().splitlines() if x.startswith("| peak of mean tone")
    )
    cells = [c.strip() for c in line.strip("|").split("|")][1:]
    assert [c.startswith("**") for c in cells] == [True] * 6 + [False]


def test_the_committed_page_is_of_this_table() -> None:
    text = PAGE.read_text("utf-8")
    assert "size `full`" in text
    for m in MEASURES:
        assert m.label in text
    for seen in SEEN.values():
        assert not seen.decides or seen.text in text
    assert (PAGE.parent / FIGURE).is_file()


def test_the_figure_has_a_panel_for_each_and_writes_the_same_twice(
    study: HypothesisStudy,
) -> None:
    figure = hypotheses_figure(study)
    assert isinstance(figure, Figure)
    assert [ax.get_title("left") for ax in figure.axes[:-1]] == list(HYPOTHESES)
    assert svg(figure) == svg(hypotheses_figure(study))


def test_the_command_prints_writes_and_speaks_json(
    study: HypothesisStudy, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[tuple[str, int]] = []

    def quick(size: str, *, seed: int, progress: object) -> HypothesisStudy:
        asked.append((size, seed))
        return study

    monkeypatch.setattr(hypotheses, "validate_hypotheses", quick)
    page = tmp_path / "hypotheses.md"
    done = CliRunner().invoke(
        app, ["validate", "hypotheses", "--reduced", "--seed", "4", "--page", str(page)]
    )
    assert done.exit_code == 0, done.output
    assert asked == [("reduced", 4)]
    assert page.read_text("utf-8") == study.to_markdown()
    assert (tmp_path / FIGURE).read_text("utf-8").startswith("<?xml")
    for line in headlines(study):
        assert line in done.output
    told = CliRunner().invoke(app, ["validate", "hypotheses", "--json"])
    data = json.loads(told.stdout)
    assert asked[-1] == ("full", 1)
    assert len(data["predictions"]) == len(MEASURES) * len(HYPOTHESES)
    assert data["works"].keys() == HYPOTHESES.keys()


def test_a_page_in_no_folder_is_refused_before_anything_runs(tmp_path: Path) -> None:
    done = CliRunner().invoke(
        app, ["validate", "hypotheses", "--page", str(tmp_path / "none" / "x.md")]
    )
    assert done.exit_code == 2
    assert "is not a folder" in done.output
