"""Linear regression of a phenotype on each variant of a block: y = C gamma + g beta + e.

Exact, one dgemm a block. With Q an orthonormal basis of the covariates and the constant, a = Q'g,
yr = y - QQ'y: V = g'g - a'a, U = g'yr, beta = U/V, RSS = yr'yr - beta U. People without a call are
taken out of these sums (K = I - sum qq' over them), which is the regression over the others to the
last digit.
"""

from dataclasses import dataclass

import numpy as np
from cloister_runtime.design_matrix import build_design, centred, residual
from cloister_runtime.op import Block

from .calls import Decoder, count, missing_calls, swap

# Of the variant's own sum of squares: what is left of a variant that the covariates determine is
# rounding.
NO_VARIANCE = 1e-10
SINGULAR = 1e-10
# BLAS gives other last bits for other shapes, so a block is computed in one shape always.
HALVES_ABOVE = 10_000


@dataclass(frozen=True)
class Fit:
    """A value a variant. beta, se: of the effect allele, NaN where there is no estimate."""

    n: np.ndarray
    dof: np.ndarray
    eaf: np.ndarray
    beta: np.ndarray
    se: np.ndarray
    v: np.ndarray


class Regression:
    """One cohort's phenotype and covariates, made once; then `fit` block by block."""

    def __init__(self, y: np.ndarray, covariates: np.ndarray, *, missing: str) -> None:
        self.people = len(y)
        self.is_mean = missing == "mean"
        self.q = build_design(covariates).q
        self.parameters = self.q.shape[1]
        self.rest = residual(centred(y), self.q)
        self.s = float(self.rest @ self.rest)
        self._decoder = Decoder()
        self._columns = self._padded()
        self._moments = self._person_moments()

    def _padded(self) -> np.ndarray:
        """[Q, yr] with rows of zeros for what pads the last byte."""
        columns = np.column_stack([self.q, self.rest])
        padded = np.zeros((-(-self.people // 4) * 4, columns.shape[1]))
        padded[: self.people] = columns
        return padded

    def _person_moments(self) -> np.ndarray:
        """What a missing call takes out: the upper half of qq', q yr, yr²; for means q and yr."""
        if self.is_mean:
            return np.column_stack([self.q, self.rest])
        i, j = np.triu_indices(self.parameters)
        halves = self.q[:, i] * self.q[:, j]
        return np.column_stack([halves, self.q * self.rest[:, None], self.rest**2])

    def fit(self, block: Block) -> Fit:
        if block.encoding != "calls2":
            raise ValueError(f"no such encoding: {block.encoding}")
        step = 32 if self.people > HALVES_ABOVE else len(block.calls)
        parts = [
            self._fit(block.calls[at : at + step], block.effect_is_a1[at : at + step])
            for at in range(0, len(block.calls), step)
        ]
        names = Fit.__dataclass_fields__
        return Fit(**{name: np.concatenate([getattr(p, name) for p in parts]) for name in names})

    def _fit(self, calls: np.ndarray, effect_is_a1: np.ndarray) -> Fit:
        one, two, missing = count(calls, self.people)
        observed = self.people - missing
        # The cohort's own rarer allele is counted: with the other one V cancels.
        is_swapped = one + 2 * two > observed
        calls = swap(calls, is_swapped)
        two = np.where(is_swapped, observed - one - two, two)
        sums = _Sums(self, self._decoder.decode(calls) @ self._columns, one, two, missing)
        v, u, s = sums.mean(calls) if self.is_mean else sums.complete_case(calls)
        fitted = observed if not self.is_mean else np.full(len(calls), self.people)
        is_effect = effect_is_a1 != is_swapped
        copies = one + 2 * two
        dof = fitted - sums.parameters - 1
        beta, se = _estimate(v, u, s, dof, sums.spread())
        with np.errstate(invalid="ignore", divide="ignore"):
            frequency = np.where(is_effect, copies, 2 * observed - copies) / (2 * observed)
        return Fit(fitted, dof, frequency, np.where(is_effect, beta, -beta), se, v)


class _Sums:
    """Sums over the people of a block's variants, missing calls as zero, and what takes them
    out."""

    def __init__(
        self,
        model: Regression,
        products: np.ndarray,
        one: np.ndarray,
        two: np.ndarray,
        missing: np.ndarray,
    ) -> None:
        self.model = model
        self.a, self.u = products[:, :-1], products[:, -1]
        self.copies = (one + 2 * two).astype(float)
        self.squares = (one + 4 * two).astype(float)
        self.missing = missing
        self.parameters = np.full(len(one), model.parameters)

    def spread(self) -> np.ndarray:
        """Sum of (g - mean)² over the observed."""
        observed = np.maximum(self.model.people - self.missing, 1)
        return self.squares - self.copies**2 / observed

    def complete_case(self, calls: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """V, U, S over the people who have a call."""
        v = self.squares - (self.a**2).sum(axis=1)
        u, s = self.u.copy(), np.full(len(v), self.model.s)
        rows = np.flatnonzero(self.missing)
        if rows.size == 0:
            return v, u, s
        kernel, r, lost = self._taken_out(calls, rows)
        solved, rank = _solve(kernel, np.stack([self.a[rows], r], axis=2))
        v[rows] = self.squares[rows] - (self.a[rows] * solved[:, :, 0]).sum(axis=1)
        u[rows] = self.u[rows] - (self.a[rows] * solved[:, :, 1]).sum(axis=1)
        s[rows] = self.model.s - lost - (r * solved[:, :, 1]).sum(axis=1)
        self.parameters[rows] = rank
        return v, u, s

    def mean(self, calls: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """V, U, S over everybody, a missing call at the mean of the others."""
        a, u, squares = self.a.copy(), self.u.copy(), self.squares.copy()
        rows = np.flatnonzero(self.missing)
        if rows.size:
            observed = np.maximum(self.model.people - self.missing[rows], 1)
            average = self.copies[rows] / observed
            moments = self._moments_of(calls)
            a[rows] += average[:, None] * moments[:, :-1]
            u[rows] += average * moments[:, -1]
            squares[rows] += self.missing[rows] * average**2
        v = squares - (a**2).sum(axis=1)
        return v, u, np.full(len(v), self.model.s)

    def _taken_out(
        self, calls: np.ndarray, rows: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """K, r and the sum of yr² over the missing people, a row a variant that has some."""
        moments = self._moments_of(calls)
        p = self.model.parameters
        i, j = np.triu_indices(p)
        kernel = np.empty((len(rows), p, p))
        kernel[:, i, j] = kernel[:, j, i] = (i == j) - moments[:, : len(i)]
        return kernel, -moments[:, len(i) : -1], moments[:, -1]

    def _moments_of(self, calls: np.ndarray) -> np.ndarray:
        """Sums of the moments of people without a call, over lists of (variant, person)."""
        variants, people = missing_calls(calls)
        starts = np.flatnonzero(np.diff(variants, prepend=-1))
        return np.add.reduceat(self.model._moments[people], starts, axis=0)


def _solve(kernel: np.ndarray, sides: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """K⁺ times each side, and the rank of K; plain solutions wherever K is far from singular."""
    size = kernel.shape[1]
    rank = np.full(len(kernel), size)
    # Its eigenvalues are at most 1, so that none is below its determinant.
    is_regular = np.linalg.det(kernel) > 1e-6
    solved = np.empty_like(sides)
    solved[is_regular] = np.linalg.solve(kernel[is_regular], sides[is_regular])
    if not is_regular.all():
        values, vectors = np.linalg.eigh(kernel[~is_regular])
        is_zero = values < SINGULAR
        inverse = np.where(is_zero, 0, 1 / np.where(is_zero, 1, values))
        turned = np.swapaxes(vectors, 1, 2) @ sides[~is_regular]
        solved[~is_regular] = vectors @ (inverse[:, :, None] * turned)
        rank[~is_regular] = size - is_zero.sum(axis=1)
    return solved, rank


def _estimate(
    v: np.ndarray, u: np.ndarray, s: np.ndarray, dof: np.ndarray, spread: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """beta and se of the counted allele; NaN where the variant has no estimate."""
    with np.errstate(all="ignore"):
        beta = u / v
        rss = s - beta * u
        se = np.sqrt(rss / (dof * v))
    is_estimable = (spread > 0) & (v > NO_VARIANCE * spread) & (dof >= 1) & (rss > 0)
    return np.where(is_estimable, beta, np.nan), np.where(is_estimable, se, np.nan)
