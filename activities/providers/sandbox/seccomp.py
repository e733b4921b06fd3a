"""A seccomp filter for ops: everything is allowed that computing needs, nothing that leads out.

Denied: all sockets (no network namespace fences vsock), namespaces, mounts, tracing, the kernel's
keyring (one for all processes of a uid: a covert channel), io_uring (it passes the filter by), bpf,
modules, clocks. The numbers are those of x86-64; elsewhere there is no filter, and `load` says so.
"""

import ctypes
import os
import platform
import struct

EPERM, ENOSYS, EAFNOSUPPORT = 1, 38, 97
LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
KILL, ALLOW, ERRNO = 0x80000000, 0x7FFF0000, 0x00050000
X86_64, X32_BIT = 0xC000003E, 0x40000000
# Offsets in struct seccomp_data: number, architecture, the low words of the arguments.
NUMBER, ARCHITECTURE, FIRST, SECOND = 0, 4, 16, 24
AF_UNIX, TIOCSTI = 1, 0x5412
CLONE_NEW_ANY = 0x7E020000
SOCKET, SOCKETPAIR, CLONE, CLONE3, IOCTL = 41, 53, 56, 435, 16

DENIED = {
    "ptrace": 101, "personality": 135, "sysfs": 139, "vhangup": 153, "modify_ldt": 154,
    "pivot_root": 155, "adjtimex": 159, "chroot": 161, "acct": 163, "settimeofday": 164,
    "mount": 165, "umount2": 166, "swapon": 167, "swapoff": 168, "reboot": 169,
    "sethostname": 170, "setdomainname": 171, "iopl": 172, "ioperm": 173, "init_module": 175,
    "delete_module": 176, "quotactl": 179, "nfsservctl": 180, "lookup_dcookie": 212,
    "clock_settime": 227, "mbind": 237, "kexec_load": 246, "add_key": 248, "request_key": 249,
    "keyctl": 250, "migrate_pages": 256, "unshare": 272, "move_pages": 279,
    "perf_event_open": 298, "fanotify_init": 300, "name_to_handle_at": 303,
    "open_by_handle_at": 304, "clock_adjtime": 305, "setns": 308, "process_vm_readv": 310,
    "process_vm_writev": 311, "kcmp": 312, "finit_module": 313, "kexec_file_load": 320,
    "bpf": 321, "userfaultfd": 323, "io_uring_setup": 425, "io_uring_enter": 426,
    "io_uring_register": 427, "open_tree": 428, "move_mount": 429, "fsopen": 430,
    "fsconfig": 431, "fsmount": 432, "fspick": 433, "pidfd_open": 434, "pidfd_getfd": 438,
    "mount_setattr": 442,
}  # fmt: skip

PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2


def build() -> bytes:
    """The filter as the kernel wants it: an array of `struct sock_filter`."""
    program: list[bytes] = []

    def add(code: int, value: int, if_true: int = 0, if_false: int = 0) -> None:
        program.append(struct.pack("<HBBI", code, if_true, if_false, value & 0xFFFFFFFF))

    def refuse(number: int, error: int) -> None:
        add(EQUAL, number, 0, 1)
        add(RETURN, ERRNO | error)

    def refuse_if(number: int, argument: int, test: tuple[int, int]) -> None:
        add(EQUAL, number, 0, 4)
        add(LOAD, argument)
        add(test[0], test[1], 0, 1)
        add(RETURN, ERRNO | EPERM)
        add(RETURN, ALLOW)

    add(LOAD, ARCHITECTURE)
    add(EQUAL, X86_64, 1, 0)
    add(RETURN, KILL)
    add(LOAD, NUMBER)
    add(AT_LEAST, X32_BIT, 0, 1)
    add(RETURN, ERRNO | ENOSYS)
    # glibc falls back to clone, whose flags a filter can see.
    refuse(CLONE3, ENOSYS)
    refuse(SOCKET, EAFNOSUPPORT)
    add(EQUAL, SOCKETPAIR, 0, 4)
    add(LOAD, FIRST)
    add(EQUAL, AF_UNIX, 0, 1)
    add(RETURN, ALLOW)
    add(RETURN, ERRNO | EAFNOSUPPORT)
    refuse_if(CLONE, FIRST, (ANY_BIT, CLONE_NEW_ANY))
    refuse_if(IOCTL, SECOND, (EQUAL, TIOCSTI))
    for number in sorted(DENIED.values()):
        refuse(number, EPERM)
    add(RETURN, ALLOW)
    return b"".join(program)


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def load() -> None:
    """Confines this process and all that come from it. Raises OSError where that cannot be."""
    if platform.machine() != "x86_64":
        raise OSError("there is a seccomp filter for x86-64 only")
    libc = ctypes.CDLL(None, use_errno=True)
    code = ctypes.create_string_buffer(build())
    program = _Program(len(code) // 8, ctypes.addressof(code))
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "no_new_privs")
    if libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0) != 0:
        raise OSError(ctypes.get_errno(), f"seccomp: {os.strerror(ctypes.get_errno())}")
