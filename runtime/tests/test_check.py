"""Faults of definitions, before anything runs."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from cloister_runtime.check import find_faults

from worlds import definition_of


def changed(**groups: Any) -> dict[str, Any]:
    return definition_of("finland") | groups


def fault_of(group: str, expression: str) -> dict[str, str]:
    defined = {"title": "Q", "type": "number", "unit": None, "expression": expression}
    (fault,) = find_faults(changed(**{group: {"Q": defined}}))
    return fault


def test_the_demos_definitions_have_none() -> None:
    assert find_faults(definition_of("utah")) == []


def test_syntax_and_columns() -> None:
    fault = fault_of("phenotypes", "SEX +")
    assert (fault["dataset"], fault["field"]) == ("finland", "phenotypes.Q.expression")
    assert "character 6" in fault["problem"]
    assert "no column AGE" in fault_of("frames", "AGE > 50")["problem"]
    assert find_faults(changed(baseCohort=["AGE"]))[0]["field"] == "baseCohort"


def test_files_that_are_not_there(tmp_path: Path) -> None:
    assert find_faults(changed(people=str(tmp_path / "no.tsv")))[0]["field"] == "people"
    faults = find_faults(changed(plink=str(tmp_path / "no")))
    assert [fault["field"] for fault in faults] == ["plink"] * 3


def test_the_command(tmp_path: Path) -> None:
    path = tmp_path / "definitions.json"
    for definitions, status in (([definition_of("utah")], 0), ([changed(baseCohort=["AGE"])], 1)):
        path.write_text(json.dumps(definitions))
        command = [sys.executable, "-m", "cloister_runtime.check", str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == status
        assert len(json.loads(done.stdout)) == status
