"""From a sympy expression of a law to libSBML's tree of the same expression (MathML)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sympy

from diapedesis.exchange.sbml_library import SbmlError, library

_HEADS = {
    sympy.exp: "AST_FUNCTION_EXP",
    sympy.log: "AST_FUNCTION_LN",
    sympy.Ge: "AST_RELATIONAL_GEQ",
    sympy.Gt: "AST_RELATIONAL_GT",
    sympy.Le: "AST_RELATIONAL_LEQ",
    sympy.Lt: "AST_RELATIONAL_LT",
    sympy.And: "AST_LOGICAL_AND",
    sympy.Or: "AST_LOGICAL_OR",
}


def math(e: Any) -> Any:
    """Return the tree of an expression over ids.

    Its numbers are marked dimensionless: a checked law holds no others but 0, because another
    number added to or compared with a quantity fails the check of units.

    Raises
    ------
    SbmlError
        For a function that no law of ours can hold.
    """
    if e.is_Symbol:
        return name(e.name)
    if e.is_Rational and not e.is_Integer:
        return apply("AST_DIVIDE", [math(sympy.Integer(e.p)), math(sympy.Integer(e.q))])
    if e.is_number:
        return number(int(e) if e.is_Integer else float(e), "dimensionless" if e != 0 else "")
    if e.is_Add:
        return _sum(e.args)
    if e.is_Mul or (e.is_Pow and e.exp == -1):
        return _product(e)
    if e.is_Pow:
        return apply("AST_POWER", [math(e.base), math(e.exp)])
    if isinstance(e, sympy.Piecewise):
        return _pieces(e)
    if isinstance(e, sympy.ITE):  # sympy's form of a comparison with a piecewise value
        return math(e.to_nnf(simplify=False))
    if e.func in _HEADS:
        return apply(_HEADS[e.func], map(math, e.args))
    raise SbmlError(f"{e.func.__name__} in {e}: found no counterpart in MathML for it")


def name(id: str) -> Any:
    """Return the node of an id."""
    node = apply("AST_NAME", [])
    node.setName(id)
    return node


def time() -> Any:
    """Return the node of SBML's time, which starts at 0."""
    node = apply("AST_NAME_TIME", [])
    node.setName("time")
    return node


def number(value: float, unit: str) -> Any:
    """Return the node of a number in the unit of an id, ``""`` for none; integers stay integers."""
    node = apply("AST_INTEGER" if isinstance(value, int) else "AST_REAL", [])
    node.setValue(value)
    if unit:
        node.setUnits(unit)
    return node


def apply(head: str, children: Iterable[Any]) -> Any:
    """Return a node of libSBML's type `head` over children."""
    sbml = library()
    node = sbml.ASTNode(getattr(sbml, head))
    for child in children:
        node.addChild(child)
    return node


def _sum(terms: tuple[Any, ...]) -> Any:
    """Return a sum with its negative terms subtracted, as one would write it."""
    plus = [t for t in terms if not t.could_extract_minus_sign()]
    minus = [-t for t in terms if t.could_extract_minus_sign()]
    if not plus:
        return apply("AST_MINUS", [math(sympy.Add(*minus))])
    total = math(plus[0]) if len(plus) == 1 else apply("AST_PLUS", map(math, plus))
    for term in minus:
        total = apply("AST_MINUS", [total, math(term)])
    return total


def _product(e: Any) -> Any:
    """Return a product with its reciprocals as one division, and its sign in front."""
    if e.is_Mul and e.args[0] == -1:
        return apply("AST_MINUS", [math(-e)])
    above, below = sympy.fraction(e, exact=True)
    if below != 1:
        return apply("AST_DIVIDE", [math(above), math(below)])
    return apply("AST_TIMES", map(math, e.args))


def _pieces(e: Any) -> Any:
    """Return a piecewise tree; the last piece, on True, is SBML's otherwise."""
    children = []
    for value, condition in e.args:
        children.append(math(value))
        if condition != sympy.true:
            children.append(math(condition))
    return apply("AST_FUNCTION_PIECEWISE", children)
