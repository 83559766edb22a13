"""The tables of README and guide say what ``benchmarks/results.json`` says."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def tables() -> ModuleType:
    path = ROOT / "scripts" / "readme_tables.py"
    spec = importlib.util.spec_from_file_location("readme_tables", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


RESULTS = json.loads((ROOT / "benchmarks" / "results.json").read_text("utf-8"))


def test_every_page_shows_the_results(tables: ModuleType) -> None:
    for page in tables.PAGES:
        text = page.read_text("utf-8")
        assert text == tables.filled(text, tables.table(RESULTS)), page.name


def test_targets_and_verdicts() -> None:
    rows = {r["id"]: r for r in RESULTS["rows"]}
    wanted = {
        "map_12": 0.005,
        "map_24": 0.005,
        "posterior": 1.0,
        "plan_warm": 2.0,
        "plan_cold": 5.0,
    }
    assert {k: rows[k]["target_seconds"] for k in wanted} == wanted
    for r in rows.values():
        if "target_seconds" in r:
            assert r["met"] == (r["seconds"] <= r["target_seconds"])


def test_all_engines_solved_the_same_problem() -> None:
    """Beside every speed stands an error against one reference, and none is large."""
    engine = json.loads((ROOT / "benchmarks" / "engine" / "results.json").read_text("utf-8"))
    for id in ("a", "b", "c"):
        for name, found in engine["errors"][id].items():
            assert found["1e-06"]["p95"] < 1e-3, (id, name)


def test_a_missed_target_is_written_as_missed(tables: ModuleType) -> None:
    slow = {**RESULTS["rows"][0], "seconds": 0.5, "met": False}
    text = tables.table({**RESULTS, "rows": [slow]})
    assert "≤ 5 ms: **missed**" in text
    assert "500 ms" in text


def test_durations_have_two_digits_and_a_unit(tables: ModuleType) -> None:
    found = [tables.duration(x) for x in (0.0123, 0.25, 0.999, 3.21, 63.1)]
    assert found == ["12 ms", "250 ms", "999 ms", "3.2 s", "63 s"]
