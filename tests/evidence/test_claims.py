"""Claims: each can be found, stands alone, and says how sure it is."""

import csv
import hashlib
import re
import subprocess
import sys
from collections import Counter
from importlib.resources import files
from pathlib import Path

import pytest

from diapedesis.evidence import (
    KINDS,
    SURE,
    Reading,
    UnknownClaim,
    fittable,
    load_claims,
    load_papers,
    read_count,
    read_value,
    resolve,
    resolve_all,
    unresolved,
)
from diapedesis.evidence.claims import TABLES

ROOT = Path(__file__).resolve().parents[2]
CLAIMS = list(load_claims().values())
BEHAVIOURS = files("diapedesis.validation") / "data" / "behaviours.csv"


def behaviours():
    return list(csv.DictReader(BEHAVIOURS.read_text(encoding="utf-8").splitlines()))


def rows(name):
    text = (files("diapedesis.evidence") / "data" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def test_every_source_of_a_behaviour_resolves():
    ids = [part.strip() for b in behaviours() for part in b["source"].split(";")]
    assert len(ids) > 90
    assert unresolved(ids) == []


def test_behaviours_are_the_published_file_byte_for_byte():
    readme = (files("diapedesis.validation") / "data" / "README.md").read_text(encoding="utf-8")
    assert hashlib.sha256(BEHAVIOURS.read_bytes()).hexdigest() in readme


def test_a_behaviour_to_tune_rests_on_something_fittable():
    for b in behaviours():
        if b["role"] == "tune":
            assert any(fittable(c) for c in resolve_all(b["source"])), b["id"]


def test_ids_are_unique_over_all_tables():
    ids = [row["id"] for name in TABLES for row in rows(name)]
    assert [i for i, k in Counter(ids).items() if k > 1] == []
    assert len(ids) == len(CLAIMS)


def test_ids_have_the_form_of_their_table():
    assert all(re.fullmatch(r"(pkpd|pml) \d+\.\d+b?|R\d{3}", r["id"]) for r in rows(TABLES[0]))
    assert all(re.fullmatch(r"own [a-z-]+", r["id"]) for r in rows(TABLES[1]))


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda c: c.id)
def test_a_claim_stands_alone(claim):
    assert claim.sure in SURE and claim.interval in KINDS
    assert claim.topic and claim.quantity and claim.value and claim.cited
    for cell in (claim.quantity, claim.population, claim.cited, claim.locator):
        assert not re.match(r"(same|as above|labels)\b", cell), cell
    assert claim.cited not in {"-", "–", "none"}
    assert all(id in load_papers() for id in claim.papers)
    assert claim.papers or claim.sure in "DM"


def test_numbers_of_a_claim_stand_in_its_value():
    for claim in CLAIMS:
        digits = claim.value.replace(",", "")
        for number in (claim.number, claim.low, claim.high, claim.spread):
            printed = number is None or re.search(rf"(?<![\d.]){number:.10g}\.?0*(?!\d)", digits)
            assert printed, claim.id
        if claim.low is not None and claim.high is not None:
            assert claim.low <= claim.high
            assert claim.number is None or claim.low <= claim.number <= claim.high
        if claim.n is not None:
            assert str(claim.n) in claim.population.replace(",", ""), claim.id


def test_own_claims_hold_what_the_reader_of_values_finds():
    for row in rows(TABLES[1]):
        context = " ".join(row[k] for k in ("quantity", "unit", "population"))
        reading, claim = read_value(row["value"], context), resolve(row["id"])
        found = Reading(claim.number, claim.low, claim.high, claim.spread, claim.interval)
        assert found == reading, row["id"]
        assert claim.n == read_count(row["population"]), row["id"]


def test_disputes_go_both_ways():
    disputed = [(c.id, d.claim, d.about) for c in CLAIMS for d in c.disputed_by]
    assert len(disputed) > 80
    assert {(b, a, about) for a, b, about in disputed} == set(disputed)
    assert {d.claim for d in resolve("pml 4.32").disputed_by} == {"pkpd 2.30", "pml 4.29"}


def test_what_is_derived_or_from_memory_is_not_fittable():
    refused = {c.id for c in CLAIMS if not fittable(c)}
    assert refused == {c.id for c in CLAIMS if c.sure in "DM"}
    assert {"pml 1.18", "pml 2.2", "R165", "pkpd 8.7"} <= refused
    assert fittable(resolve("pkpd 1.17"))


def test_an_unknown_id_says_what_was_found_what_is_near_and_how_to_fix_it():
    with pytest.raises(UnknownClaim) as caught:
        resolve("pkpd 1.170")
    assert caught.value.found == "pkpd 1.170"
    assert caught.value.near[0] == "pkpd 1.17"
    assert re.search(r"'pkpd 1\.170'.*near matches: pkpd 1\.17.*Fix: ", str(caught.value))


def test_an_id_like_no_other_says_so():
    with pytest.raises(UnknownClaim, match=r"'tea'; no id is near\. Fix: "):
        resolve("tea")


def test_a_cell_with_several_ids_keeps_their_order():
    cell = "pkpd 1.15;pkpd 1.3 ; R023"
    assert [c.id for c in resolve_all(cell)] == ["pkpd 1.15", "pkpd 1.3", "R023"]
    assert resolve_all("") == ()
    with pytest.raises(UnknownClaim):
        resolve_all("pkpd 1.15; R999")


def test_unresolved_keeps_the_order_and_the_known_out():
    assert unresolved(["R999", "R023", "pml 99.1"]) == ["R999", "pml 99.1"]


def test_claims_cannot_be_changed():
    with pytest.raises(TypeError):
        load_claims()["R023"] = resolve("R024")
    with pytest.raises(AttributeError):
        resolve("R023").value = "0"


def test_both_rows_numbered_2_32_are_kept():
    assert resolve("pkpd 2.32").value == "97 / 98 / 40 / 77"
    assert resolve("pkpd 2.32b").unit == "g/L"


def test_the_counts_in_the_documentation_are_those_of_the_tables():
    page = (ROOT / "docs/reference/evidence.md").read_text(encoding="utf-8")
    shown = re.findall(r"^\| ([A-Z]) \| (.+?) \| (\d+) \| (\d+) \|$", page, flags=re.M)
    counts = [Counter(r["sure"] for r in rows(name)) for name in TABLES]
    assert shown == [(k, SURE[k], str(counts[0][k]), str(counts[1][k])) for k in SURE]


def test_import_is_quick_and_light():
    code = (
        "import sys, time; t = time.perf_counter(); import diapedesis.evidence as e;"
        " e.load_claims(); print(time.perf_counter() - t);"
        " print(sorted({'numpy', 'pandas', 'scipy', 'sympy'} & set(sys.modules)))"
    )
    runs = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        for _ in range(3)
    ]
    assert all(r.stdout.splitlines()[1] == "[]" for r in runs)
    assert min(float(r.stdout.splitlines()[0]) for r in runs) < 0.2
