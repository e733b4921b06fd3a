"""Lines of `evidence.tsv`: EVIDENCE_COLUMNS of contracts/job.ts."""

from dataclasses import dataclass

import numpy as np

from .blocks import bounds
from .cohort import Cohort
from .counts import count_calls, pack_mask
from .variants import VariantIndex


@dataclass
class VariantEvidence:
    """`counts_everybody`: n is the cohort's size on every line, because the op gives missing calls
    the mean."""

    index: VariantIndex
    cohort: Cohort
    counts_everybody: bool

    def __post_init__(self) -> None:
        self._everybody = pack_mask(np.ones(self.cohort.size, bool))
        cases = self.cohort.is_case
        self._cases = None if cases is None else pack_mask(cases)

    def lines(self, block: int, calls: np.ndarray, use: np.ndarray) -> str:
        """A line for each variant of the block with `use`, in its order."""
        first, last = bounds(self.index, block)
        is_a1 = self.index.effect_is_a1[first:last]
        counts = count_calls(calls, self._everybody)
        people = (
            np.full(last - first, self.cohort.size) if self.counts_everybody else counts.observed
        )
        columns = [people, counts.copies(is_a1), 2 * counts.observed, counts.carriers()]
        if self._cases is not None:
            cases = count_calls(calls, self._cases)
            columns += [cases.copies(is_a1), 2 * cases.observed]
        rows = zip(*(column.tolist() for column in columns), strict=True)
        empty = "" if self._cases is not None else "\t\t"
        return "".join(
            "\t".join((self._key(first + at), *map(str, row))) + empty + "\n"
            for at, row in enumerate(rows)
            if use[at]
        )

    def _key(self, at: int) -> str:
        index = self.index
        return "\t".join(
            (
                index.chromosomes[at],
                str(index.positions[at]),
                index.ids[at],
                index.effects[at],
                index.others[at],
            )
        )
