"""Books beside the usual drug: what was infused, eliminated and removed so far."""

from diapedesis.core import Port, State, flux

RATE = Port("rate", unit="mg/day", label="Infusion")
CL = Port("cl", unit="L/day", label="Clearance")
LEVEL = Port("level", unit="mg/L", label="Level in plasma")
REMOVAL = Port("removal", unit="1/day", label="Removal by plasma exchange")
CENTRAL = Port("central", unit="mg", label="Central compartment")

BOOKED_IN = State("booked_in", unit="mg", label="Infused so far", scale=100.0)
BOOKED_OUT = State("booked_out", unit="mg", label="Eliminated so far", scale=100.0)
BOOKED_REMOVED = State("booked_removed", unit="mg", label="Removed so far", scale=100.0)


@flux(changes={BOOKED_IN: +1})
def book_infused(rate):
    """Infusion."""
    return rate


@flux(changes={BOOKED_OUT: +1})
def book_eliminated(cl, level):
    """Elimination."""
    return cl * level


@flux(changes={BOOKED_REMOVED: +1})
def book_removed(removal, central):
    """Plasma exchange."""
    return removal * central
