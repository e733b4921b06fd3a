"""The variants around which a conditional analysis is made; nobody knew before how many."""

import pyarrow as pa
from cloister_runtime.op import Context, op
from cloister_runtime.tables import numbers, strings
from ops.shared.leads import find
from ops.shared.variants import place_of

# `most` of the manifest: beyond it the weakest are left out.
MOST = 10_000


@op
def find_leads(context: Context) -> pa.Table:
    (combined,) = context.of("combined", "rows")
    columns = [
        strings(combined.value, name) for name in ("chromosome", "position", "effect", "other")
    ]
    places = [place_of(c, int(p), e, o) for c, p, e, o in zip(*columns, strict=True)]
    leads = find(
        places,
        numbers(combined.value, "neglog10p"),
        threshold=context.parameters["leadThreshold"],
        distance=context.parameters["leadDistance"],
    )[:MOST]
    return pa.table(
        {
            "chromosome": pa.array([str(places[at].chromosome) for at in leads], pa.string()),
            "position": pa.array([places[at].position for at in leads], pa.int64()),
            "effect": pa.array([places[at].effect for at in leads], pa.string()),
            "other": pa.array([places[at].other for at in leads], pa.string()),
        }
    )
