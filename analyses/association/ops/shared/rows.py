"""Rows of variant-statistics: what a dataset says about each variant."""

import numpy as np
import pyarrow as pa
from cloister_runtime.op import Block

from .regression import Fit
from .tail import neglog10_t

FIELDS = {
    "chromosome": pa.string(),
    "position": pa.int64(),
    "id": pa.string(),
    "effect": pa.string(),
    "other": pa.string(),
    "n": pa.int64(),
    "dof": pa.int64(),
    "eaf": pa.float64(),
    "beta": pa.float64(),
    "se": pa.float64(),
    "neglog10p": pa.float64(),
    "status": pa.string(),
}
SCHEMA = pa.schema(list(FIELDS.items()))
# Rows of a conditional regression name the variant that was a further covariate.
LEAD_SCHEMA = SCHEMA.append(pa.field("lead", pa.string()))


def rows_of(block: Block, fit: Fit, *, estimable: np.ndarray | None = None) -> pa.RecordBatch:
    """A row for each variant of the block with `use`; one that is not estimable says so and has no
    number.

    `estimable`: False for variants that give no estimate for a reason of the caller's.
    """
    known = np.isfinite(fit.beta) & np.isfinite(fit.se)
    if estimable is not None:
        known &= estimable
    beta, se = np.where(known, fit.beta, np.nan), np.where(known, fit.se, np.nan)
    neglog10p = neglog10_t(beta / se, fit.dof)
    status = np.where(known, "ok", "not-estimable")
    use = np.flatnonzero(block.use)
    columns = [
        [block.chromosome[at] for at in use],
        block.position[use],
        [block.id[at] for at in use],
        [block.effect[at] for at in use],
        [block.other[at] for at in use],
        fit.n[use],
        fit.dof[use],
        fit.eaf[use],
        beta[use],
        se[use],
        neglog10p[use],
        status[use].tolist(),
    ]
    arrays = [
        pa.array(column, kind, from_pandas=True)
        for column, kind in zip(columns, FIELDS.values(), strict=True)
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=SCHEMA)
