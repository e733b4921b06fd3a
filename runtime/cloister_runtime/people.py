"""The custodian's table of people: tab-separated, a header, the person's id in the first column."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .refusal import Refusal

# PLINK's -9 is a number here: whoever means missing writes NA.
MISSING = {"", "NA", "NAN"}


@dataclass(frozen=True)
class PeopleTable:
    """Cells as text: only the columns that a definition uses have to be numbers."""

    ids: list[str]
    cells: dict[str, list[str]]

    def column(self, name: str, order: list[int | None]) -> np.ndarray:
        """Numbers of a column for people given by their row; None and missing cells are NaN."""
        cells = self.cells[name]
        return np.array(
            [np.nan if row is None else _number(cells[row], name) for row in order],
            dtype=np.float64,
        )


def _number(cell: str, column: str) -> float:
    if cell.strip().upper() in MISSING:
        return float("nan")
    try:
        value = float(cell)
    except ValueError:
        raise Refusal("definition-invalid", None, f"column {column} holds text") from None
    if value in (float("inf"), float("-inf")):
        raise Refusal("dataset-unreadable", None, f"column {column} holds an infinite value")
    return value


def read_header(path: Path) -> list[str]:
    """Column names without the id's; raises Refusal when there is no table."""
    try:
        with path.open(encoding="utf-8") as file:
            return file.readline().rstrip("\r\n").split("\t")[1:]
    except (OSError, UnicodeDecodeError) as error:
        raise Refusal("dataset-unreadable", None, f"table of people: {error}") from error


def read_people(path: Path) -> PeopleTable:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise Refusal("dataset-unreadable", None, f"table of people: {error}") from error
    if not lines:
        raise Refusal("dataset-unreadable", None, "table of people: empty")
    header = lines[0].split("\t")
    rows = [line.split("\t") for line in lines[1:] if line]
    for number, row in enumerate(rows, start=2):
        if len(row) != len(header):
            raise Refusal("dataset-unreadable", None, f"table of people: columns of row {number}")
    columns = list(zip(*rows, strict=True)) or [()] * len(header)
    ids = list(columns[0])
    if len(set(ids)) != len(ids) or len(set(header)) != len(header):
        raise Refusal("dataset-unreadable", None, "table of people: an id or a column stands twice")
    return PeopleTable(
        ids, {name: list(column) for name, column in zip(header[1:], columns[1:], strict=True)}
    )
