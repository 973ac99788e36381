"""What Linux can take from a process for good: files (Landlock), system calls (seccomp), the network (namespaces).

Run by `child` before the answer; imports nothing of recall. Each wall is put up as far as the kernel has it and
silently left out where it has not. Numbers are those of the kernel's headers: linux/landlock.h, linux/seccomp.h,
linux/bpf.h, asm/unistd.h.
"""

from __future__ import annotations

import contextlib
import os
import struct
import sys

SYSTEM_LIBRARIES = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/nix/store", "/etc/ld.so.cache")
"""What the dynamic linker reads for Python's extension modules."""

DEVICES = ("/dev/null", "/dev/urandom", "/proc/cpuinfo", "/proc/meminfo", "/sys/devices/system/cpu")

PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 22, 2
PR_SET_NO_NEW_PRIVS = 38
CLONE_NEWIPC, CLONE_NEWUSER, CLONE_NEWNET, CLONE_THREAD = 0x0800_0000, 0x1000_0000, 0x4000_0000, 0x0001_0000
EPERM, ENOSYS = 1, 38

LANDLOCK_CREATE_RULESET, LANDLOCK_ADD_RULE, LANDLOCK_RESTRICT_SELF = 444, 445, 446
CREATE_RULESET_VERSION, RULE_PATH_BENEATH = 1, 1
WRITE_FILE, READ_FILE, READ_DIR, REMOVE_FILE, MAKE_REG, TRUNCATE = 1 << 1, 1 << 2, 1 << 3, 1 << 5, 1 << 8, 1 << 14
FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}
"""How many rights on files Landlock knows, by version; 16 from version 5 on."""

MACHINES = {"x86_64": 0xC000_003E, "aarch64": 0xC000_00B7}
"""AUDIT_ARCH, the word that seccomp compares."""

NOT_THERE = {"clone3": (435, 435)}
"""Calls, on x86_64 and aarch64, that glibc replaces by older ones when they are not there."""

ONLY_ITSELF = {"kill": (62, 129), "tgkill": (234, 131)}
"""Calls whose first argument has to be the process itself."""

REFUSED = {
    **{"fork": (57, -1), "vfork": (58, -1), "execve": (59, 221), "execveat": (322, 281)},
    **{"setpgid": (109, 154), "setsid": (112, 157), "unshare": (272, 97), "setns": (308, 268)},
    **{"tkill": (200, 130), "rt_sigqueueinfo": (129, 138), "rt_tgsigqueueinfo": (297, 240)},
    **{"pidfd_send_signal": (424, 424), "pidfd_open": (434, 434), "pidfd_getfd": (438, 438)},
    **{"ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271)},
    **{"socket": (41, 198), "socketpair": (53, 199), "io_uring_setup": (425, 425)},
    **{"shmget": (29, 194), "msgget": (68, 186), "semget": (64, 190), "mq_open": (240, 180)},
    **{"setrlimit": (160, 164), "setpriority": (141, 140), "bpf": (321, 280), "userfaultfd": (323, 282)},
    **{"perf_event_open": (298, 241), "keyctl": (250, 219), "add_key": (248, 217), "request_key": (249, 218)},
    **{"mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51)},
    **{"open_by_handle_at": (304, 265), "mknod": (133, -1), "mknodat": (259, 33), "fchmodat2": (452, 452)},
    **{"chmod": (90, -1), "fchmod": (91, 52), "fchmodat": (268, 53)},
    **{"chown": (92, -1), "fchown": (93, 55), "lchown": (94, -1), "fchownat": (260, 54)},
    **{"utime": (132, -1), "utimes": (235, -1), "futimesat": (261, -1), "utimensat": (280, 88)},
    **{"setxattr": (188, 5), "lsetxattr": (189, 6), "fsetxattr": (190, 7)},
    **{"init_module": (175, 105), "finit_module": (313, 273), "delete_module": (176, 106), "kexec_load": (246, 104)},
    **{"swapon": (167, 224), "swapoff": (168, 225), "reboot": (169, 142), "sethostname": (170, 161)},
    **{"settimeofday": (164, 170), "clock_settime": (227, 112), "ioperm": (173, -1), "iopl": (172, -1)},
}
"""Calls that end with EPERM: processes, signals, network, limits, and changes of what Landlock does not cover."""

PRLIMIT = (302, 261)
CLONE = (56, 220)


def confine(folder: str, libraries: list[str]) -> bool:
    """Put up what walls there are: reading in `libraries`, writing in `folder`. True when system calls are filtered."""
    if sys.platform != "linux":
        return False
    try:
        import ctypes
    except ImportError:
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    libc.unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWIPC)
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    restrict_files(libc, folder, libraries)
    return filter_calls(libc)


def restrict_files(libc: object, folder: str, libraries: list[str]) -> None:
    """Landlock: nothing can be opened but the given folders, what the linker needs, and a few devices."""
    syscall = libc.syscall  # type: ignore[attr-defined] # a ctypes.CDLL
    version = syscall(LANDLOCK_CREATE_RULESET, None, 0, CREATE_RULESET_VERSION)
    if version < 1:
        return
    everything = (1 << FILE_RIGHTS.get(version, 16)) - 1
    words = [everything, *([3] if version >= 4 else []), *([3] if version >= 6 else [])]  # files, TCP, signals
    ruleset = syscall(LANDLOCK_CREATE_RULESET, struct.pack(f"{len(words)}Q", *words), 8 * len(words), 0)
    if ruleset < 0:
        return
    writing = (READ_FILE | READ_DIR | WRITE_FILE | REMOVE_FILE | MAKE_REG | TRUNCATE) & everything
    libpython = os.path.dirname(os.path.dirname(os.__file__))  # noqa: PTH120
    rights = dict.fromkeys((*SYSTEM_LIBRARIES, *DEVICES, *libraries, libpython), READ_FILE | READ_DIR)
    for path, wanted in {**rights, folder: writing}.items():
        with contextlib.suppress(OSError):
            handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
            allowed = wanted if os.path.isdir(path) else wanted & READ_FILE  # noqa: PTH112 - a script of os alone
            syscall(LANDLOCK_ADD_RULE, ruleset, RULE_PATH_BENEATH, struct.pack("=Qi", allowed, handle), 0)
            os.close(handle)
    syscall(LANDLOCK_RESTRICT_SELF, ruleset, 0)
    os.close(ruleset)


def filter_calls(libc: object) -> bool:
    """Seccomp: install the filter. False when the machine is not known or the kernel refuses."""
    import ctypes

    machine = os.uname().machine
    if machine not in MACHINES:
        return False
    words = b"".join(struct.pack("HBBI", *word) for word in program(machine, os.getpid()))
    body = ctypes.create_string_buffer(words, len(words))
    head = struct.pack("HxxxxxxQ", len(words) // 8, ctypes.addressof(body))
    installed: int = libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, head, 0, 0)  # type: ignore[attr-defined]
    return installed == 0


def program(machine: str, process: int) -> list[tuple[int, int, int, int]]:
    """The filter in classic BPF: (code, jump if true, jump if false, k). Offsets are those of struct seccomp_data."""
    load, equal, at_least, any_bit, give = 0x20, 0x15, 0x35, 0x45, 0x06
    kill, refuse, allow = 0x8000_0000, 0x0005_0000, 0x7FFF_0000
    number, arch, first, third = 0, 4, 16, 32
    column = list(MACHINES).index(machine)
    words = [
        (load, 0, 0, arch),
        (equal, 1, 0, MACHINES[machine]),
        (give, 0, 0, kill),
        (load, 0, 0, number),
        (at_least, 0, 1, 0x4000_0000),  # x32
        (give, 0, 0, kill),
    ]
    for table, error in ((NOT_THERE, ENOSYS), (REFUSED, EPERM)):
        for call in (numbers[column] for numbers in table.values() if numbers[column] >= 0):
            words += [(equal, 0, 1, call), (give, 0, 0, refuse | error)]
    for numbers in ONLY_ITSELF.values():
        words += [(equal, 0, 4, numbers[column]), (load, 0, 0, first), (equal, 0, 1, process)]
        words += [(give, 0, 0, allow), (give, 0, 0, refuse | EPERM)]
    words += [(equal, 0, 4, CLONE[column]), (load, 0, 0, first), (any_bit, 0, 1, CLONE_THREAD)]
    words += [(give, 0, 0, allow), (give, 0, 0, refuse | EPERM)]
    words += [(equal, 0, 6, PRLIMIT[column]), (load, 0, 0, third), (equal, 0, 3, 0)]  # reading a limit is allowed
    words += [(load, 0, 0, third + 4), (equal, 0, 1, 0), (give, 0, 0, allow), (give, 0, 0, refuse | EPERM)]
    return [*words, (give, 0, 0, allow)]
