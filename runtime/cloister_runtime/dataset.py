"""A dataset, opened: digests, people, variants and the cohort of a model."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from .cohort import Cohort, build_cohort, fingerprint
from .definitions import join_people
from .file_digests import FileDigests
from .plink import Bed, read_fam
from .question import dataset_digest, definitions_digest
from .reference import Reference
from .refusal import Refusal
from .variants import VariantIndex, read_variants


@dataclass
class Dataset:
    """`definition`: of datasets.yaml, with absolute paths. Files are read when they are first
    needed."""

    definition: dict[str, Any]
    digests: FileDigests
    reference: Reference | None

    @property
    def id(self) -> str:
        return self.definition["id"]

    def file(self, kind: str) -> Path:
        return Path(f"{self.definition['plink']}.{kind}")

    @cached_property
    def definitions(self) -> str:
        return definitions_digest(self.definition)

    @cached_property
    def digest(self) -> str:
        paths = {kind: self.file(kind) for kind in ("bed", "bim", "fam")}
        paths["people"] = Path(self.definition["people"])
        files = {kind: self.digests.digest(path) for kind, path in paths.items()}
        return dataset_digest(self.definitions, files)

    @cached_property
    def fam(self) -> list[str]:
        people = read_fam(self.file("fam"))
        if not people:
            raise Refusal("dataset-unreadable", self.id, ".fam: nobody")
        return people

    @cached_property
    def variants(self) -> VariantIndex:
        return read_variants(
            self.file("bim"), strand=self.definition["strand"], reference=self.reference
        )

    def cohort(self, model: dict[str, Any]) -> Cohort:
        return build_cohort(join_people(self.definition, self.fam), self.definition, model)

    def fingerprint(self, cohort: Cohort, key: bytes) -> str:
        return fingerprint([self.fam[index] for index in cohort.indices], self.digest, key)

    def bed(self, cohort: Cohort) -> Bed:
        return Bed(
            self.file("bed"),
            variants=self.variants.size,
            people=len(self.fam),
            cohort=cohort.indices,
        )
