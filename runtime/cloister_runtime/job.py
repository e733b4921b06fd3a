"""What the kinds of jobs share: the spec, what it names, and the manifest that they fill."""

import resource
import time
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from .cohort import Cohort
from .cohort_evidence import count_cohort
from .dataset import Dataset
from .file_digests import FileDigests
from .parts import Parts
from .reference import Reference, read_reference
from .versions import engine, runtime_digest


@dataclass
class Job:
    """`spec`: job.json of contracts/job.ts."""

    spec: dict[str, Any]
    started: float = field(default_factory=time.monotonic)

    @property
    def order(self) -> dict[str, Any]:
        return self.spec["order"]

    @cached_property
    def key(self) -> bytes:
        return bytes.fromhex(self.spec["files"]["key"])

    @cached_property
    def directory(self) -> Path:
        return Path(self.spec["files"]["directory"])

    @cached_property
    def executions(self) -> Path:
        return Path(self.spec["files"]["executions"])

    @property
    def model(self) -> dict[str, Any] | None:
        return (self.spec["order"] or self.spec["admit"])["model"]

    @cached_property
    def reference(self) -> Reference | None:
        stated = (self.spec["order"] or self.spec["admit"])["reference"]
        path = self.spec["files"]["reference"]
        if stated is None:
            return None
        return read_reference(Path(path or ""), stated["sha256"])

    @cached_property
    def dataset(self) -> Dataset | None:
        """None for a job that reads no dataset: one `at: anywhere`."""
        definition = self.spec["definition"]
        if definition is None:
            return None
        digests = FileDigests(self.executions.with_name("file-digests.json"))
        return Dataset(definition, digests, self.reference)

    @cached_property
    def cohort(self) -> Cohort | None:
        if self.dataset is None or self.model is None:
            return None
        return self.dataset.cohort(self.model)

    @cached_property
    def fingerprint(self) -> str | None:
        if self.dataset is None or self.cohort is None:
            return None
        return self.dataset.fingerprint(self.cohort, self.key)

    @cached_property
    def parts(self) -> Parts:
        return Parts(self.spec, self.key)

    def manifest(self, **stated: object) -> dict[str, Any]:
        """JobManifest with what is known so far; `stated` fills in and overrides."""
        spec, order = self.spec, self.spec["order"]
        base = {
            "version": 1,
            **{name: spec[name] for name in ("kind", "name", "run", "step", "dataset", "try")},
            "plan": order and order["plan"],
            "analysis": order and order["analysis"],
            "op": None,
            "runtime": runtime_digest(),
            "engine": engine(),
            "question": None,
            "model": self.model,
            "parameters": order["parameters"] if order else {},
            "data": None,
            "inputs": order["inputs"] if order else [],
            "conclusions": sorted(conclusion["sha256"] for conclusion in _conclusions(order)),
            "waived": order["waived"] if order else {},
            "shards": [],
            "output": None,
            "evidence": None,
            "counts": {},
            "leftOut": {},
            "cohort": None,
            "usage": self.usage(),
            "refused": None,
        }
        return base | stated

    def data(self) -> dict[str, Any] | None:
        """ManifestData, computed from what the feeder opened."""
        if self.dataset is None:
            return None
        stated = (self.spec["order"] or self.spec["admit"])["reference"]
        return {
            "dataset": self.dataset.id,
            "version": self.dataset.definition["version"],
            "digest": self.dataset.digest,
            "definitions": self.dataset.definitions,
            "reference": None if stated is None or self.reference is None else stated["sha256"],
            "cohort": self.fingerprint,
        }

    def cohort_evidence(self) -> dict[str, Any] | None:
        if self.cohort is None or self.model is None:
            return None
        return count_cohort(self.cohort, self.model["phenotype"])

    def usage(self) -> dict[str, Any]:
        own, children = (
            resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
        )
        cpu = own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime
        return {
            "wallSeconds": round(time.monotonic() - self.started, 3),
            "cpuSeconds": round(cpu, 3),
            "maxRssBytes": max(own.ru_maxrss, children.ru_maxrss) * 1024,
        }


def _conclusions(order: dict[str, Any] | None) -> list[dict[str, Any]]:
    """Those that the order names, the list's among them."""
    if order is None:
        return []
    source = order["forEach"]
    lists = [source["conclusion"]] if source and source["kind"] == "conclusion" else []
    return [*order["conclusions"], *lists]
