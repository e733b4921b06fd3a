"""What an op sees of the file system: read-only binds, a private /tmp and its own /proc."""

import ctypes
import os
import struct

NEWNS, NEWCGROUP, NEWUTS, NEWIPC = 0x00020000, 0x02000000, 0x04000000, 0x08000000
NEWUSER, NEWPID, NEWNET = 0x10000000, 0x20000000, 0x40000000
NAMESPACES = NEWNS | NEWCGROUP | NEWUTS | NEWIPC | NEWPID | NEWNET

RDONLY, NOSUID, NODEV, NOEXEC, REMOUNT, BIND, REC, PRIVATE = 1, 2, 4, 8, 32, 4096, 16384, 1 << 18
DETACH = 2
PIVOT_ROOT, MOUNT_SETATTR = 155, 442
AT_FDCWD, AT_RECURSIVE = -100, 0x8000
ATTR_RDONLY, ATTR_NOSUID, ATTR_NODEV = 1, 2, 4

# Of the host's root, besides the binds: where they are links, links; where folders, binds.
LINKED = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")
DEVICES = ("null", "zero", "full", "random", "urandom")

libc = ctypes.CDLL(None, use_errno=True)


def check(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def unshare(flags: int) -> None:
    check(libc.unshare(flags), "unshare")


def enter_user_namespace(inside: int, flags: int = 0) -> None:
    """Becomes user and group `inside` of a new user namespace; `flags`: further namespaces."""
    user, group = os.geteuid(), os.getegid()
    unshare(NEWUSER | flags)
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{inside} {user} 1"),
        ("gid_map", f"{inside} {group} 1"),
    ):
        with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
            file.write(text)


def mount(source: str, target: str, kind: str | None, flags: int, data: str | None = None) -> None:
    encoded = [None if text is None else text.encode() for text in (source, target, kind, data)]
    check(
        libc.mount(encoded[0], encoded[1], encoded[2], ctypes.c_ulong(flags), encoded[3]),
        f"mount {target}",
    )


def protect(path: str) -> None:
    """Read-only, with all that is mounted below."""
    attributes = struct.pack("<QQQQ", ATTR_RDONLY | ATTR_NOSUID | ATTR_NODEV, 0, 0, 0)
    check(
        libc.syscall(MOUNT_SETATTR, AT_FDCWD, path.encode(), AT_RECURSIVE, attributes, 32),
        f"mount_setattr {path}",
    )


def enter(binds: list[str], tmp_bytes: int) -> None:
    """Makes the view and moves into it; the caller is root, alone in new namespaces."""
    mount("none", "/", None, REC | PRIVATE)
    base = "/mnt" if os.path.isdir("/mnt") else "/tmp"
    mount("tmpfs", base, "tmpfs", NOSUID | NODEV, "mode=0755")
    for name in ("old", "new"):
        os.mkdir(f"{base}/{name}", 0o755)
    check(libc.syscall(PIVOT_ROOT, base.encode(), f"{base}/old".encode()), "pivot_root")
    os.chdir("/")
    mount("tmpfs", "/new", "tmpfs", NOSUID | NODEV, "mode=0755")
    _fill(binds, tmp_bytes)
    check(libc.umount2(b"/old", DETACH), "umount /old")
    os.chdir("/new")
    check(libc.syscall(PIVOT_ROOT, b".", b"."), "pivot_root")
    check(libc.umount2(b".", DETACH), "umount old root")
    os.chdir("/")
    mount("none", "/", None, REMOUNT | BIND | RDONLY | NOSUID | NODEV)
    os.chdir("/tmp")


def _fill(binds: list[str], tmp_bytes: int) -> None:
    # First: what is bound may lie below the host's /tmp.
    os.mkdir("/new/tmp")
    mount("tmpfs", "/new/tmp", "tmpfs", NOSUID | NODEV, f"mode=1777,size={tmp_bytes}")
    for path in ["/usr", *binds]:
        _bind(path)
    for name in LINKED:
        if os.path.islink(f"/old/{name}"):
            os.symlink(os.readlink(f"/old/{name}"), f"/new/{name}")
        elif os.path.isdir(f"/old/{name}"):
            _bind(f"/{name}")
    if os.path.exists("/old/etc/ld.so.cache"):
        _bind("/etc/ld.so.cache")
    os.makedirs("/new/dev", exist_ok=True)
    for name in DEVICES:
        _touch(f"/new/dev/{name}")
        mount(f"/old/dev/{name}", f"/new/dev/{name}", None, BIND)
    os.symlink("/proc/self/fd", "/new/dev/fd")
    os.mkdir("/new/proc")
    mount("proc", "/new/proc", "proc", NOSUID | NODEV | NOEXEC, "hidepid=2")


def _bind(path: str) -> None:
    target = f"/new{path}"
    if os.path.isdir(f"/old{path}"):
        os.makedirs(target, 0o755, exist_ok=True)
    else:
        os.makedirs(os.path.dirname(target), 0o755, exist_ok=True)
        _touch(target)
    mount(f"/old{path}", target, None, BIND | REC)
    protect(target)


def _touch(path: str) -> None:
    os.close(os.open(path, os.O_CREAT | os.O_RDONLY, 0o644))
