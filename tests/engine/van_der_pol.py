"""Van der Pol's oscillator in scaled time, from nearly harmonic to very stiff.

As "vdpol" in Mazzia and Magherini, Test Set for Initial Value Problem Solvers, release 2.4 (2008),
section II-8: y' = z, eps z' = (1 - y^2) z - y with eps = 1 / mu^2 = 1e-6. Its unit of time is our
day.
"""

from diapedesis.core import Assumption, Parameter, State, flux

PUBLISHED = Assumption("a constant of the published test problem")

Y = State("y", unit="", label="Position", initial=2.0, nonnegative=False)
Z = State("z", unit="", label="Velocity", nonnegative=False)
PACE = Parameter("pace", "1/day", "Unit of time", 1.0, PUBLISHED)
STIFFNESS = Parameter("stiffness", "1/day", "1 / eps = mu squared", 1e6, PUBLISHED)


@flux(changes={Y: +1})
def motion(pace, z):
    """The position follows the velocity."""
    return pace * z


@flux(changes={Z: +1})
def force(stiffness, y, z):
    """Restoring force, and friction that changes its sign at 1."""
    return stiffness * ((1 - y**2) * z - y)
