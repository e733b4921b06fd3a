"""Independent columns of a cohort: centred, scaled, with those dropped that follow from earlier
ones."""

from dataclasses import dataclass

import numpy as np

# Of a column's norm: what is left of a collinear column is rounding.
COLLINEAR = 1e-10


@dataclass(frozen=True)
class DesignMatrix:
    """`q`: orthonormal, the constant first. `kept`, `dropped`: numbers of the covariates."""

    q: np.ndarray
    scaled: np.ndarray
    kept: list[int]
    dropped: list[int]


def centred(values: np.ndarray) -> np.ndarray:
    """Centred twice: the second takes what rounding left of an offset such as 1e9."""
    once = values - values.mean(axis=0)
    return once - once.mean(axis=0)


def scaled_columns(covariates: np.ndarray) -> np.ndarray:
    """Centred columns of norm one; a constant column is zero."""
    columns = centred(covariates) if covariates.size else covariates
    norms = np.linalg.norm(columns, axis=0)
    sizes = np.abs(covariates).max(axis=0, initial=0)
    # What centring leaves of a constant is rounding of its size.
    constant = norms <= sizes * np.sqrt(len(covariates)) * 1e-14
    return np.where(constant, 0.0, columns / np.where(constant, 1.0, norms))


def build_design(covariates: np.ndarray) -> DesignMatrix:
    """Gram-Schmidt, each column twice, in the order given."""
    people = len(covariates)
    scaled = scaled_columns(covariates)
    basis = [np.full(people, 1 / np.sqrt(people))]
    kept: list[int] = []
    dropped: list[int] = []
    for number in range(scaled.shape[1]):
        rest = residual(scaled[:, number], np.column_stack(basis))
        size = np.linalg.norm(rest)
        if size < COLLINEAR or len(basis) >= people:
            dropped.append(number)
            continue
        basis.append(rest / size)
        kept.append(number)
    return DesignMatrix(np.column_stack(basis), scaled, kept, dropped)


def residual(values: np.ndarray, q: np.ndarray) -> np.ndarray:
    once = values - q @ (q.T @ values)
    return once - q @ (q.T @ once)
