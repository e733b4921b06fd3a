"""Frames between feeder and host: length of header and payload, a JSON header, the payload.

The host never writes a frame of a shard before that shard's `end` has come, so neither waits on the
other.
"""

import json
import struct
from collections.abc import Iterator
from typing import Any, BinaryIO

_LENGTHS = struct.Struct(">IQ")
MOST_HEADER = 16 * 2**20

Frame = tuple[dict[str, Any], bytes]


def write_frame(
    stream: BinaryIO, header: dict[str, Any], payload: bytes | memoryview = b""
) -> None:
    text = json.dumps(header).encode()
    size = payload.nbytes if isinstance(payload, memoryview) else len(payload)
    stream.write(_LENGTHS.pack(len(text), size) + text)
    if size:
        stream.write(payload)
    stream.flush()


def read_frame(stream: BinaryIO) -> Frame | None:
    """None at the end of the stream, also where it ends within a frame."""
    lengths = _read(stream, _LENGTHS.size)
    if lengths is None:
        return None
    header_size, payload_size = _LENGTHS.unpack(lengths)
    if header_size > MOST_HEADER:
        return None
    header = _read(stream, header_size)
    payload = b"" if payload_size == 0 else _read(stream, payload_size)
    if header is None or payload is None:
        return None
    return json.loads(header), payload


def read_frames(stream: BinaryIO) -> Iterator[Frame]:
    while (frame := read_frame(stream)) is not None:
        yield frame


def _read(stream: BinaryIO, size: int) -> bytes | None:
    data = stream.read(size)
    return data if len(data) == size else None
