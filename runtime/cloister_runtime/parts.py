"""Committed outputs of earlier steps, believed because their manifests are authentic."""

import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .canonical import sha256
from .manifest import authenticate
from .ranges import parse_ranges
from .refusal import Refusal


@dataclass(frozen=True)
class Directory:
    """A job's directory, checked once: its manifest, the bytes of its outputs and of its
    evidence."""

    manifest: dict[str, Any]
    output: bytes
    evidence: bytes


@dataclass(frozen=True)
class Part:
    """A shard of a step."""

    shard: int
    entry: dict[str, Any]
    directory: Directory

    def outputs(self) -> dict[str, bytes]:
        return {
            name: _cut(self.directory.output, place)
            for name, place in self.entry["outputs"].items()
        }

    def evidence(self) -> bytes:
        place = self.entry["evidence"]
        return b"" if place is None else _cut(self.directory.evidence, place)


def _cut(data: bytes, place: dict[str, int]) -> bytes:
    return data[place["offset"] : place["offset"] + place["bytes"]]


class Parts:
    """Parts by step; raises Refusal `inputs-missing` for whatever cannot be believed."""

    def __init__(self, spec: dict[str, Any], key: bytes) -> None:
        self._key = key
        self._dataset = spec["dataset"]
        self._directories: dict[str, Directory] = {}
        self._parts: dict[str, list[Part]] = {}
        for part in sorted(spec["parts"], key=lambda part: (part["step"], part["shard"])):
            self._parts.setdefault(part["step"], []).append(self._open(part))

    def of(self, step: str) -> list[Part]:
        """In the order of their shards; none for a fan-out over an empty list."""
        return self._parts.get(step, [])

    def check(self, step: str, question: str, waived: str) -> None:
        """All answer the question, and no shard is missing before the last one that is there."""
        parts = self.of(step)
        if any(part.directory.manifest["question"] != question for part in parts):
            raise Refusal("inputs-missing", None, f"{step}: made for another question")
        present = [part.shard for part in parts]
        known = set(present) | set(parse_ranges(waived))
        if len(set(present)) != len(present) or known != set(range(len(known))):
            raise Refusal("inputs-missing", None, f"{step}: shards are missing or stand twice")

    def items(self, step: str, name: str) -> list[Any]:
        """The list of a fan-out, those of several shards one after the other."""
        return [
            item for part in self.of(step) for item in read_items(part.outputs().get(name, b""))
        ]

    def _open(self, part: dict[str, Any]) -> Part:
        path = part["directory"]
        if path not in self._directories:
            self._directories[path] = self._read(Path(path))
        directory = self._directories[path]
        entries = directory.manifest["shards"]
        found = [
            entry for entry in entries if entry["key"] == part["key"] and entry["state"] == "+"
        ]
        same_place = (directory.manifest["step"], directory.manifest["dataset"])
        if not found or same_place != (part["step"], self._dataset):
            raise Refusal("inputs-missing", None, f"{path}: not the shard that was named")
        return Part(part["shard"], found[0], directory)

    def _read(self, path: Path) -> Directory:
        try:
            manifest = authenticate((path / "manifest.json").read_text(), self._key)
            output = _verified(path / "output.bin", manifest["output"])
            evidence = _verified(path / "evidence.tsv", manifest["evidence"])
        except (OSError, ValueError, KeyError) as error:
            raise Refusal("inputs-missing", None, f"{path}: {error}") from error
        return Directory(manifest, output, evidence)


def _verified(path: Path, stated: dict[str, Any] | None) -> bytes:
    if stated is None:
        return b""
    data = path.read_bytes()
    if not hmac.compare_digest(sha256(data), stated["sha256"]):
        raise ValueError(f"{path.name} is not what its manifest states")
    return data


def read_items(data: bytes) -> list[Any]:
    """Items of a list: a JSON array, or the rows of a TSV as mappings of text."""
    if data[:1] == b"[":
        return json.loads(data)
    return list(read_rows(data))


def read_rows(data: bytes) -> Iterator[dict[str, str]]:
    header, *lines = data.decode("utf-8").removesuffix("\n").split("\n")
    names = header.split("\t")
    for line in lines:
        yield dict(zip(names, line.split("\t"), strict=True))
