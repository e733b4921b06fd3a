"""Fixed and random effects over datasets, a row a variant, a column a dataset; an absent row is
NaN.

Fixed: w = 1/se². Heterogeneity: Cochran's Q, I². Random: DerSimonian and Laird 1986. Sums run in
the order of the columns, which is that of the datasets' ids.
"""

from dataclasses import dataclass

import numpy as np

# Median of chi-squared with one degree of freedom.
MEDIAN_CHI2 = 0.4549364231195724


@dataclass(frozen=True)
class Combined:
    k: np.ndarray
    beta: np.ndarray
    se: np.ndarray
    q: np.ndarray
    i2: np.ndarray
    tau2: np.ndarray
    beta_re: np.ndarray
    se_re: np.ndarray


def combine(beta: np.ndarray, se: np.ndarray) -> Combined:
    """Every row has at least one dataset; with k = 1 it passes through."""
    has = np.isfinite(beta) & np.isfinite(se)
    w = np.where(has, 1 / np.where(has, se, 1) ** 2, 0)
    b = np.where(has, beta, 0)
    k, sum_w, sum_w2 = has.sum(axis=1), _sum(w), _sum(w**2)
    fixed = _sum(w * b) / sum_w
    q = _sum(w * (b - fixed[:, None]) ** 2)
    df = k - 1
    with np.errstate(divide="ignore", invalid="ignore"):
        i2 = np.where(q > df, (q - df) / q, 0.0)
        tau2 = np.where((k > 1) & (q > df), (q - df) / (sum_w - sum_w2 / sum_w), 0.0)
        v = np.where(has, 1 / (np.where(has, se, 1) ** 2 + tau2[:, None]), 0)
    random = _sum(v * b) / _sum(v)
    single = k == 1
    # One dataset passes through to the bit.
    alone_beta, alone_se = _sum(b), _sum(np.where(has, se, 0))
    return Combined(
        k=k,
        beta=np.where(single, alone_beta, fixed),
        se=np.where(single, alone_se, sum_w**-0.5),
        q=np.where(single, 0.0, q),
        i2=np.where(single, 0.0, i2),
        tau2=tau2,
        beta_re=np.where(single, alone_beta, random),
        se_re=np.where(single, alone_se, _sum(v) ** -0.5),
    )


def _sum(values: np.ndarray) -> np.ndarray:
    """Column after column, so that the order of addition is the datasets'."""
    total = np.zeros(len(values))
    for column in values.T:
        total = total + column
    return total


def inflation(z: np.ndarray) -> float:
    """Lambda of genomic control: the median of z² against that of chi-squared."""
    known = z[np.isfinite(z)]
    return float(np.median(known**2) / MEDIAN_CHI2) if known.size else float("nan")
