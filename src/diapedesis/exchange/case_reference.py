"""Writes the published description of the case file: the JSON Schema and the generated tables.

Run ``python -m diapedesis.exchange.case_reference docs/reference`` after a change of the blocks.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from diapedesis.exchange.case_fields import blocks, rows
from diapedesis.exchange.case_file import CaseFile
from diapedesis.exchange.case_units import CANONICAL, SPELLINGS, factor
from diapedesis.exchange.faults import CODES
from diapedesis.exchange.files import write_atomic

PAGE = "case-file.md"
SCHEMA = "case.schema.json"


def json_schema() -> str:
    """Return the JSON Schema of a case file as text.

    The schema knows keys, kinds and words. What depends on a unit or on several values (plausible
    ranges, order, overlap) only the reader checks.
    """
    schema = without_null(CaseFile.model_json_schema())
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "Diapedesis case file"
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


def field_tables() -> str:
    """Return a table of keys for every block, in the order of the file."""
    parts = []
    for place, block in blocks():
        purpose = (block.__doc__ or "").strip()
        parts.append(
            f"### {purpose.rstrip('.')}\n\n{f'At `{place}`' if place else 'At the top'}.\n"
        )
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


def code_table() -> str:
    """Return the table of fault codes."""
    lines = ["| code | message | fix |", "|---|---|---|"]
    lines += [f"| {code} | {title} | {fix} |" for code, (title, fix) in CODES.items()]
    return "\n".join(lines) + "\n"


def page(text: str) -> str:
    """Return the page with its generated parts renewed."""
    for name, table in (("fields", field_tables), ("units", unit_table), ("codes", code_table)):
        begin, end = f"<!-- {name}:begin -->\n", f"<!-- {name}:end -->"
        head, rest = text.split(begin, 1)
        text = head + begin + "\n" + table() + "\n" + end + rest.split(end, 1)[1]
    return text


def main(folder: str) -> None:
    """Renew the schema and the page in a folder."""
    place = Path(folder)
    write_atomic(place / SCHEMA, json_schema())
    write_atomic(place / PAGE, page((place / PAGE).read_text(encoding="utf-8")))


if __name__ == "__main__":
    main(sys.argv[1])
