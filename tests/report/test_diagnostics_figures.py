"""Figures of diagnostics: what stands on them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from matplotlib.figure import Figure

from diapedesis.infer.diagnostics import Diagnostics, LevelCheck, diagnose
from diapedesis.infer.fit import fit
from diapedesis.models import pkpd
from diapedesis.report.diagnostics_figures import (
    eta_figure,
    gof_figure,
    npde_figure,
    residual_figure,
    vpc_figure,
)
from diapedesis.report.svg import inline_svg
from tests.infer.diagnostics.cohorts import cohort
from tests.streams import rng_of

LLOQ = 15.0


@pytest.fixture(scope="module")
def found() -> Diagnostics:
    """Return diagnostics of 15 patients, some levels below a high limit."""
    subjects = cohort(rng_of("figures"), 15, lloq=LLOQ)
    return diagnose([fit(s, n_draws=100) for s in subjects], n_sim=200)


@pytest.fixture(scope="module")
def check(found: Diagnostics) -> LevelCheck:
    assert found.levels["free"]["censored"].any()
    return found.levels["free"]


def labels(figure: Figure) -> list[str]:
    return [t for ax in figure.axes for t in (ax.get_xlabel(), ax.get_ylabel())]


def keys(figure: Figure) -> list[str]:
    return [t.get_text() for legend in figure.legends for t in legend.get_texts()]


def drawn(figure: Figure, i: int, marker: str) -> tuple[np.ndarray, np.ndarray]:
    lines = [x for x in figure.axes[i].get_lines() if x.get_marker() == marker]
    return np.concatenate([x.get_xdata() for x in lines]), np.concatenate(
        [x.get_ydata() for x in lines]
    )


def test_every_axis_says_what_it_shows_and_in_which_unit(
    found: Diagnostics, check: LevelCheck
) -> None:
    figures = [f(check) for f in (gof_figure, residual_figure, npde_figure, vpc_figure)]
    figures.append(eta_figure(found, pkpd()))
    for figure in figures:
        seen = labels(figure)
        assert seen[-2:] != ["", ""]
        for text in seen:
            if "rediction" in text or "Observed" in text:
                assert text.endswith("[mg/L]"), text
            if "weight" in text and "Body" in text:
                assert text.endswith("[kg]")
    assert {"Observed [mg/L]", "Population prediction [mg/L]", "Days after the last dose"} <= set(
        labels(figures[0])
    )


def test_all_levels_are_drawn_and_those_below_the_limit_as_triangles(check: LevelCheck) -> None:
    figure = gof_figure(check)
    cut = check["censored"]
    for i, name in enumerate(("pred", "ipred")):
        x, y = drawn(figure, i, "o")
        assert np.isin(check[name][~cut], x).all()
        assert np.isin(check["observed"][~cut], y).all()
        assert (drawn(figure, i, "v")[1] == LLOQ).all()
        assert drawn(figure, i, "v")[0].size == cut.sum()
        assert figure.axes[i].get_xscale() == figure.axes[i].get_yscale() == "log"
        assert figure.axes[i].get_xlim() == figure.axes[i].get_ylim()
    assert "below the limit" in keys(figure)


def test_the_check_shows_observed_percentiles_and_the_share_below(check: LevelCheck) -> None:
    figure = vpc_figure(check)
    vpc = check.vpc
    main, share = figure.axes
    (median,) = [x for x in main.get_lines() if x.get_label() == "observed median"]
    np.testing.assert_array_equal(median.get_ydata(), vpc.observed[1])
    (line,) = share.get_lines()
    np.testing.assert_array_equal(line.get_ydata(), vpc.below)
    counts = [int(t.get_text()) for t in main.texts if t.get_text() != "n"]
    assert counts == vpc.n.tolist()
    assert sum(counts) == len(check.rows.rows)


def test_a_percentile_outside_its_interval_gets_a_star(check: LevelCheck) -> None:
    vpc = check.vpc
    within = replace(vpc, low=vpc.observed, high=vpc.observed)
    assert "outside its interval" not in keys(vpc_figure(replace(check, vpc=within)))
    off = replace(vpc, low=np.full_like(vpc.low, 1.0), high=np.full_like(vpc.high, 2.0))
    assert "outside its interval" in keys(vpc_figure(replace(check, vpc=off)))


def test_without_a_level_below_the_limit_there_is_no_second_panel(check: LevelCheck) -> None:
    rows = replace(
        check.rows,
        rows=tuple((*r[:5], False, *r[6:]) for r in check.rows.rows),
    )
    never = replace(check.vpc, below_high=np.zeros(check.vpc.n.size))
    assert len(vpc_figure(replace(check, rows=rows, vpc=never)).axes) == 1


def test_the_tests_stand_under_the_errors(check: LevelCheck) -> None:
    text = npde_figure(check).get_supxlabel()
    assert check.tests is not None
    assert f"{len(check.rows.rows)} levels" in text
    assert f"global {check.tests.p_global:.2g}" in text
    assert npde_figure(replace(check, tests=None)).get_supxlabel() == ""


def test_every_parameter_has_its_etas_and_its_shrinkage(found: Diagnostics) -> None:
    figure = eta_figure(found, pkpd())
    names = list(dict.fromkeys(found.etas.column("parameter")))
    assert len(figure.axes) == 2 * len(names)
    titles = [ax.get_title("left").replace("\n", " ") for ax in figure.axes[::2]]
    for name, title in zip(names, titles, strict=True):
        assert title.startswith(pkpd().parameters[name].label)
    own = found.shrinkage.records()[0]
    assert own["of"] == "cl"
    assert f"shrinkage {100 * own['sd']:.0f} %" in titles[0]


def test_a_deviation_of_an_occasion_is_named_after_its_parameter(found: Diagnostics) -> None:
    kappas = tuple((id, "cl@1", 0.05 * i, 0.1, 70.0) for i, id in enumerate("ab"))
    figure = eta_figure(replace(found, etas=replace(found.etas, rows=kappas)), pkpd())
    assert figure.axes[0].get_title("left") == f"{pkpd().parameters['cl'].label}, occasion 1"


def test_saturation_has_a_linear_axis_of_shares(check: LevelCheck) -> None:
    columns = check.rows.columns
    scaled = {columns.index(n) for n in ("observed", "pred", "ipred", "lloq")}
    rows = tuple(
        tuple(v / 200 if i in scaled else v for i, v in enumerate(r)) for r in check.rows.rows
    )
    share = replace(check, measures="saturation", rows=replace(check.rows, rows=rows))
    figure = gof_figure(share)
    assert "Observed [share]" in labels(figure)
    assert figure.axes[0].get_yscale() == "linear"
    assert figure.axes[0].get_ylim()[0] == 0


def test_residuals_need_a_level_above_the_limit(check: LevelCheck) -> None:
    cut = check.rows.columns.index("censored")
    below = tuple(r for r in check.rows.rows if r[cut])
    with pytest.raises(ValueError, match="levels: found none above the limit"):
        residual_figure(replace(check, rows=replace(check.rows, rows=below)))


def test_the_same_diagnostics_give_the_same_svg(check: LevelCheck) -> None:
    first, second = (inline_svg(vpc_figure(check), "vpc", "check") for _ in range(2))
    assert first == second
