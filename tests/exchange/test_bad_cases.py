"""One fault put into a good case is found, at its place, with its fix, and nothing else is."""

import math
from pathlib import Path
from typing import Any

import pytest

from diapedesis.exchange import CaseError, read_case
from tests.exchange.cases import GONE, edited, faults

MG_DL = {"units.level": "mg/dL"}
# changes, code, path, what the message must say
BAD: list[tuple[dict[str, Any], str, str, str]] = [
    # numbers that cannot be
    ({"doses[1].amount": -300}, "C013", "doses[1].amount", "above 0 to 1200 mg"),
    ({"doses[1].amount": 0}, "C013", "doses[1].amount", "above 0"),
    ({"doses[1].amount": 300_000}, "C013", "doses[1].amount", "300000 mg"),
    ({"doses[1].duration": 60}, "C013", "doses[1].duration", "hours"),
    ({"doses[0].number": 0}, "C013", "doses[0].number", "1 to 500"),
    ({"doses[0].number": 2.5}, "C010", "doses[0].number", "whole number"),
    ({"doses[0].every": 0}, "C013", "doses[0].every", "1 to 366 d"),
    ({"levels[1].value": -1}, "C013", "levels[1].value", "above 0 to 400 mg/L"),
    ({"levels[1].value": 0}, "C013", "levels[1].value", "below: true"),
    ({"patient.weight": -70}, "C013", "patient.weight", "8 to 300 kg"),
    ({"patient.weight[1].value": 2}, "C013", "patient.weight[1].value", "8 to 300 kg"),
    ({"patient.age": 141}, "C013", "patient.age", "0 to 110 years"),
    ({"patient.haematocrit": 42}, "C013", "patient.haematocrit", "a fraction, not per cent: 0.42"),
    ({"sessions[0].plasma_volumes": 3200}, "C013", "sessions[0].plasma_volumes", "key volume"),
    ({"sessions[0].sieving": 0}, "C013", "sessions[0].sieving", "above 0 to 1"),
    ({"sessions[0].duration": 150}, "C013", "sessions[0].duration", "hours"),
    ({"question.probability": 95}, "C013", "question.probability", "0.95"),
    ({"question.max_sessions": 11}, "C013", "question.max_sessions", "0 to 10"),
    ({"question.spacing.min": 0.1}, "C013", "question.spacing.min", "1 to 7 d"),
    ({"assays.hospital.factor": 50}, "C013", "assays.hospital.factor", "0.1 to 10"),
    ({"assays.hospital.proportional_sd": 15}, "C013", "assays.hospital.proportional_sd", "0.15"),
    ({"levels[1].value": math.nan}, "C011", "levels[1].value", "finite"),
    ({"doses[1].amount": math.inf}, "C011", "doses[1].amount", "finite"),
    ({"levels[2].time": math.nan}, "C011", "levels[2].time", "finite"),
    ({"saturations[1].value": 90}, "C013", "saturations[1].value", "not per cent: 0.9"),
    ({"saturations[1].value": 1.21}, "C013", "saturations[1].value", "above 0 to 1.2"),
    ({"saturations[1].value": 0}, "C013", "saturations[1].value", "below: true"),
    ({"saturations[1].value": math.nan}, "C011", "saturations[1].value", "finite"),
    ({"assays.cytometry.lloq": 5}, "C013", "assays.cytometry.lloq", "not per cent: 0.05"),
    ({"assays.cytometry.additive_sd": 3}, "C013", "assays.cytometry.additive_sd", "0.03"),
    # units
    ({"units.level": "mmol/L"}, "C012", "units.level", "expected mg/L, ug/mL, mg/dL"),
    ({"units.level": "MG/L"}, "C012", "units.level", "write mg/L"),
    ({"units.dose": "mg/kg"}, "C012", "units.dose", "'mg/kg'"),
    ({"units.time": "week"}, "C012", "units.time", "expected day"),
    ({"units.weight": 70}, "C010", "units.weight", "a unit"),
    ({"units.level": GONE}, "C009", "units.level", "state the unit of every level, e.g. mg/L"),
    ({"units.volume": GONE}, "C009", "units.volume", "e.g. L"),
    ({"units": GONE}, "C009", "units", "add units"),
    ({"levels[1].value": 1100}, "C021", "levels[1].value", "found 1100 mg/L"),
    ({"levels[1].value": 27_000}, "C021", "levels[1].value", "units.level: ng/mL"),
    ({"patient.height": 168}, "C021", "patient.height", "write units.height: cm"),
    ({"patient.weight": 70_000}, "C021", "patient.weight", "write units.weight: g"),
    ({"sessions[1].volume": 3000}, "C021", "sessions[1].volume", "write units.volume: mL"),
    ({"units.dose": "g", "doses[0].amount": 0.3}, "C021", "doses[1].amount", "300000 mg"),
    (
        {"levels[1].value": 300, "levels[1].time": 10},
        "C021",
        "levels[1].value",
        "more than these doses can give",
    ),
    ({"levels[1].value": 0.3}, "C025", "levels[1].value", "0.5 mg/L"),
    ({"saturations[1].value": 0.09}, "C025", "saturations[1].value", "0.1, a fraction"),
    # kinds and words
    ({"doses[1].amount": True}, "C010", "doses[1].amount", "yes, no, on and off"),
    ({"doses[1].amount": "300 mg"}, "C010", "doses[1].amount", "units block"),
    ({"levels[1].value": "<0.25"}, "C010", "levels[1].value", "below: true"),
    ({"levels[1].value": "27,5"}, "C010", "levels[1].value", "decimal point"),
    ({"levels[1].value": [27]}, "C010", "levels[1].value", "one number"),
    ({"patient.id": 17}, "C010", "patient.id", "quotes"),
    ({"patient.id": False}, "C010", "patient.id", "yes, no, on and off"),
    ({"patient.pregnant": "maybe"}, "C010", "patient.pregnant", "true or false"),
    ({"patient.pregnant": 1}, "C010", "patient.pregnant", "true or false"),
    ({"patient.age": None}, "C010", "patient.age", "leave the key out"),
    ({"patient.sex": None}, "C010", "patient.sex", "leave the key out"),
    ({"patient": 70}, "C010", "patient", "a block of keys"),
    ({"doses": {"time": 0, "amount": 300}}, "C010", "doses", "a list"),
    ({"doses[1]": "300 mg on day 140"}, "C010", "doses[1]", "a block of keys"),
    ({"drug": "ocrelizumab"}, "C014", "drug", "write natalizumab"),
    ({"patient.sex": "F"}, "C015", "patient.sex", "female or male"),
    ({"doses[1].route": "subcutaneous"}, "C015", "doses[1].route", "iv or sc"),
    ({"sessions[1].column": "protein A"}, "C015", "sessions[1].column", "write protein_a"),
    ({"title": "a\x07b"}, "C004", "title", "character 0x7"),
    ({"assays.hospital.measures": "saturaton"}, "C015", "assays.hospital.measures", "saturation"),
    ({"assays.hospital.measures": "cells"}, "C015", "assays.hospital.measures", "free or total or"),
    ({"saturations[1].value": "90 %"}, "C010", "saturations[1].value", "a number"),
    ({"occasions": 28}, "C010", "occasions", "a list"),
    # keys
    ({"patient.heigth": 1.7}, "C008", "patient.heigth", "write height"),
    ({"hematocrit": 0.4}, "C008", "hematocrit", "leave it out"),
    ({"dose": []}, "C008", "dose", "write doses"),
    ({"doses[1].first": 3}, "C008", "doses[1].first", "leave it out here"),
    ({"question.spacing.minimum": 3}, "C008", "question.spacing.minimum", "expected one of min"),
    ({"assays.hospital.LLOQ": 1}, "C008", "assays.hospital.LLOQ", "write lloq"),
    ({"patient.weight": GONE}, "C009", "patient.weight", "add weight"),
    ({"doses": GONE}, "C009", "doses", "add doses"),
    ({"doses": []}, "C009", "doses", "at least one"),
    ({"levels[1].time": GONE}, "C009", "levels[1].time", "add time"),
    ({"levels[1].assay": GONE}, "C009", "levels[1].assay", "one of hospital, reference"),
    ({"simulated": True}, "C009", "provenance", "simulated is true"),
    ({"levels[1].assay": "hopsital"}, "C023", "levels[1].assay", "write hospital"),
    ({"saturations[1].asay": "cytometry"}, "C008", "saturations[1].asay", "write assay"),
    ({"saturations[1].time": GONE}, "C009", "saturations[1].time", "add time"),
    ({"saturations[1].assay": "cytometri"}, "C023", "saturations[1].assay", "write cytometry"),
    ({"saturations[1].assay": "other"}, "C023", "saturations[1].assay", "measures: saturation"),
    (
        {"assays.second": {"measures": "saturation"}, "saturations[0].assay": "second"},
        "C009",
        "saturations[2].assay",
        "one of cytometry, second",
    ),
    ({"claims[0]": "pkpd 99.1"}, "C023", "claims[0]", "id of a claim"),
    # together
    ({"levels[1].assay": "cytometry"}, "C022", "levels[1].assay", "free or total: hospital"),
    ({"levels[1].assay": "cytometry"}, "C022", "levels[1].assay", "entry under saturations"),
    ({"saturations[1].assay": "hospital"}, "C022", "saturations[1].assay", "which measures free"),
    ({"saturations[1].below": True}, "C022", "saturations[1]", "value and below"),
    ({"saturations[1].value": GONE}, "C022", "saturations[1]", "give value or below"),
    (
        {"assays.cytometry.proportional_sd": 0, "assays.cytometry.additive_sd": 0},
        "C022",
        "assays.cytometry",
        "above 0",
    ),
    ({"levels[1].below": True}, "C022", "levels[1]", "value and below"),
    ({"levels[1].value": GONE}, "C022", "levels[1]", "give value or below"),
    ({"sessions[0].volume": 3}, "C022", "sessions[0]", "exactly one"),
    ({"sessions[0].column": "anti_igg"}, "C022", "sessions[0]", "kind: ia only"),
    ({"sessions[1].sieving": 0.9}, "C022", "sessions[1]", "kind: plex only"),
    ({"doses[0].last": 112}, "C022", "doses[0]", "first or last"),
    ({"doses[1].route": "sc"}, "C022", "doses[1]", "leave duration out"),
    ({"antibodies.end": GONE}, "C022", "antibodies", "transient with onset and end"),
    ({"antibodies.status": "none"}, "C022", "antibodies", "nothing else"),
    ({"question.saturation": 0.5}, "C022", "question", "threshold or saturation"),
    ({"question.spacing.max": 1}, "C022", "question.spacing", "exchange min and max"),
    ({"question.minimum_gap": 6}, "C022", "question.minimum_gap", "spacing.max"),
    (
        {"assays.hospital.proportional_sd": 0, "assays.hospital.additive_sd": 0},
        "C022",
        "assays.hospital",
        "above 0",
    ),
    # times
    ({"levels[1].time": "01.03.2024"}, "C016", "levels[1].time", "2024-03-01"),
    ({"levels[1].time": "2024-02-30"}, "C016", "levels[1].time", "2024-03-01"),
    ({"levels[1].time": "2024-03-01T10:00Z"}, "C016", "levels[1].time", "local time"),
    ({"levels[2].time": "2024-03-01"}, "C017", "levels[2].time", "all as dates"),
    ({"levels[1].time": True}, "C010", "levels[1].time", "a time"),
    ({"question.by": 99_999}, "C013", "question.by", "100 years"),
    ({"doses[1].time": 100}, "C018", "doses[1]", "after day 112"),
    ({"doses[1].time": 112}, "C018", "doses[1]", "twice"),
    ({"levels[1].time": 154}, "C018", "levels[2].time", "not before day 154"),
    ({"patient.weight[0].time": 120}, "C018", "patient.weight[1].time", "after day 120"),
    ({"sessions[1].time": 150}, "C018", "sessions[1].time", "after day 152"),
    ({"antibodies.end": 20}, "C018", "antibodies.end", "after onset, day 30"),
    ({"question.samples": [165, 158]}, "C018", "question.samples[1]", "after day 165"),
    ({"question.by": 157}, "C018", "question.by", "after earliest, day 157"),
    ({"sessions[1].time": 152.05}, "C020", "sessions[1].time", "start after day 152.104"),
    (
        {"levels[0]": {"time": -1, "value": 9, "assay": "hospital"}},
        "C019",
        "levels[0].time",
        "day 0",
    ),
    (
        {"levels[0]": {"time": 0, "value": 9, "assay": "hospital"}},
        "C019",
        "levels[0].time",
        "before it",
    ),
    ({"saturations[0]": {"time": -1, "value": 0.5}}, "C019", "saturations[0].time", "a saturation"),
    ({"saturations[1].time": 154}, "C018", "saturations[2].time", "not before day 154"),
    ({"saturations[2].time": 160}, "C024", "saturations[2].time", "not after now, day 156"),
    ({"saturations[2].time": "2024-03-01"}, "C017", "saturations[2].time", "all as dates"),
    ({"occasions": [140, 28]}, "C018", "occasions[1]", "a time after day 140"),
    ({"occasions": [28, 28]}, "C018", "occasions[1]", "twice"),
    ({"occasions": [0, 28]}, "C018", "occasions[0]", "a time after the first dose, day 0"),
    ({"occasions": [28, 157]}, "C024", "occasions[1]", "not after now, day 156"),
    ({"occasions": [28, "2024-03-01"]}, "C017", "occasions[1]", "all as dates"),
    ({"occasions": [28, "soon"]}, "C016", "occasions[1]", "2024-03-01"),
    ({"question.earliest": 155}, "C024", "question.earliest", "not before now, day 156"),
    ({"question.by": 150, "question.earliest": GONE}, "C024", "question.by", "after now, day 156"),
    ({"question.samples[0]": 150}, "C024", "question.samples[0]", "not before now"),
    ({"question.forecast.until": 156}, "C024", "question.forecast.until", "after now"),
    ({"levels[2].time": 160}, "C024", "levels[2].time", "not after now, day 156"),
    ({"sessions[1].time": 158}, "C024", "sessions[1].time", "not after now"),
    # size
    ({"levels": [{"time": 0, "below": True} for _ in range(201)]}, "C003", "levels", "keep to 200"),
    ({"occasions": [28 + i for i in range(13)]}, "C003", "occasions", "at most 12"),
    ({"title": "x" * 201}, "C003", "title", "at most 200"),
    ({"title": ""}, "C009", "title", "leave the key out"),
]


@pytest.mark.parametrize(("changes", "code", "path", "says"), BAD)
def test_one_fault_is_found_alone(changes: dict[str, Any], code: str, path: str, says: str) -> None:
    found = faults(edited(changes))
    assert [(f.code, f.path) for f in found] == [(code, path)], "\n".join(map(str, found))
    assert says in str(found[0])
    absent_at_the_top = found[0].found == "nothing" and path in {"units", "doses", "provenance"}
    assert (found[0].line is None) == absent_at_the_top


def test_110_mg_per_dl_is_named_as_1100_mg_per_l() -> None:
    (fault,) = faults(
        edited({"units.level": "mg/dL", "levels[1].value": 110, "levels[2].value": 1})
    )
    assert fault.code == "C021"
    assert fault.found == "110 mg/dL, which is 1100 mg/L"
    assert "write units.level: mg/L" in fault.fix


def test_a_trough_that_no_dosing_gives_is_refused(tmp_path: Path) -> None:
    """39 mg/dL is 390 mg/L, four times a peak; the dose on the same day comes after the sample."""
    file = tmp_path / "case.yaml"
    file.write_text(
        "drug: natalizumab\n"
        "units: {time: day, level: mg/dL, weight: kg, dose: mg}\n"
        "patient: {weight: 70}\n"
        "doses: [{every: 28, number: 6, first: 0, amount: 300}]\n"
        "levels: [{time: 140, value: 39}]\n"
    )
    with pytest.raises(CaseError) as caught:
        read_case(file)
    (fault,) = caught.value.faults
    assert fault.path == "levels[0].value"
    assert "390 mg/L" in fault.found
