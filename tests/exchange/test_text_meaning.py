"""What the exported texts mean: typical values, spreads, priors, errors and functions are ours."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np
import pytest
from scipy.stats import norm

from diapedesis.core import (
    Assumption,
    LogitNormal,
    LogNormal,
    LogUniform,
    Mechanism,
    Model,
    Parameter,
    State,
    exp,
    flux,
    log,
    maximum,
    minimum,
    output,
    ramp,
)
from diapedesis.exchange.nonmem import to_nonmem
from diapedesis.infer.likelihood import Levels
from diapedesis.models import pkpd
from diapedesis.observe import Assay, Level
from tests.exchange.foreign_texts import Mrgsolve, Nlmixr2, Nonmem, blocks
from tests.exchange.test_text_agreement import TEXTS
from tests.streams import rng_of


def text_of(program: str, **options: Any) -> str:
    return TEXTS[program][0](pkpd(), **options)


@pytest.mark.parametrize("program", TEXTS)
def test_spreads_are_variances(program: str) -> None:
    system = TEXTS[program][1](text_of(program, whole=True))
    found = system.omega.values() if isinstance(system.omega, dict) else system.omega
    expected = [p.iiv**2 for p in pkpd().parameters.values() if p.iiv > 0]
    assert list(found) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("program", TEXTS)
def test_typical_values_are_the_declared_ones(program: str) -> None:
    system = TEXTS[program][1](text_of(program, whole=True))
    row = {id.upper(): i.default for id, i in pkpd().inputs.items()}
    values = system.parameters(row)
    for id, p in pkpd().parameters.items():
        name = id if program == "nlmixr2" else id.upper()[:20]
        assert values[name] == pytest.approx(p.default, rel=1e-13), id


def test_the_prior_of_the_stream_is_the_declared_one() -> None:
    """Once its semicolons are gone: means are those of THETA, in order; the matrix is diagonal."""
    stream = to_nonmem(pkpd())
    active = dict(blocks(re.sub(r"^;(\$|  [(\d])", r"\1", stream, flags=re.M)))
    assert active["PRIOR"].strip() == "NWPRI"
    means = [float(v) for v in re.findall(r"\((\S+) FIX\)", active["THETAP"])]
    names = re.findall(r"FIX\) ; (\w+)", active["THETAP"])
    system = Nonmem(stream)
    assert means == [system.theta[i + 1] for i in range(len(means))]
    size, *rows = active["THETAPV"].rstrip().split("\n")
    matrix = [[float(x) for x in row.split()] for row in rows if row.startswith(" ")]
    assert size == f" BLOCK({len(matrix)}) FIX"
    assert [len(row) for row in matrix] == list(range(1, len(means) + 1))
    assert not any(x for row in matrix for x in row[:-1])
    for name, row in zip(names, matrix, strict=True):
        assert row[-1] == pytest.approx(variance(pkpd().parameters[name.lower()]), rel=1e-10)
    logit = {id.upper() for id, p in pkpd().parameters.items() if isinstance(p.prior, LogitNormal)}
    assert {n.removeprefix("LOGIT_") for n in re.findall(r"; (LOGIT_\w+)", stream)} <= logit


def variance(parameter: Parameter) -> float:
    """Return the variance of a typical value on the scale on which it is normal."""
    match parameter.prior:
        case LogNormal(sd) | LogitNormal(sd):
            return sd**2
        case LogUniform(low, high):
            return math.log(high / low) ** 2 / 12
    raise AssertionError(parameter.id)


@pytest.mark.parametrize("c", [0.0, 0.1, 3.0, 40.0])
def test_the_stream_reads_levels_as_our_likelihood_does(c: float) -> None:
    """Residual error where quantified, M3 below; the factor of the laboratory counts."""
    assay = Assay(proportional_sd=0.15, additive_sd=0.2, lloq=0.5, factor=1.3)
    system = Nonmem(to_nonmem(pkpd(), assay=assay))
    row = {id.upper(): i.default for id, i in pkpd().inputs.items()} | {"DV": 0.5, "CENS": 1.0}
    own = system.parameters(row)
    y = [0.0, c * own["V_C_I"], 0.0, 0.0, 0.0]
    mu = np.array([1.3 * c])
    sd = Levels.of([Level(0.0, None, assay)]).sd(mu)[0]
    below = system.observe({**own}, y)
    assert below["IPRED"] == pytest.approx(mu[0], rel=1e-12)
    assert (below["F_FLAG"], below["W"]) == (1.0, pytest.approx(sd, rel=1e-12))
    assert below["Y"] == pytest.approx(norm.cdf((0.5 - mu[0]) / sd), rel=1e-9)
    system.eps[1] = 1.0
    seen = system.observe({**own, "CENS": 0.0}, y)
    assert (seen["F_FLAG"], seen["Y"]) == (0.0, pytest.approx(mu[0] + sd, rel=1e-12))


def test_the_others_have_the_same_error() -> None:
    assay = Assay(proportional_sd=0.15, additive_sd=0.2)
    r = Nlmixr2(text_of("nlmixr2", assay=assay))
    assert r.endpoint == "level ~ prop(prop.sd) + add(add.sd) + combined2()"
    assert (r.theta["prop__sd"], r.theta["add__sd"]) == (0.15, 0.2)
    c = Mrgsolve(text_of("mrgsolve", assay=assay))
    assert c.sigma == {"EPS_PROP": pytest.approx(0.15**2), "EPS_ADD": pytest.approx(0.2**2)}
    own = c.parameters({id.upper(): i.default for id, i in pkpd().inputs.items()})
    c.eps = {"EPS_PROP": 0.1, "EPS_ADD": 0.01}
    shown = c.observe(own, [0.0, 50.0, 0.0, 0.0, 0.0])
    assert shown["DV"] == pytest.approx(1.1 * shown["IPRED"] + 0.01)


def test_an_assay_without_additive_error_can_be_written() -> None:
    """NONMEM takes an initial estimate of 0 only where it is fixed; rxode2 has fix()."""
    assay = Assay(additive_sd=0.0)
    assert "$THETA 0 FIX ; RUV_ADD" in to_nonmem(pkpd(), assay=assay)
    assert "add.sd <- fix(0)" in text_of("nlmixr2", assay=assay)


def small(*more: Parameter) -> Model:
    """Return a model whose laws hold each function that laws can hold, nested too."""
    x = State("x", unit="", label="Something", initial=1.0)
    time = State("time", unit="", label="A name that is taken", initial=2.0)
    k = Parameter("k", "1/day", "Rate", 0.5, Assumption("an example"), LogitNormal(0.3), 0.2,
                  Assumption("an example"))  # fmt: skip
    w = Parameter("w", "", "Width", 0.7, Assumption("an example"))

    @output(unit="")
    def c_free(x, time, w):  # type: ignore[no-untyped-def]
        """Shown."""
        return exp(-x) + log(1 + time**2) + maximum(x, w) ** w + minimum(x * x, time)

    @flux(changes={x: -1}, boundary="away")
    def a_flow_with_a_name_of_many_letters(k, x, time, w):  # type: ignore[no-untyped-def]
        """Bent."""
        return k * ramp(x - time, w) + k * maximum(minimum(x, time), w) / (1 + x**0.5)

    @flux(changes={time: 1, x: 0.25}, boundary="in")
    def a_flow_with_a_name_of_many_words(k, x, w):  # type: ignore[no-untyped-def]
        """Bent twice."""
        return k * ramp(maximum(x, w) - w, 2 * w)

    terms = (x, time, k, w, *more, c_free, a_flow_with_a_name_of_many_letters,
             a_flow_with_a_name_of_many_words)  # fmt: skip
    return Model("any model", [Mechanism("m", terms)])


@pytest.mark.parametrize("program", TEXTS)
def test_every_function_of_a_law_means_the_same(program: str) -> None:
    model, rng = small(), rng_of(f"functions {program}")
    write, read = TEXTS[program]
    system = read(write(model))
    own = system.parameters({})
    assert system.start(own) == [1.0, 2.0]
    for x, time in rng.uniform(0.01, 3.0, (40, 2)):
        env = model.evaluate({"x": x, "time": time, "k": 0.5, "w": 0.7})
        expected = model.rates(env)
        assert system.rates(own, [x, time]) == pytest.approx(list(expected.values()), rel=1e-12)
        row = {"DV": 1.0, "CENS": 0.0}
        assert system.observe({**own, **row}, [x, time])["IPRED"] == pytest.approx(env["c_free"])


@pytest.mark.parametrize("program", TEXTS)
def test_a_share_varies_on_the_logit_scale(program: str) -> None:
    write, read = TEXTS[program]
    system = read(write(small()))
    system.eta = type(system.eta)({key: 0.4 for key in system.eta})
    own = system.parameters({})
    assert own["k" if program == "nlmixr2" else "K"] == pytest.approx(1 / (1 + np.exp(-0.4)))
