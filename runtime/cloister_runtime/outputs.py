"""What an op returned, as named bytes."""

import json
from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from .tables import to_ipc, to_tsv


def encode_outputs(result: object, order: dict[str, Any]) -> dict[str, bytes]:
    """Bytes of each output: TSV or JSON where it is concluded or a list, Arrow IPC else.

    A mapping returned by the op names several outputs; anything else is the only one, which has the
    name of the only conclusion, else of the list, else `output`.
    """
    named = result if isinstance(result, dict) else {_only_name(order): result}
    return {name: _encode(value, _is_text(name, order)) for name, value in named.items()}


def _only_name(order: dict[str, Any]) -> str:
    concluded = list(order["concludes"])
    if len(concluded) == 1:
        return concluded[0]
    return "output" if order["fansOut"] is None else order["fansOut"]["list"]


def _is_text(name: str, order: dict[str, Any]) -> bool:
    fans_out = order["fansOut"]
    return name in order["concludes"] or (fans_out is not None and name == fans_out["list"])


def _encode(value: object, is_text: bool) -> bytes:
    if isinstance(value, bytes):
        return value
    if isinstance(value, str):
        return value.encode()
    if isinstance(value, dict | list):
        return (json.dumps(value, allow_nan=False, ensure_ascii=False) + "\n").encode()
    if not is_text:
        return to_ipc(_batches(value))
    batches = list(_batches(value))
    return to_tsv(pa.Table.from_batches(batches)) if batches else b""


def _batches(value: object) -> Iterator[pa.RecordBatch]:
    if isinstance(value, pa.Table):
        # A table without rows has no batch, yet its columns are to be kept.
        yield from value.to_batches() or [pa.RecordBatch.from_pylist([], schema=value.schema)]
    elif isinstance(value, pa.RecordBatch):
        yield value
    else:
        for batch in value:  # type: ignore[attr-defined]
            yield from _batches(batch)
