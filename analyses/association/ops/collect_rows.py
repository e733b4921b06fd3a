"""The rows of all shards as one table, in their order."""

import pyarrow as pa
from cloister_runtime.op import Context, op
from ops.shared.rows import SCHEMA


@op
def collect_rows(context: Context) -> pa.Table:
    tables = [entry.value for entry in context.inputs if entry.value.num_columns > 0]
    # Without a shard, or where no shard had a row: the columns alone.
    return pa.concat_tables(tables) if tables else SCHEMA.empty_table()
