"""Leads: the strongest variants, each further than a distance from the stronger ones."""

import math
from bisect import bisect_left, insort

import numpy as np

from .variants import Place

# The HLA region counts as one place (GRCh37, 25-34 Mb of chromosome 6).
HLA = (6, 25_000_000, 34_000_000)


def find(
    places: list[Place], neglog10p: np.ndarray, *, threshold: float, distance: int
) -> list[int]:
    """Numbers of the leads, best first; a tie goes to the smaller position."""
    limit = -math.log10(threshold)
    strong = [at for at in range(len(places)) if neglog10p[at] > limit]
    strong.sort(key=lambda at: (-neglog10p[at], places[at]))
    taken: dict[int, list[int]] = {}
    leads: list[int] = []
    has_hla = False
    for at in strong:
        place = places[at]
        is_hla = place.chromosome == HLA[0] and HLA[1] <= place.position <= HLA[2]
        if (is_hla and has_hla) or _is_near(
            taken.get(place.chromosome, []), place.position, distance
        ):
            continue
        has_hla = has_hla or is_hla
        insort(taken.setdefault(place.chromosome, []), place.position)
        leads.append(at)
    return leads


def _is_near(positions: list[int], position: int, distance: int) -> bool:
    at = bisect_left(positions, position)
    return any(abs(other - position) <= distance for other in positions[max(at - 1, 0) : at + 1])
