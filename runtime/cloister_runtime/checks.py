"""What the feeder checks of an order before it runs: everything that a manifest states is computed
anew here."""

import json
from pathlib import Path
from typing import Any

from .canonical import sha256
from .job import Job
from .parts import read_items
from .question import op_digest, question_of
from .refusal import Refusal
from .versions import runtime_digest


def open_bundle(job: Job) -> dict[str, str]:
    """The analysis' files; refuses `bundle-tampered` unless analysis and op are those of the
    order."""
    order = job.order
    try:
        data = Path(job.spec["files"]["bundle"]).read_bytes()
    except (OSError, TypeError) as error:
        raise Refusal("bundle-tampered", None, str(error)) from error
    if sha256(data) != order["analysis"]:
        raise Refusal("bundle-tampered", None, "the bundle does not have the admitted digest")
    files = json.loads(data)
    if op_digest(files, order["op"]["name"]) != order["op"]["digest"]:
        raise Refusal("bundle-tampered", None, "the op does not have the ordered digest")
    return files


def read_conclusion(job: Job, reference: dict[str, Any]) -> bytes:
    """Bytes of a conclusion, which have the sha256 that the gate verified."""
    try:
        data = Path(job.spec["files"]["conclusions"][reference["sha256"]]).read_bytes()
    except (OSError, KeyError) as error:
        raise Refusal(
            "inputs-missing", None, f"conclusion of {reference['step']}: {error}"
        ) from error
    if sha256(data) != reference["sha256"]:
        raise Refusal("inputs-missing", None, f"conclusion of {reference['step']}: other bytes")
    return data


def check_inputs(job: Job) -> None:
    waived = job.order["waived"]
    for entry in job.order["inputs"]:
        job.parts.check(entry["step"], entry["question"], waived.get(entry["step"], ""))
    source = job.order["forEach"]
    if source is not None and source["kind"] == "output":
        job.parts.check(source["step"], source["question"], waived.get(source["step"], ""))


def items_of(job: Job) -> list[Any] | None:
    """Items of the fan-out that the step runs for; None for a plain step."""
    source = job.order["forEach"]
    if source is None:
        return None
    if source["kind"] == "conclusion":
        return read_items(read_conclusion(job, source["conclusion"]))
    return job.parts.items(source["step"], source["list"])


def check_question(job: Job) -> str:
    """The question as this feeder computes it from what it opened; refuses unless it is the ordered
    one."""
    order, data = job.order, job.data()
    own = order | {
        "dataset": data
        and {"id": data["dataset"], "version": data["version"], "digest": data["digest"]},
        "cohort": data and data["cohort"],
    }
    question = question_of(own, runtime_digest())
    if question != order["question"]:
        raise Refusal("question-mismatch", None, "dataset, cohort, runtime or order differ")
    return question
