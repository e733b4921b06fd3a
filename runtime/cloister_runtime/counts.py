"""Evidence of variants, counted by the feeder from packed calls, independently of any op."""

from dataclasses import dataclass

import numpy as np

_LOW = np.uint8(0b01010101)


@dataclass(frozen=True)
class Counts:
    """A value a variant; `a1` counts copies of A1."""

    observed: np.ndarray
    a1: np.ndarray
    has_a1: np.ndarray
    has_a2: np.ndarray

    def copies(self, effect_is_a1: np.ndarray) -> np.ndarray:
        return np.where(effect_is_a1, self.a1, 2 * self.observed - self.a1)

    def carriers(self) -> np.ndarray:
        """People with a copy of the rarer allele; of two equally rare ones the fewer."""
        rarer_is_a1 = self.a1 < self.observed
        rarer_is_a2 = self.a1 > self.observed
        tie = np.minimum(self.has_a1, self.has_a2)
        return np.where(rarer_is_a1, self.has_a1, np.where(rarer_is_a2, self.has_a2, tie))


def pack_mask(people: np.ndarray) -> np.ndarray:
    """A bit pair 01 for each person that counts."""
    padded = np.zeros(-(-len(people) // 4) * 4, np.uint8)
    padded[: len(people)] = people
    quads = padded.reshape(-1, 4)
    return quads[:, 0] | quads[:, 1] << 2 | quads[:, 2] << 4 | quads[:, 3] << 6


def count_calls(calls: np.ndarray, mask: np.ndarray) -> Counts:
    """Counts over the people of the mask. Codes: 00 two A1, 01 missing, 10 one A1, 11 none."""
    low = calls & _LOW
    high = (calls >> 1) & _LOW
    people = int(np.bitwise_count(mask).sum())
    missing = _people(low & ~high & mask)
    one = _people(high & ~low & mask)
    none = _people(high & low & mask)
    two = people - missing - one - none
    return Counts(observed=people - missing, a1=2 * two + one, has_a1=two + one, has_a2=none + one)


def _people(bits: np.ndarray) -> np.ndarray:
    return np.bitwise_count(bits).sum(axis=1, dtype=np.int64)
