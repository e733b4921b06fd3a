"""Which allele is the effect: ALT of the world's reference where the variant is there, else the
dataset's A1.

Never decided by frequency: near one half that flips a sign silently.
"""

from dataclasses import dataclass

from .reference import ReferenceVariant

COMPLEMENT = {"A": "T", "T": "A", "C": "G", "G": "C"}
# PLINK writes 0 for an allele that nobody in the file has.
NOBODY = "0"


@dataclass(frozen=True)
class Aligned:
    """`flip`: matched by the other strand only; `effect_is_a1` says which column of the .bim it
    is."""

    id: str | None
    effect: str
    other: str
    effect_is_a1: bool
    flip: bool = False


def complement(allele: str) -> str | None:
    """The other strand's reading; None for what is no sequence of bases."""
    if not allele or any(base not in COMPLEMENT for base in allele):
        return None
    return "".join(COMPLEMENT[base] for base in reversed(allele))


def is_palindromic(a1: str, a2: str) -> bool:
    return a1 != a2 and complement(a1) == a2


def align(a1: str, a2: str, candidates: list[ReferenceVariant]) -> Aligned:
    """Candidates are the reference's variants at the same place, in its order."""
    for candidate in candidates:
        if found := _match(_filled(a1, a2, candidate), candidate, flip=False):
            return found
    if not is_palindromic(a1, a2):
        for candidate in candidates:
            turned = (complement(a1), complement(a2))
            if found := _match(turned, candidate, flip=True):
                return found
    return Aligned(None, a1, a2, effect_is_a1=True)


def _filled(a1: str, a2: str, candidate: ReferenceVariant) -> tuple[str, str]:
    if a1 == NOBODY and a2 in (candidate.ref, candidate.alt):
        return (candidate.alt if a2 == candidate.ref else candidate.ref), a2
    return a1, a2


def _match(
    pair: tuple[str | None, str | None], candidate: ReferenceVariant, *, flip: bool
) -> Aligned | None:
    ref, alt = candidate.ref, candidate.alt
    if pair == (alt, ref):
        return Aligned(candidate.id, alt, ref, effect_is_a1=True, flip=flip)
    if pair == (ref, alt):
        return Aligned(candidate.id, alt, ref, effect_is_a1=False, flip=flip)
    return None
