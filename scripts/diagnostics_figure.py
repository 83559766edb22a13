"""Draw the figure of the guide to diagnostics: ``python scripts/diagnostics_figure.py``.

Forty virtual patients of the model, infusions every four or six weeks, six levels each; their
predictive check goes to ``docs/guide/figures/diagnostics_vpc.svg``. The same version writes the
same bytes.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from matplotlib import rc_context

from diapedesis.infer.diagnostics import diagnose
from diapedesis.infer.fit import fit
from diapedesis.infer.names import stream
from diapedesis.infer.replicates import simulate_readings
from diapedesis.observe import Assay, Level, Subject
from diapedesis.report.diagnostics_figures import vpc_figure
from diapedesis.simulate import Protocol

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "guide" / "figures"
SEED = 1
ASSAY = Assay(lloq=1.0)


def virtual(number: int) -> Subject:
    """Return a patient with levels drawn from the model."""
    gap = 28.0 if number % 2 else 42.0
    plain = Subject(Protocol.every(gap, n=6), id=f"virtual {number}", height=1.7)
    chance = stream(plain, SEED, "design")
    weight = 77.0 * float(2 ** (0.3 * chance.standard_normal()))
    late = chance.uniform(gap, 90.0, 2)
    days = [chance.uniform(0.5, 2.0), chance.uniform(6, 9), chance.uniform(13, 16), gap, *late]
    given = Protocol.every(gap, n=6, weight=weight)
    levels = tuple(Level(5 * gap + float(d), None, ASSAY) for d in days)
    subject = replace(plain, protocol=given, levels=levels)
    drawn = simulate_readings(subject, 1, stream(subject, SEED, "levels"))[0].tolist()
    measured = [
        replace(level, value=y if y >= ASSAY.lloq else None)
        for level, y in zip(subject.levels, drawn, strict=True)
    ]
    return replace(subject, levels=tuple(measured))


def main() -> None:
    """Write the figure."""
    found = diagnose([fit(virtual(i), n_draws=200) for i in range(40)], seed=SEED)
    figure = vpc_figure(found.levels["free"])
    with rc_context({"svg.hashsalt": "diagnostics", "svg.fonttype": "none"}):
        figure.savefig(FOLDER / "diagnostics_vpc.svg", metadata={"Date": None})


if __name__ == "__main__":
    main()
