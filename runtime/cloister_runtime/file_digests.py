"""sha256 of a dataset's files, remembered by path, size, time and inode: a .bed is not read
twice."""

import contextlib
import hashlib
import json
import os
from pathlib import Path

from .refusal import Refusal


class FileDigests:
    """A small JSON file; two jobs that write it at once lose an entry, nothing else."""

    def __init__(self, cache: Path) -> None:
        self.cache = cache

    def digest(self, path: Path) -> str:
        try:
            status = path.stat()
        except OSError as error:
            raise Refusal("dataset-unreadable", None, str(error)) from error
        key = f"{path}|{status.st_size}|{status.st_mtime_ns}|{status.st_ino}"
        known = self._read()
        if key not in known:
            known[key] = _hash(path)
            self._write(known)
        return known[key]

    def _read(self) -> dict[str, str]:
        try:
            known = json.loads(self.cache.read_text())
            return known if isinstance(known, dict) else {}
        except (OSError, ValueError):
            return {}

    def _write(self, known: dict[str, str]) -> None:
        temporary = self.cache.with_name(f"{self.cache.name}.{os.getpid()}")
        with contextlib.suppress(OSError):
            temporary.write_text(json.dumps(known))
            temporary.replace(self.cache)


def _hash(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise Refusal("dataset-unreadable", None, str(error)) from error
