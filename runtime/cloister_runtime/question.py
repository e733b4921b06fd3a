"""Questions, result keys and op digests, equal to `contracts/schemas/question.ts` and
`bundle.ts`."""

from typing import Any

from .canonical import digest_of

CUTTER = "cut-variants@1"


def question_of(order: dict[str, Any], runtime: str) -> str:
    """What decides a result's bits; no run, time, batch or page is in it."""
    op, reference = order["op"], order["reference"]
    return digest_of(
        {
            "op": CUTTER if op is None else op["digest"],
            "runtime": runtime,
            "parameters": order["parameters"],
            "reads": order["reads"],
            "dataset": order["dataset"],
            "model": order["model"],
            "cohort": order["cohort"],
            "reference": None if reference is None else reference["sha256"],
            "list": _list_of(order["forEach"]),
            "inputs": {item["step"]: item["question"] for item in order["inputs"]},
            "conclusions": sorted(
                "/".join((ref["step"], ref["dataset"], ref["name"], ref["sha256"]))
                for ref in order["conclusions"]
            ),
            "waived": order["waived"],
            "concludes": order["concludes"],
            "fansOut": order["fansOut"],
        }
    )


def _list_of(source: dict[str, Any] | None) -> str | None:
    if source is None:
        return None
    return source["question"] if source["kind"] == "output" else source["conclusion"]["sha256"]


def result_key_of(question: str, item: object) -> str:
    """Key of a shard's result; the item of a plain step is None."""
    return digest_of({"question": question, "item": item})


def op_digest(files: dict[str, str], op: str) -> str:
    """Digest of an op's file and all of `ops/shared/`."""
    own = f"ops/{op}.py"
    return digest_of(
        {
            path: text
            for path, text in files.items()
            if path == own or path.startswith("ops/shared/")
        }
    )


def definitions_digest(definition: dict[str, Any]) -> str:
    """Digest of a dataset's definition without its paths, which a custodian may change freely."""
    return digest_of(
        {key: value for key, value in definition.items() if key not in ("plink", "people")}
    )


def dataset_digest(definitions: str, files: dict[str, str]) -> str:
    """Digest of a dataset's version: what it is defined as and the sha256 of each of its files."""
    return digest_of({"definitions": definitions, "files": files})
