"""What one shard is fed: its blocks, its lead, and the evidence that is counted on the way."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from .blocks import block_record, bounds, encode_records
from .job import Job
from .json_types import Item
from .lead import read_lead
from .refusal import Refusal
from .selection import NOTHING, Selection, select
from .variant_evidence import VariantEvidence

# Bytes of calls in one frame, about.
FRAME_BYTES = 2**20


class ShardFeed:
    """Opens the calls once a job, where the op reads genotypes."""

    def __init__(self, job: Job) -> None:
        self.job = job
        reads = set(job.order["reads"])
        if reads & {"people", "genotypes"} and job.cohort is None:
            raise Refusal("definition-invalid", None, "an op reads people, but there is no model")
        self.reads_variants = bool(reads & {"genotypes", "variants"})
        self.bed = None
        if "genotypes" in reads and job.dataset is not None and job.cohort is not None:
            self.bed = job.dataset.bed(job.cohort)
            counts_everybody = job.order["parameters"].get("missing") == "mean"
            self.counter = VariantEvidence(job.dataset.variants, job.cohort, counts_everybody)

    def prepare(self, item: Item) -> "PreparedShard":
        if self.job.dataset is None or not self.reads_variants:
            return PreparedShard(self, NOTHING, None, self._inherited())
        if not _is_lead(item):
            return PreparedShard(self, select(item, self.job.dataset.variants, None), None)
        lead = self._lead(item)
        if lead is None:
            # Absent here, monomorphic, or it would tell about too few people: done, with no rows.
            return PreparedShard(self, NOTHING, None)
        distance = int(self.job.order["parameters"]["leadDistance"])
        chosen = select(item, self.job.dataset.variants, distance)
        return PreparedShard(self, chosen, lead.tobytes())

    def _lead(self, item: dict[str, Any]) -> np.ndarray | None:
        job = self.job
        if self.bed is None or job.dataset is None or job.cohort is None:
            return None
        return read_lead(item, job.dataset.variants, self.bed, job.cohort)

    def _inherited(self) -> list[bytes]:
        """What reads outputs has their evidence, in the order in which it reads them."""
        steps = [entry["step"] for entry in self.job.order["inputs"]]
        return [part.evidence() for step in steps for part in self.job.parts.of(step)]


def _is_lead(item: Item) -> bool:
    return isinstance(item, dict) and {"chromosome", "position", "effect", "other"} <= set(item)


@dataclass
class PreparedShard:
    """`payloads` has to be used up before `evidence` is asked for: it is counted while the blocks
    go by."""

    feed: ShardFeed
    selection: Selection
    lead: bytes | None
    lines: list[bytes] = field(default_factory=list)

    def payloads(self) -> Iterator[bytes]:
        """Arrow streams of blocks."""
        records, size = [], 0
        for block in self.selection.blocks:
            record = self._record(block)
            records.append(record)
            size += record.nbytes
            if size >= FRAME_BYTES:
                yield encode_records(records)
                records, size = [], 0
        if records:
            yield encode_records(records)

    def evidence(self) -> bytes:
        return b"".join(self.lines)

    def _record(self, block: int) -> pa.RecordBatch:
        feed, dataset = self.feed, self.feed.job.dataset
        if dataset is None:
            raise TypeError("there are no blocks without a dataset")
        first, last = bounds(dataset.variants, block)
        use = self.selection.flags(dataset.variants, block)
        cohort = feed.job.cohort
        people = 0 if cohort is None else cohort.size
        if feed.bed is None:
            calls = np.zeros((last - first, 0), np.uint8)
        else:
            calls = feed.bed.read(first, last)
            self.lines.append(feed.counter.lines(block, calls, use).encode())
        return block_record(dataset.variants, block, calls=calls, people=people, use=use)
