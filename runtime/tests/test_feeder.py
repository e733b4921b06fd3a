"""Jobs as programs: what the feeder logs, states and refuses; what a failing op does to others."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from cloister_runtime.canonical import canonical_json, sha256
from cloister_runtime.manifest import authenticate
from cloister_runtime.question import question_of, result_key_of
from cloister_runtime.versions import runtime_digest
from harness import KEY, OPS, Place, Result, conclude, parts_of, read_bundle

from worlds import REFERENCE, definition_of

OP = """
import os, sys, time
import pyarrow as pa
from cloister_runtime.op import op

@op
def probe(blocks, context):
{body}
"""
GOOD = "    return pa.table({'blocks': [sum(1 for _ in blocks)]})"


def failing_once(fault: str) -> str:
    """A body with a fault on the second window alone."""
    return f"    if context.item['first'] == 40:\n        {fault}\n{GOOD}"


@pytest.fixture
def finland(tmp_path: Path) -> Place:
    place = Place(tmp_path, definition_of("finland"))
    place.admit()
    return place


def probe(place: Place, body: str, *, shards: str = "0-4", **order: Any) -> Result:
    """An op of the test's own over the windows, with the body given."""
    OPS["probe"] = (["people", "genotypes"], [])
    place.bundle = read_bundle() | {"ops/probe.py": OP.format(body=body)}
    windows = place.cut()
    source = {
        "kind": "output",
        "step": "windows",
        "list": "windows",
        "question": windows.manifest["question"],
    }
    spec = {"shards": shards, "parts": parts_of([windows])}
    return place.op("probe", "probe", forEach=source, spec=spec, **order)


def states(result: Result) -> str:
    return "".join(shard["state"] for shard in result.manifest["shards"])


def test_admission_states_the_cohort_and_no_person(finland: Place) -> None:
    manifest = finland.admission
    assert manifest is not None
    assert manifest["refused"] is None
    assert manifest["cohort"]["people"] == 95
    assert manifest["data"]["cohort"] is not None
    assert manifest["data"]["dataset"] == "finland"
    text = json.dumps(manifest)
    assert "HG00171" not in text
    assert manifest["shards"] == []


def test_admission_of_anywhere_opens_nothing(tmp_path: Path) -> None:
    manifest = Place(tmp_path, None).admit()
    assert (manifest["data"], manifest["cohort"], manifest["refused"]) == (None, None, None)


def test_a_cut_lists_windows_that_cover_every_block(finland: Place) -> None:
    cut = finland.cut()
    items = json.loads(cut.output("windows"))
    assert cut.manifest["counts"] == {"windows": 5}
    assert [item["first"] for item in items] == [0, 40, 80, 120, 160]
    assert items[-1] == {"first": 160, "last": 161}
    assert cut.manifest["shards"][0]["key"] == result_key_of(cut.manifest["question"], None)


def test_every_shard_is_logged_before_it_runs(finland: Place) -> None:
    result = probe(finland, GOOD)
    lines = [
        json.loads(line) for line in (finland.folder / "executions.log").read_text().splitlines()
    ]
    logged = [line for line in lines if line["step"] == "probe"]
    assert [line["key"] for line in logged] == [shard["key"] for shard in result.manifest["shards"]]
    assert [line["shard"] for line in logged] == [0, 1, 2, 3, 4]
    assert set(logged[0]) == {"key", "run", "step", "dataset", "shard", "name", "at"}


def test_keys_follow_from_question_and_item(finland: Place) -> None:
    result = probe(finland, GOOD, shards="1,3")
    question = result.manifest["question"]
    assert [shard["shard"] for shard in result.manifest["shards"]] == [1, 3]
    expected = [
        result_key_of(question, {"first": first, "last": first + 39}) for first in (40, 120)
    ]
    assert [shard["key"] for shard in result.manifest["shards"]] == expected


@pytest.mark.parametrize(
    "fault",
    [
        "raise ValueError('no')",
        "os._exit(0)",
        "os.kill(os.getpid(), 9)",
        "bytearray(2**33)",
        "sys.exit(0)",
        "return 3",
        "return {'no/name': pa.table({'a': [1]})}",
    ],
)
def test_a_shard_that_fails_is_booked_and_the_others_go_on(finland: Place, fault: str) -> None:
    result = probe(finland, failing_once(fault))
    assert states(result) == "+x+++"
    failed = result.manifest["shards"][1]
    assert (failed["code"], failed["outputs"], failed["evidence"]) == ("op-failed", {}, None)
    assert result.manifest["refused"] is None


def test_a_host_that_dies_is_started_again(finland: Place) -> None:
    body = failing_once("os.kill(os.getppid(), 9); time.sleep(5)")
    assert states(probe(finland, body)) == "+x+++"


def test_a_shard_has_a_time_limit(finland: Place) -> None:
    finland.limits = {"seconds": 4, "memoryBytes": 2**30, "cpus": 1}
    body = failing_once("os.fork() and time.sleep(100); time.sleep(100)")
    assert states(probe(finland, body)) == "+x+++"


def test_an_op_that_stops_reading_early_succeeds(finland: Place) -> None:
    result = probe(finland, "    return pa.table({'one': [next(blocks).block]})")
    assert states(result) == "+++++"


def test_code_that_cannot_be_imported_fails_every_shard(finland: Place) -> None:
    result = probe(finland, "    return nothing(")
    assert states(result) == "xxxxx"


def test_prints_and_writes_to_descriptor_one_cannot_break_the_protocol(finland: Place) -> None:
    body = f"    print('x' * 100)\n    os.write(1, b'\\x00' * 5000)\n    sys.stdin.read()\n{GOOD}"
    result = probe(finland, body, shards="0-1")
    assert states(result) == "++"
    assert "x" * 100 in (result.directory / "stderr").read_text()


def test_an_op_sees_no_ids_and_no_secret(finland: Place) -> None:
    body = """    seen = repr(context) + repr(dict(os.environ)) + ''.join(sys.argv)
    blocks = list(blocks)
    names = ','.join(context.people.column_names)
    return pa.table({'seen': [seen + repr(blocks)], 'names': [names]})"""
    result = probe(finland, body, shards="0")
    seen = result.output("output")
    for secret in (b"HG00171", KEY.encode(), str(finland.folder).encode()):
        assert secret not in seen
    assert b"y,SEX,PC1,PC2,PC3" in seen


def test_nothing_of_a_shard_is_left_to_the_next(finland: Place) -> None:
    body = """    import cloister_runtime.op as shared
    before = getattr(shared, 'mark', 0)
    shared.mark = before + 1
    return pa.table({'before': [before]})"""
    result = probe(finland, body)
    assert len({result.output("output", shard) for shard in range(5)}) == 1


def test_evidence_is_the_feeders_whatever_the_op_says(finland: Place) -> None:
    result = probe(finland, "    return pa.table({'n': [1]})", shards="0-4")
    assert len(result.evidence()) == 10355
    assert {line[9:] == ["", ""] for line in result.evidence()} == {True}


def test_evidence_of_a_binary_phenotype_counts_cases(finland: Place) -> None:
    finland.parameters["phenotype"] = "CASE"
    finland.admit()
    line = probe(finland, GOOD, shards="0").evidence()[0]
    cases, people = finland.admission["cohort"]["phenotype"]["cases"], int(line[5])
    assert 0 < cases < people
    assert int(line[10]) <= 2 * cases
    assert int(line[9]) <= int(line[6])


def refused(result: Result) -> str:
    assert result.manifest["shards"] == []
    return result.manifest["refused"]["code"]


def run_scan(place: Place, change: Any) -> Result:
    """A scan whose spec is changed just before it runs."""
    windows = place.cut()
    source = {
        "kind": "output",
        "step": "windows",
        "list": "windows",
        "question": windows.manifest["question"],
    }
    spec = place.spec("op", "scan", place.order("scan_window", forEach=source))
    spec |= {"shards": "0", "parts": parts_of([windows])}
    change(spec, windows)
    return place.run(spec)


def test_the_twin_without_a_fault_passes(finland: Place) -> None:
    assert states(run_scan(finland, lambda spec, windows: None)) == "+"


def tampered_bundle(spec: dict, _: Result) -> None:
    path = Path(spec["files"]["bundle"])
    path.write_text(path.read_text().replace("not-estimable", "ok"))


def another_op(spec: dict, _: Result) -> None:
    spec["order"]["op"]["digest"] = "0" * 64


def other_parameters(spec: dict, _: Result) -> None:
    spec["order"]["parameters"] = {"missing": "mean"}


def other_cohort(spec: dict, _: Result) -> None:
    spec["order"]["cohort"] = "0" * 64
    spec["order"]["question"] = question_of(spec["order"], runtime_digest())


def other_frame(spec: dict, _: Result) -> None:
    spec["order"]["model"] = spec["order"]["model"] | {"frame": "women"}
    spec["order"]["question"] = question_of(spec["order"], runtime_digest())


def other_version(spec: dict, _: Result) -> None:
    spec["definition"] = spec["definition"] | {"version": 2}


def forged_list(spec: dict, windows: Result) -> None:
    (windows.directory / "output.bin").write_bytes(b'[{"first":0,"last":0}]')


def forged_manifest(spec: dict, windows: Result) -> None:
    path = windows.directory / "manifest.json"
    path.write_text(path.read_text().replace("finland", "britain"))


def no_list(spec: dict, _: Result) -> None:
    spec["parts"] = []


def other_key(spec: dict, _: Result) -> None:
    spec["parts"][0]["key"] = "0" * 64


def other_reference(spec: dict, _: Result) -> None:
    path = Path(spec["files"]["directory"]) / "other.tsv"
    path.write_text(REFERENCE.read_text().replace("\tC\tT\n", "\tT\tC\n", 1))
    spec["files"]["reference"] = str(path)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (tampered_bundle, "bundle-tampered"),
        (another_op, "bundle-tampered"),
        (other_parameters, "question-mismatch"),
        (other_cohort, "question-mismatch"),
        (other_frame, "question-mismatch"),
        (other_version, "question-mismatch"),
        (forged_list, "inputs-missing"),
        (forged_manifest, "inputs-missing"),
        (no_list, "inputs-missing"),
        (other_key, "inputs-missing"),
        (other_reference, "reference-mismatch"),
    ],
)
def test_an_order_that_does_not_fit_is_refused(finland: Place, change: Any, code: str) -> None:
    assert refused(run_scan(finland, change)) == code
    assert not [
        line
        for line in (finland.folder / "executions.log").read_text().splitlines()
        if '"scan"' in line
    ]


def test_a_conclusion_with_other_bytes_is_refused(tmp_path: Path) -> None:
    hub = Place(tmp_path, None)
    hub.admit()
    made = Result(tmp_path, {"step": "rows"})
    stated = conclude(Place(tmp_path, definition_of("finland")), made, "rows", b"chromosome\n")
    spec = hub.spec("op", "combined", hub.order("combine_rows", conclusions=[stated.ref]))
    spec["files"]["conclusions"] = {stated.ref["sha256"]: str(stated.path)}
    stated.path.write_bytes(b"position\n")
    assert refused(hub.run(spec)) == "inputs-missing"


def test_a_missing_shard_of_an_input_is_refused_and_a_waived_one_is_not(finland: Place) -> None:
    scanned = finland.for_each("scan", "scan_window", finland.cut(), 1)
    question = scanned[0].manifest["question"]
    parts = parts_of(scanned[:2] + scanned[3:])
    order = {
        "inputs": [{"step": "scan", "question": question}],
        "concludes": {"rows": "variant-statistics@1"},
    }
    assert (
        refused(finland.op("rows", "collect_rows", spec={"parts": parts}, **order))
        == "inputs-missing"
    )
    result = finland.op(
        "rows", "collect_rows", spec={"parts": parts}, waived={"scan": "2"}, **order
    )
    assert states(result) == "+"
    assert len(result.evidence()) == len(result.output("rows").splitlines()) - 1 == 10355 - 40 * 64
    assert result.manifest["waived"] == {"scan": "2"}


def test_a_second_copy_of_a_job_leaves_the_first_alone(finland: Place) -> None:
    result = finland.cut()
    before = (result.directory / "manifest.json").read_text()
    again = finland.run(json.loads((result.directory / "job.json").read_text()))
    assert (again.directory / "manifest.json").read_text() == before


def test_the_manifest_is_authentic_and_a_changed_one_is_not(finland: Place) -> None:
    text = (finland.cut().directory / "manifest.json").read_text()
    assert authenticate(text, bytes.fromhex(KEY))["step"] == "windows"
    for forged, key in ((text.replace("windows", "doors"), KEY), (text, "22" * 32)):
        with pytest.raises(ValueError, match="not authentic"):
            authenticate(forged, bytes.fromhex(key))


def test_stated_digests_are_those_of_the_bytes(finland: Place) -> None:
    result = probe(finland, GOOD, shards="0")
    for name, file in (("output", "output.bin"), ("evidence", "evidence.tsv")):
        data = (result.directory / file).read_bytes()
        assert result.manifest[name] == {"sha256": sha256(data), "bytes": len(data)}
    assert result.manifest["analysis"] == sha256(canonical_json(finland.bundle).encode())
    assert result.manifest["runtime"] == runtime_digest()
    mode = os.stat(result.directory / "manifest.json").st_mode
    assert mode & 0o077 == 0
