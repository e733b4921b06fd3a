"""The last step before an op's host: an unprivileged user, limits, the filter.

Also a program: what bubblewrap starts in its view.
"""

import contextlib
import ctypes
import json
import os
import resource
import sys
from typing import Any

import seccomp
import view

PR_SET_PDEATHSIG, PR_CAPBSET_DROP = 1, 24
SIGKILL = 9
LAST_CAPABILITY = 63
# Inside a user namespace; as root the config's own uid is a real one.
NOBODY = 65534
FILE_BYTES = 4 * 2**30
IS_LINUX = sys.platform == "linux"


def die_with_parent() -> None:
    """A sandbox must not outlive the feeder that started it."""
    if IS_LINUX:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0)


def drop_capabilities() -> None:
    """Leaves nothing that a program started later could gain back."""
    libc = ctypes.CDLL(None)
    for capability in range(LAST_CAPABILITY + 1):
        libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)


def become(uid: int) -> None:
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)


def limit(config: dict[str, Any]) -> None:
    """Holds for each process; a cgroup, where there is one, for all of them together."""
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
    if config["isRoot"]:
        if IS_LINUX:
            drop_capabilities()
        become(config["uid"])
    limit(config)
    if config["hasFilter"]:
        seccomp.load()
    os.execve(config["command"][0], config["command"], config["environment"])


def leave_bubblewrap(config: dict[str, Any]) -> None:
    """Out of reach of bubblewrap's process 1, which has the user of a plain user's op.

    Where a system allows user namespaces to bubblewrap alone, the op can read its memory, which
    holds nothing of anybody.
    """
    if not config["isRoot"]:
        with contextlib.suppress(OSError):
            view.enter_user_namespace(NOBODY)
            drop_capabilities()
    run(config)


if __name__ == "__main__":
    leave_bubblewrap(json.loads(sys.argv[1]))
