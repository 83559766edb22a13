"""A model as statements: laws run on nodes, arranged, differentiated, written as blocks."""

from diapedesis.simulate.program.interpret import evaluate, memory
from diapedesis.simulate.program.program import Block, Op, Program, flops, operations, text
from diapedesis.simulate.program.trace import trace

__all__ = ["Block", "Op", "Program", "evaluate", "flops", "memory", "operations", "text", "trace"]
