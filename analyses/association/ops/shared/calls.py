"""Packed calls: PLINK's two bits a person, low bits first."""

import numpy as np

# Copies of the counted allele for each byte; a missing call is 0 here and taken out by its own sum.
_COPIES = np.array([2.0, 0.0, 1.0, 0.0])
_CODES = np.arange(256, dtype=np.uint8)[:, None] >> np.array([0, 2, 4, 6], np.uint8) & 3
_DECODED = _COPIES[_CODES]
# 00 and 11 change places: the other allele is counted.
_TURNED = np.array([3, 1, 2, 0], np.uint8)[_CODES] << np.array([0, 2, 4, 6], np.uint8)
_SWAPPED = np.bitwise_or.reduce(_TURNED, axis=1)
_LOW = np.uint8(0b01010101)


class Decoder:
    """Decodes into one buffer, again and again: a fresh one a block costs more than the sums."""

    def __init__(self) -> None:
        self._buffer = np.empty(0)

    def decode(self, calls: np.ndarray) -> np.ndarray:
        """Copies as float64, a row a variant; columns up to a multiple of four people."""
        size = calls.size * 4
        if self._buffer.size < size:
            self._buffer = np.empty(size)
        out = self._buffer[:size].reshape(*calls.shape, 4)
        # Without a mode numpy buffers the output once more.
        np.take(_DECODED, calls, axis=0, out=out, mode="clip")
        return out.reshape(len(calls), -1)


def swap(calls: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """The other allele counted in the given rows."""
    swapped = calls.copy()
    swapped[rows] = _SWAPPED[calls[rows]]
    return swapped


def count(calls: np.ndarray, people: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """People with one copy, with two, with a missing call; a value a variant."""
    low, high = calls & _LOW, (calls >> 1) & _LOW
    both = _sum(low & high)
    one = _sum(high) - both
    missing = _sum(low) - both
    return one, people - one - both - missing, missing


def _sum(bits: np.ndarray) -> np.ndarray:
    return np.bitwise_count(bits).sum(axis=1, dtype=np.int64)


def missing_calls(calls: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Variant and person of each missing call, by variant, then person. Looks at bytes, not at
    people."""
    missing = calls & ~(calls >> 1) & _LOW
    # Flat and boolean: numpy looks for those many times faster.
    flat = np.flatnonzero(missing.ravel() != 0)
    rows, places = np.divmod(flat, calls.shape[1])
    bits = missing.ravel()[flat, None] >> np.array([0, 2, 4, 6], np.uint8) & 1
    at, quarter = np.divmod(np.flatnonzero(bits.ravel() != 0), 4)
    return rows[at], places[at] * 4 + quarter
