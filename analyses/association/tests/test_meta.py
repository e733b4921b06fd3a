"""Fixed and random effects against goldens; alignment of alleles between datasets."""

import numpy as np
import pyarrow as pa
import pytest
from cloister_runtime.op import Input
from in_process import combine as combine_tables
from ops.shared.aligned import align
from ops.shared.meta import combine, inflation
from ops.shared.rows import SCHEMA
from ops.shared.variants import Place, orientation


def test_golden_with_heterogeneity() -> None:
    found = combine(np.array([[0.10, 0.30, 0.05, 0.22]]), np.array([[0.04, 0.05, 0.03, 0.06]]))
    assert found.beta[0] == pytest.approx(0.12393555811277328, rel=1e-15)
    assert found.se[0] == pytest.approx(0.02035360594658275, rel=1e-15)
    assert found.q[0] == pytest.approx(21.39483442015087, rel=1e-14)
    assert found.i2[0] == pytest.approx(0.8597792373109263, rel=1e-14)
    assert found.tau2[0] == pytest.approx(0.011200155702608012, rel=1e-13)
    assert found.beta_re[0] == pytest.approx(0.1616415367876985, rel=1e-14)
    assert found.se_re[0] == pytest.approx(0.05760782121985728, rel=1e-14)


def test_golden_with_less_variation_than_expected() -> None:
    found = combine(np.array([[0.100, 0.101, 0.099]]), np.full((1, 3), 0.1))
    assert found.q[0] == pytest.approx(2e-4, rel=1e-10)
    assert (found.i2[0], found.tau2[0]) == (0, 0)
    assert found.beta_re[0] == found.beta[0] == pytest.approx(0.1, rel=1e-15)
    assert found.se_re[0] == found.se[0] == pytest.approx(0.0577350269, rel=1e-9)


def test_one_dataset_passes_through_to_the_bit() -> None:
    found = combine(np.array([[np.nan, 0.1234567, np.nan]]), np.array([[np.nan, 0.0456, np.nan]]))
    assert (found.k[0], found.beta[0], found.se[0]) == (1, 0.1234567, 0.0456)
    assert (found.q[0], found.i2[0], found.tau2[0]) == (0, 0, 0)
    assert (found.beta_re[0], found.se_re[0]) == (0.1234567, 0.0456)


def test_inflation_of_a_normal_sample_is_one() -> None:
    z = np.random.default_rng(5).standard_normal(100_001)
    assert inflation(z) == pytest.approx(1, abs=0.02)
    assert inflation(2 * z) == pytest.approx(4, abs=0.08)


@pytest.mark.parametrize(
    ("effect", "other", "expected"),
    [
        ("A", "G", 1),
        ("G", "A", -1),
        ("T", "C", 1),
        ("C", "T", -1),
        ("A", "C", 0),
        ("A", "T", 0),
    ],
)
def test_orientation(effect: str, other: str, expected: int) -> None:
    assert orientation(Place(22, 1, "A", "G"), effect, other) == expected


def test_a_palindromic_pair_is_never_read_on_the_other_strand() -> None:
    assert orientation(Place(22, 1, "A", "T"), "A", "T") == 1
    assert orientation(Place(22, 1, "A", "T"), "T", "A") == -1


def table(*rows: tuple[int, str, str, float, float]) -> pa.Table:
    """Rows of position, effect, other, beta, eaf."""
    values = [
        {
            "chromosome": "22",
            "position": position,
            "id": f"rs{position}",
            "effect": effect,
            "other": other,
            "n": 100,
            "dof": 95,
            "eaf": eaf,
            "beta": beta,
            "se": 0.1,
            "neglog10p": 1.0,
            "status": "ok",
        }
        for position, effect, other, beta, eaf in rows
    ]
    return pa.Table.from_pylist(values, schema=SCHEMA)


def test_swapped_rows_are_turned_and_disagreeing_ones_left_out_and_counted() -> None:
    tables = {
        "a": table((1, "A", "G", 0.5, 0.2), (2, "A", "G", 0.5, 0.2), (3, "A", "G", 0.5, 0.2)),
        "b": table((1, "G", "A", -0.5, 0.8), (2, "A", "C", 0.7, 0.2), (3, "T", "C", 0.5, 0.2)),
    }
    result = combine_tables(tables)
    rows = {found["position"]: found for found in result["rows"].to_pylist()}
    assert rows[1]["k"] == 2
    assert rows[1]["beta"] == pytest.approx(0.5)
    assert rows[1]["eaf"] == pytest.approx(0.2)
    assert (rows[2]["k"], rows[2]["signs"]) == (1, "+?")
    assert rows[3]["k"] == 2
    mismatches = dict(
        zip(
            result["summary"].column("dataset").to_pylist(),
            result["summary"].column("allele_mismatches").to_pylist(),
            strict=True,
        )
    )
    assert mismatches == {"a": 0, "b": 1, "combined": 1}


def test_several_alleles_at_a_place_are_several_rows() -> None:
    tables = {
        "a": table((1, "A", "G", 0.5, 0.2)),
        "b": table((1, "A", "G", 0.5, 0.2), (1, "A", "C", 0.1, 0.3)),
    }
    aligned = align([Input("rows", name, "rows", rows) for name, rows in tables.items()])
    assert [place[2:] for place in aligned.places] == [("A", "C"), ("A", "G")]
    assert aligned.mismatched == [0, 0]


def test_far_frequencies_are_flagged_and_signs_follow_the_datasets_order() -> None:
    rows = combine_tables(
        {"b": table((1, "A", "G", -0.5, 0.9)), "a": table((1, "A", "G", 0.5, 0.2))}
    )["rows"]
    (found,) = rows.to_pylist()
    assert found["far_frequency"] is True
    assert found["signs"] == "+-"


def test_no_rows_at_all() -> None:
    result = combine_tables({"a": table(), "b": pa.table({})})
    assert result["rows"].num_rows == 0
    assert result["summary"].column("rows").to_pylist() == [0, 0, 0]
