"""Blocks as Arrow records: how they travel, on every provider."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from .op import Block
from .variants import BLOCK, VariantIndex

_LISTS = {
    "id": pa.string(),
    "chromosome": pa.string(),
    "position": pa.int64(),
    "effect": pa.string(),
    "other": pa.string(),
    "effect_is_a1": pa.bool_(),
    "use": pa.bool_(),
}
SCHEMA = pa.schema(
    [
        ("block", pa.int32()),
        ("people", pa.int32()),
        ("encoding", pa.string()),
        ("calls", pa.binary()),
        *((name, pa.list_(kind)) for name, kind in _LISTS.items()),
    ]
)


def bounds(index: VariantIndex, block: int) -> tuple[int, int]:
    """First variant of a block and the one after its last."""
    return block * BLOCK, min((block + 1) * BLOCK, index.size)


def block_record(
    index: VariantIndex, block: int, *, calls: np.ndarray, people: int, use: np.ndarray
) -> pa.RecordBatch:
    """A record of one block; `use` holds a flag for each of its variants."""
    first, last = bounds(index, block)
    lists = {
        "id": index.ids[first:last],
        "chromosome": index.chromosomes[first:last],
        "position": index.positions[first:last],
        "effect": index.effects[first:last],
        "other": index.others[first:last],
        "effect_is_a1": index.effect_is_a1[first:last],
        "use": use,
    }
    arrays = [
        pa.array([block], pa.int32()),
        pa.array([people], pa.int32()),
        pa.array(["calls2"]),
        pa.array([calls.tobytes()], pa.binary()),
        *(_one_list(lists[name], kind) for name, kind in _LISTS.items()),
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=SCHEMA)


def _one_list(values: list[str] | np.ndarray, kind: pa.DataType) -> pa.ListArray:
    return pa.ListArray.from_arrays([0, len(values)], pa.array(values, kind))


def encode_records(records: list[pa.RecordBatch]) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, SCHEMA) as writer:
        for record in records:
            writer.write_batch(record)
    return sink.getvalue().to_pybytes()


def decode_blocks(payload: bytes) -> Iterator[Block]:
    with pa.ipc.open_stream(payload) as reader:
        for record in reader:
            for row in range(record.num_rows):
                yield _block_of(record, row)


def _block_of(record: pa.RecordBatch, row: int) -> Block:
    def values(name: str) -> pa.Array:
        return record.column(name)[row].values

    def one(name: str) -> object:
        return record.column(name)[row].as_py()

    position = values("position").to_numpy()
    calls = np.frombuffer(record.column("calls")[row].as_buffer(), np.uint8)
    return Block(
        block=int(str(one("block"))),
        people=int(str(one("people"))),
        encoding=str(one("encoding")),
        calls=calls.reshape(len(position), -1)
        if len(calls)
        else np.zeros((len(position), 0), np.uint8),
        id=values("id").to_pylist(),
        chromosome=values("chromosome").to_pylist(),
        position=position,
        effect=values("effect").to_pylist(),
        other=values("other").to_pylist(),
        effect_is_a1=values("effect_is_a1").to_numpy(zero_copy_only=False),
        use=values("use").to_numpy(zero_copy_only=False),
    )
