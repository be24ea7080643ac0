"""Tries every call that could leave a setuid or setgid program in the working folder. What came of it is for the host to see."""

import ctypes
import mmap
import os
import platform

libc = ctypes.CDLL(None, use_errno=True)
CREATE, TMPFILE, HERE, FOLLOW = 0o101, 0o20200002, -100, 0x400
BITS = [0o4755, 0o2755, 0o6711]
X86 = platform.machine() == "x86_64"
# chmod, fchmod, fchmodat, fchmodat2, open, openat, openat2, creat, mknod, mknodat, io_uring_setup.
CALLS = (90, 91, 268, 452, 2, 257, 437, 85, 133, 259, 425) if X86 else (None, 52, 53, 452, None, 56, 437, None, None, 33, 425)
CHMOD, FCHMOD, FCHMODAT, FCHMODAT2, OPEN, OPENAT, OPENAT2, CREAT, MKNOD, MKNODAT, RING = CALLS
X32 = 0x40000000


def fresh(name):
    with open(name, "w") as file:
        file.write("#!/bin/sh\n")
    os.chmod(name, 0o755)
    return name.encode()


def call(number, *words):
    if number is not None:
        libc.syscall(number, *words)


def i386(number, b=0, c=0, d=0, e=0):
    """A 32-bit call of a 64-bit process."""
    if not X86:
        return
    try:
        code = mmap.mmap(-1, 4096, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x40, prot=7)
    except OSError:
        return
    text = bytes([0x53])  # push rbx
    for opcode, value in ((0xB8, number), (0xBB, b), (0xB9, c), (0xBA, d), (0xBE, e)):
        text += bytes([opcode]) + (value & 0xFFFFFFFF).to_bytes(4, "little")
    code.write(text + bytes([0xCD, 0x80, 0x5B, 0xC3]))  # int 0x80; pop rbx; ret
    ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(code)))()


def low(name):
    """The name where a 32-bit call can point."""
    place = mmap.mmap(-1, 4096, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x40)
    place.write(name + b"\0")
    low.kept.append(place)
    return ctypes.addressof(ctypes.c_char.from_buffer(place))


low.kept = []
for bits in BITS:
    at = f"{bits:o}"
    for wide in [0, X32] if X86 else [0]:
        tag = f"{at}-{wide:x}"
        name = fresh(f"chmod-{tag}")
        call(CHMOD and CHMOD | wide, name, bits)
        # Bits above those that the kernel looks at.
        call(CHMOD and CHMOD | wide, name, ctypes.c_long(bits | 1 << 40))
        call(CHMOD and CHMOD | wide, name, ctypes.c_long(bits | 1 << 16))
        fd = os.open(fresh(f"fchmod-{tag}"), os.O_RDWR)
        call(FCHMOD | wide, fd, bits)
        call(FCHMODAT | wide, HERE, fresh(f"fchmodat-{tag}"), bits)
        call(FCHMODAT2 | wide, HERE, fresh(f"fchmodat2-{tag}"), bits, 0)
        call(FCHMODAT2 | wide, os.open(fresh(f"empty-{tag}"), os.O_PATH), b"", bits, 0x1000)
        call(OPEN and OPEN | wide, f"open-{tag}".encode(), CREATE, bits)
        call(OPENAT | wide, HERE, f"openat-{tag}".encode(), CREATE, bits)
        call(CREAT and CREAT | wide, f"creat-{tag}".encode(), bits)
        call(MKNOD and MKNOD | wide, f"mknod-{tag}".encode(), 0o100000 | bits, 0)
        call(MKNODAT | wide, HERE, f"mknodat-{tag}".encode(), 0o100000 | bits, 0)
        how = (ctypes.c_uint64 * 3)(CREATE, bits, 0)
        call(OPENAT2 | wide, HERE, f"openat2-{tag}".encode(), ctypes.byref(how), 24)
        # A file without a name, which gets one later.
        fd = libc.syscall(OPENAT | wide, HERE, b".", TMPFILE, bits)
        if fd >= 0:
            libc.linkat(HERE, f"/proc/self/fd/{fd}".encode(), HERE, f"tmpfile-{tag}".encode(), FOLLOW)
    # chmod, fchmod, fchmodat, fchmodat2, open, openat, creat, mknod, mknodat as a 32-bit program calls them.
    i386(15, low(fresh(f"chmod32-{at}")), bits)
    i386(94, os.open(fresh(f"fchmod32-{at}"), os.O_RDWR), bits)
    i386(306, HERE, low(fresh(f"fchmodat32-{at}")), bits)
    i386(452, HERE, low(fresh(f"fchmodat232-{at}")), bits, 0)
    i386(5, low(f"open32-{at}".encode()), CREATE, bits)
    i386(295, HERE, low(f"openat32-{at}".encode()), CREATE, bits)
    i386(8, low(f"creat32-{at}".encode()), bits)
    i386(14, low(f"mknod32-{at}".encode()), 0o100000 | bits, 0)
    i386(297, HERE, low(f"mknodat32-{at}".encode()), 0o100000 | bits, 0)
# One that the rig brings along.
os.system("cp -a /usr/bin/su copied; ln /usr/bin/su linked; rsync -a /usr/bin/su synced")
# Another way to all of these, past every filter.
if libc.syscall(RING, 1, ctypes.create_string_buffer(256)) >= 0:
    print("io_uring")
# Capabilities of a file, and devices.
for name, value in (("v2", "0100000200040000000000000000000000000000"), ("v3", "010000030004000000000000000000000000000000000000")):
    try:
        os.setxattr(fresh(f"capable-{name}"), "security.capability", bytes.fromhex(value))
        print("file capability", name)
    except OSError:
        pass
for name, kind, device in (("block", 0o60000, os.makedev(8, 0)), ("memory", 0o20000, os.makedev(1, 1))):
    try:
        os.mknod(name, kind | 0o666, device)
        print("device", name)
    except OSError:
        pass
print("all tried")
