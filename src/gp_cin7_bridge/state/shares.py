"""Notice files on network shares, whose locks do not hold: two processes would write at once."""

from __future__ import annotations

import re
from pathlib import Path, PurePath
from typing import Final

MOUNTS: Final = Path("/proc/self/mountinfo")
SHARES: Final = frozenset(
    {"nfs", "nfs4", "cifs", "smb2", "smb3", "smbfs", "afs", "fuse.sshfs", "fuse.glusterfs", "fuse.rclone", "fuse.s3fs"}
)


def share_of(path: Path) -> str | None:
    """Name the kind of network share that a file lies on; None on a local disk, or where nobody can tell."""
    if path.drive.startswith("\\\\"):
        return "a Windows share"
    try:
        mounts = MOUNTS.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    kind = kind_of_mount(path.resolve(), mounts)
    return kind if kind in SHARES else None


def kind_of_mount(path: PurePath, mounts: str) -> str | None:
    """Give the kind of file system that a path lies on.

    Args:
        path: absolute.
        mounts: as Linux's /proc/self/mountinfo has it; the deepest that holds the path counts, the last of equals.
    """
    best, kind = -1, None
    for line in mounts.splitlines():
        before, _, after = line.partition(" - ")
        fields = before.split(" ")
        if len(fields) < 5 or not after:
            continue
        point = PurePath(re.sub(r"\\(\d{3})", lambda octal: chr(int(octal.group(1), 8)), fields[4]))
        if path.is_relative_to(point) and len(point.parts) >= best:
            best, kind = len(point.parts), after.split(" ")[0]
    return kind
