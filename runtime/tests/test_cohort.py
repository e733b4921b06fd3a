"""The cohort, its transforms, and what is counted of it for the gate's decision."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cloister_runtime.cohort import Cohort, build_cohort, fingerprint, rank_normal
from cloister_runtime.cohort_evidence import count_cohort
from cloister_runtime.definitions import join_people
from cloister_runtime.design_matrix import build_design
from cloister_runtime.lead import is_safe_column
from cloister_runtime.refusal import Refusal
from in_process import open_demo
from scipy.stats import norm

from worlds import DATASETS, definition_of, small_definition, write_people

RANDOM = np.random.default_rng(7)
MODEL = {"phenotype": "Y", "covariates": ["X"], "frame": "everyone", "transform": "none"}


def cohort_of(
    folder: Path, columns: dict[str, list[Any]], model: dict[str, Any] | None = None, **changed: Any
) -> Cohort:
    write_people(folder / "people.tsv", {"Z": ["0"] * len(columns["Y"]), **columns})
    definition = small_definition(folder, **changed)
    fam = [f"P{k}" for k in range(len(columns["Y"]))]
    return build_cohort(join_people(definition, fam), definition, MODEL | (model or {}))


def test_the_cohort_does_not_depend_on_covariates(tmp_path: Path) -> None:
    columns = {
        "Y": ["1", "2", "NA", "4", "5"],
        "X": ["1", "NA", "3", "4", "7"],
        "B": ["1", "1", "1", "NA", "1"],
    }
    found = cohort_of(tmp_path, columns, baseCohort=["B"])
    assert found.indices.tolist() == [0, 1, 4]
    assert found.covariates[:, 0].tolist() == [1, 4, 7]
    assert cohort_of(tmp_path, columns, {"covariates": []}, baseCohort=["B"]).indices.tolist() == [
        0,
        1,
        4,
    ]


def test_people_of_the_fam_without_a_row_are_outside(tmp_path: Path) -> None:
    write_people(tmp_path / "people.tsv", {"Y": ["1", "2"], "X": ["1", "2"], "Z": ["0", "0"]})
    definition = small_definition(tmp_path)
    people = join_people(definition, ["P9", "P1", "P0"])
    found = build_cohort(people, definition, MODEL)
    assert (found.indices.tolist(), found.y.tolist()) == ([1, 2], [2, 1])


def test_a_frame_takes_in_who_is_known_to_be_inside(tmp_path: Path) -> None:
    frames = {"old": {"title": "Old", "expression": "X >= 50"}}
    columns = {"Y": ["1", "2", "3", "4"], "X": ["50", "NA", "49", "70"]}
    assert cohort_of(
        tmp_path, columns, {"frame": "old", "covariates": []}, frames=frames
    ).indices.tolist() == [0, 3]


@pytest.mark.parametrize(
    ("columns", "model", "code", "about"),
    [
        ({"Y": ["2", "2", "NA"], "X": ["1", "2", "3"]}, {}, "phenotype-constant", "Y"),
        ({"Y": ["NA", "NA", "NA"], "X": ["1", "2", "3"]}, {}, "cohort-empty", "everyone"),
        (
            {"Y": ["1", "2", "0"], "X": ["1", "2", "3"]},
            {"transform": "log"},
            "log-of-non-positive",
            "Y",
        ),
        (
            {"Y": ["1", "2", "3"], "X": ["1", "2", "3"]},
            {"phenotype": "Q"},
            "phenotype-unknown",
            "Q",
        ),
        (
            {"Y": ["1", "2", "3"], "X": ["1", "2", "3"]},
            {"covariates": ["Q"]},
            "covariate-unknown",
            "Q",
        ),
        ({"Y": ["1", "2", "3"], "X": ["1", "2", "3"]}, {"frame": "q"}, "frame-unknown", "q"),
        ({"Y": ["1", "inf", "3"], "X": ["1", "2", "3"]}, {}, "dataset-unreadable", None),
        ({"Y": ["1", "two", "3"], "X": ["1", "2", "3"]}, {}, "definition-invalid", None),
    ],
)
def test_refusals(tmp_path: Path, columns: Any, model: Any, code: str, about: str | None) -> None:
    with pytest.raises(Refusal) as refusal:
        cohort_of(tmp_path, columns, model)
    assert (refusal.value.code, refusal.value.about) == (code, about)


@pytest.mark.parametrize("expression", ["Y +", "Y + NOSUCH", "Y / 0"])
def test_a_definition_that_cannot_be_evaluated_names_what_it_defines(
    tmp_path: Path, expression: str
) -> None:
    phenotypes = {"Y": {"title": "Y", "type": "number", "unit": None, "expression": expression}}
    with pytest.raises(Refusal) as refusal:
        cohort_of(tmp_path, {"Y": ["1", "2"], "X": ["1", "2"]}, phenotypes=phenotypes)
    assert (refusal.value.code, refusal.value.about) == ("definition-invalid", "Y")


def test_a_binary_phenotype_has_two_values(tmp_path: Path) -> None:
    phenotypes = {"Y": {"title": "Y", "type": "binary", "unit": None, "expression": "Y"}}
    found = cohort_of(tmp_path, {"Y": ["1", "2", "2"], "X": ["1", "2", "4"]}, phenotypes=phenotypes)
    assert found.is_case is not None
    assert found.is_case.tolist() == [False, True, True]
    with pytest.raises(Refusal):
        cohort_of(tmp_path, {"Y": ["1", "2", "3"], "X": ["1", "2", "4"]}, phenotypes=phenotypes)


def test_rank_normal_averages_ties() -> None:
    found = rank_normal(np.array([5.0, 1.0, 5.0, 9.0]))
    np.testing.assert_allclose(found, norm.ppf((np.array([2.5, 1, 2.5, 4]) - 0.5) / 4), rtol=1e-14)


def test_the_fingerprint_is_of_people_and_dataset() -> None:
    key = b"k" * 32
    one = fingerprint(["P1", "P2"], "d", key)
    assert one == fingerprint(["P2", "P1"], "d", key)
    others = [
        fingerprint(["P1"], "d", key),
        fingerprint(["P1", "P2"], "e", key),
        fingerprint(["P1", "P2"], "d", b"x" * 32),
    ]
    assert one not in others


def plain(y: np.ndarray, covariates: np.ndarray, kind: str = "number") -> Cohort:
    names = [f"C{k}" for k in range(covariates.shape[1])]
    return Cohort(np.arange(len(y)), y, names, covariates, kind)


def test_leverage_and_shares_against_the_hat_matrix() -> None:
    x = RANDOM.standard_normal((80, 3)) * [1, 1e-6, 1e6] + [0, 5, 1e9]
    found = count_cohort(plain(RANDOM.standard_normal(80), x), "Y")
    centred = x - x.mean(axis=0)
    design = np.column_stack([np.ones(80), centred / centred.std(axis=0)])
    hat = design @ np.linalg.solve(design.T @ design, design.T)
    assert found["maxLeverage"] == pytest.approx(np.diag(hat).max(), rel=1e-6)
    assert (found["people"], found["parameters"], found["collinear"]) == (80, 4, [])
    others = design[:, [0, 2, 3]]
    rest = design[:, 1] - others @ np.linalg.lstsq(others, design[:, 1], rcond=None)[0]
    shares = np.cumsum(np.sort(rest**2)[::-1])[:50] / (rest**2).sum()
    np.testing.assert_allclose(found["columns"][0]["topShares"], shares, rtol=1e-6)


def test_collinear_and_constant_covariates_are_named_and_dropped() -> None:
    a, b = RANDOM.standard_normal((2, 60))
    x = np.column_stack([a, 3 * a - 1, np.full(60, 1e9 + 0.1), b, a + b])
    found = count_cohort(plain(RANDOM.standard_normal(60), x), "Y")
    assert found["collinear"] == ["C1", "C2", "C4"]
    assert [column["name"] for column in found["columns"]] == ["C0", "C3"]
    assert found["parameters"] == 3


def test_levels_of_a_column() -> None:
    x = np.zeros((50, 2))
    x[:7, 0] = 1
    x[:, 1] = np.arange(50) % 5
    columns = count_cohort(plain(RANDOM.standard_normal(50), x), "Y")["columns"]
    assert [(c["offMode"], c["isTwoValued"]) for c in columns] == [(7, True), (40, False)]


def test_one_extreme_value_shows_in_the_phenotypes_shares() -> None:
    y = RANDOM.standard_normal(1000)
    y[3] = 60
    found = count_cohort(plain(y, np.zeros((1000, 0))), "Y")["phenotype"]
    assert found["topShares"][0] > 0.7
    assert (found["type"], found["cases"], found["controls"]) == ("number", None, None)


def test_cases_and_controls_are_counted() -> None:
    y = np.repeat([0.0, 1.0], [40, 20])
    found = count_cohort(plain(y, np.zeros((60, 0)), "binary"), "Y")["phenotype"]
    assert (found["cases"], found["controls"]) == (20, 40)


def test_a_phenotype_that_the_covariates_determine_is_constant() -> None:
    x = RANDOM.standard_normal((50, 1))
    with pytest.raises(Refusal) as refusal:
        count_cohort(plain(2 * x[:, 0] + 1, x), "Y")
    assert refusal.value.code == "phenotype-constant"


def test_imputed_splits_off_few_people_in_three_of_four_cohorts() -> None:
    counted = {}
    for dataset in DATASETS:
        people = open_demo(dataset, "ARSA").dataset
        model = {
            "phenotype": "ARSA",
            "covariates": ["IMPUTED"],
            "frame": "everyone",
            "transform": "none",
        }
        columns = count_cohort(people.cohort(model), "ARSA")["columns"]
        counted[dataset] = columns[0]["offMode"]
    assert counted == {"britain": 9, "finland": 6, "tuscany": 1, "utah": 12}


def test_the_demos_cohorts() -> None:
    sizes = {name: open_demo(name, "ARSA").cohort.size for name in DATASETS}
    assert sizes == {"finland": 95, "britain": 94, "tuscany": 93, "utah": 90}
    assert definition_of("utah")["baseCohort"] == ["SEX", "PC1", "PC2", "PC3"]


@pytest.mark.parametrize(("carriers", "expected"), [(1, False), (9, False), (10, True), (45, True)])
def test_a_lead_that_tells_about_too_few_people_is_no_column(carriers: int, expected: bool) -> None:
    lead = np.zeros(95)
    lead[:carriers] = 1
    design = build_design(RANDOM.standard_normal((95, 3)))
    assert is_safe_column(lead, design) is expected


def test_a_jittered_indicator_is_no_column_either() -> None:
    lead = 1e-9 * RANDOM.standard_normal(95)
    lead[:5] += 1
    assert not is_safe_column(lead, build_design(np.zeros((95, 0))))


def test_a_lead_that_repeats_a_covariate_is_no_column() -> None:
    x = RANDOM.binomial(2, 0.4, (95, 1)).astype(float)
    assert not is_safe_column(2 - x[:, 0], build_design(x))
