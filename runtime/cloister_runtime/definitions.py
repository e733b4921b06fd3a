"""Definitions of a dataset, evaluated over its table of people."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from .expressions import ExpressionError, columns_of, evaluate, parse
from .people import PeopleTable, read_people
from .refusal import Refusal


@dataclass
class DefinedPeople:
    """People of the .fam, in its order, joined with the table by id."""

    table: PeopleTable
    rows: list[int | None]

    @property
    def size(self) -> int:
        return len(self.rows)

    def column(self, name: str, about: str | None) -> np.ndarray:
        if name not in self.table.cells:
            raise Refusal("definition-invalid", about, f"there is no column {name}")
        return self.table.column(name, self.rows)

    def evaluate(self, expression: str, about: str) -> np.ndarray:
        """Values of an expression; raises Refusal about the name that it defines."""
        try:
            tree = parse(expression)
            columns = {name: self.column(name, about) for name in sorted(columns_of(tree))}
            return evaluate(tree, columns, self.size)
        except (ExpressionError, ArithmeticError) as error:
            raise Refusal("definition-invalid", about, str(error)) from error


def join_people(definition: dict[str, Any], fam: list[str]) -> DefinedPeople:
    """Somebody of the .fam without a row in the table has everything missing."""
    table = read_people(Path(definition["people"]))
    at = {person: row for row, person in enumerate(table.ids)}
    return DefinedPeople(table, [at.get(person) for person in fam])
