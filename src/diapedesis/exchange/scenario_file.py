"""The top of a scenario file: what is given to whom, by how many arms, and what is believed."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Discriminator, Field, Tag

from diapedesis.exchange.case_block import Block, Line, Text, Time
from diapedesis.exchange.case_measured import AssayItem, LevelRow, SaturationRow
from diapedesis.exchange.case_schema import AntiDrug, DoseItem, Patient, Session, Units
from diapedesis.exchange.case_values import Bounded
from diapedesis.exchange.scenario_treatments import TreatmentItem
from diapedesis.exchange.scenario_virus import ArmVirusBlock, VirusBlock

Explanation = Literal["null", "cd4", "pool", "virus", "damage", "imbalance"]
Named = Literal["mixture", "null", "cd4", "pool", "virus", "damage", "imbalance"]
Weight = Annotated[float, Bounded(0, 1000)]
Number = Annotated[float, Bounded(-1e9, 1e9)]


def word_or_weights(value: Any) -> str:
    """Tell weights of hypotheses from the name of one."""
    return "#weights" if isinstance(value, dict) else "#word"


Hypothesis = Annotated[
    Annotated[Named, Tag("#word")]
    | Annotated[dict[Explanation, Weight], Field(min_length=1), Tag("#weights")],
    Discriminator(word_or_weights),
]


class Activity(Block):
    """Disease activity before the drug; virtual patients who could have shown it are kept."""

    relapses: Annotated[int | None, Bounded(0, 20, "relapses", whole=True)] = Field(
        None, description="relapses in the year before the first dose, untreated"
    )
    gd: Annotated[int | None, Bounded(0, 200, "lesions", whole=True)] = Field(
        None, description="enhancing lesions on the last scan before the first dose"
    )


class Arm(Block):
    """What one arm adds to what all arms share."""

    row_wise: ClassVar = ("doses", "sessions", "treatments")

    doses: list[DoseItem] = Field(
        [], max_length=500, description="further doses of natalizumab, earliest first"
    )
    sessions: list[Session] = Field(
        [], max_length=200, description="further sessions, earliest first"
    )
    treatments: list[TreatmentItem] = Field(
        [], max_length=200, description="further treatments, in any order"
    )
    antibodies: AntiDrug | None = Field(
        None, description="antibodies to the drug, instead of the shared ones"
    )
    hypothesis: Hypothesis | None = Field(None, description="instead of the shared one")
    parameters: dict[Line, Number] = Field(
        {}, max_length=100, description="further parameter values by id"
    )
    virus: ArmVirusBlock | None = Field(
        None, description="surveillance and care of this arm, where the file has JC virus"
    )


class ScenarioFile(Block):
    """One virtual patient described: what is given, in one arm or several, and what is asked."""

    row_wise: ClassVar = ("doses", "sessions", "treatments", "levels", "saturations")
    parts: ClassVar = ("arms",)

    version: Literal["diapedesis/scenario/1"] = Field(
        alias="schema", description="kind and version of the file"
    )
    title: Line | None = Field(None, description="one line for table, figure and report")
    note: Text | None = Field(None, description="free text for the report")
    drug: Literal["natalizumab"] = Field(description="the drug")
    units: Units = Field(description="the unit of every kind of number")
    patient: Patient = Field(description="who, as in a case file")
    activity: Activity = Field(Activity(), description="disease activity before the drug, if known")
    doses: list[DoseItem] = Field(
        min_length=1, max_length=500, description="doses in all arms, earliest first"
    )
    sessions: list[Session] = Field(
        [], max_length=200, description="apheresis sessions in all arms, earliest first"
    )
    treatments: list[TreatmentItem] = Field(
        [], max_length=200, description="other treatments in all arms, in any order"
    )
    antibodies: AntiDrug = Field(AntiDrug(status="unknown"), description="antibodies to the drug")
    assays: dict[Line, AssayItem] = Field({}, max_length=20, description="laboratories by name")
    levels: list[LevelRow] = Field(
        [], max_length=200, description="measured serum levels, earliest first"
    )
    saturations: list[SaturationRow] = Field(
        [], max_length=200, description="measured alpha4-integrin saturations, earliest first"
    )
    until: Time = Field(description="last day to simulate")
    before: Annotated[float, Bounded(30, 3650, "d")] = Field(
        180.0, description="days untreated before the first dose, from which lesions are sampled"
    )
    virus: VirusBlock | None = Field(
        None, description="JC virus may come: the patients are those who get PML"
    )
    hypothesis: Hypothesis = Field(
        "mixture", description='why disease returns: a name (quote "null"), or weights by name'
    )
    parameters: dict[Line, Number] = Field(
        {}, max_length=100, description="parameter values by id, the same for every patient"
    )
    patients: Annotated[int, Bounded(2, 20_000, "patients", whole=True)] = Field(
        200, description="number of virtual patients"
    )
    seed: Annotated[int, Bounded(0, 999_999, whole=True)] = Field(
        1, description="same seed, same patients and chances"
    )
    arms: dict[Line, Arm] = Field(
        {}, max_length=8, description="what each arm adds, by name; one arm when left out"
    )
