"""A toy that is harmless by default and breaks in one way for each of its parameters."""

from diapedesis.core import Assumption, Parameter, State, exp, flux, log, output

HARMLESS = Assumption("far from where the law breaks")


def _y_0(start):
    return start


Y = State("y", unit="", label="Grows by its square, decays", initial=_y_0)
Z = State("z", unit="", label="A clock")
U = State("u", unit="", label="Cosine", initial=1.0, nonnegative=False)
W = State("w", unit="", label="Sine", nonnegative=False)

START = Parameter("start", "", "First value", 1.0, HARMLESS)
GROWTH = Parameter("growth", "1/day", "Growth by the square", 0.1, HARMLESS)
DECAY = Parameter("decay", "1/day", "Decay", 0.5, HARMLESS)
PACE = Parameter("pace", "1/day", "Pace of the clock", 1.0, HARMLESS)
LIMIT = Parameter("limit", "", "The logarithm breaks when the clock is here", 1e3, HARMLESS)
BOOST = Parameter("boost", "", "Exponent per tick of the clock", -1.0, HARMLESS)
VOLUME = Parameter("volume", "", "A divisor", 1.0, HARMLESS)
OMEGA = Parameter("omega", "1/day", "Angular frequency", 3.0, HARMLESS)
WINDOW = Parameter("window", "", "An output breaks when the clock is here", 1e3, HARMLESS)


@output(unit="")
def seen(y, u):
    """What the states come to."""
    return y + u


@output(unit="")
def window_left(window, z):
    """Logarithm of what is left of the window."""
    return log(window - z)


@flux(changes={Y: +1})
def growing(growth, y):
    """Growth to infinity in finite time, where it wins."""
    return growth * y**2


@flux(changes={Y: -1})
def decaying(decay, y, volume):
    """Decay."""
    return decay * y / volume


@flux(changes={Z: +1})
def ticking(pace):
    """The clock."""
    return pace


@flux(changes={Y: +1})
def narrowing(pace, limit, z):
    """A logarithm of what is left."""
    return 1e-3 * pace * log(limit - z)


@flux(changes={Y: +1})
def boosting(pace, boost, z):
    """An exponential."""
    return 1e-3 * pace * exp(boost * z)


@flux(changes={U: -1})
def cosine(omega, w):
    """Rotation."""
    return omega * w


@flux(changes={W: +1})
def sine(omega, u):
    """Rotation."""
    return omega * u
