"""One regression a variant, over the cohort's people."""

from collections.abc import Iterator

import pyarrow as pa
from cloister_runtime.op import Block, Context, op
from ops.shared.regression import Regression
from ops.shared.rows import rows_of


@op
def scan_window(blocks: Iterator[Block], context: Context) -> Iterator[pa.RecordBatch]:
    model = Regression(*context.design(), missing=context.parameters["missing"])
    for block in blocks:
        yield rows_of(block, model.fit(block))
