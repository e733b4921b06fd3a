"""The expression language: values, missing ones, and what it refuses, by position."""

import numpy as np
import pytest
from cloister_runtime.expressions import ExpressionError, columns_of, evaluate, parse

NAN = np.nan
COLUMNS = {
    "A": np.array([1.0, 2.0, NAN, 0.0]),
    "B": np.array([10.0, NAN, 30.0, -1.0]),
    "age.at_visit": np.array([50.0, 49.9, 70.0, NAN]),
}


def value(text: str) -> list[float]:
    return evaluate(parse(text), COLUMNS, 4).tolist()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3 - 4 / 2", [5.0] * 4),
        ("(1 + 2) * 3", [9.0] * 4),
        ("- 2 * -3 + +1", [7.0] * 4),
        ("1.5e1 + .5", [15.5] * 4),
        ("2 - 3 - 4", [-5.0] * 4),
        ("16 / 4 / 2", [2.0] * 4),
        ("A - 1", [0.0, 1.0, NAN, -1.0]),
        ("A + B", [11.0, NAN, NAN, -1.0]),
        ("age.at_visit >= 50", [1.0, 0.0, 1.0, NAN]),
        ("A = 1", [1.0, 0.0, NAN, 0.0]),
        ("A != 1", [0.0, 1.0, NAN, 1.0]),
        ("A < 1 or A > 1", [0.0, 1.0, NAN, 1.0]),
        ("not A = 1", [0.0, 1.0, NAN, 1.0]),
        ("not not A", [1.0, 1.0, NAN, 0.0]),
        ("1 = 1 or 1 = 2 and 1 = 2", [1.0] * 4),
        ("missing(A)", [0.0, 0.0, 1.0, 0.0]),
        ("missing(A + B)", [0.0, 1.0, 1.0, 0.0]),
        ("not missing(A) and not missing(B)", [1.0, 0.0, 0.0, 1.0]),
    ],
)
def test_values(text: str, expected: list[float]) -> None:
    np.testing.assert_array_equal(value(text), expected)


@pytest.mark.parametrize("text", ["1 = 2 and B > 0", "1 = 1 or B > 0", "B != B"])
def test_missing_wins_always(text: str) -> None:
    assert np.isnan(value(text)[1])


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("", 1),
        ("A +", 4),
        ("A + * B", 5),
        ("(A", 3),
        ("A B", 3),
        ("A == 1", 4),
        ("1 < A < 3", 7),
        ("A ? 1", 3),
        ("missing A", 9),
        ("exp(A)", 4),
        ("A; B", 2),
        ("'text'", 1),
        ("and A", 1),
    ],
)
def test_faults_have_a_position(text: str, position: int) -> None:
    with pytest.raises(ExpressionError) as fault:
        parse(text)
    assert fault.value.position == position


def test_depth_and_length_are_bounded() -> None:
    with pytest.raises(ExpressionError):
        parse("(" * 150 + "A" + ")" * 150)
    with pytest.raises(ExpressionError):
        parse("+".join(["A"] * 900))


@pytest.mark.parametrize("text", ["1 / (A - 1)", "(A - 1) / (A - 1)", "1e308 * 10"])
def test_infinite_results_are_errors(text: str) -> None:
    with pytest.raises(ArithmeticError):
        value(text)


def test_columns() -> None:
    assert columns_of(parse("not missing(A) and age.at_visit / B > 2")) == {
        "A",
        "B",
        "age.at_visit",
    }
