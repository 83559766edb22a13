"""exp, log and power of the lanes against those of the C library, at the edges too."""

from __future__ import annotations

import ctypes
from collections.abc import Callable

import llvmlite.binding as llvm
import numpy as np
import pytest
from numpy.typing import NDArray

from diapedesis.simulate.codegen.build import compile_object, source, target_machine
from diapedesis.simulate.codegen.cpu import SETS, offered
from diapedesis.simulate.codegen.dialect import Unit, translate

Array = NDArray[np.float64]
HERE = [
    SETS[s] for s in offered(llvm.get_host_cpu_features(), llvm.get_process_triple().split("-")[0])
]
FIELDS = {"n": (0, "i"), "a": (1, "p"), "b": (2, "p"), "out": (3, "p")}
RNG = np.random.default_rng(1)
EPS = np.finfo(float).eps


def compiled(expression: str, set_name: str) -> Callable[[Array, Array], Array]:
    """Return a function of two arrays that works out an expression of the language."""
    target = SETS[set_name]
    unit = Unit(target.width, {"INFINITY": np.inf, "NAN": np.nan}, FIELDS)
    translate(unit, source("vectors.py"))
    translate(
        unit,
        "@entry\ndef simulate():\n    for i in range(arg.n):\n        a = vec(arg.a, i)\n"
        f"        b = vec(arg.b, i)\n        put(arg.out, i, {expression})\n",
    )
    code = compile_object(unit.module(), target)
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), target_machine(target))
    engine.add_object_file(llvm.ObjectFileRef.from_data(code))
    engine.finalize_object()
    kind = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p)
    run = kind(engine.get_function_address("simulate"))

    def call(a: Array, b: Array) -> Array:
        padded = -(-a.size // 8) * 8
        x, y, out = (aligned(padded) for _ in range(3))
        x[: a.size], y[: a.size] = a, b
        words = np.array([padded // target.width, *(v.ctypes.data for v in (x, y, out))], np.int64)
        run(0, words.ctypes.data)
        assert engine is not None  # the code lives as long as its engine
        return out[: a.size].copy()

    return call


def aligned(n: int) -> Array:
    raw = np.ones(n + 8)
    skip = (-raw.ctypes.data % 64) // 8
    return raw[skip : skip + n]


def relative(found: Array, expected: Array) -> Array:
    with np.errstate(all="ignore"):
        same = (found == expected) | (np.isnan(found) & np.isnan(expected))
        return np.where(same, 0.0, abs(found - expected) / abs(expected))


SET_NAMES = pytest.mark.parametrize("name", [s.name for s in HERE])


@SET_NAMES
def test_exp(name: str) -> None:
    x = np.concatenate([RNG.uniform(-708, 709.7, 4000), RNG.uniform(-1, 1, 4000), [0.0, -0.0, 1.0]])
    found = compiled("v_exp(a)", name)(x, x)
    assert relative(found, np.exp(x)).max() < 8 * EPS


@SET_NAMES
def test_log(name: str) -> None:
    x = np.concatenate([np.exp(RNG.uniform(-740, 709, 4000)), RNG.uniform(0.5, 2, 4000), [1.0]])
    found = compiled("v_log(a)", name)(x, x)
    assert abs(found - np.log(x)).max() < 4 * EPS * 745
    assert relative(found, np.log(x)).max() < 8 * EPS


@SET_NAMES
def test_power(name: str) -> None:
    a = np.exp(RNG.uniform(-20, 20, 8000))
    b = RNG.uniform(-8, 8, 8000)
    found = compiled("v_pow(a, b)", name)(a, b)
    bound = EPS * (8 + 4 * abs(b * np.log(a)))
    assert np.all(relative(found, a**b) < bound)


@SET_NAMES
def test_edges_are_those_of_ieee(name: str) -> None:
    inf, nan = np.inf, np.nan
    x = np.array([inf, -inf, nan, 710.0, -750.0, 709.78, 5e-324, 0.0, -1.0])
    with np.errstate(all="ignore"):
        logs = np.log(x)
        powers = np.exp(x)
    found = compiled("v_exp(a)", name)(x, x)
    assert relative(found, powers).max() < 8 * EPS
    assert relative(compiled("v_log(a)", name)(x, x), logs).max() < 8 * EPS
    a = np.array([0.0, 0.0, 1.0, nan, nan, 2.0, -2.0, inf, 0.0, 1.0])
    b = np.array([2.0, 0.0, nan, 0.0, 1.0, nan, 2.0, 0.5, -1.0, inf])
    expected = np.array([0.0, 1.0, 1.0, 1.0, nan, nan, nan, inf, inf, 1.0])
    found = compiled("v_pow(a, b)", name)(a, b)
    np.testing.assert_array_equal(found, expected)


def test_bits_are_the_same_for_every_lane() -> None:
    """What a lane gets does not depend on which lane it is."""
    x = np.repeat(RNG.uniform(-5, 5, 50), 8)
    for expression in ("v_exp(a)", "v_log(v_exp(a))", "v_pow(v_exp(a), b)"):
        found = compiled(expression, HERE[0].name)(x, x).reshape(50, 8)
        assert (found == found[:, :1]).all()
