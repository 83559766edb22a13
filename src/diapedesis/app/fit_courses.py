"""What courses of sessions would do for a fit: how the plans are put to the validation."""

from __future__ import annotations

import numpy as np

from diapedesis.infer.fit import Fit
from diapedesis.plan.design import Design, PlexQuestion
from diapedesis.plan.outlook import LEVEL, Outlook
from diapedesis.plan.search import lasts_by, simulate_arm
from diapedesis.validation.fit_replicate import Courses

MOST = 8
SPACING = 2
LASTING_OF = 3
"""Sessions of the course whose lasting day is asked for."""
DRAWS = 400


def courses(fit: Fit, first: float, by: float) -> Courses:
    """Return what 0 to ``MOST`` sessions every other day would do for the draws of a fit.

    Parameters
    ----------
    fit : Fit
        Its first ``DRAWS`` draws are used.
    first, by : float
        Day of the first session, and day from which the level has to stay below 1 mg/L.

    Examples
    --------
    >>> from diapedesis.infer.fit import fit
    >>> from diapedesis.observe import Subject
    >>> from diapedesis.simulate import Protocol
    >>> found = courses(fit(Subject(Protocol.every(28, n=6)), n_draws=50), 150.0, 178.0)
    >>> found.lasts.shape, found.lasting.shape
    ((50, 9), (50,))
    """
    question = PlexQuestion(first, by)
    outlook = Outlook.of(fit, first).thinned(DRAWS)
    ladder = [Design(n, SPACING if n > 1 else 0) for n in range(MOST + 1)]
    lasts = [lasts_by(outlook, question, design)[0] for design in ladder]
    arm = simulate_arm(outlook, question, ladder[LASTING_OF], LEVEL)
    return Courses(np.column_stack(lasts).astype(bool), arm.lasting)
