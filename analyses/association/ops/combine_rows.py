"""Fixed and random effects over the datasets' released rows, with heterogeneity and inflation."""

import numpy as np
import pyarrow as pa
from cloister_runtime.op import Context, op
from ops.shared.aligned import Aligned, align
from ops.shared.chi_squared import neglog10_chi2
from ops.shared.meta import combine, inflation
from ops.shared.tail import neglog10_normal, neglog10_t

# A frequency so far from the pooled one is rather another allele or another population than chance.
FAR_FREQUENCY = 0.2


@op
def combine_rows(context: Context) -> dict[str, pa.Table]:
    """`rows`: one a variant. `summary`: one a dataset, and `combined`."""
    aligned = align(context.of("rows"))
    rows = combine_aligned(aligned)
    return {"rows": rows, "summary": _summary(aligned, rows)}


def combine_aligned(aligned: Aligned) -> pa.Table:
    values = aligned.values
    meta = combine(values["beta"], values["se"])
    n, dof = _total(values["n"]), _total(values["dof"])
    eaf = _pooled_frequency(values["eaf"], values["n"])
    z = meta.beta / meta.se
    # One dataset passes through, its -log10 p too.
    alone = np.nansum(values["neglog10p"], axis=1)
    is_alone = meta.k == 1
    with np.errstate(invalid="ignore"):
        is_far = (np.abs(values["eaf"] - eaf[:, None]) > FAR_FREQUENCY).any(axis=1)
    places = aligned.places
    return pa.table(
        {
            "chromosome": pa.array([str(place.chromosome) for place in places], pa.string()),
            "position": pa.array([place.position for place in places], pa.int64()),
            "id": pa.array(aligned.ids, pa.string()),
            "effect": pa.array([place.effect for place in places], pa.string()),
            "other": pa.array([place.other for place in places], pa.string()),
            "k": pa.array(meta.k, pa.int64()),
            "n": pa.array(n, pa.int64()),
            "dof": pa.array(dof, pa.int64()),
            "eaf": eaf,
            "beta": meta.beta,
            "se": meta.se,
            "neglog10p": np.where(is_alone, alone, neglog10_t(z, dof)),
            "neglog10p_normal": neglog10_normal(z),
            "beta_re": meta.beta_re,
            "se_re": meta.se_re,
            "q": meta.q,
            "neglog10p_q": pa.array(neglog10_chi2(meta.q, meta.k - 1), from_pandas=True),
            "i2": meta.i2,
            "tau2": meta.tau2,
            "signs": pa.array(_signs(values["beta"]), pa.string()),
            "far_frequency": pa.array(is_far, pa.bool_()),
        }
    )


def _total(counts: np.ndarray) -> np.ndarray:
    return np.nansum(counts, axis=1).astype(np.int64)


def _pooled_frequency(eaf: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Sum of allele counts over sum of alleles, as far as rounded frequencies give the counts
    back."""
    return np.nansum(eaf * 2 * n, axis=1) / np.nansum(2 * n, axis=1)


def _signs(beta: np.ndarray) -> list[str]:
    """A character a dataset: + or -, ? where it has no row (METAL's notation)."""
    characters = np.where(np.isnan(beta), "?", np.where(beta < 0, "-", "+"))
    return ["".join(row) for row in characters]


def _summary(aligned: Aligned, rows: pa.Table) -> pa.Table:
    values = aligned.values
    z = values["beta"] / values["se"]
    n = values["n"]
    combined = rows.column("beta").to_numpy() / rows.column("se").to_numpy()
    has_rows = len(aligned.places) > 0
    return pa.table(
        {
            "dataset": pa.array([*aligned.datasets, "combined"], pa.string()),
            "rows": pa.array([*np.isfinite(z).sum(axis=0).tolist(), rows.num_rows], pa.int64()),
            "people": pa.array(
                [int(np.nanmax(column)) if np.isfinite(column).any() else 0 for column in n.T]
                + [int(rows.column("n").to_numpy().max()) if has_rows else 0],
                pa.int64(),
            ),
            "lambda": pa.array(
                [*(inflation(column) for column in z.T), inflation(combined)],
                pa.float64(),
                from_pandas=True,
            ),
            "allele_mismatches": pa.array(
                [*aligned.mismatched, sum(aligned.mismatched)], pa.int64()
            ),
        }
    )
