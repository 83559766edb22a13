"""Commands on the evidence store: show a claim or paper, search, check that everything resolves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from diapedesis.app.cli.session import BAD_INPUT, NO_ANSWER, fail

if TYPE_CHECKING:
    from diapedesis.evidence import Claim, Paper

MOST_SAID = 80
"""Signs of what was asked that are said again in an error."""

app = typer.Typer(help="Published facts behind the model, and their papers.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]


@app.command("show")
def show(
    name: Annotated[list[str], typer.Argument(metavar="ID", help="Claim (pkpd 1.17) or paper.")],
    as_json: AsJson = False,
) -> None:
    """Show a claim or a paper: every field, how sure, who disputes it, what rests on it."""
    from diapedesis.evidence import UnknownPaper, load_claims, resolve_paper

    id, claims = " ".join(name), load_claims()
    if id in claims:
        data, lines = _claim_data(claims[id]), _claim_lines(claims[id])
    else:
        try:
            paper = resolve_paper(id)
        except UnknownPaper:
            fail(_unknown(id), NO_ANSWER)
        data, lines = _paper_data(paper), _paper_lines(paper)
    _print(data if as_json else None, lines)


@app.command("search")
def search(
    text: Annotated[
        list[str],
        typer.Argument(help="Words; infus* for a beginning, paper:khatri or sure:A for a field."),
    ],
    limit: Annotated[int, typer.Option(min=1, help="Most hits to show.")] = 20,
    as_json: AsJson = False,
) -> None:
    """Search claims and papers, the best fit first. Exit code 1 when nothing is found."""
    from diapedesis.evidence import Claim
    from diapedesis.evidence import search as find

    try:
        found = find(" ".join(text), limit)
    except ValueError as error:
        fail(str(error), BAD_INPUT)
    lines = [_hit_line(hit.item) for hit in found.hits]
    if not lines:
        near = f" Near words: {', '.join(found.near)}." if found.near else ""
        lines = [f"nothing found for {_short(found.text)!r}.{near}"]
    hits = [
        {"kind": "claim" if isinstance(h.item, Claim) else "paper", "id": h.item.id}
        | {"score": round(h.score, 3), "text": _hit_line(h.item)}
        for h in found.hits
    ]
    data = {"text": found.text, "hits": hits, "near": list(found.near)}
    _print(data if as_json else None, lines)
    if not found.hits:
        raise typer.Exit(NO_ANSWER)


@app.command("check")
def check(
    cases: Annotated[
        list[Path] | None, typer.Argument(metavar="[CASE]...", help="Case files to check as well.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check that every id used anywhere resolves and the store is sound. Exit code 1 on a fault."""
    from diapedesis.evidence import load_claims, load_papers, read_store, store_faults
    from diapedesis.report.evidence_uses import use_faults, uses

    found = uses()
    faults = [*store_faults(read_store()), *use_faults(found), *_case_faults(cases or [])]
    counts = {"claims": len(load_claims()), "papers": len(load_papers()), "uses": len(found)}
    lines = [f"fault: {fault}" for fault in faults]
    lines.append(
        f"{counts['claims']} claims, {counts['papers']} papers, {counts['uses']} places that name"
        f" claims, {len(cases or [])} case files: {len(faults) or 'no'} faults"
    )
    _print({**counts, "faults": faults} if as_json else None, lines)
    if faults:
        raise typer.Exit(NO_ANSWER)


def _case_faults(paths: list[Path]) -> list[str]:
    from diapedesis.exchange import CaseError, read_case

    faults = []
    for path in paths:
        try:
            read_case(path)
        except CaseError as error:
            faults.append(str(error))
    return faults


def _unknown(id: str) -> str:
    from difflib import get_close_matches

    from diapedesis.evidence import load_claims, load_papers

    known = {x.casefold(): x for x in (*load_claims(), *load_papers())}
    near = [known[x] for x in get_close_matches(id.casefold(), known, n=3, cutoff=0.6)]
    like = f"near ids: {', '.join(near)}" if near else "no id is near"
    found = f"no claim or paper has the id {_short(id)!r}"
    return f"{found}; {like}. Or search: diapedesis evidence search"


def _short(text: str) -> str:
    return text if len(text) <= MOST_SAID else f"{text[:MOST_SAID]}..."


def _claim_data(claim: Claim) -> dict[str, Any]:
    from dataclasses import asdict

    from diapedesis.evidence import KINDS, SURE, resolve_paper
    from diapedesis.report.evidence_uses import uses_of

    return {
        "kind": "claim",
        **asdict(claim),
        "papers": [dict(resolve_paper(id).csl) for id in claim.papers],
        "interval_meaning": KINDS[claim.interval] if claim.interval else "",
        "sure_meaning": SURE[claim.sure],
        "used_by": [{"kind": u.kind, "place": u.place} for u in uses_of(claim.id)],
    }


def _claim_lines(claim: Claim) -> list[str]:
    from diapedesis.evidence import KINDS, SURE, fittable, resolve_paper
    from diapedesis.report.evidence_uses import uses_of

    numbers = {k: getattr(claim, k) for k in ("number", "low", "high", "spread")}
    read = ", ".join(f"{k} {v:g}" for k, v in numbers.items() if v is not None)
    fitted = "" if fittable(claim) else "; nothing is fitted to it"
    rows = [
        ("topic", claim.topic),
        ("quantity", claim.quantity),
        ("value", claim.value),
        ("unit", claim.unit),
        ("in numbers", read and f"{read} (interval: {KINDS[claim.interval]})"),
        ("in whom", claim.population + (f" (n = {claim.n})" if claim.n is not None else "")),
        ("cited", claim.cited),
        *(("paper", f"{id}: {_reference(resolve_paper(id))}") for id in claim.papers),
        ("read at", claim.locator),
        ("how sure", f"{claim.sure}: {SURE[claim.sure]}{fitted}"),
        ("note", claim.note),
        *(("disputed by", f"{d.claim}: {d.about}") for d in claim.disputed_by),
        *(("used by", f"{u.kind}: {u.place}") for u in uses_of(claim.id)),
    ]
    return [f"claim {claim.id}", *_aligned(rows)]


def _paper_data(paper: Paper) -> dict[str, Any]:
    return {"kind": "paper", "csl": dict(paper.csl), "claims": [c.id for c in _resting(paper)]}


def _paper_lines(paper: Paper) -> list[str]:
    custom = paper.csl["custom"]
    rows = [
        ("reference", paper.reference),
        *((k, str(paper.csl[k])) for k in ("DOI", "PMID", "PMCID", "URL") if k in paper.csl),
        ("trials", ", ".join(custom.get("trials", []))),
        ("note", str(paper.csl.get("note", ""))),
        *(("cited as", text) for text in custom["cited"]),
        ("cases", ", ".join(custom.get("cases", []))),
        *(("claim", _hit_line(c)) for c in _resting(paper)),
    ]
    return [f"paper {paper.id}", *_aligned(rows)]


def _resting(paper: Paper) -> list[Claim]:
    from diapedesis.evidence import load_claims

    return [c for c in load_claims().values() if paper.id in c.papers]


def _reference(paper: Paper) -> str:
    return " ".join(filter(None, (paper.reference, paper.link)))


def _hit_line(item: Claim | Paper) -> str:
    from diapedesis.evidence import Claim, resolve_paper

    if not isinstance(item, Claim):
        return f"{item.id}  {_reference(item)}"
    value = f"{item.value} {item.unit}".strip()
    papers = ", ".join(resolve_paper(id).short for id in item.papers) or "no paper"
    disputed = "; disputed" if item.disputed_by else ""
    return f"{item.id}  {item.quantity}: {value} [{papers}; {item.sure}{disputed}]"


def _aligned(rows: list[tuple[str, str]]) -> list[str]:
    return [f"  {name:<12} {text}" for name, text in rows if text]


def _print(data: dict[str, Any] | None, lines: list[str]) -> None:
    if data is None:
        typer.echo("\n".join(lines))
    else:
        typer.echo(json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False))
