"""`output.bin` and `evidence.tsv` of a job: one file each, a range for every shard."""

import hashlib
import os
from pathlib import Path
from typing import Any, BinaryIO


class CopyRuns(Exception):
    """Another copy of this job has this directory."""


class ResultFiles:
    """Exclusive: the first copy of a job to get here is the one that runs."""

    def __init__(self, directory: Path, *, has_evidence: bool = False) -> None:
        try:
            self._output = _File(directory / "output.bin")
        except FileExistsError:
            raise CopyRuns from None
        self._evidence = _File(directory / "evidence.tsv") if has_evidence else None
        self._shards: list[dict[str, Any]] = []

    def add(self, shard: int, key: str, outputs: dict[str, bytes], evidence: bytes | None) -> None:
        self._shards.append(
            {
                "shard": shard,
                "key": key,
                "state": "+",
                "code": None,
                "outputs": {name: self._output.append(data) for name, data in outputs.items()},
                "evidence": None
                if self._evidence is None or evidence is None
                else self._evidence.append(evidence),
            }
        )

    def fail(self, shard: int, key: str) -> None:
        self._shards.append(
            {
                "shard": shard,
                "key": key,
                "state": "x",
                "code": "op-failed",
                "outputs": {},
                "evidence": None,
            }
        )

    def finish(self) -> dict[str, Any]:
        """On the disk before the manifest is: its parts `shards`, `output` and `evidence`."""
        return {
            "shards": self._shards,
            "output": self._output.finish(),
            "evidence": None if self._evidence is None else self._evidence.finish(),
        }


class _File:
    def __init__(self, path: Path) -> None:
        self._file: BinaryIO = path.open("xb")
        self._hash = hashlib.sha256()
        self._size = 0

    def append(self, data: bytes) -> dict[str, int]:
        place = {"offset": self._size, "bytes": len(data)}
        self._file.write(data)
        self._hash.update(data)
        self._size += len(data)
        return place

    def finish(self) -> dict[str, Any]:
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        return {"sha256": self._hash.hexdigest(), "bytes": self._size}
