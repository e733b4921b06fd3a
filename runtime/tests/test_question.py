"""The same bytes as the TypeScript side (test/contracts/question.test.ts), by shared fixtures."""

import json
import math

import pytest
from cloister_runtime.canonical import canonical_json, es6_number, sha256
from cloister_runtime.question import (
    dataset_digest,
    definitions_digest,
    op_digest,
    question_of,
    result_key_of,
)

from worlds import ROOT

FIXTURES = ROOT / "contracts" / "fixtures"
QUESTIONS = json.loads((FIXTURES / "questions.json").read_text())


def test_canonical_json_of_every_value() -> None:
    entries = json.loads((FIXTURES / "canonical.json").read_text())
    assert entries
    for entry in entries:
        assert canonical_json(entry["value"]) == entry["text"]


@pytest.mark.parametrize("entry", QUESTIONS["orders"])
def test_questions(entry: dict) -> None:
    assert question_of(entry["order"], QUESTIONS["runtime"]) == entry["question"]


def test_result_keys() -> None:
    for entry in QUESTIONS["keys"]:
        assert result_key_of(sha256(b"question"), entry["item"]) == entry["key"]


def test_bundle_and_op() -> None:
    bundle = QUESTIONS["bundle"]
    assert sha256(canonical_json(bundle["files"]).encode()) == bundle["digest"]
    assert op_digest(bundle["files"], "scan") == bundle["op"]


def test_dataset() -> None:
    stated = QUESTIONS["definition"]
    assert definitions_digest(stated["definition"]) == stated["definitions"]
    moved = stated["definition"] | {"plink": "elsewhere", "people": "too"}
    assert definitions_digest(moved) == stated["definitions"]
    files = {"bed": "aa", "bim": "bb", "fam": "cc", "people": "dd"}
    assert dataset_digest(stated["definitions"], files) == stated["digest"]


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_what_json_does_not_hold_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="NaN"):
        es6_number(value)
    with pytest.raises(ValueError, match="bytes"):
        canonical_json({"a": b"bytes"})
