"""Writes the published descriptions of files: JSON Schemas and generated tables.

Run ``python -m diapedesis.exchange.case_reference docs/reference`` after a change of the blocks.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from diapedesis.cases.kinds import KINDS
from diapedesis.exchange.case_block import Block
from diapedesis.exchange.case_fields import blocks, rows
from diapedesis.exchange.case_file import CaseFile
from diapedesis.exchange.case_units import CANONICAL, SPELLINGS, factor
from diapedesis.exchange.faults import CODES
from diapedesis.exchange.files import write_atomic
from diapedesis.exchange.published_schema import PublishedFile
from diapedesis.exchange.scenario_file import ScenarioFile


@dataclass(frozen=True)
class Described:
    """A kind of file: its blocks, the page and the schema that describe it."""

    top: type[Block]
    page: str
    schema: str
    title: str


CASE = Described(CaseFile, "case-file.md", "case.schema.json", "Diapedesis case file")
SCENARIO = Described(
    ScenarioFile, "scenario-file.md", "scenario.schema.json", "Diapedesis scenario file"
)
PUBLISHED = Described(
    PublishedFile,
    "published-case.md",
    "published-case.schema.json",
    "Diapedesis published case",
)


def json_schema(kind: Described) -> str:
    """Return the JSON Schema of a kind of file as text.

    The schema knows keys, kinds and words. What depends on a unit or on several values (plausible
    ranges, order, overlap) only the reader checks.
    """
    schema = without_null(kind.top.model_json_schema())
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = kind.title
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def without_null(schema: Any) -> Any:
    """Return a schema in which a key may be left out but not be null, as the reader has it."""
    if isinstance(schema, list):
        return [without_null(part) for part in schema if part != {"type": "null"}]
    if not isinstance(schema, dict):
        return schema
    kept = {k: without_null(v) for k, v in schema.items() if not (k == "default" and v is None)}
    only = kept.get("anyOf")
    if isinstance(only, list) and len(only) == 1:
        del kept["anyOf"]
        kept |= only[0]
    return kept


def field_tables(kind: Described) -> str:
    """Return a table of keys for every block, in the order of the file."""
    places: dict[type[Block], list[str]] = {}
    for place, block in blocks(kind.top):
        places.setdefault(block, []).append(f"`{place}`" if place else "the top")
    parts = []
    for block, found in places.items():
        purpose = (block.__doc__ or "").split("\n\n")[0].strip()
        parts.append(f"### {purpose.rstrip('.')}\n\nAt {' and '.join(found)}.\n")
        parts.append("| key | takes | default | meaning |\n|---|---|---|---|")
        parts += [f"| `{r.key}` | {r.takes} | {r.default} | {r.meaning} |" for r in rows(block)]
        parts.append("")
    return "\n".join(parts)


def unit_table() -> str:
    """Return the table of accepted units."""
    lines = ["| kind | unit | also written | one of it is |", "|---|---|---|---|"]
    for kind, units in SPELLINGS.items():
        for unit, also in units.items():
            size = f"{factor(kind, unit):g} {CANONICAL[kind]}"
            lines.append(f"| `{kind}` | `{unit}` | {', '.join(f'`{a}`' for a in also)} | {size} |")
    return "\n".join(lines) + "\n"


def kind_table() -> str:
    """Return the table of the kinds of fact of a published case."""
    lines = ["| kind | meaning | unit of a value | words | outcome |", "|---|---|---|---|---|"]
    for name, kind in KINDS.items():
        unit = " or ".join(f"`{u}`" for u in kind.units)
        words = ", ".join(f"`{w}`" for w in kind.words)
        outcome = "yes" if kind.outcome else ""
        lines.append(f"| `{name}` | {kind.meaning} | {unit} | {words} | {outcome} |")
    return "\n".join(lines) + "\n"


def code_table() -> str:
    """Return the table of fault codes."""
    lines = ["| code | message | fix |", "|---|---|---|"]
    lines += [f"| {code} | {title} | {fix} |" for code, (title, fix) in CODES.items()]
    return "\n".join(lines) + "\n"


def page(text: str, kind: Described) -> str:
    """Return the page with those generated parts renewed that it has."""
    tables = {
        "fields": field_tables(kind),
        "units": unit_table(),
        "kinds": kind_table(),
        "codes": code_table(),
    }
    for name, table in tables.items():
        begin, end = f"<!-- {name}:begin -->\n", f"<!-- {name}:end -->"
        if begin in text:
            head, rest = text.split(begin, 1)
            text = head + begin + "\n" + table + "\n" + end + rest.split(end, 1)[1]
    return text


def main(folder: str) -> None:
    """Renew the schemas and the pages in a folder."""
    place = Path(folder)
    for kind in (CASE, SCENARIO, PUBLISHED):
        write_atomic(place / kind.schema, json_schema(kind))
        old = (place / kind.page).read_text(encoding="utf-8")
        write_atomic(place / kind.page, page(old, kind))


if __name__ == "__main__":
    main(sys.argv[1])
