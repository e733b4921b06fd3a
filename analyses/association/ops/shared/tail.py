"""-log10 of two-sided tails of Student's t and the normal, for any size: all in logarithms.

Library tails take the log of a p that has underflowed already; large cohorts pass 10^-308. With x =
df/(df+t²) p is the regularised incomplete beta function I_x(df/2, 1/2), by its continued fraction
(modified Lentz, Numerical Recipes 6.4).
"""

import math

import numpy as np

_FLOOR = 1e-300
_PRECISION = 1e-16
_MOST_TERMS = 20_000


def neglog10_t(t: np.ndarray, df: np.ndarray) -> np.ndarray:
    """-log10 of the two-sided p of Student's t; NaN where an argument is."""
    t, df = np.broadcast_arrays(np.abs(np.asarray(t, float)), np.asarray(df, float))
    result = np.full(t.shape, np.nan)
    known = ~np.isnan(t) & ~np.isnan(df) & (df > 0)
    result[known] = _neglog10(t[known], df[known])
    return result


def _neglog10(t: np.ndarray, df: np.ndarray) -> np.ndarray:
    a = df / 2
    with np.errstate(divide="ignore"):
        log_x = -np.log1p(t * t / df)
        log_rest = -np.log1p(df / (t * t))
    beta = log_beta_half(a)
    x = df / (df + t * t)
    is_tail = x < (a + 1) / (a + 2.5)
    log_p = np.zeros(t.shape)
    tail = is_tail & (t > 0)
    log_p[tail] = (
        a[tail] * log_x[tail]
        + 0.5 * log_rest[tail]
        - np.log(a[tail])
        - beta[tail]
        + np.log(_fraction(a[tail], np.full(tail.sum(), 0.5), x[tail]))
    )
    body = ~is_tail & (t > 0)
    rest = t[body] ** 2 / (df[body] + t[body] ** 2)
    log_body = 0.5 * log_rest[body] + a[body] * log_x[body] + math.log(2) - beta[body]
    fraction = _fraction(np.full(body.sum(), 0.5), a[body], rest)
    log_p[body] = np.log1p(-np.exp(log_body) * fraction)
    return -log_p / math.log(10) + 0.0


def log_beta_half(a: np.ndarray) -> np.ndarray:
    """ln B(a, 1/2): Stirling's series from 20 up, recurrence below."""
    shift = np.zeros(a.shape)
    large = np.array(a, float)
    while (small := large < 20).any():
        shift[small] += np.log1p(0.5 / large[small])
        large[small] += 1
    difference = (
        0.5 * np.log(large)
        - 1 / (8 * large)
        + 1 / (192 * large**3)
        - 1 / (640 * large**5)
        + 17 / (14336 * large**7)
        - 31 / (18432 * large**9)
    )
    return 0.5 * math.log(math.pi) - difference + shift


def _fraction(a: np.ndarray, b: np.ndarray, x: np.ndarray) -> np.ndarray:
    """The continued fraction of I_x(a, b); each element stops by itself, so that company changes no
    bit."""
    c = np.ones(a.shape)
    d = 1 / _floored(1 - (a + b) * x / (a + 1))
    h = d.copy()
    going = np.arange(a.size)
    for m in range(1, _MOST_TERMS):
        if going.size == 0:
            break
        ai, bi, xi = a[going], b[going], x[going]
        even = m * (bi - m) * xi / ((ai + 2 * m - 1) * (ai + 2 * m))
        odd = -(ai + m) * (ai + bi + m) * xi / ((ai + 2 * m) * (ai + 2 * m + 1))
        ci, di, hi = c[going], d[going], h[going]
        for step in (even, odd):
            di = 1 / _floored(1 + step * di)
            ci = _floored(1 + step / ci)
            delta = di * ci
            hi = hi * delta
        c[going], d[going], h[going] = ci, di, hi
        going = going[np.abs(delta - 1) >= _PRECISION]
    return h


def _floored(values: np.ndarray) -> np.ndarray:
    return np.where(np.abs(values) < _FLOOR, _FLOOR, values)


def neglog10_normal(z: np.ndarray) -> np.ndarray:
    """-log10 of the two-sided p of the normal distribution, as METAL and PLINK give it."""
    z = np.abs(np.asarray(z, float))
    return np.array([_neglog10_normal(value) for value in z.ravel()]).reshape(z.shape)


def _neglog10_normal(z: float) -> float:
    if math.isnan(z):
        return math.nan
    if z < 8:
        return -math.log10(math.erfc(z / math.sqrt(2))) + 0.0
    # Mills' ratio as a continued fraction, from the far end (Abramowitz and Stegun 26.2.14).
    ratio = z
    for term in range(60, 0, -1):
        ratio = z + term / ratio
    log_p = math.log(2) - z * z / 2 - 0.5 * math.log(2 * math.pi) - math.log(ratio)
    return -log_p / math.log(10)
