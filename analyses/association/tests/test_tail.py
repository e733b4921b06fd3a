"""Tails of Student's t, the normal and chi-squared, against 50-digit arithmetic and scipy."""

import math

import numpy as np
import pytest
import scipy.special
import scipy.stats
from ops.shared.chi_squared import neglog10_chi2
from ops.shared.tail import log_beta_half, neglog10_normal, neglog10_t

GOLDEN = [
    (0.1, 10, 0.0351180354724581),
    (2, 10, 1.13437474194543),
    (5.6, 349, 7.36166059472485),
    (60, 372, 192.657121602251),
    (40, 499999, 348.580567947255),
    (60, 1e5, 769.856423408929),
    (0.001, 1e6, 3.4665503125944e-4),
]


@pytest.mark.parametrize(("t", "df", "expected"), GOLDEN)
def test_t_tail_against_fifty_digits(t: float, df: float, expected: float) -> None:
    assert neglog10_t(np.array([t, -t]), np.array([df, df])) == pytest.approx(expected, rel=2e-11)


def test_t_tail_against_scipy_wherever_it_does_not_underflow() -> None:
    t, df = np.meshgrid(np.linspace(0.01, 25, 60), [1, 2, 3, 8, 41, 350, 10_000])
    expected = -np.log10(2) - scipy.stats.t.logsf(t, df) / math.log(10)
    assert neglog10_t(t, df) == pytest.approx(expected, rel=1e-8, abs=1e-12)


def test_company_changes_no_bit() -> None:
    t, df = np.linspace(0, 30, 1000), np.tile([5.0, 90.0], 500)
    together = neglog10_t(t, df)
    alone = np.array([neglog10_t(t[at : at + 1], df[at : at + 1])[0] for at in range(1000)])
    assert together.tobytes() == alone.tobytes()


def test_zero_is_no_association_and_missing_stays_missing() -> None:
    result = neglog10_t(np.array([0.0, np.nan, 1.0]), np.array([10.0, 10.0, 0.0]))
    assert result[0] == 0
    assert np.isnan(result[1:]).all()


def test_beta_function() -> None:
    a = np.array([0.5, 1, 7.5, 19.9, 20, 150])
    assert log_beta_half(a) == pytest.approx(scipy.special.betaln(a, 0.5), rel=1e-12)


def test_normal_tail_at_any_size() -> None:
    z = np.array([0, 0.3, 2, 7.9, 8.1, 20, 37, 60, 1000])
    expected = -(scipy.special.log_ndtr(-z) + math.log(2)) / math.log(10)
    assert neglog10_normal(z) == pytest.approx(expected, rel=1e-11, abs=1e-15)


def test_chi_squared_tail() -> None:
    q = np.array([2e-4, 0.5, 3, 21.39483442015087, 200])
    expected = -scipy.stats.chi2.logsf(q, 3) / math.log(10)
    assert neglog10_chi2(q, np.full(5, 3)) == pytest.approx(expected, rel=1e-10)
    assert 10 ** -neglog10_chi2(q, np.full(5, 3))[3] == pytest.approx(8.7157e-05, rel=1e-4)
    assert np.isnan(neglog10_chi2(np.array([0.0]), np.array([0]))[0])
