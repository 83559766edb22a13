"""One ``solve()`` for every question that needs the model's course over time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from numpy.typing import ArrayLike

from diapedesis.core import Model
from diapedesis.simulate.problem import Plan
from diapedesis.simulate.solver import Method, Solution, Solver
from diapedesis.simulate.trigger import Trigger


def solve(
    model: Model,
    protocol: Plan | Sequence[Plan],
    times: ArrayLike,
    outputs: Sequence[str] = ("c",),
    *,
    parameters: Mapping[str, ArrayLike] | None = None,
    inputs: Mapping[str, ArrayLike] | None = None,
    initial: Mapping[str, ArrayLike] | None = None,
    triggers: Sequence[Trigger] = (),
    sensitivities: Sequence[str] = (),
    t0: float | None = None,
    t1: float | None = None,
    rtol: float = 1e-6,
    max_steps: int = 200_000,
    threads: int | None = None,
    method: Method = "auto",
) -> Solution:
    """Solve a model for one or many subjects.

    Parameters
    ----------
    model : Model
    protocol : Protocol or Schedule, or a sequence of them
        One for all subjects, or one for each.
    times : array_like, shape (n_times,) or (n_subjects, n_times)
        Days at which outputs are wanted, ascending. At a dose or a session's edge the value just
        before it is given.
    outputs : sequence of str
        Ids of the model's outputs; ``cumulative_<id>`` is the integral of one from `t0` on
        [unit times day].
    parameters : mapping of str to float or array, optional
        Values by id, one or one per subject; the model's defaults for the rest.
    inputs : mapping of str to float or array, optional
        Inputs that stay constant for a subject (height, haematocrit); they win over the protocol.
    initial : mapping of str to array, optional
        States at `t0`, as in ``Solution.final``; integrals start at 0 again.
    triggers : sequence of Trigger, optional
        What happens when a quantity reaches a level.
    sensitivities : sequence of str, optional
        Ids of parameters; for each, ``values["<output>@<parameter>"]`` is the derivative. For a few
        parameters of small models; a larger problem is better served by
        :class:`diapedesis.simulate.lanes.LaneSolver`.
    t0, t1 : float, optional
        Start and end [day]; by default the first dose (or time), and the last time.
    rtol : float
        Relative tolerance of a step, for each state; the absolute one is ``1e-3 * rtol * scale``.
    max_steps : int
        Per subject.
    threads : int, optional
        Default: the number of cores. The result does not depend on it.
    method : {"auto", "tsit5", "rodas5p", "reference"}
        An explicit pair, a Rosenbrock formula for fast states, or the better of the two for the
        scenario (:func:`diapedesis.simulate.choose.choose_method`). "reference" takes scipy's
        solvers, slowly and without triggers, for checks.

    Returns
    -------
    Solution

    Raises
    ------
    ValueError
        For unknown ids, times that are not finite and ascending, or unequal numbers of subjects.

    Examples
    --------
    >>> from diapedesis.models import pkpd
    >>> from diapedesis.simulate import Protocol, solve
    >>> trough = solve(pkpd(), Protocol.every(28, n=8), [224.0])["c"]
    >>> trough.shape
    (1, 1)
    """
    solver = Solver(
        model, outputs, triggers, sensitivities, rtol=rtol, max_steps=max_steps, threads=threads
    )
    problem = solver.lay_out(protocol, times, parameters, inputs, initial, t0, t1)
    return solver(problem, method)
