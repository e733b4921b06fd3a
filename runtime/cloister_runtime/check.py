"""`python -m cloister_runtime.check <definitions.json>`: faults of datasets' definitions, before
anything runs.

Reads a JSON array of definitions (as in a job's `definition`), prints a JSON array of {dataset,
field, problem}, ends with 1 if there is any. It looks at expressions and at the header of the table
of people, at no value.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .expressions import ExpressionError, columns_of, parse
from .people import read_header
from .refusal import Refusal

GROUPS = ("phenotypes", "covariates", "frames")


def find_faults(definition: dict[str, Any]) -> list[dict[str, str]]:
    return [
        {"dataset": definition["id"], "field": field, "problem": problem}
        for field, problem in _faults(definition)
    ]


def _faults(definition: dict[str, Any]) -> Iterator[tuple[str, str]]:
    try:
        header = set(read_header(Path(definition["people"])))
    except Refusal as refusal:
        yield "people", str(refusal)
        return
    for kind in ("bed", "bim", "fam"):
        if not Path(f"{definition['plink']}.{kind}").is_file():
            yield "plink", f"there is no file {definition['plink']}.{kind}"
    for column in definition["baseCohort"]:
        if column not in header:
            yield "baseCohort", f"the table of people has no column {column}"
    for group in GROUPS:
        for name, defined in definition[group].items():
            for problem in _expression_faults(defined["expression"], header):
                yield f"{group}.{name}.expression", problem


def _expression_faults(expression: str, header: set[str]) -> Iterator[str]:
    try:
        columns = columns_of(parse(expression))
    except ExpressionError as error:
        yield str(error)
        return
    for column in sorted(columns - header):
        yield f"the table of people has no column {column}; it has {', '.join(sorted(header))}"


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print("usage: python -m cloister_runtime.check <definitions.json>", file=sys.stderr)
        return 2
    definitions = json.loads(Path(arguments[0]).read_text(encoding="utf-8"))
    faults = [fault for definition in definitions for fault in find_faults(definition)]
    print(json.dumps(faults, ensure_ascii=False))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
