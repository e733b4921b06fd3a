"""As `scan_window`, around a lead and with its genotype as a further covariate: what is left beside
it."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pyarrow as pa
from cloister_runtime.op import Block, Context, op
from ops.shared.regression import Fit, Regression
from ops.shared.rows import LEAD_SCHEMA, batches_of
from ops.shared.variants import name_of, place_of

# Above it a variant repeats the lead, and what is left of it is rounding and mean-filled calls
# (COJO's default).
MOST_R2 = 0.9


@op
def scan_given_lead(blocks: Iterator[Block], context: Context) -> Iterator[pa.RecordBatch]:
    if context.lead is None:
        return
    y, covariates = context.design()
    missing = context.parameters["missing"]
    alone = Regression(y, covariates, missing=missing)
    given = Regression(y, np.column_stack([covariates, context.lead]), missing=missing)
    item = context.item
    lead = name_of(place_of(item["chromosome"], item["position"], item["effect"], item["other"]))
    fits = ((block, _apart(given.fit(block), alone.fit(block))) for block in blocks)
    for rows in batches_of(fits):
        names = pa.array([lead] * rows.num_rows, pa.string())
        yield pa.RecordBatch.from_arrays([*rows.columns, names], schema=LEAD_SCHEMA)


def _apart(given: Fit, alone: Fit) -> Fit:
    """r² with the lead, given the covariates, is 1 - V'/V; no estimate above the limit."""
    with np.errstate(invalid="ignore", divide="ignore"):
        is_apart = 1 - given.v / alone.v <= MOST_R2
    return replace(given, beta=np.where(is_apart, given.beta, np.nan))
