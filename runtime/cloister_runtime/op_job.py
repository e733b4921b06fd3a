"""Kind `op`: one op over a batch of shards, in a host of its own."""

import re
from collections.abc import Iterator
from typing import Any

from .checks import check_inputs, check_question, items_of, open_bundle
from .execution_log import log_execution
from .host_client import Host, HostGone, OpNotLoaded
from .job import Job
from .json_types import Item
from .parts import read_items
from .question import op_digest, result_key_of
from .ranges import parse_ranges
from .refusal import Refusal
from .result_files import ResultFiles
from .shard_feed import ShardFeed
from .shared_input import shared_frames

_NAME = re.compile(r"^[A-Za-z][A-Za-z0-9_-]{0,63}$")


def run_op(job: Job) -> dict[str, Any]:
    """Everything is checked before the first shard; a shard that fails does not stop the others."""
    files = open_bundle(job)
    check_inputs(job)
    question = check_question(job)
    items = items_of(job)
    shards = [(shard, _item(items, shard)) for shard in parse_ranges(job.spec["shards"])]
    evidence = job.cohort_evidence()
    run = OpRun(job, files)
    for shard, item in shards:
        run.shard(shard, item, result_key_of(question, item))
    return job.manifest(
        op=op_digest(files, job.order["op"]["name"]),
        question=question,
        data=job.data(),
        counts=run.counts,
        leftOut={} if job.dataset is None else job.dataset.variants.left_out,
        cohort=evidence,
        **run.finish(),
    )


def _item(items: list[Any] | None, shard: int) -> Item:
    if items is None:
        return None
    if shard >= len(items):
        raise Refusal("inputs-missing", None, f"the list has no item {shard}")
    return items[shard]


class OpRun:
    """Shards one after the other; a host that died is started again for those that are left."""

    def __init__(self, job: Job, files: dict[str, str]) -> None:
        self.job = job
        self.bundle = files
        self.feed = ShardFeed(job)
        self.results = ResultFiles(job.directory, has_evidence=job.dataset is not None)
        self.counts: dict[str, int] = {}
        self._host: Host | None = None
        self._is_broken = False

    def shard(self, shard: int, item: Item, key: str) -> None:
        prepared = self.feed.prepare(item)
        log_execution(self.job.executions, self.job.spec, shard=shard, key=key)
        begin = {"type": "begin", "item": item, "hasLead": prepared.lead is not None}
        outputs = self._run((begin, prepared.lead or b""), prepared.payloads())
        counts = None if outputs is None else _counts(outputs, self.job.order)
        if outputs is None or counts is None:
            self.results.fail(shard, key)
            return
        self.results.add(shard, key, outputs, prepared.evidence())
        for name, count in counts.items():
            self.counts[name] = self.counts.get(name, 0) + count

    def finish(self) -> dict[str, Any]:
        if self._host is not None:
            self._host.close()
        return self.results.finish()

    def _run(
        self, begin: tuple[dict[str, Any], bytes], payloads: Iterator[bytes]
    ) -> dict[str, bytes] | None:
        if self._is_broken:
            return None
        try:
            host = self._host or self._start()
            return host.run(begin, payloads, self.job.order["limits"]["seconds"])
        except OpNotLoaded:
            self._is_broken = True
        except HostGone:
            # What the host was doing is the op's failure; a host that never got ready is the
            # platform's.
            if self._host is None:
                raise
        self._host.close() if self._host else None
        self._host = None
        return None

    def _start(self) -> Host:
        host = Host(self.job.spec["sandbox"], self.job.directory / "stderr")
        order = self.job.order
        reference = order["reference"]
        load = {
            "op": order["op"]["name"],
            "parameters": order["parameters"],
            "dataset": None if self.job.dataset is None else self.job.dataset.id,
            "build": None if reference is None else reference["build"],
            **{name: order[name] for name in ("concludes", "fansOut", "limits")},
        }
        try:
            host.load(load, self.bundle, shared_frames(self.job))
        except (HostGone, OpNotLoaded):
            host.close()
            raise
        self._host = host
        return host


def _counts(outputs: dict[str, bytes], order: dict[str, Any]) -> dict[str, int] | None:
    """Length of the step's list; None where the outputs are not those that the step has to give."""
    fans_out = order["fansOut"]
    wanted = {*order["concludes"], *([fans_out["list"]] if fans_out else [])}
    if not wanted <= set(outputs) or not all(_NAME.match(name) for name in outputs):
        return None
    if fans_out is None:
        return {}
    try:
        length = len(read_items(outputs[fans_out["list"]]))
    except ValueError:
        return None
    most = fans_out["most"]
    return {fans_out["list"]: length} if most is None or length <= most else None
