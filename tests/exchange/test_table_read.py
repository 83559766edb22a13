"""What an event table may look like, and what is read from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from diapedesis.exchange import EventTable, TableError, read_table
from diapedesis.exchange.table_doses import doses, resets
from diapedesis.exchange.table_events import Event, SessionSize
from tests.exchange.tables import GOOD, events, table

PLAIN = "ID,TIME,EVID,AMT,DV\n7,0,1,300,.\n7,28,0,.,21.5\n"
MONOLIX = """\
ID,time,evid,amt,cmt,ii,addl,mdv,DV,s2_sampling
1,0,1,10000,1,0,0,1,.,1
1,1.5,0,0,2,0,0,0,91.25,1
1,72,1,10000,1,24,6,1,.,1
2,0,1,30000,1,0,0,1,.,2
2,29.5,0,0,2,0,0,0,38.125,2
"""


def spelled(separator: str, end: str = "\n") -> str:
    return PLAIN.replace(",", separator).replace("\n", end)


@pytest.mark.parametrize(
    "text",
    [
        spelled(";"),
        spelled("\t"),
        spelled("   "),
        spelled(",", "\r\n"),
        spelled(",", "\r"),
        "\ufeff" + PLAIN,
        "sep=;\n" + spelled(";"),
        PLAIN.replace("21.5", '"21.5"'),
        PLAIN.replace(",", " , "),
        PLAIN.lower(),
        PLAIN.replace("ID", "Subject", 1).replace("AMT", "amount"),
        PLAIN + "\n,,,,\n",
        PLAIN.replace("\n", ",,,\n"),
        "# one\n\n" + PLAIN + "# two\n",
        PLAIN.replace(".,21.5", ",21.5"),
        PLAIN.replace(".,21.5", "NA,2.15e1"),
        PLAIN.replace("7,0,1", "7,-0,1.0"),
        PLAIN.replace("ID", "C,ID", 1).replace("7,", ".,7,") + "C,9,9,9,9,9\n",
        PLAIN.replace("EVID,", "").replace("0,1,", "0,").replace("28,0,", "28,"),
        PLAIN.replace("DV", "DV,MDV,SS,CMT")
        .replace(".\n", "0,1,0,0\n")
        .replace("5\n", "5,0,0,.\n"),
    ],
)
def test_one_table_in_many_spellings(text: str) -> None:
    assert table(text) == table(PLAIN)


def test_rows_that_are_left_out_when_asked() -> None:
    assert table(PLAIN + "C,1,1,1,1\n", ignore="C") == table(PLAIN)
    assert table(PLAIN + "@x\nlast row: sum\n", ignore="@") == table(PLAIN)
    three = table(PLAIN + "C,1,1,300,.\n")  # a subject of that name is none to lose unasked
    assert [s.id for s in three.subjects] == ["7", "C"]


def test_a_table_of_another_drug_in_hours() -> None:
    read = table(MONOLIX, time_unit="h")
    assert read.covariates == ("S2_SAMPLING",)
    assert [s.id for s in read.subjects] == ["1", "2"]
    first = read.subjects[0]
    assert [e.time for e in first.events] == [0.0, 1.5 / 24, 3.0]
    assert first.events[2] == Event(
        3.0, 1, amount=1e4, cmt=1, addl=6, ii=1.0, covariates=(1.0,), dvid=None
    )
    assert [day for day, _ in doses(first, 0.0)] == [0.0, *(3.0 + i for i in range(7))]


def test_rate_and_duration_say_the_same() -> None:
    head = "ID,TIME,EVID,AMT,DUR,RATE\n"
    by_rate, by_duration = (events(head + f"1,0,1,300,{x}\n") for x in (".,7200", "0.041666666,."))
    assert by_rate[0].duration == pytest.approx(1 / 24, rel=1e-12)
    assert by_duration[0].duration == pytest.approx(1 / 24, rel=1e-7)
    hours = events(head + "1,0,1,300,.,300\n", time_unit="h")
    assert hours[0].duration == pytest.approx(1 / 24, rel=1e-12)
    assert events(head + "1,0,1,300,0,0\n")[0].duration is None


def test_dates_count_from_midnight_of_the_first_dose() -> None:
    text = (
        "ID,DATE,TIME,EVID,AMT,DV\n1,2024-02-28,,0,.,1\n1,2024-02-29,9:00,1,300,.\n"
        "1,2024-03-01,21:00:36,0,.,2\n2,2023-01-01,06:00,0,.,3\n"
    )
    one, two = table(text).subjects
    assert [e.time for e in one.events] == pytest.approx([-1.0, 0.375, 1.875 + 36 / 86400])
    assert str(one.origin) == "2024-02-29"
    assert [e.time for e in two.events] == [0.25]


def test_what_shares_a_time_has_an_order() -> None:
    head = "ID,TIME,EVID,AMT,DV,APH,PV\n"
    rows = ["1,5,1,9,.,.,.", "1,5,2,.,.,plex,1", "1,5,3,.,.,.,.", "1,5,0,.,2,.,."]
    for order in (rows, rows[::-1], rows[2:] + rows[:2]):
        assert [e.evid for e in events(head + "\n".join(order))] == [0, 3, 2, 1]


def test_seq_has_the_last_word() -> None:
    text = "ID,TIME,EVID,AMT,DV,SEQ\n1,5,0,.,2,3\n1,5,1,9,.,2\n1,5,0,.,4,1\n"
    assert [(e.evid, e.dv) for e in events(text)] == [(0, 4.0), (1, None), (0, 2.0)]


def test_sessions_by_word_and_by_number() -> None:
    head = "ID,TIME,EVID,APH,PV,VOL,HOURS,SIEVING,REPLACEMENT\n"
    words = [
        "plex,.,3,2,0.9,plasma",
        "none,.,.,.,.,.",
        "Anti-IgG,2,.,.,.,.",
        "tryptophan,2,.,.,.,.",
    ]
    numbers = ["1,.,3,2,0.9,1", "0,.,.,.,.,.", "3,2,.,.,.,.", "4,2,.,.,.,."]
    a, b = (
        events(head + "".join(f"1,{i},2,{row}\n" for i, row in enumerate(rows)))
        for rows in (words, numbers)
    )
    assert a == b
    assert [e.session for e in a] == [
        SessionSize("plex", None, 3.0, 2.0, 0.9, "plasma"),
        None,
        SessionSize("anti_igg", 2.0),
        SessionSize("tryptophan", 2.0),
    ]


@pytest.mark.parametrize(
    ("head", "row"),
    [
        ("DV,BLQ,LLOQ", ".,1,0.5"),
        ("DV,BLQ,LLOQ", "0,1,0.5"),
        ("DV,BLQ,LLOQ", "0.5,1,0.5"),
        ("DV,CENS", "0.5,1"),
        ("DV,CENS,LIMIT", "0.5,1,0"),
        ("DV,CENS,LLOQ", "0.5,1,0.5"),
    ],
)
def test_below_the_limit_in_the_ways_of_the_field(head: str, row: str) -> None:
    (e,) = events(f"ID,TIME,EVID,{head}\n1,9,0,{row}\n")
    assert (e.dv, e.below, e.lloq) == (None, True, 0.5)


def test_mdv_takes_an_observation_out() -> None:
    first, second = events("ID,TIME,EVID,DV,MDV\n1,9,0,3,1\n1,10,0,3,0\n")
    assert not first.observed
    assert second.observed


def test_covariates_are_carried_forward_and_the_first_backward() -> None:
    text = "ID,TIME,DV,WT,SITE\n1,0,1,.,.\n1,1,1,70,Graz\n1,2,1,.,.\n1,3,1,71,.\n2,0,1,.,Wien\n"
    read = table(text)
    assert read.carried("WT") == [[70.0, 70.0, 70.0, 71.0], [None]]
    assert read.carried("SITE") == [["Graz"] * 4, ["Wien"]]
    assert read.subjects[0].values(0) == [(1.0, 70.0), (3.0, 71.0)]
    with pytest.raises(ValueError, match="expected one of WT, SITE"):
        read.carried("HT")


def test_a_reset_cancels_further_doses_but_not_its_own() -> None:
    text = "ID,TIME,EVID,AMT,ADDL,II\n1,0,1,9,5,10\n1,30,4,7,2,5\n1,38,3,.,.,.\n"
    (one,) = table(text).subjects
    given = [(day, e.amount) for day, e in doses(one, 0.0)]
    assert given == [(0, 9), (10, 9), (20, 9), (30, 7), (35, 7)]
    assert resets(one) == (30.0, 38.0)


def test_comments_and_file_are_kept_aside() -> None:
    read = table(GOOD)
    assert read.comments == ("a good table",)
    assert read == EventTable(read.subjects, read.covariates)


def test_every_fault_is_said_at_once_in_order_of_row() -> None:
    text = "ID,TIME,EVID,AMT,DV\n1,x,1,-3,.\n1,1,7,.,.\n1,0,0,.,<2\n"
    with pytest.raises(TableError) as caught:
        table(text)
    assert [(f.row, f.column, f.code) for f in caught.value.faults] == [
        (2, "TIME", "T012"),
        (2, "AMT", "T018"),
        (3, "EVID", "T019"),
        (4, "DV", "T014"),
        (4, "TIME", "T023"),
    ]
    assert "5 faults" in str(caught.value)


def test_reading_stops_at_two_hundred_faults() -> None:
    with pytest.raises(TableError) as caught:
        table("ID,TIME,DV\n" + "1,x,1\n" * 1000)
    assert len(caught.value.faults) == 200


@pytest.mark.parametrize(
    ("cell", "advice"), [("300 mg", "write 300;"), ("3OO", "the number alone")]
)
def test_only_a_unit_is_taken_off_a_number(cell: str, advice: str, tmp_path: Path) -> None:
    """``3OO`` is a slip of 300; to advise 3 would make another dose of it."""
    file = tmp_path / "table.csv"
    file.write_text(f"ID,TIME,EVID,AMT,DV,WT\n1,0,1,{cell},.,70\n")
    with pytest.raises(TableError) as refused:
        read_table(file)
    (fault,) = refused.value.faults
    assert advice in fault.fix
