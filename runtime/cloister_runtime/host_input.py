"""The context of an op, rebuilt from the frames that the feeder sent."""

import json
from typing import Any

import numpy as np
import pyarrow as pa

from .json_types import Item
from .op import Context, Input
from .tables import from_ipc, parse_tsv


class JobInput:
    """What all shards of a job share; frames `people`, `reference` and `input` fill it."""

    def __init__(self, job: dict[str, Any]) -> None:
        self.job = job
        self.people: pa.Table | None = None
        self.reference: pa.Table | None = None
        self._inputs: list[tuple[dict[str, Any], list[bytes]]] = []

    def add(self, header: dict[str, Any], payload: bytes) -> None:
        if header["type"] == "people":
            self.people = from_ipc([payload])
        elif header["type"] == "reference":
            self.reference = from_ipc([payload])
        elif header["first"]:
            self._inputs.append((header, [payload]))
        else:
            self._inputs[-1][1].append(payload)

    def context(self, header: dict[str, Any], lead: bytes) -> Context:
        """Inputs are decoded here, in the shard's own process."""
        return Context(
            parameters=self.job["parameters"],
            item=header["item"],
            dataset=self.job["dataset"],
            build=self.job["build"],
            people=self.people,
            lead=np.frombuffer(lead, np.float64) if header["hasLead"] else None,
            reference=self.reference,
            inputs=tuple(
                Input(item["step"], item["dataset"], item["name"], _decode(item["format"], parts))
                for item, parts in self._inputs
            ),
        )


def _decode(kind: str, parts: list[bytes]) -> Item:
    if kind == "arrow":
        return from_ipc(parts)
    data = b"".join(parts)
    if kind == "json":
        return json.loads(data)
    return parse_tsv(data) if data else pa.table({})
