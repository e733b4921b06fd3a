"""The cohort: people of the frame with the phenotype and the base columns known, and their
values."""

import hashlib
import hmac
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np

from .canonical import digest_of
from .definitions import DefinedPeople
from .refusal import Refusal


@dataclass(frozen=True)
class Cohort:
    """`indices`: its people in the .fam, ascending. `covariates`: people x names, no value
    missing."""

    indices: np.ndarray
    y: np.ndarray
    names: list[str]
    covariates: np.ndarray
    phenotype_type: str

    @property
    def size(self) -> int:
        return len(self.indices)

    @property
    def is_case(self) -> np.ndarray | None:
        """The larger of a binary phenotype's two values is a case."""
        return self.y == self.y.max() if self.phenotype_type == "binary" else None


def build_cohort(
    people: DefinedPeople, definition: dict[str, Any], model: dict[str, Any]
) -> Cohort:
    """Raises Refusal with one of the feeder's codes. A missing covariate takes the cohort's
    mean."""
    phenotype = model["phenotype"]
    defined = _named(definition["phenotypes"], phenotype, "phenotype-unknown")
    frame = _named(definition["frames"], model["frame"], "frame-unknown")
    y = people.evaluate(defined["expression"], phenotype)
    is_inside = people.evaluate(frame["expression"], model["frame"])
    known = ~np.isnan(is_inside) & (is_inside != 0) & ~np.isnan(y)
    for column in definition["baseCohort"]:
        known &= ~np.isnan(people.column(column, definition["id"]))
    indices = np.flatnonzero(known)
    if len(indices) == 0:
        raise Refusal("cohort-empty", model["frame"])
    columns = [_covariate(people, definition, name, indices) for name in model["covariates"]]
    values = _phenotype(y[indices], defined["type"], phenotype)
    return Cohort(
        indices,
        transform(values, model["transform"], phenotype),
        list(model["covariates"]),
        np.column_stack(columns) if columns else np.zeros((len(indices), 0)),
        defined["type"],
    )


def _named(group: dict[str, Any], name: str, code: str) -> dict[str, Any]:
    if name not in group:
        raise Refusal(code, name)
    return group[name]


def _phenotype(values: np.ndarray, kind: str, name: str) -> np.ndarray:
    distinct = len(np.unique(values))
    if distinct == 1:
        raise Refusal("phenotype-constant", name)
    if kind == "binary" and distinct > 2:
        raise Refusal("definition-invalid", name, "a binary phenotype has more than two values")
    return values


def _covariate(
    people: DefinedPeople, definition: dict[str, Any], name: str, indices: np.ndarray
) -> np.ndarray:
    defined = _named(definition["covariates"], name, "covariate-unknown")
    values = people.evaluate(defined["expression"], name)[indices]
    missing = np.isnan(values)
    if missing.all():
        return np.zeros(len(values))
    # The mean of the centred values: a large offset would cost digits.
    anchor = values[~missing][0]
    return np.where(missing, anchor + (values[~missing] - anchor).mean(), values)


def transform(values: np.ndarray, kind: str, about: str) -> np.ndarray:
    if kind == "log":
        if (values <= 0).any():
            # Dropping them would let a request move the cohort by a few people.
            raise Refusal("log-of-non-positive", about)
        return np.log(values)
    return rank_normal(values) if kind == "rank-normal" else values


def rank_normal(values: np.ndarray) -> np.ndarray:
    """Φ⁻¹((r - ½)/n), ties averaged."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    ranks = last - (counts - 1) / 2
    quantile = NormalDist().inv_cdf
    scores = np.array([quantile((rank - 0.5) / len(values)) for rank in ranks])
    return scores[inverse]


def fingerprint(people: list[str], dataset: str, key: bytes) -> str:
    """Equal for the same people of the same dataset; tells nothing to who lacks the key."""
    salted = sorted(hmac.new(key, person.encode(), hashlib.sha256).hexdigest() for person in people)
    return digest_of({"dataset": dataset, "people": salted})
