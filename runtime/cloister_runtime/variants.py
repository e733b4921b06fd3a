"""The variant index of a dataset: its .bim, aligned to the reference, with what is left out and
why."""

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .alleles import Aligned, align, is_palindromic
from .reference import Reference, plain_chromosome
from .refusal import Refusal

BLOCK = 64
AUTOSOMES = {str(number) for number in range(1, 23)}
# A few variants of a list may truly read otherwise; a file on the other strand shows half of them.
MOST_STRAND_CONFLICTS = 0.005
# Ids leave the environment with their rows, so they may say no more than an id does.
_PLAIN_ID = re.compile(r"^[A-Za-z0-9_.:-]{1,64}$")


@dataclass(frozen=True)
class VariantIndex:
    """One entry a line of the .bim. `use` is False for what no op may see a row about."""

    ids: list[str]
    chromosomes: list[str]
    positions: np.ndarray
    effects: list[str]
    others: list[str]
    effect_is_a1: np.ndarray
    use: np.ndarray
    left_out: dict[str, int]

    @property
    def size(self) -> int:
        return len(self.ids)

    @property
    def blocks(self) -> int:
        return -(-self.size // BLOCK)


def read_variants(path: Path, *, strand: str | None, reference: Reference | None) -> VariantIndex:
    """Raises Refusal: dataset-unreadable, duplicate-variants, strand-mismatch."""
    lines = _read_lines(path)
    reasons = [_reason_against(line, strand) for line in lines]
    _refuse_duplicates(lines, reasons)
    aligned = [align(a1, a2, (reference or {}).get((c, p), [])) for c, _, p, a1, a2 in lines]
    if strand == "plus":
        aligned = _check_strand(lines, aligned)
    return VariantIndex(
        ids=[_id_of(line[1], found) for line, found in zip(lines, aligned, strict=True)],
        chromosomes=[line[0] for line in lines],
        positions=np.array([line[2] for line in lines], np.int64),
        effects=[found.effect for found in aligned],
        others=[found.other for found in aligned],
        effect_is_a1=np.array([found.effect_is_a1 for found in aligned], bool),
        use=np.array([reason is None for reason in reasons], bool),
        left_out=dict(sorted(Counter(reason for reason in reasons if reason).items())),
    )


Line = tuple[str, str, int, str, str]


def _read_lines(path: Path) -> list[Line]:
    """Chromosome, id, position, A1, A2 of each line."""
    try:
        text = path.read_text(encoding="utf-8")
        fields = [line.split() for line in text.splitlines()]
        return [
            (plain_chromosome(row[0]), row[1], int(row[3]), row[4].upper(), row[5].upper())
            for row in fields
        ]
    except (OSError, UnicodeDecodeError, ValueError, IndexError) as error:
        raise Refusal("dataset-unreadable", None, f".bim: {error}") from error


def _reason_against(line: Line, strand: str | None) -> str | None:
    chromosome, _, position, a1, a2 = line
    if position <= 0 or chromosome == "0":
        return "unplaced"
    if chromosome not in AUTOSOMES:
        return "non-autosomal"
    if strand is None and is_palindromic(a1, a2):
        return "strand-undeclared"
    return None


def _refuse_duplicates(lines: list[Line], reasons: list[str | None]) -> None:
    seen: set[tuple[str, int, frozenset[str]]] = set()
    for number, (line, reason) in enumerate(zip(lines, reasons, strict=True), start=1):
        if reason == "unplaced":
            continue
        key = (line[0], line[2], frozenset(line[3:]))
        if key in seen:
            raise Refusal("duplicate-variants", None, f".bim: line {number} stands there twice")
        seen.add(key)


def _check_strand(lines: list[Line], aligned: list[Aligned]) -> list[Aligned]:
    """Declared plus: few match by the other strand only, and those count as not in the
    reference."""
    conflicts = sum(found.flip for found in aligned)
    checked = sum(
        found.id is not None and not is_palindromic(line[3], line[4])
        for line, found in zip(lines, aligned, strict=True)
    )
    if conflicts > checked * MOST_STRAND_CONFLICTS:
        raise Refusal("strand-mismatch", None, f"{conflicts} of {checked} on the other strand")
    return [
        Aligned(None, line[3], line[4], effect_is_a1=True) if found.flip else found
        for line, found in zip(lines, aligned, strict=True)
    ]


def _id_of(own: str, found: Aligned) -> str:
    if found.id is not None:
        return found.id
    return own if _PLAIN_ID.match(own) else "."
