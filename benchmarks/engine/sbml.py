"""A workload's equations as SBML, by way of Antimony, for the engines that read it."""

from __future__ import annotations

from functools import lru_cache

from .equations import Equations, equations


@lru_cache(maxsize=4)
def sbml(id: str, n_switches: int = 0) -> str:
    """Return the model of a workload, states as rate rules.

    With `n_switches`, event j sets the inputs to ``<input>_<j>`` at the time ``t_<j>``: both are
    parameters, so that one model serves every subject's schedule.
    """
    import antimony

    antimony.clearPreviousLoads()
    if antimony.loadAntimonyString(_text(equations(id), n_switches)) < 0:
        raise ValueError(f"workload {id}: {antimony.getLastError()}")
    return str(antimony.getSBMLString("bench"))


def columns(eq: Equations) -> list[str]:
    """Return the ids that hold the outputs in the SBML model."""
    return [str(o) if o in eq.states else f"out_{i}" for i, o in enumerate(eq.outputs)]


def _text(eq: Equations, n_switches: int) -> str:
    lines = [f"{c} = 1" for c in (*eq.constants, *eq.inputs, *eq.states)]
    lines += [f"{x}' = {_code(r)}" for x, r in zip(eq.states, eq.rates, strict=True)]
    named = zip(columns(eq), eq.outputs, strict=True)
    lines += [f"{name} := {_code(o)}" for name, o in named if o not in eq.states]
    for j in range(n_switches):
        lines += [f"t_{j} = 1e9", *(f"{u}_{j} = 0" for u in eq.inputs)]
        sets = ", ".join(f"{u} = {u}_{j}" for u in eq.inputs)
        lines.append(f"switch_{j}: at (time >= t_{j}): {sets}")
    return "\n".join(["model bench", *lines, "end"])


def _code(e: object) -> str:
    return str(e).replace("**", "^")
