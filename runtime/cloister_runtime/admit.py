"""Kind `admit`: counts the cohort for the gate's decision; no op runs."""

from typing import Any

import numpy as np

from .cohort import Cohort
from .job import Job


def admit(job: Job) -> dict[str, Any]:
    evidence = job.cohort_evidence()
    left_out: dict[str, int] = {}
    if job.dataset is not None:
        left_out = job.dataset.variants.left_out
        # Opens the calls too: a damaged file is told before anything runs.
        job.dataset.bed(job.cohort or _nobody())
    return job.manifest(data=job.data(), leftOut=left_out, cohort=evidence)


def _nobody() -> Cohort:
    return Cohort(np.zeros(0, np.int64), np.zeros(0), [], np.zeros((0, 0)), "number")
