"""Definitions of the demo's datasets and of small made ones, as a worker writes them into
job.json."""

from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "worlds" / "demo"
REFERENCE = DEMO / "reference" / "variants.tsv"
GENES = ("ARSA", "SYNGR1", "FAM118A", "RIBC2", "DNAJB7", "APOBEC3B")
DATASETS = ("finland", "britain", "tuscany", "utah")


def data_of(dataset: str) -> Path:
    environment = "company-cloud" if dataset == "utah" else dataset
    return DEMO / "environments" / environment / "data" / dataset


def definition_of(dataset: str) -> dict[str, Any]:
    """As `datasets.yaml` of the demo says."""
    folder = data_of(dataset)
    numbers = {name: _defined(name) for name in GENES}
    return {
        "id": dataset,
        "title": dataset,
        "version": 1,
        "wall": "walled",
        "residency": ["eu"],
        "build": "GRCh37",
        "strand": "plus",
        "plink": str(folder / "geno"),
        "people": str(folder / "pheno.tsv"),
        "approximatePeople": 90,
        "baseCohort": ["SEX", "PC1", "PC2", "PC3"],
        "phenotypes": {**numbers, "CASE": _defined("CASE - 1", "binary")},
        "covariates": {
            "SEX": _defined("SEX - 1", "binary"),
            **{name: _defined(name) for name in ("PC1", "PC2", "PC3")},
            "IMPUTED": _defined("IMPUTED", "binary"),
        },
        "frames": {
            "everyone": {"title": "Everyone", "expression": "not missing(SEX)"},
            "women": {"title": "Women", "expression": "SEX = 2"},
        },
    }


def _defined(expression: str, kind: str = "number") -> dict[str, Any]:
    return {"title": expression, "type": kind, "unit": None, "expression": expression}


def write_plink(prefix: Path, variants: list[tuple[str, ...]], copies: np.ndarray) -> None:
    """`variants`: chromosome, id, position, A1, A2. `copies`: of A1, variants x people, -1 for
    missing."""
    prefix.parent.mkdir(parents=True, exist_ok=True)
    people = copies.shape[1]
    codes = np.array([3, 2, 0, 1], np.uint8)[copies]
    padded = np.zeros((len(copies), -(-people // 4) * 4), np.uint8)
    padded[:, :people] = codes
    packed = (padded.reshape(len(copies), -1, 4) << np.array([0, 2, 4, 6], np.uint8)).sum(axis=2)
    Path(f"{prefix}.bed").write_bytes(b"\x6c\x1b\x01" + packed.astype(np.uint8).tobytes())
    lines = ("\t".join((c, name, "0", str(p), a1, a2)) for c, name, p, a1, a2 in variants)
    Path(f"{prefix}.bim").write_text("".join(f"{line}\n" for line in lines))
    Path(f"{prefix}.fam").write_text("".join(f"0 P{k} 0 0 0 -9\n" for k in range(people)))


def write_people(path: Path, columns: dict[str, list[Any]]) -> None:
    rows = zip(*columns.values(), strict=True)
    lines = ["\t".join(["#IID", *columns])]
    lines += ["\t".join([f"P{k}", *map(str, row)]) for k, row in enumerate(rows)]
    path.write_text("\n".join(lines) + "\n")


def small_definition(folder: Path, **changed: Any) -> dict[str, Any]:
    """A dataset of the files `geno.*` and `people.tsv` in a folder, with columns Y, X and Z."""
    return {
        "id": "small",
        "title": "Small",
        "version": 1,
        "wall": "walled",
        "residency": ["eu"],
        "build": "GRCh37",
        "strand": "plus",
        "plink": str(folder / "geno"),
        "people": str(folder / "people.tsv"),
        "approximatePeople": 0,
        "baseCohort": [],
        "phenotypes": {"Y": _defined("Y")},
        "covariates": {"X": _defined("X"), "Z": _defined("Z")},
        "frames": {"everyone": {"title": "Everyone", "expression": "1 = 1"}},
    } | changed
