"""Variants across datasets: names, order and alignment of alleles."""

from typing import NamedTuple

_COMPLEMENT = {"A": "T", "T": "A", "C": "G", "G": "C"}


class Place(NamedTuple):
    """Sorts by chromosome, then position, then alleles."""

    chromosome: int
    position: int
    effect: str
    other: str


def place_of(chromosome: str, position: int, effect: str, other: str) -> Place:
    return Place(int(chromosome), int(position), effect, other)


def name_of(place: Place) -> str:
    return f"{place.chromosome}:{place.position}:{place.effect}:{place.other}"


def other_strand(allele: str) -> str:
    """Text that is no sequence of bases stays, and matches nothing."""
    return "".join(_COMPLEMENT.get(base, base) for base in reversed(allele))


def orientation(place: Place, effect: str, other: str) -> int:
    """1: the same alleles, -1: swapped, 0: another variant. The other strand is tried last."""
    for first, second in ((effect, other), (other_strand(effect), other_strand(other))):
        if (first, second) == (place.effect, place.other):
            return 1
        if (second, first) == (place.effect, place.other):
            return -1
        # Read on the other strand a palindromic pair is the same pair swapped: never guess.
        if {effect, other} == {other_strand(effect), other_strand(other)}:
            return 0
    return 0
