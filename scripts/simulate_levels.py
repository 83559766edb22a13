"""Simulate the measurements of an example: ``python scripts/simulate_levels.py CASE``.

Draws one virtual patient from the prior of the case's subject, solves what was given, occasion by
occasion, and prints a reading with assay error at the time of each level and saturation in the
file, for pasting into it.
"""

from __future__ import annotations

import argparse
from dataclasses import replace

import numpy as np

from diapedesis.exchange import read_case
from diapedesis.infer.fit import fit, stream
from diapedesis.infer.likelihood import Levels
from diapedesis.infer.names import fitted_names

OUTPUTS = ("c", "c_free", "saturation")


def main() -> None:
    """Print simulated readings."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("case")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    case = read_case(options.case)
    subject = case.subject
    truth = fit(replace(subject, levels=()), n_draws=100, seed=options.seed).thinned(1)
    levels = Levels.of(subject.levels)
    times, at = np.unique([x.time for x in subject.levels], return_inverse=True)
    begin = min(subject.protocol.start, float(times[0]))
    values = truth.solve(subject.protocol, times, OUTPUTS, t0=begin).values
    mu = levels.reading(*(values[name][0, at] for name in OUTPUTS))
    noise = stream(subject, options.seed, "readings").standard_normal(mu.size)
    for x, y in zip(subject.levels, mu + levels.sd(mu) * noise, strict=True):
        shown = "below" if y < x.assay.lloq else f"{y:.3g}"
        what = "level" if x.assay.unit else "saturation"
        print(f"{what}, {case.day_label(x.time)}: {shown}")
    names = fitted_names(subject.protocol, subject.levels)
    print("truth:", {k: float(np.round(truth.draws[k][0], 4)) for k in names})
    for name, deviations in truth.deviations.items():
        print(f"deviations of {name} on each occasion:", np.round(deviations[0], 3).tolist())


if __name__ == "__main__":
    main()
