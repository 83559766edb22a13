"""Trials in virtual patients who stop natalizumab: arms, endpoints, what a real one would tell."""

from diapedesis.trials.arms import Arm, depleting
from diapedesis.trials.depletion import depletion_trial
from diapedesis.trials.design import Trial, Variant
from diapedesis.trials.endpoints import ENDPOINTS, Endpoint
from diapedesis.trials.found import Found, Settings, run
from diapedesis.trials.hypotheses import Hypothesis

TRIALS = {"depletion": depletion_trial}
"""What makes each trial, by id."""

__all__ = [
    "ENDPOINTS",
    "TRIALS",
    "Arm",
    "Endpoint",
    "Found",
    "Hypothesis",
    "Settings",
    "Trial",
    "Variant",
    "depleting",
    "depletion_trial",
    "run",
]
