"""`python -m cloister_runtime.host`: runs an op's shards, each in a fork of a warm process.

Started by the feeder within the op's sandbox. Standard input and output carry frames; what the op
prints goes to standard error. A shard whose process dies is reported failed and the next one starts
afresh.
"""

import json
import os
import sys
import traceback
from typing import TYPE_CHECKING, Any, BinaryIO

from .engine import keep_pandas_out, pin_blas
from .frames import read_frame, read_frames, write_frame
from .process import die_with_parent

if TYPE_CHECKING:
    from .host_shard import ShardRunner


def main() -> None:
    pin_blas()
    keep_pandas_out()
    die_with_parent()
    stdin, stdout = _take_streams()
    loading = read_frame(stdin)
    if loading is None:
        return
    header, payload = loading
    host = _load(header, json.loads(payload))
    write_frame(stdout, {"type": "ready", "loaded": host is not None})
    if host is None:
        return
    for frame, data in read_frames(stdin):
        if frame["type"] == "begin":
            host.run(frame, data, stdin, stdout)
        else:
            host.job.add(frame, data)


def _take_streams() -> tuple[BinaryIO, BinaryIO]:
    """Frames keep the descriptors of their own; 0 becomes empty and 1 standard error."""
    stdin, stdout = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    empty = os.open(os.devnull, os.O_RDONLY)
    os.dup2(empty, 0)
    os.close(empty)
    os.dup2(2, 1)
    return stdin, stdout


def _load(header: dict[str, Any], files: dict[str, str]) -> "ShardRunner | None":
    """Imports numpy, pyarrow and the op's code once; None when the code cannot be imported."""
    from .host_input import JobInput
    from .host_shard import ShardRunner
    from .op_code import load_op

    try:
        return ShardRunner(load_op(files, header["op"]), JobInput(header))
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
        return None


if __name__ == "__main__":
    main()
