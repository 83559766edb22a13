"""Robertson's three reactions: rate constants nine orders of magnitude apart.

Robertson 1966; as "rober" in Mazzia and Magherini, Test Set for Initial Value Problem Solvers,
release 2.4 (2008), section II-10. Its unit of time is our day.
"""

from diapedesis.core import Assumption, Parameter, State, conserved, flux

PUBLISHED = Assumption("a constant of the published test problem")

Y1 = State("y1", unit="", label="First species", initial=1.0, scale=1e-3)
Y2 = State("y2", unit="", label="Second species", scale=1e-8)
Y3 = State("y3", unit="", label="Third species")
ALL = conserved("all_species", {Y1: 1, Y2: 1, Y3: 1})

K_SLOW = Parameter("k_slow", "1/day", "First reaction", 0.04, PUBLISHED)
K_FAST = Parameter("k_fast", "1/day", "Second reaction", 3e7, PUBLISHED)
K_BACK = Parameter("k_back", "1/day", "Third reaction", 1e4, PUBLISHED)


@flux(changes={Y1: -1, Y2: +1})
def first(k_slow, y1):
    """The first species becomes the second."""
    return k_slow * y1


@flux(changes={Y2: -1, Y3: +1})
def second(k_fast, y2):
    """Two of the second species become one of it and one of the third."""
    return k_fast * y2**2


@flux(changes={Y2: -1, Y1: +1})
def third(k_back, y2, y3):
    """The second species becomes the first in presence of the third."""
    return k_back * y2 * y3
