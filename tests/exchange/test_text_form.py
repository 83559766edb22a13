"""What the exported texts must be as texts: complete, well formed, within their programs' rules."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from diapedesis import __version__
from diapedesis.exchange.nonmem import to_nonmem, write_nonmem
from diapedesis.exchange.text_names import COLUMNS, Names
from diapedesis.models import pkpd
from diapedesis.observe import Assay
from tests.exchange.foreign_texts import Mrgsolve, Nlmixr2, Nonmem, statements
from tests.exchange.test_text_agreement import TEXTS
from tests.exchange.test_text_meaning import small

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
    lines = text_of(program, whole=whole).split("\n")
    text = " ".join(re.sub(r"^\s*(;|#|//) +", "", line) for line in lines)
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


def test_names_that_are_taken_or_too_long_are_told_apart() -> None:
    code = to_nonmem(small())
    assert "COMP=(TIME_2)" in code  # TIME is a column
    assert "A_FLOW_WITH_A_NAME_O = " in code and "A_FLOW_WITH_A_NAME_2 = " in code
    assert "TIME_2" in TEXTS["mrgsolve"][0](small()) and "d/dt(time_2)" in TEXTS["nlmixr2"][0](
        small()
    )


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


def test_a_file_is_what_was_returned(tmp_path: Path, stream: str) -> None:
    assert write_nonmem(tmp_path / "run1.ctl", pkpd()).read_text("utf-8") == stream
