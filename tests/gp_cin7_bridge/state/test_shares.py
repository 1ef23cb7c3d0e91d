"""A state file on a network share is noticed."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest

from gp_cin7_bridge import StateError
from gp_cin7_bridge.state.backends import backend_of
from gp_cin7_bridge.state.shares import kind_of_mount, share_of

MOUNTS = """\
22 1 0:20 / / rw,relatime shared:1 - ext4 /dev/vda1 rw
30 22 0:40 / /mnt/data rw,relatime shared:2 - nfs4 server:/data rw,vers=4.2
31 22 0:41 / /mnt/data/local rw,relatime - xfs /dev/vdb1 rw
32 22 0:42 / /mnt/our\\040files rw,relatime shared:3 master:1 - cifs //server/files rw
33 22 0:43 / /srv rw - ext4 /dev/vdc1 rw
34 33 0:44 / /srv rw - nfs server:/srv rw
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/home/me/state.sqlite", "ext4"),
        ("/mnt/data/state.sqlite", "nfs4"),
        ("/mnt/data/local/state.sqlite", "xfs"),
        ("/mnt/database/state.sqlite", "ext4"),
        ("/mnt/our files/state.sqlite", "cifs"),
        ("/srv/state.sqlite", "nfs"),
    ],
)
def test_the_deepest_and_latest_mount_tells_the_kind(path: str, kind: str) -> None:
    assert kind_of_mount(PurePosixPath(path), MOUNTS) == kind


@pytest.mark.parametrize("mounts", ["", "nonsense", "1 2 3 - ", "22 1 0:20 /"])
def test_what_cannot_be_read_tells_nothing(mounts: str) -> None:
    assert kind_of_mount(PurePosixPath("/x"), mounts) is None


def test_a_local_file_is_on_no_share(tmp_path: Path) -> None:
    assert share_of(tmp_path / "state.sqlite") is None


def test_a_state_on_a_share_is_refused_with_a_cure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(f"30 22 0:40 / {tmp_path} rw - nfs4 server:/data rw\n")
    monkeypatch.setattr("gp_cin7_bridge.state.shares.MOUNTS", mounts)
    with pytest.raises(StateError, match=r"network share \(nfs4\).* local disk, or use postgresql://"):
        backend_of(f"sqlite:///{tmp_path / 'state.sqlite'}")
