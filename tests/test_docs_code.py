"""Every Python block of the README and the guides runs, and what it says it prints, it prints."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
import re
from pathlib import Path

import pytest

import diapedesis

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
PAGES += [
    p for d in ("guide", "reference", "decisions") for p in sorted((ROOT / "docs" / d).glob("*.md"))
]
BLOCK = re.compile(r"^```python\n(.*?)^```", re.M | re.S)
WITH_CODE = [p for p in PAGES if BLOCK.search(p.read_text("utf-8"))]


@pytest.mark.parametrize("page", WITH_CODE, ids=lambda p: p.name)
def test_code_of_a_page_runs(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(tmp_path)
    scope: dict[str, object] = {"__name__": "page"}
    for block in BLOCK.findall(page.read_text("utf-8")):
        if block.lstrip().startswith(">>>"):
            parsed = doctest.DocTestParser().get_doctest(block, scope, page.name, str(page), 0)
            result = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(
                parsed, clear_globs=False
            )
            assert result.failed == 0
            scope |= parsed.globs
        else:
            exec(compile(block, str(page), "exec"), scope)


def modules() -> list[str]:
    found = pkgutil.walk_packages(diapedesis.__path__, "diapedesis.")
    # not Python's but the kernels' language; runs the command line
    skip = ("driver", "vectors", "steps_tsit5", "steps_rodas5p", "__main__")
    return [m.name for m in found if m.name.rsplit(".", 1)[-1] not in skip]


@pytest.mark.parametrize("name", modules())
def test_examples_of_a_module_run(name: str) -> None:
    result = doctest.testmod(importlib.import_module(name), optionflags=doctest.ELLIPSIS)
    assert result.failed == 0
