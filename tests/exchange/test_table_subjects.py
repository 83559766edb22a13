"""What an event table means for natalizumab: doses, sessions, levels, covariates."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from diapedesis.exchange import TableOptions, read_subjects, read_table, subjects_of
from diapedesis.exchange.table_options import SATURATION
from diapedesis.infer.fit import fit
from diapedesis.models import pkpd
from diapedesis.observe import Assay
from diapedesis.simulate import Antibodies, Infusion, Injection, Plex, Protocol, solve
from diapedesis.simulate.protocol import HOUR
from tests.exchange.tables import GOOD, faults, subjects

ROOT = Path(__file__).resolve().parents[2]
HEAD = "ID,TIME,EVID,AMT,DUR,CMT,DV,DVID,SEQ,WT,HT,SEX\n"
NOISE = 1e-5  # ten times the solver's relative tolerance


def test_the_good_table() -> None:
    first, second = subjects(GOOD)
    p = first.protocol
    assert p.doses == tuple(
        Infusion(t, 300.0, 300 / 7200 if t < 56 else HOUR) for t in (0.0, 28.0, 56.0)
    )
    assert p.resets == (56.0,)
    assert p.sessions == (Plex(70.5, plasma_volumes=1.5, duration=2.5 * HOUR),)
    assert p.weights == ((0.0, 64.0), (56.0, 62.0))
    assert p.antibodies == (Antibodies(90.0, 1.5),)
    assert [(x.time, x.value, x.assay.lloq) for x in first.levels] == [
        (28.0, 21.5, 0.25),
        (90.0, None, 0.25),
    ]
    assert (first.sex, first.antibody_test, first.occasions) == ("female", "persistent", (56.0,))
    assert (first.height, first.haematocrit, first.age) == (None, None, None)
    assert all(isinstance(d, Injection) for d in second.protocol.doses)
    assert second.levels[0].assay == SATURATION
    assert (second.sex, second.antibody_test, second.occasions) == ("male", "unknown", ())


def test_units_are_converted() -> None:
    text = HEAD + "1,0,1,0.3,.,.,.,.,.,154,65,.\n1,28,0,.,.,.,21500,1,.,.,.,.\n"
    text += "1,29,0,.,.,.,85,2,.,.,.,.\n"
    options = TableOptions(
        level="ng/mL", dose="g", weight="lb", height="inch", saturation="%", assay=Assay(lloq=0.5)
    )
    (one,) = subjects(text, options)
    assert one.protocol.doses[0].amount == 300.0
    assert one.weight == pytest.approx(69.85, abs=0.01)
    assert one.height == 1.651
    assert [(x.value, x.assay.measures) for x in one.levels] == [
        (21.5, "free"),
        (0.85, "saturation"),
    ]
    assert one.levels[0].assay.lloq == 0.5


def test_codes_mean_what_the_options_say() -> None:
    text = (
        HEAD + "1,0,1,300,.,1,.,.,.,70,.,1\n1,28,0,.,.,3,0.8,9,.,.,.,1\n1,29,0,.,.,1,20,.,.,.,.,.\n"
    )
    options = TableOptions(
        compartments={1: "central"}, kinds={9: "saturation"}, sexes={1: "male", 0: "female"}
    )
    (one,) = subjects(text, options)
    assert isinstance(one.protocol.doses[0], Infusion)
    assert one.sex == "male"
    assert [x.assay.measures for x in one.levels] == ["saturation", "free"]
    by_name = HEAD + "1,0,1,300,.,SC,.,.,.,70,.,M\n1,28,0,.,.,saturation,0.8,.,.,.,.,.\n"
    (plain,) = subjects(by_name)
    assert plain.protocol.doses == (Injection(0.0, 300.0),)
    assert [x.assay.measures for x in plain.levels] == ["saturation"]


@pytest.mark.parametrize(
    "options",
    [
        {"level": "mmol/L"},
        {"weight": "stone"},
        {"saturation": "fraction"},
        {"assay": SATURATION},
        {"saturation_assay": Assay()},
    ],
)
def test_options_that_cannot_be(options: dict[str, object]) -> None:
    (name,) = options
    with pytest.raises(ValueError, match=f"^{name}: found"):
        TableOptions(**options)  # type: ignore[arg-type]


def test_a_trough_at_its_dose_is_the_value_before_and_a_peak_by_seq_the_one_after() -> None:
    rows = ["1,0,1,300,.,2,.,.,1,70,.,.", "1,28,4,300,.,2,.,.,2,.,.,.", "1,28,0,.,.,.,20,1,1,.,.,."]
    (before,) = subjects(HEAD + "\n".join(rows))
    assert before.levels[0].time == 28.0
    after = HEAD + "\n".join(rows).replace("20,1,1", "0.3,1,3")
    (late,) = subjects(after)
    assert 28.0 < late.levels[0].time <= 28.0 + 1e-6
    day = [before.levels[0].time, late.levels[0].time]
    trough, reset = solve(pkpd(), before.protocol, day)["c"][0]
    assert trough > 10.0
    assert reset < 1e-2  # the reset took all, and 0.09 s of infusion bring 0.02 %


def test_an_observation_by_seq_does_not_pass_the_next_event() -> None:
    text = (
        HEAD + "1,0,1,300,.,2,.,.,1,70,.,.\n1,0,0,.,.,.,1,1,2,.,.,.\n1,1e-6,3,.,.,.,.,.,.,.,.,.\n"
    )
    (one,) = subjects(text)
    assert one.levels[0].time == pytest.approx(5e-7)


@pytest.mark.parametrize("route", ["1", "2"])
def test_after_evid_3_or_4_the_course_is_a_fresh_one(route: str) -> None:
    dose = f"300,.,{route},.,.,.,.,.,.\n"
    weighed = dose.replace(".,.,.\n", "70,.,.\n")
    before = f"{HEAD}1,0,1,{weighed}1,20,1,{dose}"
    by_4 = f"{before}1,50,4,{dose}"
    by_3 = f"{before}1,50,3,.,.,.,.,.,.,.,.,.\n1,50,1,{dose}"
    alone = f"{HEAD}1,50,1,{weighed}"
    a, b, c = (
        solve(pkpd(), subjects(text)[0].protocol, [50.5, 57.0, 78.0])["c"][0]
        for text in (by_4, by_3, alone)
    )
    np.testing.assert_allclose(a, c, rtol=NOISE)
    np.testing.assert_allclose(b, c, rtol=NOISE)


def test_steady_state_with_a_reset_is_steady_state() -> None:
    text = "ID,TIME,EVID,AMT,II,SS,WT\n1,0,{},300,28,1,70\n"
    plain, reset = (subjects(text.format(evid))[0].protocol for evid in (1, 4))
    assert plain == reset
    assert plain.resets == ()


def test_a_second_regimen_runs_beside_the_first() -> None:
    text = "ID,TIME,EVID,AMT,II,SS,WT\n1,0,1,300,56,1,70\n1,28,1,300,56,2,.\n"
    (two,) = subjects(text)
    (one,) = subjects("ID,TIME,EVID,AMT,II,SS,WT\n1,28,1,300,28,1,70\n")
    times = lambda s: [d.time for d in s.protocol.doses if d.time > -1000]  # noqa: E731
    assert times(two) == times(one)


def test_steady_state_needs_a_subject_of_its_own() -> None:
    head = "ID,TIME,EVID,AMT,II,SS,DV,WT\n"
    dose = "1,5,1,300,28,1,.,.\n"
    trough = head + "1,5,0,.,.,.,20,70\n" + dose
    assert len(subjects(trough)) == 1
    for row in ("1,4,0,.,.,.,20,70\n", "1,4,1,300,.,.,.,70\n", "1,4,3,.,.,.,.,70\n"):
        assert "T033" in [f.code for f in faults(head + row + dose)]
    both = head + "1,0,1,300,28,1,.,70\n1,5,4,300,28,2,.,.\n"
    assert [f.code for f in faults(both)] == ["T033"]


def test_two_injections_at_once_are_one_dose_of_both() -> None:
    text = HEAD + "1,0,1,150,.,1,.,.,.,70,.,.\n1,0,1,150,.,1,.,.,.,.,.,.\n"
    (one,) = subjects(text)
    assert one.protocol.doses == (Injection(0.0, 150.0), Injection(0.0, 150.0))


def test_faults_of_a_table_that_was_read_before_name_its_rows(tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_text("ID,TIME,EVID,AMT,WT\n1,0,1,9000,70\n")
    table = read_table(file)
    with pytest.raises(Exception, match=r"x\.csv: 1 fault.*\n  row 2, AMT: probably a wrong unit"):
        subjects_of(table)


def test_the_example_says_that_it_is_simulated() -> None:
    table = read_table(ROOT / "examples" / "three-patients.csv")
    assert table.comments[0].startswith("SIMULATED")
    a, b, c = subjects_of(table)
    assert [len(s.protocol.doses) for s in (a, b)] == [12, 8]
    assert len(c.protocol.doses) == 27 + 3
    assert c.occasions == (50.0,)
    assert c.antibody_test == "persistent"
    assert b.protocol.weights == ((0.0, 88.0), (112.0, 84.5))
    assert {x.assay.measures for x in b.levels} == {"free", "saturation"}


@pytest.mark.slow
def test_the_example_was_made_with_the_model_that_reads_it() -> None:
    for patient in read_subjects(ROOT / "examples" / "three-patients.csv")[1:]:
        found = fit(patient, n_draws=200)
        assert found.conflict > 0.05, patient.id
        assert max(found.level_table.column("p_outlier")) < 0.5


def test_protocols_of_a_table_are_those_of_the_library() -> None:
    (one,) = subjects("ID,TIME,EVID,AMT,ADDL,II,WT\n1,0,1,300,11,28,64\n")
    assert one.protocol == Protocol.every(28, n=12, weight=64)
