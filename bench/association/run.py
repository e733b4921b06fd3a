"""CPU and wall of `scan_window` beside `plink2 --glm` on the same made-up data, in one run.

    .venv/bin/python bench/association/run.py [people] [variants] [share of missing calls] [rounds]

Ours is the whole job as an environment runs it (feeder with its evidence, and the op's host), not
the op alone. Needs plink2 on PATH. Prints a table and the ratio of the medians.
"""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "runtime"), str(ROOT / "runtime" / "tests")]
os.environ["PYTHONPATH"] = str(ROOT / "runtime")

from harness import Place  # noqa: E402

COVARIATES = ["C1", "C2", "C3", "C4"]
DEFINED = {"type": "number", "unit": None}


def make_data(folder: Path, people: int, variants: int, missing: float) -> Path:
    prefix = folder / "dummy"
    dummy = ["--dummy", str(people), str(variants), str(missing), "0", "acgt", "pheno-ct=1"]
    run(["plink2", *dummy, "scalar-pheno", "--seed", "7", "--make-bed", "--out", str(prefix)])
    ids = [line.split()[1] for line in prefix.with_suffix(".fam").read_text().splitlines()]
    values = np.random.default_rng(7).standard_normal((len(ids), 1 + len(COVARIATES)))
    header = "\t".join(["#IID", "Y", *COVARIATES])
    rows = [
        "\t".join([i, *(repr(float(x)) for x in row)]) for i, row in zip(ids, values, strict=True)
    ]
    (folder / "people.tsv").write_text("\n".join([header, *rows]) + "\n")
    bim = prefix.with_suffix(".bim")
    lines = [line.split("\t") for line in bim.read_text().splitlines()]
    # A position for each variant, as real files have.
    bim.write_text(
        "".join("\t".join([*f[:3], str(n + 1), *f[4:]]) + "\n" for n, f in enumerate(lines))
    )
    return prefix


def definition_of(prefix: Path) -> dict[str, object]:
    names = {name: {"title": name, "expression": name, **DEFINED} for name in ["Y", *COVARIATES]}
    return {
        "id": "dummy",
        "title": "Made-up data",
        "version": 1,
        "wall": "open",
        "residency": ["here"],
        "build": "GRCh37",
        "strand": "plus",
        "plink": str(prefix),
        "people": str(prefix.parent / "people.tsv"),
        "approximatePeople": 0,
        "baseCohort": [],
        "phenotypes": {"Y": names["Y"]},
        "covariates": {name: names[name] for name in COVARIATES},
        "frames": {"everyone": {"title": "Everyone", "expression": "not missing(Y)"}},
    }


def run(command: list[str]) -> None:
    subprocess.run(command, check=True, capture_output=True, timeout=1800)


def ours(prefix: Path, folder: Path) -> Callable[[], None]:
    place = Place(folder, definition_of(prefix), reference=None)
    place.limits = place.limits | {"seconds": 1800, "memoryBytes": 8 * 2**30}
    place.parameters |= {"phenotype": "Y", "covariates": COVARIATES, "windowBlocks": 400}
    place.admit()
    windows = place.cut()
    return lambda: check(place.for_each("scan", "scan_window", windows))


def check(results: list[object]) -> None:
    states = {shard["state"] for result in results for shard in result.manifest["shards"]}  # type: ignore[attr-defined]
    if states != {"+"}:
        raise RuntimeError(f"shards ended in {states}")


def theirs(prefix: Path, folder: Path) -> Callable[[], None]:
    table = str(folder / "people.tsv")
    command = ["plink2", "--bfile", str(prefix), "--pheno", table, "--pheno-name", "Y"]
    command += ["--covar", table, "--covar-name", ",".join(COVARIATES), "--threads", "1"]
    command += ["--glm", "hide-covar", "--out", str(folder / "glm")]
    return lambda: run(command)


def measure(work: Callable[[], None]) -> tuple[float, float]:
    """CPU and wall seconds of the processes that it starts."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    work()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return cpu, time.monotonic() - start


def main(people: int, variants: int, missing: float, rounds: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prefix = make_data(folder, people, variants, missing)
        programs = {"cloister": ours(prefix, folder / "jobs"), "plink2": theirs(prefix, folder)}
        times: dict[str, list[tuple[float, float]]] = {name: [] for name in programs}
        for _ in range(rounds):
            for program, work in programs.items():
                times[program].append(measure(work))
    print(f"{people} people, {variants} variants, {missing:.0%} missing, {rounds} rounds, medians")
    print(f"{'':10}{'CPU s':>8}{'wall s':>8}")
    medians = {
        p: [statistics.median(column) for column in zip(*t, strict=True)] for p, t in times.items()
    }
    for program, (cpu, wall) in medians.items():
        print(f"{program:10}{cpu:8.2f}{wall:8.2f}")
    ratio = [a / b for a, b in zip(medians["cloister"], medians["plink2"], strict=True)]
    print(f"{'ratio':10}{ratio[0]:8.2f}{ratio[1]:8.2f}")


if __name__ == "__main__":
    given = sys.argv[1:]
    main(
        int(given[0]) if given else 5_000,
        int(given[1]) if len(given) > 1 else 20_000,
        float(given[2]) if len(given) > 2 else 0.01,
        int(given[3]) if len(given) > 3 else 3,
    )
