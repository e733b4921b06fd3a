"""The world's public list of variants: CHROM POS ID REF ALT, tab-separated, a header line with
#."""

from dataclasses import dataclass
from pathlib import Path

from .canonical import sha256
from .refusal import Refusal


@dataclass(frozen=True)
class ReferenceVariant:
    id: str
    ref: str
    alt: str


Reference = dict[tuple[str, int], list[ReferenceVariant]]


def read_reference(path: Path, digest: str) -> Reference:
    """Variants by place; a place may hold several."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Refusal("reference-mismatch", None, str(error)) from error
    if sha256(data) != digest:
        raise Refusal("reference-mismatch", None, "the file does not have the planned digest")
    return parse_reference(data.decode("utf-8"))


def parse_reference(text: str) -> Reference:
    places: Reference = {}
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        chromosome, position, name, ref, alt = line.split("\t")[:5]
        variant = ReferenceVariant(name, ref.upper(), alt.upper())
        places.setdefault((plain_chromosome(chromosome), int(position)), []).append(variant)
    return places


def plain_chromosome(name: str) -> str:
    return name[3:] if name[:3].lower() == "chr" else name
