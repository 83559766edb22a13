"""Decisions for one patient: forecast, apheresis plan, washout, dosing interval."""

from diapedesis.plan.design import Design, PlexQuestion
from diapedesis.plan.flags import Flag
from diapedesis.plan.forecast import Forecast, forecast
from diapedesis.plan.interval import Interval, plan_interval
from diapedesis.plan.next_sample import plan_sample
from diapedesis.plan.plex import PlexPlan, plan_plex
from diapedesis.plan.sample_plan import SamplePlan
from diapedesis.plan.threshold import OFFERED, Threshold
from diapedesis.plan.washout import Washout, plan_washout

__all__ = [
    "OFFERED",
    "Design",
    "Flag",
    "Forecast",
    "Interval",
    "PlexPlan",
    "PlexQuestion",
    "SamplePlan",
    "Threshold",
    "Washout",
    "forecast",
    "plan_interval",
    "plan_plex",
    "plan_sample",
    "plan_washout",
]
