"""One regression a variant, over the cohort's people."""

from collections.abc import Iterator

import pyarrow as pa
from cloister_runtime.op import Block, Context, op
from ops.shared.regression import Regression
from ops.shared.rows import batches_of


@op
def scan_window(blocks: Iterator[Block], context: Context) -> Iterator[pa.RecordBatch]:
    model = Regression(*context.design(), missing=context.parameters["missing"])
    return batches_of((block, model.fit(block)) for block in blocks)
