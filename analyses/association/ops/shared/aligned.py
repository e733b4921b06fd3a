"""Rows of several datasets, brought together by variant and oriented alike."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from cloister_runtime.op import Input
from cloister_runtime.tables import numbers, strings

from .variants import Place, orientation, place_of

VALUES = ("n", "dof", "eaf", "beta", "se", "neglog10p")


@dataclass(frozen=True)
class Aligned:
    """`values[name]`: variants x datasets, NaN where a dataset has no estimate. `datasets`:
    sorted."""

    datasets: list[str]
    places: list[Place]
    ids: list[str]
    values: dict[str, np.ndarray]
    mismatched: list[int]


def align(inputs: list[Input]) -> Aligned:
    """The first dataset that has a place says which variants are there; see `_cells` for the
    others."""
    ordered = sorted(inputs, key=lambda entry: entry.dataset or "")
    known: dict[tuple[int, int], list[Place]] = {}
    ids: dict[Place, str] = {}
    cells, mismatched = [], []
    for entry in ordered:
        found, left_out = _cells(_rows(entry.value), known, ids)
        cells.append(found)
        mismatched.append(left_out)
    places = sorted(ids)
    values = {name: np.full((len(places), len(ordered)), np.nan) for name in VALUES}
    for column, (entry, found) in enumerate(zip(ordered, cells, strict=True)):
        _fill(values, column, entry.value, [found.get(place) for place in places])
    datasets = [entry.dataset or "" for entry in ordered]
    return Aligned(datasets, places, [ids[place] for place in places], values, mismatched)


def _rows(table: pa.Table) -> dict[tuple[int, int], list[tuple[int, Place, str]]]:
    """Rows with an estimate, by place: their numbers, variants and ids."""
    rows: dict[tuple[int, int], list[tuple[int, Place, str]]] = {}
    if table.num_columns == 0:
        return rows
    names = ("chromosome", "position", "effect", "other", "id", "status")
    columns = [strings(table, name) for name in names]
    for row, (chromosome, position, effect, other, name, status) in enumerate(
        zip(*columns, strict=True)
    ):
        if status == "ok":
            place = place_of(chromosome, int(position), effect, other)
            rows.setdefault(place[:2], []).append((row, place, name))
    return rows


def _cells(
    rows: dict[tuple[int, int], list[tuple[int, Place, str]]],
    known: dict[tuple[int, int], list[Place]],
    ids: dict[Place, str],
) -> tuple[dict[Place, tuple[int, int]], int]:
    """Variant -> row and orientation, and how many rows were left out because of their alleles.

    A place where the dataset agrees with none of the variants that are known there is a
    disagreement on alleles; where it agrees with one, its other rows are further alleles.
    """
    found: dict[Place, tuple[int, int]] = {}
    left_out = 0
    for where, entries in rows.items():
        earlier = list(known.get(where, []))
        matches = [(row, own, name, _match(own, earlier)) for row, own, name in entries]
        if earlier and not any(match for *_, match in matches):
            left_out += len(entries)
            continue
        for row, own, name, match in matches:
            place, sign = match or (own, 1)
            if place in found:
                left_out += 1
                continue
            found[place] = (row, sign)
            if place not in ids:
                ids[place] = name
                known.setdefault(where, []).append(place)
    return found, left_out


def _match(own: Place, candidates: list[Place]) -> tuple[Place, int] | None:
    for place in candidates:
        if sign := orientation(place, own.effect, own.other):
            return place, sign
    return None


def _fill(
    values: dict[str, np.ndarray],
    column: int,
    table: pa.Table,
    cells: list[tuple[int, int] | None],
) -> None:
    has = np.array([cell is not None for cell in cells], bool)
    if not has.any():
        return
    rows = np.array([cell[0] for cell in cells if cell])
    signs = np.array([cell[1] for cell in cells if cell])
    for name in VALUES:
        taken = numbers(table, name)[rows]
        if name == "beta":
            taken = signs * taken
        elif name == "eaf":
            taken = np.where(signs > 0, taken, 1 - taken)
        values[name][has, column] = taken
