"""How Python and numpy are set up, before either does any work.

One thread and one kind of kernel, so that a result has the same bits on every machine with AVX2.
"""

import importlib.abc
import os
import sys
from pathlib import Path


def pin_blas() -> None:
    """Set OpenBLAS' environment; call it before numpy is imported for the first time."""
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    os.environ["OMP_NUM_THREADS"] = "1"
    # The others reserve a gibibyte of addresses at once, which a limit of memory counts.
    os.environ["ARROW_DEFAULT_MEMORY_POOL"] = "system"
    if _has_avx2():
        os.environ["OPENBLAS_CORETYPE"] = "Haswell"


class _NoPandas(importlib.abc.MetaPathFinder):
    def find_spec(self, fullname: str, *_: object) -> None:
        if fullname == "pandas":
            raise ModuleNotFoundError("pandas is kept out", name=fullname)


def keep_pandas_out() -> None:
    """pyarrow imports pandas wherever it is installed, which costs more than a shard."""
    sys.meta_path.insert(0, _NoPandas())


def core_type() -> str:
    """The kernels in use, for the manifest: results of other kernels differ in their last
    digits."""
    return os.environ.get("OPENBLAS_CORETYPE", "default")


def _has_avx2() -> bool:
    try:
        return " avx2 " in Path("/proc/cpuinfo").read_text()
    except OSError:
        return False
