"""What the demo must show: six genes over four datasets, against numbers checked with plink2,
plink1.9 and metafor."""

from functools import cache

import pyarrow as pa
import pytest
from in_process import combine, open_demo, released

from worlds import DATASETS

# gene: variant, effect, k, n, dof, beta, se, -log10 p by t and by the normal, Q
GENES = {
    "ARSA": ("rs6151429", "C", 3, 277, 259, -1.39943, 0.124938, 23.2818, 28.3948, 1.26187),
    "SYNGR1": ("rs2069235", "A", 4, 369, 345, 1.119555, 0.05380388, 62.1589, 95.4368, 22.543),
    "DNAJB7": ("rs4821976", "A", 4, 354, 330, -1.030004, 0.0502959, 60.0041, 92.4786, 4.1510),
    "FAM118A": ("rs104664", None, 4, 372, 348, -1.53989, 0.0805279, 55.4986, 80.7844, 20.286),
    "RIBC2": ("rs136578", "T", 4, 367, 343, -0.7660269, 0.05613825, 33.4388, 41.6673, 19.807),
    "APOBEC3B": ("rs4821843", None, 4, 351, 327, -0.429782, 0.09033531, 5.5311, 5.7080, 0.4355),
}
# gene: beta, se, n in Britain, Finland, Tuscany, Utah; None: dropped
BY_DATASET = {
    "ARSA": [(-1.6627, 0.2715, 94), None, (-1.2995, 0.1796, 93), (-1.3752, 0.2265, 90)],
    "SYNGR1": [
        (1.4667, 0.1093, 92),
        (0.8287, 0.0856, 94),
        (1.191, 0.1197, 93),
        (1.2207, 0.1342, 90),
    ],
    "DNAJB7": [
        (-0.9764, 0.1003, 89),
        (-1.1541, 0.0823, 92),
        (-0.8861, 0.1173, 86),
        (-0.9966, 0.115, 87),
    ],
    "FAM118A": [
        (-2.0023, 0.1488, 94),
        (-1.6351, 0.1483, 95),
        (-1.2128, 0.191, 93),
        (-1.0911, 0.1662, 90),
    ],
    "RIBC2": [
        (-0.4411, 0.0981, 93),
        (-0.8054, 0.1035, 94),
        (-1.095, 0.1165, 93),
        (-0.8916, 0.1467, 87),
    ],
}


@cache
def rows_of(gene: str) -> dict[str, pa.Table]:
    return {name: released(*open_demo(name, gene).scan()) for name in DATASETS}


@cache
def combined_of(gene: str) -> pa.Table:
    return combine(rows_of(gene))["rows"]


def row(table: pa.Table, name: str) -> dict[str, object] | None:
    ids = table.column("id").to_pylist()
    return table.slice(ids.index(name), 1).to_pylist()[0] if name in ids else None


@pytest.mark.parametrize("gene", GENES)
def test_combined_row_of_the_gene(gene: str) -> None:
    name, effect, k, n, dof, beta, se, by_t, by_normal, q = GENES[gene]
    found = row(combined_of(gene), name)
    assert found is not None
    assert effect in (None, found["effect"])
    assert (found["k"], found["n"], found["dof"]) == (k, n, dof)
    assert found["beta"] == pytest.approx(beta, rel=5e-6)
    assert found["se"] == pytest.approx(se, rel=5e-6)
    assert found["neglog10p"] == pytest.approx(by_t, abs=6e-5)
    assert found["neglog10p_normal"] == pytest.approx(by_normal, abs=6e-5)
    assert found["q"] == pytest.approx(q, rel=3e-5, abs=6e-5)


@pytest.mark.parametrize("gene", BY_DATASET)
def test_row_of_each_dataset(gene: str) -> None:
    name = GENES[gene][0]
    for dataset, expected in zip(
        ("britain", "finland", "tuscany", "utah"), BY_DATASET[gene], strict=True
    ):
        found = row(rows_of(gene)[dataset], name)
        if expected is None:
            assert found is None
            continue
        beta, se, n = expected
        assert found is not None
        assert found["n"] == n
        assert found["beta"] == pytest.approx(beta, abs=6e-5)
        assert found["se"] == pytest.approx(se, abs=6e-5)


@pytest.mark.parametrize("gene", ["SYNGR1", "DNAJB7", "RIBC2", "ARSA"])
def test_the_variant_is_the_strongest_of_its_gene(gene: str) -> None:
    table = combined_of(gene)
    strongest = max(table.to_pylist(), key=lambda found: found["neglog10p"])
    assert strongest["id"] == GENES[gene][0]


def test_rows_that_at_least_one_dataset_releases() -> None:
    k = combined_of("ARSA").column("k").to_pylist()
    assert len(k) == 9740
    assert [k.count(number) for number in (4, 3, 2, 1)] == [8234, 737, 427, 342]


def test_arsa_by_dataset() -> None:
    expected = {"tuscany": 9.77, "britain": 7.60, "utah": 7.45, "finland": 2.87}
    for dataset, neglog10p in expected.items():
        rows, _ = open_demo(dataset, "ARSA").scan()
        assert row(rows, "rs6151429")["neglog10p"] == pytest.approx(neglog10p, abs=5e-3)
