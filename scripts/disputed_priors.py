"""What each parameter of a disputed effect does to it: run by hand when its prior is chosen.

    python scripts/disputed_priors.py [TRUTHS [PATIENTS]]

Truths from the declared priors, the same patients with and without a treatment. Prints quantiles of
each effect, its slope on the parameters on their normal scale, and the scatter that is left, which
all other parameters cause (decision 0043).
"""

from __future__ import annotations

import sys

import numpy as np

from diapedesis.infer.scale import Scale
from diapedesis.models.pml import pml
from diapedesis.validation.disputed import ARMS, EFFECTS, compared
from diapedesis.validation.iris_trials import IrisTrials

PLEX = ("plex_death", "plex_expansion", "plex_resolution")
STEROIDS = ("steroid_expansion", "steroid_loss_jc", "steroid_iris", "steroid_iris_end")
STEROIDS += ("steroid_virus", "steroid_early")


def main(truths: int = 160, patients: int = 30) -> None:
    """Print a block for each effect."""
    trials = IrisTrials(pml(), truths, patients, 11)
    seen = {arm: trials.seen(care) for arm, care in ARMS.items() if arm != "no_plex_early"}
    for effect, (label, with_, without) in EFFECTS.items():
        names = PLEX if effect == "plex" else STEROIDS
        scale = Scale.of(trials.model, names)
        z = scale.normal(np.column_stack([trials.drawn[0][n] for n in names]))
        typical = scale.normal([trials.model.parameters[n].default for n in names])
        print(label)
        for measure, value in compared(seen[with_], seen[without], truths).items():
            there = np.isfinite(value)
            design = np.column_stack([np.ones(there.sum()), (z - typical)[there]])
            slopes, *_ = np.linalg.lstsq(design, value[there], rcond=None)
            left = (value[there] - design @ slopes).std()
            low, middle, high = np.quantile(value[there], [0.05, 0.5, 0.95])
            told = ", ".join(f"{n} {b:.2g}" for n, b in zip(names, slopes[1:], strict=True))
            print(f"  {measure}: {middle:.3f} ({low:.3f} to {high:.3f}); {told}; left {left:.2g}")


if __name__ == "__main__":
    main(*(int(x) for x in sys.argv[1:]))
