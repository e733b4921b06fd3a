"""The code of an op: what its digest covers, and nothing else."""

import sys

import pytest
from cloister_runtime.op_code import load_op

OP = "from cloister_runtime.op import op\n{more}\n@op\ndef first(context):\n    return WORD\n"


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    for name in [name for name in sys.modules if name.split(".")[0] == "ops"]:
        monkeypatch.delitem(sys.modules, name)


def load(imported: str) -> object:
    files = {
        "ops/first.py": OP.format(more=imported),
        "ops/second.py": "WORD = 'of another op'",
        "ops/shared/words.py": "WORD = 'shared'",
        "helper.py": "WORD = 'beside the ops'",
    }
    try:
        return load_op(files, "first")(None)  # type: ignore[arg-type]
    finally:
        for name in [name for name in sys.modules if name.split(".")[0] in ("ops", "helper")]:
            del sys.modules[name]


def test_an_op_imports_what_all_ops_share() -> None:
    assert load("from ops.shared.words import WORD") == "shared"


@pytest.mark.parametrize("module", ["ops.second", "helper"])
def test_an_op_imports_nothing_that_its_digest_does_not_cover(module: str) -> None:
    with pytest.raises(ModuleNotFoundError):
        load(f"from {module} import WORD")
