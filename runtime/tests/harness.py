"""The whole analysis as plain programs: what worker, gate and hub do around the feeder, in a few
lines each.

`python harness.py` runs it over the demo and prints the strongest associations.
"""

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cloister_runtime.canonical import canonical_json, sha256
from cloister_runtime.manifest import authenticate
from cloister_runtime.parts import read_items
from cloister_runtime.question import op_digest, question_of, result_key_of
from cloister_runtime.versions import runtime_digest

from worlds import REFERENCE, ROOT, definition_of

KEY = "11" * 32
HOST = [sys.executable, "-m", "cloister_runtime.host"]
ANALYSIS = ROOT / "analyses" / "association"
LIMITS = {"seconds": 60, "memoryBytes": 2**31, "cpus": 1}
PARAMETERS = {
    "phenotype": "ARSA",
    "covariates": ["SEX", "PC1", "PC2", "PC3"],
    "frame": "everyone",
    "transform": "none",
    "missing": "complete-case",
    "windowBlocks": 40,
    "leadThreshold": 1e-3,
    "leadDistance": 500_000,
}
GENOTYPES = ["people", "genotypes", "reference"]
OPS: dict[str, tuple[list[str], list[str]]] = {
    "scan_window": (GENOTYPES, ["missing"]),
    "collect_rows": ([], []),
    "combine_rows": ([], []),
    "find_leads": ([], ["leadThreshold", "leadDistance"]),
    "scan_given_lead": (GENOTYPES, ["missing", "leadDistance"]),
    "publish": (["reference"], [name for name in PARAMETERS if name != "windowBlocks"]),
}


def read_bundle() -> dict[str, str]:
    paths = [ANALYSIS / "analysis.yaml", ANALYSIS / "parameters.schema.json"]
    paths += sorted((ANALYSIS / "ops").rglob("*.py"))
    return {str(path.relative_to(ANALYSIS)): path.read_text() for path in paths}


@dataclass
class Result:
    """A finished job: its directory and its authentic manifest."""

    directory: Path
    manifest: dict[str, Any]

    def output(self, name: str, shard: int = 0) -> bytes:
        place = self.manifest["shards"][shard]["outputs"][name]
        data = (self.directory / "output.bin").read_bytes()
        return data[place["offset"] : place["offset"] + place["bytes"]]

    def evidence(self) -> list[list[str]]:
        lines = (self.directory / "evidence.tsv").read_text().splitlines()
        return [line.split("\t") for line in lines]


@dataclass
class Place:
    """One environment's jobs about one dataset, or `anywhere`."""

    folder: Path
    definition: dict[str, Any] | None
    bundle: dict[str, str] = field(default_factory=read_bundle)
    parameters: dict[str, Any] = field(default_factory=lambda: dict(PARAMETERS))
    reference: Path | None = REFERENCE
    host: list[str] = field(default_factory=lambda: list(HOST))
    limits: dict[str, Any] = field(default_factory=lambda: dict(LIMITS))
    admission: dict[str, Any] | None = None
    jobs: int = 0

    @property
    def dataset(self) -> str:
        return "anywhere" if self.definition is None else self.definition["id"]

    @property
    def model(self) -> dict[str, Any]:
        return {
            name: self.parameters[name]
            for name in ("phenotype", "covariates", "frame", "transform")
        }

    def stated_reference(self) -> dict[str, str] | None:
        if self.reference is None:
            return None
        return {"build": "GRCh37", "sha256": sha256(self.reference.read_bytes())}

    def admit(self) -> dict[str, Any]:
        admit = {
            "model": None if self.definition is None else self.model,
            "reference": self.stated_reference(),
        }
        self.admission = self.run(self.spec("admit", "admit", None) | {"admit": admit}).manifest
        return self.admission

    def spec(self, kind: str, step: str, order: dict[str, Any] | None) -> dict[str, Any]:
        self.jobs += 1
        directory = self.folder / f"{self.dataset}-{step}-{self.jobs}"
        directory.mkdir(parents=True)
        bundle = self.folder / "bundle.json"
        bundle.write_text(canonical_json(self.bundle))
        return {
            "version": 1,
            "kind": kind,
            "name": directory.name,
            "run": "r" + "a" * 24,
            "step": step,
            "dataset": self.dataset,
            "try": 1,
            "shards": "0",
            "order": order,
            "admit": None,
            "definition": self.definition,
            "files": {
                "bundle": str(bundle) if kind == "op" else None,
                "reference": str(self.reference) if self.reference else None,
                "conclusions": {},
                "directory": str(directory),
                "key": KEY,
                "executions": str(self.folder / "executions.log"),
            },
            "parts": [],
            "sandbox": self.host if kind == "op" else None,
        }

    def order(self, op: str | None, **parts: Any) -> dict[str, Any]:
        """What the gate writes from the admitted plan."""
        reads, declared = ["variants"], ["blocks"]
        parameters = {"blocks": self.parameters["windowBlocks"]}
        if op is not None:
            reads, declared = OPS[op]
            parameters = {name: self.parameters[name] for name in declared}
        is_personal = {"people", "genotypes"} & set(reads)
        data = self.admission and self.admission["data"]
        order = {
            "analysis": sha256(canonical_json(self.bundle).encode()),
            "plan": "0" * 64,
            "op": None if op is None else {"name": op, "digest": op_digest(self.bundle, op)},
            "parameters": parameters,
            "reads": reads,
            "model": self.model if is_personal else None,
            "cohort": data["cohort"] if data and is_personal else None,
            "dataset": data
            and {
                name: data[key]
                for name, key in (("id", "dataset"), ("version", "version"), ("digest", "digest"))
            },
            "reference": self.stated_reference() if reads else None,
            "forEach": None,
            "inputs": [],
            "conclusions": [],
            "waived": {},
            "concludes": {},
            "fansOut": None,
            "limits": self.limits,
        } | parts
        return order | {"question": question_of(order, runtime_digest())}

    def run(self, spec: dict[str, Any]) -> Result:
        directory = Path(spec["files"]["directory"])
        job = directory / "job.json"
        job.write_text(json.dumps(spec))
        command = [sys.executable, "-m", "cloister_runtime.feeder", str(job)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"the feeder ended with {done.returncode}: {done.stderr}")
        text = (directory / "manifest.json").read_text()
        return Result(directory, authenticate(text, bytes.fromhex(KEY)))

    def cut(self) -> Result:
        order = self.order(None, fansOut={"list": "windows", "most": None})
        return self.run(self.spec("cut", "windows", order))

    def op(self, step: str, op: str, *, spec: dict[str, Any] | None = None, **parts: Any) -> Result:
        order = self.order(op, **parts)
        return self.run(self.spec("op", step, order) | (spec or {}))

    def for_each(self, step: str, op: str, source: Result, batch: int = 0) -> list[Result]:
        """Over the windows that this place cut; `batch` shards a job, 0 for all in one."""
        length = next(iter(source.manifest["counts"].values()))
        size = batch or max(length, 1)
        for_each = {
            "kind": "output",
            "step": "windows",
            "list": "windows",
            "question": source.manifest["question"],
        }
        return [
            self.op(
                step,
                op,
                forEach=for_each,
                spec={
                    "shards": f"{first}-{min(first + size, length) - 1}",
                    "parts": parts_of([source]),
                },
            )
            for first in range(0, length, size)
        ]

    def for_leads(self, step: str, op: str, leads: "Conclusion", count: int) -> list[Result]:
        spec = self.spec(
            "op", step, self.order(op, forEach={"kind": "conclusion", "conclusion": leads.ref})
        )
        spec["files"]["conclusions"] = {leads.ref["sha256"]: str(leads.path)}
        return [self.run(spec | {"shards": f"0-{count - 1}"})] if count else []

    def collect(
        self, step: str, results: list[Result], source: str, op: str = "scan_window"
    ) -> Result:
        question = results[0].manifest["question"] if results else "0" * 64
        return self.op(
            step,
            "collect_rows",
            inputs=[{"step": source, "question": question}],
            concludes={"rows": "variant-statistics@1"},
            spec={"parts": parts_of(results)},
        )


@dataclass
class Conclusion:
    ref: dict[str, str]
    path: Path


def parts_of(results: list[Result]) -> list[dict[str, Any]]:
    return [
        {
            "step": result.manifest["step"],
            "shard": shard["shard"],
            "directory": str(result.directory),
            "key": shard["key"],
        }
        for result in results
        for shard in result.manifest["shards"]
    ]


def conclude(place: Place, result: Result, name: str, data: bytes) -> Conclusion:
    ref = {
        "step": result.manifest["step"],
        "dataset": place.dataset,
        "name": name,
        "sha256": sha256(data),
        "statement": "0" * 64,
    }
    path = result.directory / f"{name}.conclusion"
    path.write_bytes(data)
    return Conclusion(ref, path)


def release_rows(result: Result, *, min_mac: int = 10, digits: bool = False) -> bytes:
    """The rows that a gate with `minMAC` lets out, whole ones; rounded as a gate does with
    `digits`."""
    header, *lines = result.output("rows").decode().splitlines()
    evidence = result.evidence()
    assert len(lines) == len(evidence)
    kept = []
    for line, counted in zip(lines, evidence, strict=True):
        cells = line.split("\t")
        assert cells[:5] == counted[:5] and cells[5] == counted[5]
        ac, an = int(counted[6]), int(counted[7])
        if cells[11] != "ok" or min(ac, an - ac) < min_mac:
            continue
        if digits:
            cells[7] = f"{ac / an:.3f}"
            cells[8:10] = [f"{float(cell):.5g}" for cell in cells[8:10]]
            cells[10] = f"{float(cells[10]):.4g}"
        kept.append("\t".join(cells))
    return ("\n".join([header, *kept]) + "\n").encode()


@dataclass
class Published:
    places: dict[str, Place]
    rows: dict[str, Result]
    refined: dict[str, Result]
    combined: Result
    leads: Result
    files: Result


def run_analysis(
    folder: Path,
    datasets: list[str],
    *,
    batch: int = 0,
    digits: bool = False,
    **parameters: Any,
) -> Published:
    asked = PARAMETERS | parameters
    places = {
        name: Place(folder / name, definition_of(name), parameters=asked)
        for name in sorted(datasets)
    }
    rows: dict[str, Result] = {}
    for name, place in places.items():
        assert place.admit()["refused"] is None, place.admission
        scanned = place.for_each("scan", "scan_window", place.cut(), batch)
        rows[name] = place.collect("rows", scanned, "scan")
    hub = Place(folder / "anywhere", None, parameters=asked)
    hub.admit()
    rows_out = [
        conclude(places[name], result, "rows", release_rows(result, digits=digits))
        for name, result in rows.items()
    ]
    combined = _at_hub(hub, "combined", "combine_rows", rows_out)
    lead_step = {
        "concludes": {"leads": "variant-list@1"},
        "fansOut": {"list": "leads", "most": 10000},
    }
    leads = hub.op(
        "leads",
        "find_leads",
        inputs=[_input(combined)],
        spec={"parts": parts_of([combined])},
        **lead_step,
    )
    lead_list = conclude(hub, leads, "leads", leads.output("leads"))
    refined = {
        name: place.collect(
            "refined",
            place.for_leads(
                "refine", "scan_given_lead", lead_list, leads.manifest["counts"]["leads"]
            ),
            "refine",
        )
        for name, place in places.items()
    }
    refined_out = [
        conclude(places[name], result, "rows", release_rows(result, digits=digits))
        for name, result in refined.items()
    ]
    names = ("association", "association-meta", "hits", "manhattan", "qq")
    files = _at_hub(
        hub,
        "publish",
        "publish",
        [*rows_out, *refined_out],
        inputs=[_input(combined), _input(leads)],
        parts=parts_of([combined, leads]),
        concludes=dict.fromkeys(names, "file"),
    )
    return Published(places, rows, refined, combined, leads, files)


def _input(result: Result) -> dict[str, str]:
    return {"step": result.manifest["step"], "question": result.manifest["question"]}


def _at_hub(
    hub: Place, step: str, op: str, conclusions: list[Conclusion], *, parts: Any = (), **order: Any
) -> Result:
    refs = [conclusion.ref for conclusion in conclusions]
    spec = hub.spec("op", step, hub.order(op, conclusions=refs, **order))
    spec["files"]["conclusions"] = {c.ref["sha256"]: str(c.path) for c in conclusions}
    return hub.run(spec | {"parts": list(parts)})


def result_keys(result: Result, items: list[Any]) -> list[str]:
    return [result_key_of(result.manifest["question"], item) for item in items]


__all__ = ["Place", "Published", "Result", "read_items", "run_analysis"]

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        published = run_analysis(Path(scratch), ["finland", "britain", "tuscany", "utah"])
        print(published.files.output("hits").decode())
