"""Evaluation over columns; missing is NaN, true and false are 1 and 0.

Missing in, missing out, always: `0 and missing` is missing too, so that a frame never takes
somebody in whose answer is not known. Only `missing(x)` turns it into an answer.
"""

from collections.abc import Mapping

import numpy as np

from .parse import Tree

_ARITHMETIC = {"+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide}
_COMPARISONS = {
    "=": np.equal,
    "!=": np.not_equal,
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
}


def evaluate(tree: Tree, columns: Mapping[str, np.ndarray], size: int) -> np.ndarray:
    """The value for each person; raises ArithmeticError when one is infinite, as in a division by
    zero."""
    with np.errstate(all="ignore"):
        result = _evaluate(tree, columns, size)
    if np.isinf(result).any():
        raise ArithmeticError("a result is infinite")
    return result


def _evaluate(tree: Tree, columns: Mapping[str, np.ndarray], size: int) -> np.ndarray:
    kind, *rest = tree
    if kind == "number":
        return np.full(size, rest[0])
    if kind == "column":
        return columns[rest[0]]
    parts = [_evaluate(part, columns, size) for part in rest]
    if kind == "missing":
        return np.isnan(parts[0]).astype(np.float64)
    if kind in _ARITHMETIC:
        return _divided_by_zero(_ARITHMETIC[kind](*parts), parts)
    if kind == "negative":
        return -parts[0]
    unknown = np.logical_or.reduce([np.isnan(part) for part in parts])
    return np.where(unknown, np.nan, _decide(kind, parts))


def _divided_by_zero(result: np.ndarray, parts: list[np.ndarray]) -> np.ndarray:
    """0/0 is an error like 1/0, not a missing value that nobody wrote."""
    invented = np.isnan(result) & ~np.isnan(parts[0]) & ~np.isnan(parts[1])
    return np.where(invented, np.inf, result)


def _decide(kind: str, parts: list[np.ndarray]) -> np.ndarray:
    if kind == "not":
        return (parts[0] == 0).astype(np.float64)
    if kind == "and":
        return ((parts[0] != 0) & (parts[1] != 0)).astype(np.float64)
    if kind == "or":
        return ((parts[0] != 0) | (parts[1] != 0)).astype(np.float64)
    return _COMPARISONS[kind](*parts).astype(np.float64)
