"""A good published case, ways to spoil it, and the faults that a text is refused with."""

from typing import Any

import pytest
import yaml

from diapedesis.exchange import CaseError, Fault
from diapedesis.exchange.published import parse_published
from tests.exchange.cases import put

GOOD = """\
schema: diapedesis/published-case/1
id: doe-2020-p1
title: A good case
claim: Nothing
group: B
usable_timeline: high
patients: 3
tags: [pml]
citation: {authors: Doe J, year: 2020, title: T, journal: J, doi: 10.1/x, pmid: 7,
  paper: calvi-2014, how_sure: made up}
subject: {age: 44, sex: male, weight: 80, jcv_positive: true, jcv_index: 2.5,
  prior_immunosuppressant: false, note: none}
exposure: {infusions: [30, 36], months: {at_least: 33}, interval: 28, estimated: [infusions]}
moment: {event: pml_diagnosis, day: [0, 28], estimated: true}
treatments:
  - {what: plex, day: [14, 35], end: 40, number: 5}
  - {what: mefloquine, since: {event: plex, days: 0}, amount: 250, unit: mg/week}
  - {what: steroid, since: {event: iris_onset, days: [0, 3]}}
  - {what: filgrastim, given: "no"}
  - {what: maraviroc, given: unknown}
given:
  - {kind: mri_pml, day: -9, value: 0.4, unit: mL, words: [lesion, enhancing]}
  - {kind: csf_jcv, since: {event: moment, days: [-3, 0]}, value: 40, unit: copies/mL, patients: 2}
observed_later:
  - {kind: iris_onset, since: {event: plex_end, days: [10, 20]}, estimated: true}
  - {kind: edss, day: 300, value: [5, 6], unit: EDSS, note: at the end}
  - {kind: alive, day: {at_least: 300}}
"""


def good() -> Any:
    return yaml.safe_load(GOOD)


class Plain(yaml.SafeDumper):
    """YAML without anchors, where one value stands twice."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def edited(changes: dict[str, Any]) -> str:
    tree = good()
    for place, value in changes.items():
        put(tree, place, value)
    return yaml.dump(tree, Dumper=Plain, sort_keys=False)


def faults(text: str) -> list[Fault]:
    with pytest.raises(CaseError) as caught:
        parse_published(text, "case.yaml")
    assert str(caught.value).splitlines()[0].endswith("the published case was not read.")
    return caught.value.faults
