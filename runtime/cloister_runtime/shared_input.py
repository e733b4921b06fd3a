"""Frames that all shards of a job share: people, reference, outputs and conclusions of earlier
steps."""

from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from .checks import read_conclusion
from .frames import Frame
from .job import Job
from .reference import Reference
from .tables import to_ipc

ANYWHERE = "anywhere"
_ARROW = b"\xff\xff\xff\xff"


def shared_frames(job: Job) -> Iterator[Frame]:
    reads = job.order["reads"]
    if "people" in reads:
        yield {"type": "people"}, _people(job)
    # Blocks carry the reference's alleles already.
    if "reference" in reads and "genotypes" not in reads and job.reference is not None:
        yield {"type": "reference"}, _reference(job.reference)
    for entry in job.order["inputs"]:
        yield from _outputs(job, entry["step"])
    conclusions = job.order["conclusions"]
    for ref in sorted(conclusions, key=lambda ref: (ref["step"], ref["dataset"], ref["name"])):
        dataset = None if ref["dataset"] == ANYWHERE else ref["dataset"]
        data = read_conclusion(job, ref)
        yield _input(ref["step"], ref["name"], data, dataset=dataset), data


def _people(job: Job) -> bytes:
    """Phenotype first; no ids."""
    cohort = job.cohort
    if cohort is None:
        return b""
    columns = [pa.array(cohort.y), *(pa.array(column) for column in cohort.covariates.T)]
    return to_ipc([pa.RecordBatch.from_arrays(columns, names=["y", *cohort.names])])


def _reference(reference: Reference) -> bytes:
    rows = [
        (chromosome, position, variant.id, variant.ref, variant.alt)
        for (chromosome, position), variants in reference.items()
        for variant in variants
    ]
    names = ["chromosome", "position", "id", "ref", "alt"]
    kinds = [pa.string(), pa.int64(), pa.string(), pa.string(), pa.string()]
    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    arrays = [pa.array(column, kind) for column, kind in zip(columns, kinds, strict=True)]
    return to_ipc([pa.RecordBatch.from_arrays(arrays, names=names)])


def _outputs(job: Job, step: str) -> Iterator[Frame]:
    """Each output of a step, its shards in order."""
    shards = [part.outputs() for part in job.parts.of(step)]
    names = list(dict.fromkeys(name for outputs in shards for name in outputs))
    for name in names:
        datas = [outputs[name] for outputs in shards if name in outputs]
        for number, data in enumerate(datas):
            sample = next((data for data in datas if data), b"")
            yield _input(step, name, sample, dataset=None) | {"first": number == 0}, data


def _input(step: str, name: str, data: bytes, *, dataset: str | None) -> dict[str, Any]:
    return {
        "type": "input",
        "step": step,
        "dataset": dataset,
        "name": name,
        "format": _format(data),
        "first": True,
    }


def _format(data: bytes) -> str:
    """A stream of Arrow begins with bytes that no text has."""
    if not data or data[:4] == _ARROW:
        return "arrow"
    return "json" if data[:1] in (b"{", b"[") else "tsv"
