"""What the exported texts must be as texts: complete, well formed, within their programs' rules."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from scipy.stats import norm

from diapedesis import __version__
from diapedesis.core import (
    Assumption,
    Fixed,
    LogitNormal,
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
from diapedesis.exchange.nonmem import to_nonmem, write_nonmem
from diapedesis.exchange.text_names import COLUMNS, Names
from diapedesis.infer.likelihood import Levels
from diapedesis.models import pkpd
from diapedesis.observe import Assay, Level
from tests.exchange.foreign_texts import Mrgsolve, Nlmixr2, Nonmem, blocks, statements
from tests.exchange.test_text_agreement import TEXTS
from tests.statistical.patients import rng_of

COMMENT = {"nonmem": ";", "nlmixr2": "#", "mrgsolve": "//"}
EXPORTS = [(program, whole) for program in TEXTS for whole in (False, True)]
NM_WORDS = "TIME T A P F Y G H C W1 ETA EPS DV MDV AMT RATE CMT EVID ID DADT EXP LOG IF THEN"
R_WORDS = "if else for while function TRUE FALSE NULL NA t time amt rate cmt evid dvid ii ss pi"
C_WORDS = "double int float bool if else for new class template this register auto ID TIME EVID"


def text_of(program: str, **options: Any) -> str:
    return TEXTS[program][0](pkpd(), **options)


def code_of(program: str, text: str) -> str:
    return "\n".join(statements(text, COMMENT[program]))


@pytest.fixture(scope="module")
def stream() -> str:
    return to_nonmem(pkpd())


@pytest.mark.parametrize(("program", "whole"), EXPORTS)
def test_lines_are_short_plain_and_closed(program: str, whole: bool) -> None:
    """NM-TRAN reads 160 characters and ASCII; the others do not mind."""
    text = text_of(program, whole=whole)
    assert text.isascii() and text.endswith("\n") and "\t" not in text
    lines = [v for v in text.splitlines() if not v.startswith(("$OMEGA @", "$CAPTURE"))]
    assert max(map(len, lines)) <= 100
    code = code_of(program, text)
    for a, b in ("()", "{}"):
        assert code.count(a) == code.count(b)
    assert "nan" not in code.lower() and "Piecewise" not in code


@pytest.mark.parametrize(("program", "whole"), EXPORTS)
def test_the_text_says_what_it_is(program: str, whole: bool) -> None:
    text = " ".join(re.sub(r"^(;|#|//) +", "", v) for v in text_of(program, whole=whole).split("\n"))
    assert __version__ in text and pkpd().fingerprint[:12] in text
    assert "Research use only. Not a medical device" in text
    assert "Source: pkpd 1.2, pkpd 1.14" in text  # of the clearance
    assert "SD 0.225 (ln). Source: pkpd 1.9" in text  # of its spread
    assert "log-uniform 0.1 to 0.8" in text and "[mg/day]" in text
    for id, given in pkpd().inputs.items():
        if id != "infusion_rate" and (whole or id != "donor_plasma"):
            assert f"{id.upper()}: {given.label}" in text


@pytest.mark.parametrize("program", TEXTS)
def test_only_what_the_level_depends_on_is_there_by_default(program: str) -> None:
    code = code_of(program, text_of(program)).upper()
    for absent in ("IGG_C", "FIB", "SURFACE", "GATE", "EC50", "DONOR", "LN2", "INFUSION_RATE"):
        assert absent not in code
    whole = code_of(program, text_of(program, whole=True)).upper()
    for present in ("IGG_P", "SURFACE_LOSS", "GATE_HILL", "DONOR_PLASMA"):
        assert present in whole
    assert "INFUSION_RATE" not in whole  # a dose: AMT and RATE


@pytest.mark.parametrize("whole", [False, True])
def test_thetas_and_etas_of_the_stream_are_declared_and_used_once(whole: bool) -> None:
    text = to_nonmem(pkpd(), whole=whole)
    code = code_of("nonmem", text)
    for array, record in (("THETA", "$THETA "), ("ETA", "$OMEGA ")):
        used = [int(n) for n in re.findall(rf"\b{array}\((\d+)\)", code)]
        assert sorted(used) == list(range(1, code.count(record) + 1))
    assert re.findall(r"MU_(\d+) = ", code) == re.findall(r"MU_(\d+) \+ ETA\(\1\)", code)
    n = len(re.findall(r"COMP=\(", code))
    assert sorted(map(int, re.findall(r"DADT\((\d+)\) =", code))) == list(range(1, n + 1))
    assert code.count("DEFDOSE DEFOBS") == 1
    assert "COMP=(A_C DEFDOSE DEFOBS)" in code


@pytest.mark.parametrize("whole", [False, True])
def test_names_of_the_stream_are_legal_and_single(whole: bool) -> None:
    system = Nonmem(to_nonmem(pkpd(), whole=whole))
    assert system.columns[: len(COLUMNS)] == list(COLUMNS)
    blocks_ = (system.pk.assigned, system.des.assigned, system.error.assigned)
    own = [n for b in blocks_ for n in dict.fromkeys(b) if re.fullmatch(r"[A-Z]\w*", n)]
    named = [n for n in own if n not in ("F_FLAG", "Y", "IPRED", "IRES", "IWRES")]
    assert len(named) == len(set(named))  # none in two blocks
    assert not set(named) & set(system.columns)
    assert all(len(n) <= 20 for n in (*own, *system.columns, *system.compartments))
    assert not set(named) & set(NM_WORDS.split())


def test_names_of_the_others_are_legal_and_single() -> None:
    r, c = Nlmixr2(text_of("nlmixr2", whole=True)), Mrgsolve(text_of("mrgsolve", whole=True))
    assigned = dict.fromkeys(r.model.assigned)
    assert not set(assigned) & set(R_WORDS.split())
    declared = [*c.main.declared, *c.ode.declared, *c.table.declared]
    known = [*c.theta, *c.compartments, *c.eta, *c.eps]
    assert len(declared) == len(set(declared)) and not set(declared) & set(known)
    assert not {*declared, *known} & set(C_WORDS.split())
    assert set(c.captured) <= {*declared, *c.theta}


def test_mrgsolve_divides_no_whole_numbers() -> None:
    """1/3 is 0 in C++."""
    code = code_of("mrgsolve", text_of("mrgsolve", whole=True))
    assert not re.search(r"(?<![\w.])\d+\s*/\s*\d+(?![\w.])", code.split("$MAIN")[1])


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


def test_the_prior_of_the_stream_is_the_declared_one(stream: str) -> None:
    """Once its semicolons are gone: means are those of THETA, in order; the matrix is diagonal."""
    active = dict(blocks(re.sub(r"^;(\$|  [(\d])", r"\1", stream, flags=re.M)))
    assert active["PRIOR"].strip() == "NWPRI"
    means = [float(v) for v in re.findall(r"\((\S+) FIX\)", active["THETAP"])]
    names = re.findall(r"FIX\) ; (\w+)", active["THETAP"])
    system = Nonmem(stream)
    assert means == [system.theta[i + 1] for i in range(len(means))]
    size, rows = re.match(r" BLOCK\((\d+)\) FIX\n(.*)", active["THETAPV"], re.S).groups()  # type: ignore[union-attr]
    matrix = [[float(x) for x in row.split()] for row in rows.splitlines() if row[:1] == " "]
    assert [len(row) for row in matrix] == list(range(1, int(size) + 1))
    assert not any(x for row in matrix for x in row[:-1])
    for name, row in zip(names, matrix, strict=True):
        prior = pkpd().parameters[name.lower()].prior
        assert not isinstance(prior, Fixed)
        sd = getattr(prior, "sd", None)
        width = np.log(prior.high / prior.low) / 12**0.5 if sd is None else sd  # type: ignore[union-attr]
        assert row[-1] == pytest.approx(width**2, rel=1e-10)
    logit = {id.upper() for id, p in pkpd().parameters.items() if isinstance(p.prior, LogitNormal)}
    assert {n.removeprefix("LOGIT_") for n in re.findall(r"; (LOGIT_\w+)", stream)} <= logit


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


def test_names_that_are_taken_or_too_long_are_told_apart() -> None:
    code = to_nonmem(small())
    assert "COMP=(TIME_2)" in code  # TIME is a column
    assert "A_FLOW_WITH_A_NAME_O = " in code and "A_FLOW_WITH_A_NAME_2 = " in code
    assert "TIME_2" in text_of_small("mrgsolve") and "d/dt(time_2)" in text_of_small("nlmixr2")


def text_of_small(program: str) -> str:
    return TEXTS[program][0](small())


def test_a_name_is_given_once() -> None:
    names = Names(["Gamma"], r"MU_\d+")
    assert [names.new(n) for n in ("gamma", "mu_3", "x", "X", "x_2")] == [
        "GAMMA_2", "MU_3_2", "X", "X_2", "X_2_2",
    ]  # fmt: skip


@pytest.mark.parametrize("program", TEXTS)
def test_the_same_arguments_give_the_same_text(program: str) -> None:
    assert text_of(program) == text_of(program)


def test_a_model_without_the_reading_is_refused() -> None:
    with pytest.raises(ValueError, match=r"assay measures 'total': found no 'c' in c_free"):
        to_nonmem(small(), assay=Assay(measures="total"))


@pytest.mark.parametrize("data", ["", "my data.csv", "a;b.csv"])
def test_a_name_that_would_break_the_record_is_refused(data: str) -> None:
    with pytest.raises(ValueError, match="data: found"):
        to_nonmem(pkpd(), data=data)


def test_a_file_is_what_was_returned(tmp_path: Any, stream: str) -> None:
    assert write_nonmem(tmp_path / "run1.ctl", pkpd()).read_text("utf-8") == stream
