"""-log10 of the upper tail of chi-squared, for Cochran's Q."""

import math

import numpy as np

_MOST_TERMS = 10_000


def neglog10_chi2(q: np.ndarray, df: np.ndarray) -> np.ndarray:
    """NaN where there are no degrees of freedom."""
    pairs = zip(q.tolist(), df.tolist(), strict=True)
    return np.array([_neglog10(value, freedom) for value, freedom in pairs])


def _neglog10(q: float, df: float) -> float:
    if df < 1 or math.isnan(q):
        return math.nan
    a, x = df / 2, q / 2
    if x <= 0:
        return 0.0
    log_factor = a * math.log(x) - x - math.lgamma(a)
    if x < a + 1:
        return -math.log1p(-math.exp(log_factor) * _series(a, x)) / math.log(10)
    return -(log_factor + math.log(_fraction(a, x))) / math.log(10)


def _series(a: float, x: float) -> float:
    """Of the lower incomplete gamma function, without its factor."""
    term = total = 1 / a
    for n in range(1, _MOST_TERMS):
        term *= x / (a + n)
        total += term
        if term < total * 1e-17:
            break
    return total


def _fraction(a: float, x: float) -> float:
    """Of the upper one (modified Lentz)."""
    b = x + 1 - a
    c = 1e300
    d = 1 / b
    h = d
    for i in range(1, _MOST_TERMS):
        numerator = -i * (i - a)
        b += 2
        d = 1 / (numerator * d + b)
        c = b + numerator / c
        delta = d * c
        h *= delta
        if abs(delta - 1) < 1e-16:
            break
    return h
