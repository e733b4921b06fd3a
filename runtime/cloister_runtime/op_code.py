"""The code of an op, imported from a bundle's texts: nothing is written to a disk."""

import importlib
import importlib.abc
import importlib.machinery
import inspect
import sys
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any


class BundleFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds `ops.<name>` and `ops.shared.<name>` among the files of a bundle."""

    def __init__(self, files: dict[str, str]) -> None:
        self._files = {
            path.removesuffix(".py").replace("/", ".").removesuffix(".__init__"): (path, text)
            for path, text in files.items()
            if path.endswith(".py")
        }
        self._packages = {"ops", "ops.shared"}

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname not in self._files and fullname not in self._packages:
            return None
        return importlib.machinery.ModuleSpec(fullname, self, is_package=fullname in self._packages)

    def exec_module(self, module: ModuleType) -> None:
        path, text = self._files.get(module.__name__, (module.__name__, ""))
        exec(compile(text, path, "exec"), module.__dict__)


def load_op(files: dict[str, str], name: str) -> Callable[..., Any]:
    """The marked function of `ops/<name>.py`; raises whatever the op's code raises.

    It imports nothing of the bundle that its digest does not cover: results are reused by it.
    """
    covered = {
        path: text
        for path, text in files.items()
        if path == f"ops/{name}.py" or path.startswith("ops/shared/")
    }
    sys.meta_path.insert(0, BundleFinder(covered))
    function = getattr(importlib.import_module(f"ops.{name}"), name)
    if not getattr(function, "__cloister_op__", False):
        raise TypeError(f"ops/{name}.py has no function {name} marked with @op")
    return function


def takes_blocks(function: Callable[..., Any]) -> bool:
    return len(inspect.signature(function).parameters) > 1
