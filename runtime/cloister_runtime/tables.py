"""Tables as bytes. TSV: header, LF, shortest round-trip numbers, NA for missing, NaN too."""

import math
from collections.abc import Iterable

import numpy as np
import pyarrow as pa


def to_tsv(table: pa.Table) -> bytes:
    columns = [[_cell(value) for value in column.to_pylist()] for column in table.columns]
    lines = ["\t".join(table.column_names), *("\t".join(row) for row in zip(*columns, strict=True))]
    return ("\n".join(lines) + "\n").encode()


def _cell(value: object) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "NA"
    text = repr(value) if isinstance(value, float) else str(value)
    if "\t" in text or "\n" in text:
        raise ValueError("a cell of a table holds a tab or a line break")
    return text


def parse_tsv(data: bytes) -> pa.Table:
    """All columns are strings, NA is null: types never depend on what the cells hold. See
    `numbers`."""
    header, *lines = data.decode("utf-8").removesuffix("\n").split("\n")
    names = header.split("\t")
    rows = [line.split("\t") for line in lines]
    if any(len(row) != len(names) for row in rows):
        raise ValueError("a row of a table does not have the header's columns")
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(names)
    arrays = [
        pa.array([None if cell == "NA" else cell for cell in column], pa.string())
        for column in columns
    ]
    return pa.table(dict(zip(names, arrays, strict=True)))


def numbers(table: pa.Table, name: str) -> np.ndarray:
    """A column as float64, missing as NaN, whether it came as text or as numbers."""
    values = table.column(name).to_pylist()
    return np.array([np.nan if value is None else float(value) for value in values], np.float64)


def strings(table: pa.Table, name: str) -> list[str]:
    return ["NA" if value is None else str(value) for value in table.column(name).to_pylist()]


def to_ipc(batches: Iterable[pa.RecordBatch]) -> bytes:
    """An Arrow stream; no bytes at all where there is no batch."""
    sink = pa.BufferOutputStream()
    writer = None
    for batch in batches:
        writer = writer or pa.ipc.new_stream(sink, batch.schema)
        writer.write_batch(batch)
    if writer is None:
        return b""
    writer.close()
    return sink.getvalue().to_pybytes()


def from_ipc(payloads: Iterable[bytes]) -> pa.Table:
    """Streams one after the other as one table; without any, a table without columns."""
    options = pa.ipc.IpcReadOptions(use_threads=False)
    tables = [
        pa.ipc.open_stream(payload, options=options).read_all() for payload in payloads if payload
    ]
    return pa.concat_tables(tables) if tables else pa.table({})
