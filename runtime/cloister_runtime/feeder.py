"""`python -m cloister_runtime.feeder <job.json>`: opens the data, counts, feeds an op, states what
it did.

Trusted, outside the op's sandbox. It ends with 0 where a manifest was written, also one that
refuses; anything else is the platform's failure and leaves no manifest.
"""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .engine import keep_pandas_out, pin_blas


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print("usage: python -m cloister_runtime.feeder <job.json>", file=sys.stderr)
        return 2
    pin_blas()
    keep_pandas_out()
    os.umask(0o077)
    spec = json.loads(Path(arguments[0]).read_text(encoding="utf-8"))
    if spec["version"] != 1:
        print("this feeder reads version 1 of job.json", file=sys.stderr)
        return 2
    return run(spec)


def run(spec: dict[str, Any]) -> int:
    # numpy comes in here, after its kernels are pinned.
    from .job import Job
    from .manifest import write_manifest
    from .refusal import Refusal
    from .result_files import CopyRuns

    job = Job(spec)
    try:
        manifest = _kind(spec["kind"])(job)
    except Refusal as refusal:
        print(f"refused: {refusal}", file=sys.stderr)
        manifest = job.manifest(refused={"code": refusal.code, "about": refusal.about})
    except CopyRuns:
        print("another copy of this job runs or ran here", file=sys.stderr)
        return 0
    manifest["usage"] = job.usage()
    write_manifest(job.directory, manifest, job.key)
    return 0


def _kind(kind: str) -> Callable[[Any], dict[str, Any]]:
    from .admit import admit
    from .cut import cut
    from .op_job import run_op

    return {"admit": admit, "cut": cut, "op": run_op}[kind]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
