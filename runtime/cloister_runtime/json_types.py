"""Names for what comes out of JSON."""

from typing import Any

# An item of a list: a window, a row of a TSV as texts, or whatever an op put into its own.
Item = Any
