"""What must hold of every block, whatever the model."""

import os
import subprocess
import sys

import pytest

from diapedesis.models import pkpd
from diapedesis.simulate.program import Block, Op, Program, flops, operations, text, trace
from diapedesis.simulate.trigger import Trigger
from tests.simulate.program.kit import blocks_of

LOW = Trigger("low", lambda c, limit: limit - c, {"surface": 1.0}, {"limit": 2.0})
PROGRAMS = {
    "outputs": trace(pkpd(), ("c", "gate", "igg"), jacobian=True),
    "sensitivities": trace(pkpd(), ("c", "cumulative_gate"), sensitivities=("cl", "v_c")),
    "triggers": trace(pkpd(), ("gate",), triggers=(LOW,)),
}
READS = {
    "subject": "p",
    "segment": "psu",
    "start": "pusg",
    "rhs": "ysgpu",
    "observe": "yzsgpu",
    "integrand": "yzsgpu",
    "watch": "yzsgpu",
    "factor": "ysgpuc",
    "solve": "mx",
    "action 0": "yzsgpu",
}
STORES = {
    "subject": {"s"}, "segment": {"g"}, "start": {"y"}, "rhs": {"dy"}, "observe": {"o"},
    "integrand": {"f"}, "watch": {"r"}, "factor": {"dy", "m", "w"}, "solve": {"x"},
    "action 0": {"y", "p"},
}  # fmt: skip
BLOCKS = [
    pytest.param(program, name, block, id=f"{kind}-{name}")
    for kind, program in PROGRAMS.items()
    for name, block in blocks_of(program).items()
]


@pytest.mark.parametrize(("program", "name", "block"), BLOCKS)
def test_blocks_are_in_order_shared_and_alive(program: Program, name: str, block: Block) -> None:
    assert len(set(block.ops)) == len(block.ops)  # nothing is computed twice
    assert all(a < i for i, op in enumerate(block.ops) for a in op.args)
    used = {a for op in block.ops for a in op.args} | {n for _, _, n in block.stores}
    assert used == set(range(len(block.ops)))  # nothing is computed in vain


@pytest.mark.parametrize(("program", "name", "block"), BLOCKS)
def test_blocks_read_and_store_where_they_may(program: Program, name: str, block: Block) -> None:
    read = {op.value[0] for op in block.ops if isinstance(op.value, tuple)}
    assert read <= set(READS[name])
    assert {space for space, _, _ in block.stores} <= STORES[name]
    places = [(space, i) for space, i, _ in block.stores]
    assert len(set(places)) == len(places)


@pytest.mark.parametrize("name", ["rhs", "observe", "integrand", "watch", "factor"])
@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_nothing_free_of_states_is_left_in_a_frequent_block(program: Program, name: str) -> None:
    block = getattr(program, name)
    moving: list[bool] = []
    for op in block.ops:
        of_state = isinstance(op.value, tuple) and op.value[0] in "yzc"
        moving.append(of_state or any(moving[a] for a in op.args))
        assert not op.args or moving[-1] or op.code in ("lt", "le"), op


def test_what_depends_on_parameters_alone_is_not_left_to_the_segments() -> None:
    for program in PROGRAMS.values():
        moving: list[bool] = []
        for op in program.segment.ops:
            of_input = isinstance(op.value, tuple) and op.value[0] == "u"
            moving.append(of_input or any(moving[a] for a in op.args))
            assert not op.args or moving[-1]


def test_the_digest_is_the_same_in_every_process() -> None:
    code = (
        "from diapedesis.models import pkpd; from diapedesis.simulate.program import trace;"
        "print(trace(pkpd(), ('c', 'gate', 'igg'), jacobian=True).digest)"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    }
    assert found == {PROGRAMS["outputs"].digest}


def test_the_digest_tells_programs_apart() -> None:
    again = trace(pkpd(), ("c", "gate", "igg"), jacobian=True)
    assert again == PROGRAMS["outputs"] and again.digest == PROGRAMS["outputs"].digest
    others = {p.digest for p in PROGRAMS.values()} | {trace(pkpd(), ("c", "gate", "igg")).digest}
    assert len(others) == 4


def test_lowering_needs_neither_sympy_nor_pint() -> None:
    """Both are slow to import; a course may be solved without them."""
    code = (
        "import sys; from diapedesis.models import pkpd;"
        "before = set(sys.modules);"
        "from diapedesis.simulate.program import trace; trace(pkpd(), ('c',), jacobian=True);"
        "print(sorted({'sympy', 'pint'} & (set(sys.modules) - before)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_block_in_words() -> None:
    ops = (
        Op("load", (), ("y", 0)),
        Op("const", (), 2.0),
        Op("lt", (0, 1)),
        Op("neg", (0,)),
        Op("select", (2, 3, 1)),
    )
    block = Block(ops, (("dy", 0, 4), ("dy", 1, 1)))
    assert text(block).splitlines() == [
        "v0 = y[0]",
        "v2 = v0 < 2.0",
        "v3 = -v0",
        "v4 = select(v2, v3, 2.0)",
        "dy[0] = v4",
        "dy[1] = 2.0",
    ]
    assert operations(block) == {"const": 1, "load": 1, "lt": 1, "neg": 1, "select": 1}
    assert flops(block) == 3


def test_unknown_ids() -> None:
    with pytest.raises(ValueError, match="outputs: found 'd', expected an output or a state: c,"):
        trace(pkpd(), ("d",))
    with pytest.raises(ValueError, match="integrals: found 'd'"):
        trace(pkpd(), ("c",), integrals=("d",))
    with pytest.raises(ValueError, match="output 'cumulative_d': found 'd'"):
        trace(pkpd(), ("cumulative_d",))
    with pytest.raises(ValueError, match=r"sensitivities: found .'weight'., expected among cl"):
        trace(pkpd(), ("c",), sensitivities=("weight",))
