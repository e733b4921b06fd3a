"""Rows of variant-statistics: what a dataset says about each variant."""

from collections.abc import Iterator
from itertools import islice

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


# Tails are computed for many blocks at once; element by element, so that company changes no bit.
BLOCKS_A_BATCH = 64


def batches_of(fits: Iterator[tuple[Block, Fit]]) -> Iterator[pa.RecordBatch]:
    """A row for each variant with `use`, in order; one without an estimate says so, in no
    number."""
    while chunk := list(islice(fits, BLOCKS_A_BATCH)):
        yield _batch(chunk)


def _batch(chunk: list[tuple[Block, Fit]]) -> pa.RecordBatch:
    beta, se, dof = (_joined(chunk, name) for name in ("beta", "se", "dof"))
    is_known = np.isfinite(beta) & np.isfinite(se)
    beta, se = np.where(is_known, beta, np.nan), np.where(is_known, se, np.nan)
    columns = [
        _texts(chunk, "chromosome"),
        np.concatenate([block.position[block.use] for block, _ in chunk]),
        *(_texts(chunk, name) for name in ("id", "effect", "other")),
        _joined(chunk, "n"),
        dof,
        _joined(chunk, "eaf"),
        beta,
        se,
        neglog10_t(beta / se, dof),
        np.where(is_known, "ok", "not-estimable").tolist(),
    ]
    arrays = [
        pa.array(column, kind, from_pandas=True)
        for column, kind in zip(columns, FIELDS.values(), strict=True)
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=SCHEMA)


def _joined(chunk: list[tuple[Block, Fit]], name: str) -> np.ndarray:
    return np.concatenate([getattr(fit, name)[block.use] for block, fit in chunk])


def _texts(chunk: list[tuple[Block, Fit]], name: str) -> list[str]:
    return [
        text
        for block, _ in chunk
        for text, use in zip(getattr(block, name), block.use.tolist(), strict=True)
        if use
    ]
