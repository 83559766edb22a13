"""From the blocks of a published case to its records."""

from __future__ import annotations

from typing import Any

from diapedesis.cases.case import (
    CaseSubject,
    Citation,
    Exposure,
    Fact,
    GivenTreatment,
    Moment,
    PublishedCase,
)
from diapedesis.cases.days import Since
from diapedesis.exchange.case_sections import Draft
from diapedesis.exchange.published_schema import (
    CitationBlock,
    ExposureBlock,
    FactBlock,
    MomentBlock,
    SinceBlock,
    SubjectBlock,
    TreatmentBlock,
)


def case_of(draft: Draft) -> PublishedCase:
    """Return the case of a draft without faults."""
    return PublishedCase(**parts_of(draft))


def parts_of(draft: Draft) -> dict[str, Any]:
    """Return the fields of the case of a draft that could be read as a whole."""
    rest = draft.rest
    plain = ("id", "title", "claim", "group", "usable_timeline", "patients")
    return {
        **{name: rest[name] for name in plain},
        "citation": _citation_of(rest["citation"]),
        "moment": moment_of(rest["moment"]),
        "subject": _subject_of(rest["subject"]),
        "exposure": _exposure_of(rest["exposure"]),
        "tags": tuple(rest["tags"]),
        "treatments": tuple(_treatment_of(row) for _, row in draft.lists["treatments"]),
        "given": tuple(fact_of(row) for _, row in draft.lists["given"]),
        "observed_later": tuple(fact_of(row) for _, row in draft.lists["observed_later"]),
    }


def fact_of(row: FactBlock) -> Fact:
    """Return the record of a fact."""
    return Fact(**_plain(row, words=tuple(row.words)))


def moment_of(block: MomentBlock) -> Moment:
    """Return the record of the moment."""
    return Moment(block.event, block.day, block.estimated, block.note or "")


def _treatment_of(row: TreatmentBlock) -> GivenTreatment:
    return GivenTreatment(**_plain(row))


def _plain(row: FactBlock | TreatmentBlock, **instead: Any) -> dict[str, Any]:
    """Return the fields of a row, with empty texts for those left out."""
    fields = {name: getattr(row, name) for name in type(row).model_fields}
    texts = {"unit": row.unit or "", "note": row.note or ""}
    return {**fields, **texts, "since": _since_of(row.since), **instead}


def _since_of(block: SinceBlock | None) -> Since | None:
    return None if block is None else Since(block.event, block.days)


def _citation_of(block: CitationBlock) -> Citation:
    fields = {name: getattr(block, name) for name in CitationBlock.model_fields}
    return Citation(**{**fields, "title": block.title or ""})


def _subject_of(block: SubjectBlock) -> CaseSubject:
    fields = {name: getattr(block, name) for name in SubjectBlock.model_fields}
    return CaseSubject(**{**fields, "note": block.note or ""})


def _exposure_of(block: ExposureBlock) -> Exposure:
    fields = {name: getattr(block, name) for name in ExposureBlock.model_fields}
    return Exposure(**{**fields, "estimated": tuple(block.estimated), "note": block.note or ""})
