"""Set our npde beside those of the R package: ``python scripts/compare_npde.py FOLDER``.

The folder holds ``theopp.tab`` and ``simtheopp.tab`` of the package npde (GPL, therefore not kept
here): 12 subjects given theophylline, 100 replicates. Its user guide 3.3 prints the numbers on the
right; p values there are those of each test times three, at most 1.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

from diapedesis.infer.npde import npde, npde_tests

PRINTED = {
    "n": 120,
    "mean": 0.0668,
    "se_mean": 0.095,
    "variance": 1.074,
    "se_variance": 0.14,
    "skewness": 0.511,
    "kurtosis": 0.2912,
    "p_mean": 1.0,
    "p_variance": 1.0,
    "p_normal": 0.00819,
    "p_global": 0.00819,
}


def main() -> None:
    """Print both columns."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    seen = pd.read_csv(folder / "theopp.tab", sep=r"\s+")
    drawn = pd.read_csv(folder / "simtheopp.tab", sep=r"\s+")["ysim"].to_numpy()
    replicates = drawn.reshape(-1, len(seen))
    measured = seen["Conc"].notna().to_numpy()
    found = []
    for id in seen["ID"].unique():
        rows = measured & (seen["ID"] == id).to_numpy()
        found.append(npde(seen["Conc"].to_numpy()[rows], replicates[:, rows]).npde)
    tests = npde_tests(np.concatenate(found))
    for name, printed in PRINTED.items():
        ours = getattr(tests, name)
        adjusted = name.startswith("p_") and name != "p_global"
        print(f"{name:12s} {min(1.0, 3 * ours) if adjusted else ours:8.4g} {printed:8.4g}")


if __name__ == "__main__":
    main()
