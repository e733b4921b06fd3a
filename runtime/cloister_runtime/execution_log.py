"""The runtime's own record of what was started, which outlives every kill."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


def log_execution(path: Path, spec: dict[str, Any], *, shard: int, key: str) -> None:
    """One line, on the disk before the shard's op starts."""
    line = {
        "key": key,
        "run": spec["run"],
        "step": spec["step"],
        "dataset": spec["dataset"],
        "shard": shard,
        "name": spec["name"],
        "at": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
    }
    # O_APPEND and one write: lines of jobs that run at once do not mix.
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, (json.dumps(line) + "\n").encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
