"""Blocks run by numpy, statement by statement: for tests and for the reference solver."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from diapedesis.simulate.program.program import Block, Program

Array = NDArray[np.float64]

_DO: dict[str, Callable[..., Any]] = {
    "add": np.add,
    "sub": np.subtract,
    "mul": np.multiply,
    "div": np.divide,
    "neg": np.negative,
    "abs": np.abs,
    "sqrt": np.sqrt,
    "exp": np.exp,
    "log": np.log,
    "pow": np.power,
    "min": np.minimum,
    "max": np.maximum,
    "lt": np.less,
    "le": np.less_equal,
    "select": np.where,
}


def memory(program: Program, *lanes: int) -> dict[str, Array]:
    """Return an array of shape (n, lanes) for every space of a program, filled with nan."""
    n, n_z, n_r = len(program.states), len(program.integrals), len(program.triggers)
    sizes = {"p": len(program.parameters), "u": len(program.inputs), "s": program.n_subject}
    sizes |= {"g": program.n_segment, "y": n, "z": n_z, "dy": n, "o": len(program.outputs)}
    sizes |= {"f": n_z, "r": n_r, "c": 1, "m": program.n_m, "w": 1, "x": n}
    return {space: np.full((size, *lanes), np.nan) for space, size in sizes.items()}


def evaluate(block: Block, spaces: Mapping[str, Array]) -> None:
    """Run a block on arrays of shape (n, ...), one for each space that it reads or stores to.

    Results are stored after everything has been read.

    Examples
    --------
    >>> from diapedesis.simulate.program.program import Op
    >>> load, root = Op("load", (), ("y", 0)), Op("sqrt", (0,))
    >>> spaces = {"y": np.array([9.0]), "dy": np.empty(1)}
    >>> evaluate(Block((load, root), (("dy", 0, 1),)), spaces)
    >>> spaces["dy"]
    array([3.])
    """
    values: list[Any] = []
    with np.errstate(all="ignore"):
        for op in block.ops:
            if op.code == "const":
                values.append(op.value)
            elif isinstance(op.value, tuple):
                values.append(spaces[op.value[0]][op.value[1]])
            else:
                values.append(_DO[op.code](*(values[a] for a in op.args)))
        results = [(space, i, np.array(values[n])) for space, i, n in block.stores]
    for space, i, result in results:
        spaces[space][i] = result
