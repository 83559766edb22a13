"""Virtual patients and cohorts."""

from diapedesis.population.arms import Arms
from diapedesis.population.courses import Courses
from diapedesis.population.scenario import Scenario, ScenarioError
from diapedesis.population.simulation import simulate, simulate_arms

__all__ = ["Arms", "Courses", "Scenario", "ScenarioError", "simulate", "simulate_arms"]
