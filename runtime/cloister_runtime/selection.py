"""Which blocks and variants a shard reads."""

from dataclasses import dataclass

import numpy as np

from .blocks import bounds
from .json_types import Item
from .variants import BLOCK, VariantIndex


@dataclass(frozen=True)
class Selection:
    """`use`: a flag for each variant of the dataset. Blocks go whole, so that the cut changes no
    bit."""

    blocks: range | list[int]
    use: np.ndarray

    def flags(self, index: VariantIndex, block: int) -> np.ndarray:
        first, last = bounds(index, block)
        return self.use[first:last]


def select(item: Item, index: VariantIndex, distance: int | None) -> Selection:
    """A window by its blocks, a lead by the distance around it, no item: everything."""
    if item is None:
        return Selection(range(index.blocks), index.use)
    if "first" in item:
        return Selection(range(int(item["first"]), int(item["last"]) + 1), index.use)
    chromosomes = np.array(index.chromosomes)
    near = np.abs(index.positions - int(item["position"])) <= (distance or 0)
    use = index.use & near & (chromosomes == item["chromosome"])
    return Selection(sorted({int(at) // BLOCK for at in np.flatnonzero(use)}), use)


NOTHING = Selection([], np.zeros(0, bool))


def windows(index: VariantIndex, blocks: int) -> list[dict[str, int]]:
    """The items of a cut: at most so many neighbouring blocks each."""
    return [
        {"first": first, "last": min(first + blocks, index.blocks) - 1}
        for first in range(0, index.blocks, blocks)
    ]
