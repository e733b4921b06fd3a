"""Every row of every demo dataset against statsmodels' ordinary least squares, before any gate."""

import numpy as np
import pytest
import statsmodels.api as sm
from in_process import open_demo

from worlds import DATASETS, data_of

COPIES = np.array([2.0, np.nan, 1.0, 0.0])


def genotypes(dataset: str, people: np.ndarray) -> np.ndarray:
    """Copies of A1, read here on its own: variants x people."""
    total = len((data_of(dataset) / "geno.fam").read_text().splitlines())
    raw = np.frombuffer((data_of(dataset) / "geno.bed").read_bytes(), np.uint8)[3:]
    packed = raw.reshape(-1, (total + 3) // 4)
    codes = (packed[:, :, None] >> np.array([0, 2, 4, 6], np.uint8)) & 3
    return COPIES[codes.reshape(len(packed), -1)[:, people]]


def fits(
    y: np.ndarray, covariates: np.ndarray, g: np.ndarray, *, is_mean: bool
) -> list[tuple[float, ...] | None]:
    """beta, se, -log10 p, dof of each variant; None where the genotype does not vary."""
    base = sm.add_constant(covariates)
    results: list[tuple[float, ...] | None] = []
    for calls in g:
        known = ~np.isnan(calls)
        if len(np.unique(calls[known])) < 2:
            results.append(None)
            continue
        x = np.where(known, calls, calls[known].mean()) if is_mean else calls[known]
        rows = slice(None) if is_mean else known
        fit = sm.OLS(y[rows], np.column_stack([x, base[rows]])).fit()
        results.append((fit.params[0], fit.bse[0], -np.log10(fit.pvalues[0]), fit.df_resid))
    return results


@pytest.mark.parametrize("dataset", DATASETS)
@pytest.mark.parametrize("missing", ["complete-case", "mean"])
def test_every_row_equals_ordinary_least_squares(dataset: str, missing: str) -> None:
    opened = open_demo(dataset, "ARSA", missing=missing)
    rows, _ = opened.scan()
    g = genotypes(dataset, opened.cohort.indices)
    # Of the slower mode every fifth variant.
    chosen = np.arange(0, len(g), 1 if missing == "complete-case" else 5)
    expected = fits(opened.cohort.y, opened.cohort.covariates, g[chosen], is_mean=missing == "mean")
    found = rows.take(chosen).to_pylist()
    is_a1 = opened.dataset.variants.effect_is_a1[chosen]
    for row, fit, counts_a1 in zip(found, expected, is_a1, strict=True):
        if fit is None:
            assert row["status"] == "not-estimable"
            assert row["beta"] is row["se"] is row["neglog10p"] is None
            continue
        beta, se, neglog10p, dof = fit
        beta = beta if counts_a1 else -beta
        assert row["status"] == "ok"
        assert row["dof"] == dof
        assert abs(row["beta"] - beta) <= 1e-9 * max(abs(beta), 0.01 * se)
        assert row["se"] == pytest.approx(se, rel=1e-9)
        assert row["neglog10p"] == pytest.approx(neglog10p, rel=1e-6, abs=1e-9)


def test_conditional_rows_equal_least_squares_with_the_lead_as_covariate() -> None:
    opened = open_demo("tuscany", "ARSA")
    item = {"chromosome": "22", "position": "51063477", "effect": "C", "other": "T"}
    rows = opened.scan_given(item, 200_000).to_pylist()
    index = opened.dataset.variants
    at = index.positions.tolist().index(51063477)
    g = genotypes("tuscany", opened.cohort.indices)
    lead = np.where(np.isnan(g[at]), np.nanmean(g[at]), g[at])
    near = [k for k in range(index.size) if abs(index.positions[k] - 51063477) <= 200_000]
    assert [row["position"] for row in rows] == index.positions[near].tolist()
    covariates = np.column_stack([opened.cohort.covariates, lead])
    expected = fits(opened.cohort.y, covariates, g[near], is_mean=False)
    checked = 0
    for row, fit, k in zip(rows, expected, near, strict=True):
        assert row["lead"] == "22:51063477:C:T"
        if row["status"] != "ok":
            continue
        beta, se, neglog10p, _ = fit or (np.nan,) * 4
        assert row["beta"] == pytest.approx(beta if index.effect_is_a1[k] else -beta, rel=1e-8)
        assert row["se"] == pytest.approx(se, rel=1e-9)
        assert row["neglog10p"] == pytest.approx(neglog10p, rel=1e-6, abs=1e-9)
        checked += 1
    assert checked > 50
    assert next(row for row in rows if row["position"] == 51063477)["status"] == "not-estimable"
