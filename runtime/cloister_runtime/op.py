"""What ops import: the mark `@op`, blocks of genotypes and the context of a shard."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa

Function = TypeVar("Function", bound=Callable[..., Any])


def op(function: Function) -> Function:
    """Mark the one function of a file `ops/<name>.py` that the host calls: `name(blocks, context)`,
    or `name(context)` for an op that reads no genotypes."""
    function.__cloister_op__ = True  # type: ignore[attr-defined]
    return function


@dataclass(frozen=True)
class Block:
    """64 neighbouring variants of the dataset's index (the last block may be shorter).

    `calls`: uint8, a row a variant; for `encoding` calls2 PLINK's two bits a person in the cohort's
    order (00 two copies of A1, 01 missing, 10 one, 11 none; what pads the last byte is 00). Compute
    the whole block, then give rows for the variants with `use` alone, in their order: so no cut
    changes a bit.
    """

    block: int
    people: int
    encoding: str
    calls: np.ndarray
    id: list[str]
    chromosome: list[str]
    position: np.ndarray
    effect: list[str]
    other: list[str]
    effect_is_a1: np.ndarray
    use: np.ndarray


@dataclass(frozen=True)
class Input:
    """An output of an earlier step; `dataset` is None where it was made in the same place."""

    step: str
    dataset: str | None
    name: str
    value: Any


@dataclass(frozen=True)
class Context:
    """What an op may know besides its blocks; no ids of people, no run, no time.

    `people`: the phenotype as first column, then the covariates, float64, in the cohort's order.
    `lead`: copies of the item's effect allele, a missing call at the cohort's mean.
    `reference`: columns chromosome, position, id, ref, alt; for ops that read it and no genotypes.
    """

    parameters: dict[str, Any]
    item: Any
    dataset: str | None
    build: str | None
    people: pa.Table | None
    lead: np.ndarray | None
    reference: pa.Table | None
    inputs: tuple[Input, ...]

    def of(self, step: str, name: str | None = None) -> list[Input]:
        """What a step made: an entry a dataset for conclusions of `at: datasets`, in the order of
        their ids."""
        return [entry for entry in self.inputs if entry.step == step and name in (None, entry.name)]

    def design(self) -> tuple[np.ndarray, np.ndarray]:
        """Phenotype, and covariates as people x columns."""
        if self.people is None:
            raise ValueError("this op does not read people")
        columns = [column.to_numpy() for column in self.people.columns]
        covariates = (
            np.column_stack(columns[1:]) if len(columns) > 1 else np.zeros((len(columns[0]), 0))
        )
        return columns[0], covariates


Blocks = Iterator[Block]
