"""Kind `cut`: windows over the dataset's own variant index, by the runtime's own cutter."""

import json
from typing import Any

from .checks import check_question
from .execution_log import log_execution
from .job import Job
from .question import result_key_of
from .refusal import Refusal
from .result_files import ResultFiles
from .selection import windows


def cut(job: Job) -> dict[str, Any]:
    dataset, order = job.dataset, job.order
    if dataset is None:
        raise Refusal("dataset-unreadable", None, "a cut needs a dataset")
    question = check_question(job)
    key = result_key_of(question, None)
    items = windows(dataset.variants, int(order["parameters"]["blocks"]))
    name = order["fansOut"]["list"]
    files = ResultFiles(job.directory)
    log_execution(job.executions, job.spec, shard=0, key=key)
    files.add(0, key, {name: json.dumps(items, separators=(",", ":")).encode()}, None)
    return job.manifest(
        op=None,
        question=question,
        data=job.data(),
        counts={name: len(items)},
        leftOut=dataset.variants.left_out,
        **files.finish(),
    )
