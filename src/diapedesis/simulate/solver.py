"""What a solve gives back, and a solver that can be asked again and again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from diapedesis.core import Model, check
from diapedesis.models import pkpd
from diapedesis.simulate.choose import choose_method
from diapedesis.simulate.engine import Problem, Result, run
from diapedesis.simulate.kernel import Kernel, kernel
from diapedesis.simulate.problem import Plan, lay_out, program_of
from diapedesis.simulate.program import Program
from diapedesis.simulate.trigger import Trigger
from diapedesis.simulate.validate import ascending, effort

Array = NDArray[np.float64]
Method = Literal["auto", "tsit5", "rodas5p", "reference"]
REASONS = {
    0: "solved",
    1: "more steps than the limit",
    2: "the step became too small",
    3: "a state or an output is not finite",
}


class SolveError(RuntimeError):
    """A subject whose equations could not be solved, with its index and the reason."""


@dataclass(frozen=True)
class Solution:
    """Courses of the asked outputs.

    Attributes
    ----------
    times : ndarray, shape (n_times,) or (n_subjects, n_times)
        [day]
    values : dict of str to ndarray, shape (n_subjects, n_times)
        NaN for a subject that failed, and after a trigger that ends a subject.
    final : dict of str to ndarray, shape (n_subjects,)
        States at the end, to go on from.
    status : ndarray of int, shape (n_subjects,)
        Key of ``REASONS``; 0 when solved.
    steps : ndarray of int, shape (n_subjects,)
    method : str
        The solver that was taken.
    events : dict of str to ndarray, shape (n_subjects,)
        Day on which each trigger first fired; NaN when it did not.
    event_counts : dict of str to ndarray of int, shape (n_subjects,)
        How often it fired.
    """

    times: Array
    values: dict[str, Array]
    final: dict[str, Array]
    status: NDArray[np.int64]
    steps: NDArray[np.int64]
    method: str = "tsit5"
    events: dict[str, Array] = field(default_factory=dict)
    event_counts: dict[str, NDArray[np.int64]] = field(default_factory=dict)

    def __getitem__(self, output: str) -> Array:
        return self.values[output]

    def raise_failures(self) -> Solution:
        """Return self, or raise SolveError naming the first subject that failed."""
        bad = np.flatnonzero(self.status)
        if bad.size:
            reason = REASONS[int(self.status[bad[0]])]
            raise SolveError(
                f"subject {bad[0]} of {self.status.size}: {reason} ({bad.size} failed)"
            )
        return self


class Solver:
    """A model and outputs, prepared once.

    Parameters
    ----------
    model, outputs, triggers, sensitivities, rtol, max_steps, threads
        As for :func:`diapedesis.simulate.solve`.
    reuse : bool
        Write every answer to the same memory: a solution's values hold until the next call.
    """

    def __init__(
        self,
        model: Model,
        outputs: Sequence[str],
        triggers: Sequence[Trigger] = (),
        sensitivities: Sequence[str] = (),
        *,
        rtol: float = 1e-6,
        max_steps: int = 200_000,
        threads: int | None = None,
        reuse: bool = False,
    ) -> None:
        effort(rtol, max_steps)
        self.model, self.outputs = model, tuple(outputs)
        self.triggers, self.sensitivities = tuple(triggers), tuple(sensitivities)
        self.rtol, self.max_steps, self.threads = rtol, max_steps, threads
        self.program = program_of(model, self.outputs, self.triggers, self.sensitivities)
        self.reuse = reuse
        self._memory = np.empty(0)

    def lay_out(
        self,
        protocol: Plan | Sequence[Plan],
        times: ArrayLike,
        parameters: Mapping[str, ArrayLike] | None = None,
        inputs: Mapping[str, ArrayLike] | None = None,
        initial: Mapping[str, ArrayLike] | None = None,
        t0: float | None = None,
        t1: float | None = None,
    ) -> Problem:
        """Check a request and return its arrays."""
        given = (parameters or {}, inputs or {}, initial, self.triggers, t0, t1)
        return lay_out(self.model, self.program, protocol, ascending(times), *given)

    def choose(self, problem: Problem) -> Literal["tsit5", "rodas5p"]:
        """Return the better method for a problem."""
        explicit = lambda: compiled(self.model, self.program, "tsit5", self.triggers)  # noqa: E731
        return choose_method(problem, self.rtol, explicit)

    def __call__(self, problem: Problem, method: Method = "auto") -> Solution:
        """Solve a problem that this solver has laid out."""
        if method == "reference":
            from diapedesis.simulate.reference import integrate_reference

            if self.triggers:
                raise ValueError("triggers: the reference solver has none; take another method")
            return self._solution(problem, integrate_reference(problem, self.rtol), method)
        if method == "auto":
            method = self.choose(problem)
        if method == "rodas5p":
            ask = (self.model, self.outputs, self.triggers, self.sensitivities)
            problem = replace(problem, program=program_of(*ask, jacobian=True))
        code = compiled(self.model, problem.program, method, self.triggers)
        found = run(
            code,
            problem,
            rtol=self.rtol,
            max_steps=self.max_steps,
            threads=self.threads,
            out=self._out(problem),
        )
        return self._solution(problem, found, method)

    def _out(self, problem: Problem) -> Array | None:
        if not self.reuse:
            return None
        shape = (len(problem.p), problem.times.shape[-1], len(self.program.outputs))
        size = int(np.prod(shape))
        if self._memory.size < size:
            self._memory = np.empty(size)
        return self._memory[:size].reshape(shape)

    def _solution(self, problem: Problem, found: Result, method: str) -> Solution:
        program = problem.program
        return Solution(
            problem.times,
            {id: found.out[:, :, i] for i, id in enumerate(program.outputs)},
            {id: found.y_end[:, i] for i, id in enumerate(program.states)},
            found.status,
            found.steps,
            method,
            {x.id: found.event_time[:, j] for j, x in enumerate(self.triggers)},
            {x.id: found.event_count[:, j] for j, x in enumerate(self.triggers)},
        )


def compiled(
    model: Model,
    program: Program,
    method: Literal["tsit5", "rodas5p"],
    triggers: Sequence[Trigger] = (),
    width: int = 0,
) -> Kernel:
    """Return the kernel of a program; a model that is newly compiled is checked first.

    Raises
    ------
    ModelError
        When the model does not pass its checks.
    """

    def verify() -> None:
        if model.fingerprint != pkpd().fingerprint:  # which the tests check
            check(model)

    continuous = tuple(j for j, t in enumerate(triggers) if t.days is None)
    return kernel(program, method, continuous, width=width, before=verify)
