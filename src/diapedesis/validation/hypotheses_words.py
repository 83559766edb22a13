"""Predictions as a reader wants them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from diapedesis.validation.hypotheses_compare import interval

if TYPE_CHECKING:
    from diapedesis.validation.hypotheses import HypothesisStudy


def number(x: float) -> str:
    """Return a number as a reader wants it."""
    return (
        "none"
        if np.isnan(x)
        else "0"
        if abs(x) < 5e-4
        else f"{x:.0f}"
        if abs(x) >= 100
        else f"{x:.2g}"
    )


def said(study: HypothesisStudy, hypothesis: str, measure: str) -> str:
    """Return the median of a prediction and its 90 % interval."""
    low, middle, high = interval(study.values[hypothesis][measure])
    if np.isnan(middle):
        return "none"
    return f"{number(middle)} ({number(low)} to {number(high)})"


def middle(study: HypothesisStudy, hypothesis: str, measure: str) -> float:
    """Return the median of a prediction."""
    return interval(study.values[hypothesis][measure])[1]
