"""The committed model card says what the model says."""

import difflib
import re
import subprocess
import sys
from pathlib import Path

import pytest
import sympy

from diapedesis.core import Assumption, Model, maximum, minimum, ramp
from diapedesis.core.links import links
from diapedesis.evidence import load_claims
from diapedesis.models import ms, pml
from diapedesis.report.card import COMMAND, _text, card, write
from diapedesis.report.evidence_pages import anchor

DOCS = Path(__file__).resolve().parents[2] / "docs"
CARD = DOCS / "model" / "CARD.md"
MODEL = pml()
TEXT = card(MODEL)
LINK = re.compile(r"\[([^]]+)\]\(\.\./(evidence/\w+\.md)#([\w-]+)\)")


def rows(head: str) -> list[list[str]]:
    """Return the cells of every table whose first column has this head."""
    found = []
    for block in TEXT.split("\n\n"):
        lines = [[c.strip() for c in line.strip("| ").split(" | ")] for line in block.splitlines()]
        if lines and lines[0][0] == head:
            found += lines[2:]
    return found


def test_the_committed_card_is_the_generated_one() -> None:
    committed = CARD.read_text(encoding="utf-8")
    lines = difflib.unified_diff(
        committed.splitlines(), TEXT.splitlines(), "committed", "generated", n=0
    )
    assert committed == TEXT, f"run `{COMMAND}`\n" + "\n".join(lines)


def test_every_term_is_on_it_once() -> None:
    for head, terms in (
        ("state", MODEL.states),
        ("parameter", MODEL.parameters),
        ("input", MODEL.inputs),
        ("port", {p.id: p for p in MODEL.ports.values()}),
    ):
        assert {row[0].strip("`") for row in rows(head)} == set(terms)
    assert len(rows("parameter")) == len(MODEL.parameters)
    laws = re.findall(r"^(\w+) \[[^\]]+\]  .+\n    = .+$", TEXT, re.MULTILINE)
    assert sorted(laws) == sorted([*MODEL.rules, *MODEL.fluxes])


def test_counts() -> None:
    counts = {what: int(n) for what, n in rows("what")}
    assumed = [r for r in rows("parameter") if r[-1].startswith("Assumption: ")]
    assert counts["parameters"] == len(MODEL.parameters)
    assert counts["parameters that are assumptions"] == len(assumed)
    assert counts["parameters that rest on claims"] == len(MODEL.parameters) - len(assumed)
    guessed_spreads = [p for p in MODEL.parameters.values() if isinstance(p.iiv_source, Assumption)]
    assert counts["spreads that are assumptions"] == len(guessed_spreads)


def test_every_claim_named_is_explained() -> None:
    listed = {LINK.fullmatch(row[0])[1] for row in rows("claim")}
    named = {c for p in MODEL.parameters.values() for c in getattr(p.source, "claims", ())}
    named |= {c for p in MODEL.parameters.values() for c in getattr(p.iiv_source, "claims", ())}
    assert listed == named
    assert listed <= set(load_claims())


def test_every_link_leads_to_a_heading_of_the_evidence_pages() -> None:
    links = LINK.findall(TEXT)
    assert {claim for claim, _, _ in links} >= {"pkpd 1.2", "own igg-level"}
    for claim, page, place in links:
        heads = re.findall(r"^### (.+)$", (DOCS / page).read_text(encoding="utf-8"), re.MULTILINE)
        assert claim in heads and place == anchor(claim)


def test_a_saturable_law_and_a_minimum_read_as_they_are_computed() -> None:
    assert "    = c*v_max/(c + k_m)\n" in TEXT
    assert re.search(r"v_plasma \[L\].*\n    = minimum\(.*, v_c_i\)\n", TEXT)
    assert "d a_p / dt = distribution\n" in TEXT


def test_a_minimum_a_maximum_and_a_ramp_are_told_apart() -> None:
    a, b = sympy.symbols("a b", real=True)
    assert _text(minimum(a - 1, b)) == "minimum(a - 1, b)"
    assert _text(maximum(a - 1, b)) == "maximum(a - 1, b)"
    assert _text(ramp(a, b)) == "ramp(a, b)"


MS_ENDS = ("tone_fold", "lesion_births", "relapse_background")


@pytest.mark.parametrize(
    ("model", "ends"), [(ms(), MS_ENDS), (pml(), (*MS_ENDS, "jc_cd8", "iris"))], ids=["ms", "pml"]
)
def test_a_card_lists_every_link_of_every_blood_subset(model: Model, ends: tuple) -> None:
    section = card(model).split("## Links\n")[1].split("\n## ")[0]
    found = [line.split(" | ") for line in section.splitlines() if line.startswith("| `")]
    assert {row[0].strip("| `") for row in found} == {"cd4", "cd8", "b_cell", "treg", "other"}
    for subset in ("cd4", "cd8", "b_cell", "treg"):
        ways = [row[1].strip("`") for row in found if row[0] == f"| `{subset}`"]
        assert ways == [" > ".join(link.way[1:]) for link in links(model, subset, ends)]
    assert ["| `other`", "none", " |"] in found


def test_it_is_written_and_printed(tmp_path: Path) -> None:
    write(tmp_path / "card.md")
    assert (tmp_path / "card.md").read_text(encoding="utf-8") == TEXT
    command = [sys.executable, "-m", "diapedesis.report.card"]
    done = subprocess.run(command, capture_output=True, check=True)
    assert done.stdout.decode("utf-8") == TEXT
