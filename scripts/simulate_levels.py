"""Simulate the levels of an example: ``python scripts/simulate_levels.py CASE``.

Draws one virtual patient from the prior of the case's subject, solves what was given, and prints a
reading with assay error at the time of each level in the file, for pasting into it.
"""

from __future__ import annotations

import argparse
from dataclasses import replace

import numpy as np

from diapedesis.exchange import read_case
from diapedesis.infer.fit import fit, stream
from diapedesis.infer.likelihood import Levels
from diapedesis.simulate import solve


def main() -> None:
    """Print simulated readings."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("case")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    case = read_case(options.case)
    truth = fit(replace(case.subject, levels=()), n_draws=100, seed=options.seed)
    levels = Levels.of(case.subject.levels)
    solution = solve(
        truth.model,
        case.subject.protocol,
        [x.time for x in case.subject.levels],
        ("c", "c_free"),
        parameters={k: v[0] for k, v in truth.draws.items()},
        inputs=truth.inputs,
    )
    mu = levels.reading(solution["c"], solution["c_free"])[0]
    noise = stream(case.subject, options.seed, "readings").standard_normal(mu.size)
    for x, y in zip(case.subject.levels, mu + levels.sd(mu) * noise, strict=True):
        shown = "below" if y < x.assay.lloq else f"{y:.3g}"
        print(f"{case.day_label(x.time)}: {shown}")
    values = {k: float(np.round(truth.draws[k][0], 4)) for k in truth.names}
    print("truth:", values)


if __name__ == "__main__":
    main()
