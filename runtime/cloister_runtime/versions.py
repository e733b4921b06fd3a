"""What computed a result: the digest of the runtime's sources, and the versions of what it stands
on."""

import platform
from functools import cache
from importlib.metadata import version
from pathlib import Path

from .canonical import digest_of, sha256
from .engine import core_type

PACKAGE = Path(__file__).resolve().parent
LOCK = PACKAGE.parent / "requirements.lock"


@cache
def runtime_digest() -> str:
    """sha256 over the sources and the lock file, by path."""
    sources = sorted(PACKAGE.rglob("*.py"))
    files = {str(path.relative_to(PACKAGE.parent)): sha256(path.read_bytes()) for path in sources}
    files[LOCK.name] = sha256(LOCK.read_bytes())
    return digest_of(files)


def engine() -> dict[str, str]:
    return {
        "python": platform.python_version(),
        "numpy": version("numpy"),
        "pyarrow": version("pyarrow"),
        "blas": core_type(),
    }
