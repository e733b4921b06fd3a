"""`manifest.json`: what the feeder states of a job, authenticated; the last thing that it
writes."""

import hashlib
import hmac
import json
import os
from pathlib import Path
from typing import Any


def seal(body: str, key: bytes) -> str:
    mac = hmac.new(key, body.encode("utf-8"), hashlib.sha256).hexdigest()
    return json.dumps({"body": body, "mac": mac}, ensure_ascii=False)


def authenticate(text: str, key: bytes) -> dict[str, Any]:
    """The manifest in the text; raises ValueError unless a feeder with this key wrote it."""
    envelope = json.loads(text)
    body, mac = envelope["body"], envelope["mac"]
    expected = hmac.new(key, body.encode("utf-8"), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected, mac):
        raise ValueError("the manifest is not authentic")
    return json.loads(body)


def write_manifest(directory: Path, manifest: dict[str, Any], key: bytes) -> bool:
    """Atomic; False when another copy of this job was first, whose manifest stands."""
    body = json.dumps(manifest, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
    temporary = directory / f".manifest.{os.getpid()}"
    with temporary.open("w", encoding="utf-8") as file:
        file.write(seal(body, key))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(temporary, directory / "manifest.json")
    except FileExistsError:
        return False
    finally:
        temporary.unlink()
    _sync_directory(directory)
    return True


def _sync_directory(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
