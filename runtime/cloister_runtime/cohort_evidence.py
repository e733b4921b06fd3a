"""What the gate decides on before anything runs: counts, leverage and shares of single people.

These stay inside: they are in the authenticated manifest, which only worker and gate read.
"""

from typing import Any

import numpy as np

from .cohort import Cohort
from .design_matrix import build_design, centred, residual
from .refusal import Refusal

MOST_SHARES = 50


def count_cohort(cohort: Cohort, phenotype: str) -> dict[str, Any]:
    """`CohortEvidence` of contracts/job.ts; refuses a phenotype that the covariates determine."""
    design = build_design(cohort.covariates)
    y = centred(cohort.y)
    rest = residual(y, design.q)
    if (rest @ rest) <= 1e-20 * (y @ y):
        raise Refusal("phenotype-constant", phenotype, "nothing is left of it after the covariates")
    return {
        "people": cohort.size,
        "parameters": design.q.shape[1],
        "collinear": [cohort.names[number] for number in design.dropped],
        "maxLeverage": float((design.q**2).sum(axis=1).max()),
        "columns": [
            count_column(
                cohort.names[number],
                cohort.covariates[:, number],
                design.scaled,
                _others(design.kept, number),
            )
            for number in design.kept
        ],
        "phenotype": {
            "type": cohort.phenotype_type,
            "cases": _cases(cohort, True),
            "controls": _cases(cohort, False),
            "topShares": top_shares(rest),
        },
    }


def _others(kept: list[int], number: int) -> list[int]:
    return [other for other in kept if other != number]


def count_column(
    name: str, values: np.ndarray, scaled: np.ndarray, others: list[int]
) -> dict[str, Any]:
    """`ColumnEvidence`: the column residualised on the constant and the other columns."""
    _, counts = np.unique(values, return_counts=True)
    rest = residual(centred(values), build_design(scaled[:, others]).q)
    return {
        "name": name,
        "offMode": int(len(values) - counts.max()),
        "isTwoValued": len(counts) == 2,
        "topShares": top_shares(rest),
    }


def top_shares(rest: np.ndarray) -> list[float]:
    """Share of the sum of squares that the j largest hold, j = 1..50."""
    squares = np.sort(rest**2)[::-1]
    return [float(share) for share in np.cumsum(squares)[:MOST_SHARES] / squares.sum()]


def _cases(cohort: Cohort, is_case: bool) -> int | None:
    cases = cohort.is_case
    return None if cases is None else int((cases == is_case).sum())
