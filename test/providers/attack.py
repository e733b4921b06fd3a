"""An op that tries to get out. Prints the holes that it found."""

import ctypes
import json
import os
import socket
import sys
from collections.abc import Callable

targets = json.loads(sys.argv[1])
libc = ctypes.CDLL(None, use_errno=True)
holes: list[str] = []


def attempt(name: str, act: Callable[[], object]) -> None:
    try:
        if act() is not False:
            holes.append(name)
    except OSError:
        pass


def reads(path: str) -> bool:
    with open(path, "rb") as file:
        file.read(1)
    return True


def calls(number: int, *arguments: int) -> bool:
    result = libc.syscall(ctypes.c_long(number), *[ctypes.c_long(value) for value in arguments])
    return result >= 0


def parent_memory() -> bool:
    seen = [int(name) for name in os.listdir("/proc") if name.isdigit()]
    others = [pid for pid in seen if pid != os.getpid()]
    return any(_reads_memory(pid) for pid in [*others, targets["worker"]])


def _reads_memory(pid: int) -> bool:
    try:
        return reads(f"/proc/{pid}/environ") or reads(f"/proc/{pid}/mem")
    except OSError:
        return False


def regain_root() -> bool:
    os.setuid(0)
    return True


for family in ("AF_INET", "AF_INET6", "AF_UNIX", "AF_NETLINK", "AF_VSOCK"):
    attempt(f"socket {family}", lambda f=family: socket.socket(getattr(socket, f)).close())
for path in targets["files"]:
    attempt(f"reads {path}", lambda p=path: reads(p))
for path in ("/etc/shadow", "/root/.bashrc", "/sys/kernel/notes", "/proc/1/environ"):
    attempt(f"reads {path}", lambda p=path: reads(p))
for path in ("/escape", "/usr/escape", "/etc/escape", f"{sys.prefix}/escape"):
    attempt(f"writes {path}", lambda p=path: open(p, "w").close())
attempt("memory of others", parent_memory)
attempt("root again", regain_root)
attempt("signals the worker", lambda: os.kill(targets["worker"], 0))
for name, call in {
    "unshare a user namespace": (272, 0x10000000),
    "unshare mounts": (272, 0x00020000),
    "clone a user namespace": (56, 0x10000000 | 17, 0, 0, 0, 0),
    "ptrace": (101, 0, 0, 0, 0),
    "process_vm_readv": (310, 1, 0, 0, 0, 0, 0),
    "keyctl": (250, 0, -3, 1),
    "io_uring": (425, 1, 0),
    "bpf": (321, 0, 0, 0),
    "mount": (165, 0, 0, 0, 0, 0),
}.items():
    attempt(name, lambda c=call: calls(*c))
for number in os.listdir("/proc/self/fd"):
    try:
        link = os.readlink(f"/proc/self/fd/{number}")
    except OSError:
        continue
    if int(number) > 2 and not link.startswith("/proc/"):
        holes.append(f"descriptor {number}: {link}")

print(json.dumps(holes))
