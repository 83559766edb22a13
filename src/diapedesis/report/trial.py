"""The report of a trial in virtual patients as one self-contained HTML page."""

from __future__ import annotations

import platform
from typing import Any

import numpy as np

from diapedesis import __version__
from diapedesis.models.ms import ms
from diapedesis.report.html import page
from diapedesis.report.svg import inline_svg
from diapedesis.report.trial_figures import outcome_figure, telling_figure
from diapedesis.trials import Found, shown, shown_power, words
from diapedesis.trials import page as text
from diapedesis.trials.endpoints import ENDPOINTS


def trial_report(found: Found) -> str:
    """Return the report of a trial.

    Parameters
    ----------
    found : Found

    Returns
    -------
    str
        A whole HTML page. The same trial gives the same bytes.
    """
    main, *others = found.trial.variants
    content = {
        "trial": found.trial,
        "settings": found.settings,
        "main": _variant(found, main.id),
        "others": [_variant(found, v.id) for v in others],
        "labels": [v.label for v in found.trial.variants],
        "words": {
            "built_in": text.built_in(found, main.id),
            "outcomes": text.OUTCOMES,
            "built_in_how": text.BUILT_IN,
            "telling": text.TELLING,
            "pairs": text.PAIRS,
            "expected": text.EXPECTED,
            "power": text.POWER.format(sizes=", ".join(map(str, found.settings.sizes))),
        },
        "endpoints": ENDPOINTS,
        "depth": shown.depth(found),
        "telling_svg": inline_svg(telling_figure(found, main.id), "telling", "What each arm tells"),
        "repeat": f"Diapedesis {__version__}; model ms {ms().fingerprint[:12]};"
        f" {text.command(found)}; Python {platform.python_version()}, numpy {np.__version__}.",
    }
    return page("trial.html.jinja", content)


def _variant(found: Found, variant: str) -> dict[str, Any]:
    """Return what the page shows of one variant."""
    middle = found.settings.sizes[len(found.settings.sizes) // 2]
    tested = [e for e in ENDPOINTS if e.id in found.simulated[0, middle].tests]
    return {
        "arms": words.arm_sentences(found, variant, found.trial.joint),
        "expected": words.expected_sentences(found, variant),
        "telling": words.telling_sentences(found, variant),
        "verdicts": shown.verdicts(found, variant),
        "expected_table": shown_power.expected(found, variant),
        "reasons": shown.reasons(found, variant),
        "information": shown_power.information(found, variant),
        "pairs": shown_power.pairs(found, variant),
        "best_arm": shown_power.best_arm(found, variant),
        "posterior": shown_power.posterior(found, variant, middle),
        "middle": middle,
        "power": [(e.label, shown_power.power(found, variant, e.id)) for e in tested],
        "outcomes": [(e.label, shown.outcomes(found, variant, e)) for e in ENDPOINTS],
        "outcome_svg": inline_svg(
            outcome_figure(found, variant), f"outcomes-{variant}", "Rebound and relapse by arm"
        ),
    }
