"""The closed little language in which custodians define phenotypes, covariates and frames."""

from .evaluate import evaluate
from .parse import ExpressionError, columns_of, parse

__all__ = ["ExpressionError", "columns_of", "evaluate", "parse"]
