"""The committed pages of the evidence, and what rests on a claim."""

from __future__ import annotations

import difflib
import re
from pathlib import Path

import pytest

from diapedesis.evidence import KINDS, fittable, load_claims, load_papers, resolve
from diapedesis.report.evidence_pages import COMMAND, GROUPS, anchor, main, page_of, pages, text
from diapedesis.report.evidence_uses import NUMBERS, TUNED, Use, use_faults, uses, uses_of

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "evidence"
PAGES = pages()


@pytest.mark.parametrize("name", sorted(PAGES))
def test_the_committed_page_is_the_generated_one(name: str) -> None:
    committed = (FOLDER / name).read_text(encoding="utf-8")
    lines = difflib.unified_diff(
        committed.splitlines(), PAGES[name].splitlines(), "committed", "generated", n=0
    )
    assert committed == PAGES[name], f"run `{COMMAND}`\n" + "\n".join(lines)


def test_no_other_page_stands_in_the_folder(tmp_path: Path) -> None:
    assert {p.name for p in FOLDER.iterdir()} == set(PAGES)
    main([str(tmp_path / "evidence")])
    written = {p.name: p.read_text(encoding="utf-8") for p in (tmp_path / "evidence").iterdir()}
    assert written == PAGES


def test_every_claim_and_paper_has_one_heading_and_its_own_anchor() -> None:
    heads = [
        (name, head)
        for name in PAGES
        for head in re.findall(r"^### (.+)$", PAGES[name], re.MULTILINE)
    ]
    claims = {(f"{page_of(id)}.md", id) for id in load_claims()}
    assert set(heads) == claims | {("papers.md", id) for id in load_papers()}
    anchors = [(name, anchor(head)) for name, head in heads]
    assert len(set(anchors)) == len(anchors)


def test_every_link_inside_leads_to_a_heading() -> None:
    heads = {
        (name, anchor(head))
        for name in PAGES
        for head in re.findall(r"^### (.+)$", PAGES[name], re.MULTILINE)
    }
    links = [
        link for page in PAGES.values() for link in re.findall(r"\((\w+\.md)#([\w-]+)\)", page)
    ]
    assert len(links) > 900
    assert set(links) <= heads


def test_a_claim_stands_with_its_paper_how_sure_it_is_and_who_disputes_it() -> None:
    page = PAGES["pkpd.md"]
    block = page[page.index("### pkpd 1.18\n") : page.index("### pkpd 1.19\n")]
    assert r"**23-29** \[ug/mL\]" in block
    assert "[tysabri-label-ch-57273](papers.md#tysabri-label-ch-57273)" in block
    assert "How sure: L, label or product information read" in block
    assert "Disputed by: [pkpd 3.4](pkpd.md#pkpd-34): " in block
    assert KINDS["bootstrap"] in page


def test_signs_of_markdown_are_escaped() -> None:
    assert text("<50 % [Kleiter] 1*2 a_b") == r"\<50 % \[Kleiter\] 1\*2 a\_b"
    assert set(GROUPS) == {page_of(id) for id in load_claims()}


def test_uses_name_parameters_figures_and_behaviours() -> None:
    found = uses()
    assert {u.kind for u in found} >= {
        *("parameter", "spread between patients", "calibration figure", TUNED),
        *("behaviour to check", "text", "assumption"),
    }
    assert {(u.kind, u.place) for u in uses_of("pkpd 1.17")} >= {
        ("calibration figure", "cmax"),
        ("behaviour to tune to", "pk.cmax_mean"),
    }


def test_everything_that_is_used_resolves_and_nothing_is_fitted_to_memory() -> None:
    assert use_faults(uses()) == []
    for use in uses():
        if use.kind in NUMBERS:
            assert all(fittable(resolve(id)) for id in use.claims), use


@pytest.mark.parametrize(
    ("use", "fault"),
    [
        (Use("parameter", "x of m", ("pkpd 1.170",)), "unknown claim 'pkpd 1.170'; near matches"),
        (Use("parameter", "x of m", ("R165",)), "R165 is from memory; name another claim"),
        (Use("calibration figure", "x", ("pml 2.2",)), "pml 2.2 is derived from other rows"),
        (Use("behaviour to tune to", "x", ("R165", "pml 2.2")), "may be fitted to"),
    ],
)
def test_a_bad_use_is_told(use: Use, fault: str) -> None:
    faults = use_faults((use,))
    assert len(faults) == 1 and fault in faults[0]


def test_what_is_only_shown_or_checked_may_rest_on_memory() -> None:
    assert (
        use_faults((Use("behaviour to check", "x", ("R165",)), Use("text", "y", ("R165",)))) == []
    )
