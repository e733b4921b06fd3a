"""Variants and phenotypes that are hard: against a plain least-squares solution in one go."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from in_process import model_of, open_dataset

from worlds import small_definition, write_people, write_plink

RANDOM = np.random.default_rng(11)
PEOPLE = 61


def variant(
    number: int, a1: str = "A", a2: str = "G", chromosome: str = "22", position: int | None = None
) -> tuple[str, ...]:
    return (chromosome, f"rs{number}", str(number if position is None else position), a1, a2)


def scan(
    folder: Path, variants: list[Any], copies: np.ndarray, **options: Any
) -> tuple[list[dict[str, Any]], Any, list[list[str]]]:
    columns = {
        "Y": options.pop("y", None),
        "X": options.pop("x", None),
        "Z": options.pop("z", None),
    }
    people = copies.shape[1]
    filled = {
        name: RANDOM.standard_normal(people) if value is None else value
        for name, value in columns.items()
    }
    write_plink(folder / "geno", variants, copies)
    write_people(
        folder / "people.tsv",
        {
            name: [cell if isinstance(cell, str) else repr(float(cell)) for cell in value]
            for name, value in filled.items()
        },
    )
    missing = options.pop("missing", "complete-case")
    opened = open_dataset(
        small_definition(folder, **options), model_of("Y", ("X", "Z")), missing=missing
    )
    table, evidence = opened.scan()
    return table.to_pylist(), opened, evidence


def least_squares(y: np.ndarray, covariates: np.ndarray, g: np.ndarray) -> tuple[float, float]:
    design = np.column_stack([g - g.mean(), np.ones(len(y)), covariates - covariates.mean(axis=0)])
    solution, *_ = np.linalg.lstsq(design, y - y.mean(), rcond=None)
    rest = y - y.mean() - design @ solution
    variance = rest @ rest / (len(y) - np.linalg.matrix_rank(design))
    return solution[0], float(np.sqrt(variance * np.linalg.inv(design.T @ design)[0, 0]))


def random_copies(variants: int, people: int = PEOPLE) -> np.ndarray:
    return RANDOM.binomial(2, 0.35, (variants, people))


def test_offsets_of_a_billion_cost_no_digit_beyond_those_of_the_numbers(tmp_path: Path) -> None:
    y = 1e9 + np.round(RANDOM.standard_normal(PEOPLE), 3)
    x = 1e9 + np.round(RANDOM.standard_normal(PEOPLE), 3)
    copies = random_copies(3)
    rows, opened, _ = scan(tmp_path, [variant(k) for k in (1, 2, 3)], copies, y=y, x=x)
    covariates = opened.cohort.covariates - opened.cohort.covariates.mean(axis=0)
    for row, g in zip(rows, copies, strict=True):
        beta, se = least_squares(y - 1e9, covariates, g.astype(float))
        assert row["beta"] == pytest.approx(beta, rel=1e-8)
        assert row["se"] == pytest.approx(se, rel=1e-8)


def test_variants_without_an_estimate_say_so_in_their_place(tmp_path: Path) -> None:
    copies = random_copies(6)
    copies[0] = 0
    copies[1] = 1
    copies[2] = -1
    copies[3, :-2] = -1
    rows, _, evidence = scan(tmp_path, [variant(k) for k in range(1, 7)], copies)
    assert [row["status"] for row in rows] == ["not-estimable"] * 4 + ["ok"] * 2
    assert [row["n"] for row in rows] == [PEOPLE, PEOPLE, 0, 2, PEOPLE, PEOPLE]
    assert all(row["beta"] is None and row["neglog10p"] is None for row in rows[:4])
    assert [line[2] for line in evidence] == [row["id"] for row in rows]
    assert rows[2]["eaf"] is None


def test_a_variant_that_a_covariate_determines_is_not_estimable(tmp_path: Path) -> None:
    copies = random_copies(2)
    rows, *_ = scan(tmp_path, [variant(1), variant(2)], copies, x=copies[0] * 3.0 - 1)
    assert [row["status"] for row in rows] == ["not-estimable", "ok"]


def test_swapping_the_alleles_of_a_file_changes_signs_and_nothing_else(tmp_path: Path) -> None:
    copies = random_copies(40)
    copies[RANDOM.random(copies.shape) < 0.05] = -1
    y, x, z = (RANDOM.standard_normal(PEOPLE) for _ in range(3))
    swapped = np.where(copies < 0, -1, 2 - copies)
    names = range(1, 41)
    first, *_ = scan(tmp_path / "a", [variant(k) for k in names], copies, y=y, x=x, z=z)
    second, *_ = scan(tmp_path / "b", [variant(k, "G", "A") for k in names], swapped, y=y, x=x, z=z)
    for one, other in zip(first, second, strict=True):
        # Without a reference A1 is the effect.
        assert (one["effect"], other["effect"]) == ("A", "G")
        assert other["beta"] == pytest.approx(-one["beta"], rel=1e-12)
        assert other["se"] == pytest.approx(one["se"], rel=1e-12)
        assert other["eaf"] == pytest.approx(1 - one["eaf"], rel=1e-12)


def test_unplaced_non_autosomal_and_palindromic_variants_are_left_out_and_counted(
    tmp_path: Path,
) -> None:
    variants = [
        variant(1),
        variant(2, position=0),
        variant(3, position=-9),
        variant(4, chromosome="X"),
        variant(5, chromosome="23"),
        variant(6, "A", "T"),
        variant(7, "C", "G"),
        variant(8, chromosome="chr1"),
        variant(9, "A", "A"),
    ]
    rows, opened, evidence = scan(tmp_path, variants, random_copies(9), strand=None)
    assert [row["id"] for row in rows] == ["rs1", "rs8", "rs9"]
    assert [line[2] for line in evidence] == ["rs1", "rs8", "rs9"]
    assert rows[1]["chromosome"] == "1"
    assert opened.dataset.variants.left_out == {
        "non-autosomal": 2,
        "strand-undeclared": 2,
        "unplaced": 2,
    }


def test_a_collinear_or_constant_covariate_is_dropped(tmp_path: Path) -> None:
    copies = random_copies(2)
    x = RANDOM.standard_normal(PEOPLE)
    y = RANDOM.standard_normal(PEOPLE)
    for z in (x * -2 + 5, np.full(PEOPLE, 3.3)):
        rows, *_ = scan(tmp_path / str(z[1]), [variant(1), variant(2)], copies, y=y, x=x, z=z)
        beta, se = least_squares(y, x[:, None], copies[0].astype(float))
        assert rows[0]["dof"] == PEOPLE - 3
        assert (rows[0]["beta"], rows[0]["se"]) == pytest.approx((beta, se), rel=1e-10)


def test_missing_calls_that_make_a_covariate_constant_cost_its_degree_of_freedom_only(
    tmp_path: Path,
) -> None:
    x = (np.arange(PEOPLE) < 5).astype(float)
    copies = random_copies(1)
    copies[0, :5] = -1
    y = RANDOM.standard_normal(PEOPLE)
    z = RANDOM.standard_normal(PEOPLE)
    rows, *_ = scan(tmp_path, [variant(1)], copies, y=y, x=x, z=z)
    beta, se = least_squares(y[5:], z[5:, None], copies[0, 5:].astype(float))
    assert rows[0]["dof"] == PEOPLE - 5 - 3
    assert (rows[0]["beta"], rows[0]["se"]) == pytest.approx((beta, se), rel=1e-9)


def test_people_without_a_phenotype_are_in_no_regression(tmp_path: Path) -> None:
    y = RANDOM.standard_normal(PEOPLE)
    cells = [repr(float(value)) for value in y]
    cells[4], cells[60] = "NA", ""
    known = np.delete(np.arange(PEOPLE), [4, 60])
    x, z = RANDOM.standard_normal(PEOPLE), RANDOM.standard_normal(PEOPLE)
    copies = random_copies(70)
    copies[:, [4, 60]] = 2
    rows, _, evidence = scan(
        tmp_path, [variant(k) for k in range(1, 71)], copies, y=cells, x=x, z=z
    )
    covariates = np.column_stack([x, z])[known]
    for row, g, line in zip(rows, copies, evidence, strict=True):
        beta, se = least_squares(y[known], covariates, g[known].astype(float))
        assert (row["beta"], row["se"]) == pytest.approx((beta, se), rel=1e-9)
        assert int(line[6]) == g[known].sum()
        assert (row["n"], int(line[5]), int(line[7])) == (59, 59, 118)


def test_a_missing_covariate_takes_the_mean(tmp_path: Path) -> None:
    x = RANDOM.standard_normal(PEOPLE)
    cells = [repr(float(value)) for value in x]
    cells[7] = "NA"
    y, z = RANDOM.standard_normal(PEOPLE), RANDOM.standard_normal(PEOPLE)
    copies = random_copies(1)
    rows, *_ = scan(tmp_path, [variant(1)], copies, y=y, x=cells, z=z)
    filled = x.copy()
    filled[7] = np.delete(x, 7).mean()
    beta, se = least_squares(y, np.column_stack([filled, z]), copies[0].astype(float))
    assert (rows[0]["beta"], rows[0]["se"]) == pytest.approx((beta, se), rel=1e-9)


@pytest.mark.parametrize("missing", ["complete-case", "mean"])
def test_more_people_than_fit_one_block_are_computed_in_halves(
    tmp_path: Path, missing: str
) -> None:
    people = 10_003
    copies = random_copies(70, people)
    copies[RANDOM.random(copies.shape) < 0.002] = -1
    y, x, z = (RANDOM.standard_normal(people) for _ in range(3))
    rows, _, evidence = scan(
        tmp_path, [variant(k) for k in range(1, 71)], copies, y=y, x=x, z=z, missing=missing
    )
    for at in (0, 31, 32, 64, 69):
        known = copies[at] >= 0
        g = np.where(known, copies[at], copies[at][known].mean())
        chosen = known if missing == "complete-case" else slice(None)
        beta, se = least_squares(y[chosen], np.column_stack([x, z])[chosen], g[chosen])
        assert (rows[at]["beta"], rows[at]["se"]) == pytest.approx((beta, se), rel=1e-9)
        assert rows[at]["n"] == int(evidence[at][5])
