"""The pages about the model: their examples run, and their table of faults is the one in use."""

import doctest
import re
from pathlib import Path

import pytest

from diapedesis.core import CODES

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.mark.parametrize("name", ["guide/mechanisms.md", "model/apheresis.md"])
def test_examples_run(name: str) -> None:
    text = (DOCS / name).read_text(encoding="utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    test = doctest.DocTestParser().get_doctest("\n".join(blocks), {}, name, name, 0)
    assert test.examples
    told: list[str] = []
    doctest.DocTestRunner(verbose=False).run(test, out=told.append)
    assert not told, "".join(told)


def test_the_table_of_faults_is_complete() -> None:
    text = (DOCS / "guide" / "mechanisms.md").read_text(encoding="utf-8")
    assert dict(re.findall(r"^\| (M\d{3}) \| ([^|]+) \|", text, re.MULTILINE)) == CODES
