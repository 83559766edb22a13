"""On what a result hangs: no parameter by chance, none that does nothing."""

from __future__ import annotations

import numpy as np
from scipy.stats import rankdata

from diapedesis.trials import Arm, Hypothesis, depleting
from diapedesis.trials.patients import recruit
from diapedesis.trials.probe import matters
from diapedesis.trials.reasons import limit
from tests.streams import rng_of
from tests.trials.made import trial

CD4 = Arm("anti_cd4", "anti-CD4", depleting("anti_cd4", [28.0], [3.0]))
CD8 = Arm("anti_cd8", "anti-CD8", depleting("anti_cd8", [28.0], [3.0]))


def test_the_best_of_many_is_rarely_named_by_chance() -> None:
    rng = rng_of("hangs on")
    named = 0
    for _ in range(400):
        ranks = [rankdata(x) for x in rng.standard_normal((41, 10))]
        best = max(abs(np.corrcoef(ranks[0], x)[0, 1]) for x in ranks[1:])
        named += best >= limit(10, 40)
    assert named / 400 < 0.12


def test_what_does_nothing_under_a_hypothesis_is_not_asked() -> None:
    ids = ["k_reseed", "h_null", "h_virus", "regulation"]
    made = trial(CD4, CD8)
    people = recruit(made, 2, 10, seed=5)
    found = matters(made, people, Hypothesis("cd4"), ids)
    assert not found[0].any()  # the control is compared with itself
    assert found[1].tolist() == [False, False, False, True]
    assert not found[2].any()
    assert matters(made, people, Hypothesis("virus"), ids)[2].tolist()[:3] == [True, False, False]
