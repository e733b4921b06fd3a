"""Memory and processes of a whole sandbox, bounded by cgroups (version 1) where there are any."""

import contextlib
import os
import time

ROOT = "/sys/fs/cgroup"
PREFIX = "cloister-op-"


class Cgroups:
    """The cgroups of one sandbox; none where the machine has none to give."""

    def __init__(self, memory_bytes: int, processes: int) -> None:
        self.folders: list[str] = []
        limits = (
            ("memory", "memory.limit_in_bytes", memory_bytes),
            ("pids", "pids.max", processes),
        )
        for controller, file, value in limits:
            folder = f"{ROOT}/{controller}/{PREFIX}{os.getpid()}"
            try:
                os.mkdir(folder)
                self.folders.append(folder)
                _write(f"{folder}/{file}", value)
            except OSError:
                self.remove()
                return

    @property
    def holds(self) -> bool:
        return len(self.folders) == 2

    def enter(self) -> None:
        for folder in self.folders:
            _write(f"{folder}/cgroup.procs", os.getpid())

    def remove(self) -> None:
        """Possible once the last process is gone, which may take a moment after a kill."""
        for folder in self.folders:
            for _ in range(20):
                try:
                    os.rmdir(folder)
                    break
                except OSError:
                    time.sleep(0.01)
        self.folders = []


def sweep() -> None:
    """Removes what killed launchers left behind; a cgroup of one that lives may be empty still."""
    for controller in ("memory", "pids"):
        with contextlib.suppress(OSError):
            for name in os.listdir(f"{ROOT}/{controller}"):
                launcher = name.removeprefix(PREFIX)
                if name.startswith(PREFIX) and not os.path.exists(f"/proc/{launcher}"):
                    with contextlib.suppress(OSError):
                        os.rmdir(f"{ROOT}/{controller}/{name}")


def _write(path: str, value: int) -> None:
    with open(path, "w", encoding="ascii") as file:
        file.write(str(value))
