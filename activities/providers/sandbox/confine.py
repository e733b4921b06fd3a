"""The last step before an op's host: an unprivileged user, limits, the filter. Also a program, for bubblewrap."""

import ctypes
import json
import os
import resource
import sys
from typing import Any

import seccomp

PR_SET_PDEATHSIG, PR_CAPBSET_DROP = 1, 24
SIGKILL = 9
LAST_CAPABILITY = 63
FILE_BYTES = 4 * 2**30
IS_LINUX = sys.platform == "linux"


def die_with_parent() -> None:
    """A sandbox must not outlive the feeder that started it."""
    if IS_LINUX:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0)


def drop_capabilities() -> None:
    """Leaves nothing that a program started later could gain back. Numbers beyond the last are ignored."""
    libc = ctypes.CDLL(None)
    for capability in range(LAST_CAPABILITY + 1):
        libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)


def become(uid: int) -> None:
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)


def limit(config: dict[str, Any]) -> None:
    """CPU and memory hold for each process; the cgroup, where there is one, for all of them together."""
    limits = [
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_CPU, config["cpuSeconds"]),
        (resource.RLIMIT_FSIZE, min(config["tmpBytes"], FILE_BYTES)),
        (resource.RLIMIT_NOFILE, 256),
        (resource.RLIMIT_NPROC, config["processes"]),
    ]
    if config["addressBytes"] is not None:
        limits.append((resource.RLIMIT_AS, config["addressBytes"]))
    for which, value in limits:
        hard = resource.getrlimit(which)[1]
        bound = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(which, (bound, bound))


def run(config: dict[str, Any]) -> None:
    """Becomes the op's host. Does not return."""
    if os.geteuid() == 0:
        if IS_LINUX:
            drop_capabilities()
        become(config["uid"])
    limit(config)
    if config["hasFilter"]:
        seccomp.load()
    os.execve(config["command"][0], config["command"], config["environment"])


if __name__ == "__main__":
    run(json.loads(sys.argv[1]))
