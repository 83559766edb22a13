"""Which results are built in: what the laws alone say about an arm under a hypothesis.

Read from the model, not written by hand: which cells the antibody kills, which of them stand in the
law of the drive under that hypothesis, whether the drive falls with them or rises, and whether
something else that drives it depends on them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from diapedesis.core.terms import Law, arguments
from diapedesis.infer.stability import at_rest
from diapedesis.models.ms import ms
from diapedesis.simulate import Depletion
from diapedesis.trials.arms import Arm
from diapedesis.trials.hypotheses import Hypothesis

DRIVE = "drive"
HELPERS = frozenset({"b_cell"})
NONE, SOLE, SHARE = "built in: no link", "built in: only driver", "set by an assumed share"
HELP, FREE = "built in by evidence: help", "left open: help"
OPPOSED, THROUGH = "not built in: effectors against regulators", "not built in: through"


@dataclass(frozen=True)
class Link:
    """What the laws say about an arm under a hypothesis.

    Attributes
    ----------
    cells : dict of str to float
        States that the antibody empties and that stand in the drive: what is left of the drive when
        this one alone has lost its share, all else as untreated.
    through : tuple of str
        Other states in the drive that depend on the emptied ones.
    sole : bool
        Whether the drive is gone without the cells.
    law : float
        What is left of the drive when all of them have lost their share, all else as untreated.
    """

    cells: dict[str, float]
    through: tuple[str, ...]
    sole: bool
    law: float

    def status(self, free: tuple[str, ...] = (), most: float = 0.0) -> str:
        """Return whether the result is built in.

        Parameters
        ----------
        free : tuple of str
            What a variant leaves open.
        most : float
            What is left in the simulation, at the upper end of its interval: where the only driver
            falls against regulatory cells, the sign is open unless law and simulation are below 1.
        """
        moved = {c: f for c, f in self.cells.items() if abs(f - 1) > 1e-9}
        if not moved and not self.through:
            return NONE
        also = f", and through {', '.join(self.through)}" if self.through else ""
        if moved and set(moved) <= HELPERS:
            return (FREE if "b_help" in free else HELP) + also
        if self.through:
            return f"{THROUGH} {', '.join(self.through)}"
        if min(moved.values()) < 1 < max(moved.values()) and not (
            self.sole and max(self.law, most) < 1
        ):
            return OPPOSED
        return SOLE if self.sole else SHARE


def link(arm: Arm, hypothesis: Hypothesis, gone: float) -> Link:
    """Return what the laws say about an arm that takes a share `gone` of its cells.

    Examples
    --------
    >>> from diapedesis.trials.arms import depleting
    >>> arm = Arm("anti_cd8", "anti-CD8", depleting("anti_cd8", [28.0], [1.0]))
    >>> link(arm, Hypothesis("cd4"), 0.9).status()
    'built in: no link'
    """
    laws = _Laws.of(hypothesis, tuple(arm.parameters.items()))
    inside = laws.inside
    killed = laws.killed({t.drug for t in arm.treatments if isinstance(t, Depletion)})
    reach = killed | {s for cell in killed for s in laws.fed_by(cell)}
    own = sorted(reach & inside)
    through = sorted({s for cell in reach for s in laws.fed_by(cell)} & inside - reach)
    return Link(
        {cell: laws.left({cell: 1 - gone}) for cell in own},
        tuple(through),
        bool(own) and laws.left(dict.fromkeys(own, 1e-6)) < 1e-3,
        laws.left(dict.fromkeys(own, 1 - gone)),
    )


@dataclass(frozen=True, eq=False)
class _Laws:
    """The laws at the untreated steady state under a hypothesis, run on numbers."""

    rest: dict[str, float]

    @classmethod
    @lru_cache(maxsize=64)
    def of(cls, hypothesis: Hypothesis, own: tuple[tuple[str, float], ...]) -> _Laws:
        """Return the laws with some parameters of an arm's own."""
        drawn = {id: np.array([p.default]) for id, p in ms().parameters.items()}
        weights = {id: float(x[0]) for id, x in hypothesis.weights(drawn).items()}
        return cls(at_rest(ms(), weights | dict(own)))

    def run(self, changed: dict[str, float], held: tuple[str, ...] = ()) -> dict[str, float]:
        """Run every law with some states changed, and some results held."""
        env = self.rest | changed
        for id, law, names in _bound():
            if id not in held:
                env[id] = law(*(env[name] for name in names))
        return env

    def left(self, changed: dict[str, float]) -> float:
        """Return what is left of the drive."""
        return float(self.run(changed)[DRIVE] / self.rest[DRIVE])

    @cached_property
    def inside(self) -> set[str]:
        """The states that the drive depends on."""
        return {s for s in ms().states if self.left(self._other(s)) != 1}

    def killed(self, drugs: set[str]) -> set[str]:
        """Return the states that drugs empty: those whose rate falls with the drug."""
        return {s for drug in drugs for s in self._changed({drug: 1.0})} - drugs

    def fed_by(self, state: str) -> set[str]:
        """Return the states whose rate depends on one, other than through the drive."""
        return self._changed(self._other(state)) - {state}

    def _other(self, state: str) -> dict[str, float]:
        return {state: 0.7 * self.rest[state]}

    def _changed(self, changed: dict[str, float]) -> set[str]:
        old, new = (ms().rates(env) for env in (self.rest, self.run(changed, (DRIVE,))))
        return {s for s in old if new[s] != old[s]}


@lru_cache(maxsize=1)
def _bound() -> list[tuple[str, Law, tuple[str, ...]]]:
    """Return every law with the names behind its arguments."""
    model = ms()
    return [
        (id, law, tuple(model.supplier(model.home(id).name, a) for a in arguments(law)))
        for id, law in model.laws()
    ]
