"""The lead of a conditional shard: its genotype as a further covariate, checked like every column
of a model."""

from typing import Any

import numpy as np

from .cohort import Cohort
from .cohort_evidence import count_column
from .design_matrix import COLLINEAR, DesignMatrix, build_design, residual, scaled_columns
from .plink import Bed
from .variants import VariantIndex

# The feeder knows no policy: these are the defaults of minCount, topShare and maxLeverage, and hold
# beside it.
MIN_COUNT = 10
TOP_SHARE = (MIN_COUNT - 1) / MIN_COUNT
MAX_LEVERAGE = 0.5
_COPIES_OF_A1 = np.array([2.0, np.nan, 1.0, 0.0])


def read_lead(
    item: dict[str, Any], index: VariantIndex, bed: Bed, cohort: Cohort
) -> np.ndarray | None:
    """Copies of the item's effect allele, a missing call at the cohort's mean, so that the cohort
    stays the same.

    None where the variant is absent or monomorphic, or where the column tells about too few people.
    """
    at = find_variant(item, index)
    if at is None:
        return None
    copies = _copies(bed.read(at, at + 1)[0], cohort.size)
    if np.isnan(copies).all():
        return None
    if (index.effects[at] == item["effect"]) != index.effect_is_a1[at]:
        copies = 2 - copies
    lead = np.where(np.isnan(copies), np.nanmean(copies), copies)
    return lead if is_safe_column(lead, build_design(cohort.covariates)) else None


def find_variant(item: dict[str, Any], index: VariantIndex) -> int | None:
    """By place and alleles, in either order."""
    alleles = {item["effect"], item["other"]}
    for at in np.flatnonzero(index.positions == int(item["position"])):
        here = (index.chromosomes[at], {index.effects[at], index.others[at]})
        if index.use[at] and here == (item["chromosome"], alleles):
            return int(at)
    return None


def _copies(packed: np.ndarray, people: int) -> np.ndarray:
    codes = (packed[:, None] >> np.array([0, 2, 4, 6], np.uint8)) & 3
    return _COPIES_OF_A1[codes.ravel()[:people]]


def is_safe_column(lead: np.ndarray, design: DesignMatrix) -> bool:
    """What R4 demands of a column, with the policy's defaults; False also for a collinear one."""
    scaled = scaled_columns(lead[:, None])
    rest = residual(scaled[:, 0], design.q)
    size = np.linalg.norm(rest)
    if size < COLLINEAR:
        return False
    counted = count_column("lead", lead, design.scaled, design.kept)
    largest = counted["topShares"][: MIN_COUNT - 1]
    leverage = (design.q**2).sum(axis=1) + (rest / size) ** 2
    return bool(
        counted["offMode"] >= MIN_COUNT
        and largest[-1] < TOP_SHARE * (1 - (MIN_COUNT - 1) / len(lead))
        and leverage.max() < MAX_LEVERAGE
    )
