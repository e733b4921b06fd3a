"""Paths of the sources; the kernels of numpy are pinned before it is imported."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
for folder in (ROOT / "runtime", ROOT / "runtime" / "tests", ROOT / "analyses" / "association"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

from cloister_runtime.engine import pin_blas  # noqa: E402

pin_blas()
os.environ["PYTHONPATH"] = str(ROOT / "runtime")
