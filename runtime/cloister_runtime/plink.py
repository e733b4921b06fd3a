"""PLINK 1 files: .fam for the order of people, .bed for packed calls.

Two bits a person, low bits first: 00 two copies of A1, 01 missing, 10 one, 11 none. What pads the
last byte is nobody: it is cleared, so that no one counts it.
"""

import mmap
from pathlib import Path

import numpy as np

from .refusal import Refusal

MAGIC = b"\x6c\x1b\x01"


def read_fam(path: Path) -> list[str]:
    """Ids of the people (second column), in the order of the calls."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise Refusal("dataset-unreadable", None, f".fam: {error}") from error
    fields = [line.split() for line in lines if line.strip()]
    if any(len(row) < 2 for row in fields):
        raise Refusal("dataset-unreadable", None, ".fam: a line has fewer than two fields")
    ids = [row[1] for row in fields]
    if len(set(ids)) != len(ids):
        raise Refusal("dataset-unreadable", None, ".fam: an id stands twice")
    return ids


class Bed:
    """Packed calls of a dataset, for the people of a cohort in file order."""

    def __init__(self, path: Path, *, variants: int, people: int, cohort: np.ndarray) -> None:
        """`cohort`: indices of its people in the .fam, ascending."""
        self.people = people
        self.cohort = cohort
        self.width = (people + 3) // 4
        self._calls = _map(path, variants * self.width).reshape(variants, self.width)
        self._is_everybody = len(cohort) == people
        self._shifts = ((cohort % 4) * 2).astype(np.uint8)

    def read(self, first: int, last: int) -> np.ndarray:
        """Calls of variants first..last-1: uint8, a row a variant, ceil(n/4) bytes."""
        raw = np.array(self._calls[first:last])
        return _clear_padding(raw, self.people) if self._is_everybody else self._repack(raw)

    def _repack(self, raw: np.ndarray) -> np.ndarray:
        codes = (raw[:, self.cohort // 4] >> self._shifts) & 3
        padded = np.zeros((len(raw), -(-len(self.cohort) // 4) * 4), np.uint8)
        padded[:, : len(self.cohort)] = codes
        quads = padded.reshape(len(raw), -1, 4)
        return quads[..., 0] | quads[..., 1] << 2 | quads[..., 2] << 4 | quads[..., 3] << 6


def _clear_padding(raw: np.ndarray, people: int) -> np.ndarray:
    if people % 4:
        raw[:, -1] &= (1 << 2 * (people % 4)) - 1
    return raw


def _map(path: Path, size: int) -> np.ndarray:
    try:
        with path.open("rb") as file:
            if file.read(3) != MAGIC:
                raise Refusal("dataset-unreadable", None, ".bed: not a variant-major PLINK 1 file")
            if path.stat().st_size != size + 3:
                raise Refusal(
                    "dataset-unreadable", None, ".bed: size does not follow from .bim and .fam"
                )
            if size == 0:
                return np.zeros(0, np.uint8)
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except OSError as error:
        raise Refusal("dataset-unreadable", None, f".bed: {error}") from error
    return np.frombuffer(mapped, np.uint8, offset=3)
