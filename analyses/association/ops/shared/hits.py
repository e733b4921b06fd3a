"""The leads as a table: combined, each dataset alone, and what is left in the neighbourhood given
the lead."""

from typing import Any

import numpy as np
import pyarrow as pa
from cloister_runtime.op import Input
from cloister_runtime.tables import strings

from .aligned import Aligned, align
from .meta import combine
from .tail import neglog10_t
from .variants import Place, name_of

COMBINED = (
    *("id", "chromosome", "position", "effect", "other", "eaf", "beta", "se", "neglog10p"),
    *("k", "n", "signs", "q", "i2", "beta_re", "se_re"),
)
SECOND = ("position", "effect", "other", "beta", "se", "neglog10p", "k")


def hits_table(
    leads: list[Place], combined: dict[str, list[Any]], rows: Aligned, refined: list[Input]
) -> pa.Table:
    """A row a lead, in the leads' order. `second_...`: the strongest variant given the lead, over
    the datasets that could tell, and `second_unconditional_...` the same without the lead."""
    keys = zip(
        combined["chromosome"],
        combined["position"],
        combined["effect"],
        combined["other"],
        strict=True,
    )
    at = {Place(int(c), p, e, o): row for row, (c, p, e, o) in enumerate(keys)}
    columns: dict[str, list[Any]] = {
        name: [combined[name][at[lead]] for lead in leads] for name in COMBINED
    }
    number = {place: row for row, place in enumerate(rows.places)}
    for column, dataset in enumerate(rows.datasets):
        for name in ("neglog10p", "beta", "se", "n"):
            values = rows.values[name][:, column]
            columns[f"{name}_{dataset}"] = [_number(values[number[lead]], name) for lead in leads]
    seconds = [_second(lead, rows, number, refined) for lead in leads]
    for name in ("second_id", *(f"second_{key}" for key in SECOND)):
        columns[name] = [second.get(name) for second in seconds]
    for name in ("beta", "se", "neglog10p"):
        key = f"second_unconditional_{name}"
        columns[key] = [second.get(key) for second in seconds]
    return pa.table({name: _array(values) for name, values in columns.items()})


def _number(value: float, name: str) -> float | int | None:
    if np.isnan(value):
        return None
    return int(value) if name == "n" else float(value)


def _array(values: list[Any]) -> pa.Array:
    return (
        pa.array(values)
        if any(value is not None for value in values)
        else pa.nulls(len(values), pa.string())
    )


def _second(
    lead: Place, rows: Aligned, number: dict[Place, int], refined: list[Input]
) -> dict[str, Any]:
    """The strongest conditional result near a lead; nothing where no dataset gave one."""
    given = align([_given(entry, name_of(lead)) for entry in refined])
    if not given.places:
        return {}
    meta = combine(given.values["beta"], given.values["se"])
    dof = np.nansum(given.values["dof"], axis=1)
    neglog10p = neglog10_t(meta.beta / meta.se, dof)
    best = int(np.argmax(neglog10p))
    place = given.places[best]
    found = {
        "second_id": given.ids[best],
        "second_position": place.position,
        "second_effect": place.effect,
        "second_other": place.other,
        "second_beta": float(meta.beta[best]),
        "second_se": float(meta.se[best]),
        "second_neglog10p": float(neglog10p[best]),
        "second_k": int(meta.k[best]),
    }
    took_part = np.isfinite(given.values["beta"][best])
    datasets = [name for name, took in zip(given.datasets, took_part, strict=True) if took]
    return found | _unconditional(place, datasets, rows, number)


def _given(entry: Input, lead: str) -> Input:
    """The rows about one lead."""
    table = entry.value
    if "lead" not in table.column_names:
        return Input(entry.step, entry.dataset, entry.name, pa.table({}))
    chosen = [row for row, name in enumerate(strings(table, "lead")) if name == lead]
    return Input(entry.step, entry.dataset, entry.name, table.take(pa.array(chosen, pa.int64())))


def _unconditional(
    place: Place, datasets: list[str], rows: Aligned, number: dict[Place, int]
) -> dict[str, Any]:
    """The variant without the lead, over the same datasets."""
    if place not in number:
        return {}
    row = number[place]
    columns = [at for at, name in enumerate(rows.datasets) if name in datasets]
    beta, se = (rows.values[name][row : row + 1, columns] for name in ("beta", "se"))
    if not np.isfinite(beta).any():
        return {}
    meta = combine(beta, se)
    dof = np.nansum(
        np.where(np.isfinite(beta), rows.values["dof"][row : row + 1, columns], np.nan), axis=1
    )
    return {
        "second_unconditional_beta": float(meta.beta[0]),
        "second_unconditional_se": float(meta.se[0]),
        "second_unconditional_neglog10p": float(neglog10_t(meta.beta / meta.se, dof)[0]),
    }
