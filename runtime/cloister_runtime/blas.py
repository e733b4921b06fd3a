"""One thread and one kind of kernel, so that a result has the same bits on every machine with
AVX2."""

import os
from pathlib import Path


def pin_blas() -> None:
    """Set OpenBLAS' environment; call it before numpy is imported for the first time."""
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    os.environ["OMP_NUM_THREADS"] = "1"
    if _has_avx2():
        os.environ["OPENBLAS_CORETYPE"] = "Haswell"


def core_type() -> str:
    """The kernels in use, for the manifest: results of other kernels differ in their last
    digits."""
    return os.environ.get("OPENBLAS_CORETYPE", "default")


def _has_avx2() -> bool:
    try:
        return " avx2 " in Path("/proc/cpuinfo").read_text()
    except OSError:
        return False
