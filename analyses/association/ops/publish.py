"""The files of a run: the combined table, its metadata, the hits and the data of two pictures."""

import json
from typing import Any

import numpy as np
import pyarrow as pa
from cloister_runtime.op import Context, Input, op
from cloister_runtime.tables import numbers, strings
from ops.shared.aligned import Aligned, align
from ops.shared.gwas_ssf import to_metadata, to_ssf
from ops.shared.hits import hits_table
from ops.shared.plots import manhattan, qq_series
from ops.shared.variants import Place, place_of


@op
def publish(context: Context) -> dict[str, Any]:
    (combined,), (summary,) = context.of("combined", "rows"), context.of("combined", "summary")
    (leads,) = context.of("leads", "leads")
    rows = align(context.of("rows"))
    pydict, parameters = combined.value.to_pydict(), context.parameters
    data = to_ssf(combined.value, _reference(context.reference))
    inflation = summary.value.to_pylist()
    return {
        "association": data,
        "association-meta": to_metadata(
            data, parameters=parameters, build=context.build, summary=inflation
        ),
        "hits": hits_table(_places(leads.value), pydict, rows, context.of("refined")),
        "manhattan": manhattan(
            pydict,
            phenotype=parameters["phenotype"],
            threshold=parameters["leadThreshold"],
            build=context.build,
        ),
        "qq": _qq(combined, rows, {entry["dataset"]: entry["lambda"] for entry in inflation}),
    }


def _places(leads: pa.Table) -> list[Place]:
    columns = (strings(leads, name) for name in ("chromosome", "position", "effect", "other"))
    return [place_of(c, int(p), e, o) for c, p, e, o in zip(*columns, strict=True)]


def _reference(
    table: pa.Table | None,
) -> dict[tuple[str, int, frozenset[str]], tuple[str, str]]:
    if table is None:
        return {}
    columns = (table.column(name).to_pylist() for name in ("chromosome", "position", "ref", "alt"))
    return {
        (c, p, frozenset((ref, alt))): (ref, alt) for c, p, ref, alt in zip(*columns, strict=True)
    }


def _qq(combined: Input, rows: Aligned, inflation: dict[str, float | None]) -> str:
    series = [
        qq_series("combined", numbers(combined.value, "neglog10p"), inflation.get("combined")),
        *(
            qq_series(dataset, np.array(column), inflation.get(dataset))
            for dataset, column in zip(rows.datasets, rows.values["neglog10p"].T, strict=True)
        ),
    ]
    return json.dumps({"series": series}) + "\n"
