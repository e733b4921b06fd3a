"""The ops of `association` over blocks that the runtime reads, in one process: for tests of many
rows."""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from cloister_runtime.blocks import block_record, decode_blocks, encode_records
from cloister_runtime.canonical import sha256
from cloister_runtime.cohort import Cohort
from cloister_runtime.dataset import Dataset
from cloister_runtime.file_digests import FileDigests
from cloister_runtime.lead import read_lead
from cloister_runtime.op import Block, Context, Input
from cloister_runtime.reference import read_reference
from cloister_runtime.selection import select
from cloister_runtime.variant_evidence import VariantEvidence

from worlds import REFERENCE, definition_of

COVARIATES = ("SEX", "PC1", "PC2", "PC3")


def model_of(
    phenotype: str, covariates: tuple[str, ...] = COVARIATES, **changed: str
) -> dict[str, Any]:
    base = {"phenotype": phenotype, "covariates": list(covariates), "frame": "everyone"}
    return base | {"transform": "none"} | changed


@dataclass
class Opened:
    """A dataset with a cohort, ready to be fed."""

    dataset: Dataset
    cohort: Cohort
    missing: str = "complete-case"

    def blocks(
        self, item: Any = None, distance: int | None = None
    ) -> tuple[list[Block], list[list[str]]]:
        """Blocks as an op gets them, and the evidence beside them."""
        index, bed = self.dataset.variants, self.dataset.bed(self.cohort)
        counter = VariantEvidence(index, self.cohort, self.missing == "mean")
        chosen = select(item, index, distance)
        records, lines = [], ""
        for block in chosen.blocks:
            use = chosen.flags(index, block)
            calls = bed.read(block * 64, min(block * 64 + 64, index.size))
            lines += counter.lines(block, calls, use)
            records.append(
                block_record(index, block, calls=calls, people=self.cohort.size, use=use)
            )
        evidence = [line.split("\t") for line in lines.splitlines()]
        return list(decode_blocks(encode_records(records))), evidence

    def context(self, item: Any = None, lead: np.ndarray | None = None) -> Context:
        columns = dict(zip(self.cohort.names, self.cohort.covariates.T, strict=True))
        people = pa.table({"y": self.cohort.y, **columns})
        parameters = {"missing": self.missing}
        return Context(parameters, item, self.dataset.id, "GRCh37", people, lead, None, ())

    def scan(self) -> tuple[pa.Table, list[list[str]]]:
        from ops.scan_window import scan_window

        blocks, evidence = self.blocks()
        return pa.Table.from_batches(scan_window(iter(blocks), self.context())), evidence

    def scan_given(self, item: dict[str, str], distance: int) -> pa.Table:
        from ops.scan_given_lead import scan_given_lead

        lead = read_lead(item, self.dataset.variants, self.dataset.bed(self.cohort), self.cohort)
        blocks, _ = self.blocks(item, distance) if lead is not None else ([], None)
        batches = list(scan_given_lead(iter(blocks), self.context(item, lead)))
        return pa.Table.from_batches(batches) if batches else pa.table({})


def open_dataset(
    definition: dict[str, Any],
    model: dict[str, Any],
    *,
    missing: str = "complete-case",
    reference: Path | None = None,
) -> Opened:
    known = None if reference is None else read_reference(reference, sha256(reference.read_bytes()))
    cache = Path(tempfile.gettempdir()) / "cloister-no-such-folder" / "digests.json"
    dataset = Dataset(definition, FileDigests(cache), known)
    return Opened(dataset, dataset.cohort(model), missing)


def open_demo(dataset: str, phenotype: str, **options: Any) -> Opened:
    return open_dataset(definition_of(dataset), model_of(phenotype), reference=REFERENCE, **options)


def released(rows: pa.Table, evidence: list[list[str]], min_mac: int = 10) -> pa.Table:
    """Rows with an estimate whose rarer allele has enough copies, by the feeder's counts."""
    ac = np.array([int(line[6]) for line in evidence])
    an = np.array([int(line[7]) for line in evidence])
    keep = (np.minimum(ac, an - ac) >= min_mac) & (
        np.array(rows.column("status").to_pylist()) == "ok"
    )
    return rows.filter(pa.array(keep))


def combine(tables: dict[str, pa.Table]) -> dict[str, pa.Table]:
    from ops.combine_rows import combine_rows

    inputs = tuple(Input("rows", name, "rows", table) for name, table in tables.items())
    return combine_rows(Context({}, None, None, None, None, None, None, inputs))
