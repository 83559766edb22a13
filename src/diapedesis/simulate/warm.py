"""Compile the kernels that the commands use, once: ``python -m diapedesis.simulate.warm``."""

from diapedesis.models import pkpd
from diapedesis.simulate.lanes import LaneSolver
from diapedesis.simulate.protocol import Protocol
from diapedesis.simulate.solve import solve

SETS = (
    ("c", "c_free"),
    ("c", "c_free", "saturation", "free_alpha4", "gate"),
    ("c", "c_free", "saturation", "free_alpha4", "gate", "igg", "fibrinogen", "v_plasma"),
)
"""Sets of outputs asked for by estimation, by plans and by reports."""


def main() -> None:
    """Compile every set, and the lanes of estimation."""
    given = Protocol.every(28, n=1)
    for outputs in SETS:
        solve(pkpd(), given, [28.0], outputs).raise_failures()
    LaneSolver(pkpd(), given, [28.0], SETS[0], ("cl",))


if __name__ == "__main__":
    main()
