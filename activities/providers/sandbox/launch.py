"""Starts one command in the op sandbox and waits for it: `launch.py <config as JSON>`.

Three kinds, one config (`sandbox.ts` writes it): `bubblewrap` and `unshare` give the command
namespaces of its own (no network, no other processes) and a view of read-only binds; `none` gives
it no view. All three: an unprivileged user, limits, and the seccomp filter where the machine has
one. Standard input, output and error pass through, every other descriptor is closed. Exit: the
command's own, 128 + signal, or 3 if it did not start.
"""

import json
import os
import sys
from collections.abc import Callable
from typing import Any

import cgroups
import confine
import view

NOT_STARTED = 3
HERE = os.path.dirname(os.path.abspath(__file__))


def main() -> int:
    config = json.loads(sys.argv[1])
    confine.die_with_parent()
    # A careful parent's mask would close the view's folders to the op's user.
    os.umask(0o022)
    os.closerange(3, os.sysconf("SC_OPEN_MAX"))
    config["isRoot"] = os.geteuid() == 0
    groups = None
    if config["isRoot"] and confine.IS_LINUX:
        cgroups.sweep()
        groups = cgroups.Cgroups(config["memoryBytes"], config["processes"])
        if groups.holds:
            config["addressBytes"] = None
    kinds = {"bubblewrap": start_bubblewrap, "unshare": start_init, "none": start_plain}
    start = kinds[config["kind"]]
    if config["kind"] == "unshare":
        leave_namespaces()

    def begin() -> None:
        confine.die_with_parent()
        if groups is not None:
            groups.enter()
        os.setsid()
        start(config)

    code = wait_for(fork(begin))
    if groups is not None:
        groups.remove()
    return code


def leave_namespaces() -> None:
    """The next child is the first process of a namespace of its own."""
    if os.geteuid() == 0:
        view.unshare(view.NAMESPACES)
    else:
        view.enter_user_namespace(0, view.NAMESPACES)


def start_init(config: dict[str, Any]) -> None:
    """Process 1 of the sandbox: makes the view, starts the command, reaps, leaves when it does."""
    view.enter(config["binds"], config["tmpBytes"])

    def begin() -> None:
        if not config["isRoot"]:
            view.enter_user_namespace(confine.NOBODY)
            confine.drop_capabilities()
        os.setsid()
        confine.run(config)

    os._exit(wait_for(fork(begin), reaps=True))


def start_plain(config: dict[str, Any]) -> None:
    confine.run(config)


def start_bubblewrap(config: dict[str, Any]) -> None:
    binds = ["/usr", *config["binds"], HERE]
    arguments = [
        config["bubblewrap"],
        *("--unshare-ipc", "--unshare-net", "--unshare-pid", "--unshare-uts"),
        *("--unshare-cgroup-try", "--die-with-parent", "--new-session", "--hostname", "op"),
        *("--size", str(config["tmpBytes"]), "--tmpfs", "/tmp", "--chmod", "1777", "/tmp"),
        *[part for path in binds for part in bubblewrap_bind(path)],
        *[part for name in view.LINKED for part in bubblewrap_link(name)],
        *("--perms", "0755", "--dir", "/etc"),
        *("--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache"),
        *("--dev", "/dev", "--proc", "/proc"),
        *("--remount-ro", "/", "--chdir", "/tmp"),
    ]
    if config["isRoot"]:
        arguments += ["--cap-drop", "ALL"]
        for capability in ("CAP_SETUID", "CAP_SETGID", "CAP_SETPCAP"):
            arguments += ["--cap-add", capability]
    else:
        arguments += ["--unshare-user", "--uid", str(confine.NOBODY), "--gid", str(confine.NOBODY)]
    interpreter = config["command"][0]
    arguments += ["--", interpreter, "-E", "-s", "-S", f"{HERE}/confine.py", json.dumps(config)]
    os.execve(arguments[0], arguments, config["environment"])


def bubblewrap_bind(path: str) -> list[str]:
    """Bubblewrap makes missing parents with mode 0700, out of the op's reach: make them first."""
    parts: list[str] = []
    parent = ""
    for name in path.split("/")[1:-1]:
        parent += f"/{name}"
        parts += ["--perms", "0755", "--dir", parent]
    return [*parts, "--ro-bind", path, path]


def bubblewrap_link(name: str) -> list[str]:
    path = f"/{name}"
    if os.path.islink(path):
        return ["--symlink", os.readlink(path), path]
    return ["--ro-bind", path, path] if os.path.isdir(path) else []


def fork(begin: Callable[[], None]) -> int:
    child = os.fork()
    if child != 0:
        return child
    try:
        begin()
    except BaseException as error:
        print(f"sandbox: not started: {error}", file=sys.stderr, flush=True)
    os._exit(NOT_STARTED)


def wait_for(child: int, reaps: bool = False) -> int:
    while True:
        ended, status = os.waitpid(-1 if reaps else child, 0)
        if ended == child:
            code = os.waitstatus_to_exitcode(status)
            return 128 - code if code < 0 else code


if __name__ == "__main__":
    try:
        sys.exit(main())
    except OSError as error:
        print(f"sandbox: not started: {error}", file=sys.stderr)
        sys.exit(NOT_STARTED)
