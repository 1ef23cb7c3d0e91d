"""Anchors of the audit: its head, kept elsewhere, proves later that nothing was cut off or written anew."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from attrs import asdict

from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.documents import read, written
from gp_cin7_bridge.errors import AuditError
from gp_cin7_bridge.state import Anchor

FORMAT: Final = "gp-cin7 audit anchor 1"


def anchor(bridge: Bridge, path: str | Path | None = None) -> Anchor:
    """Take the head of an audit that is whole, and write it to a file.

    An anchor that the file holds already is put to the proof first, so that none hides what an earlier one would show.

    Raises:
        AuditError: the audit is not whole or not the anchored one, so the file stays; or the file cannot be used.
    """
    path = None if path is None else Path(path)
    before = read_anchor(path) if path and path.exists() else None
    if before and before.connection != bridge.settings.name:
        raise AuditError(f"{path} is the anchor of connection {before.connection!r}; name another file")
    if broken := bridge.state.audit_broken_at(before):
        raise AuditError(f"the audit is not whole: {broken.problem}; no anchor was written")
    taken = bridge.state.audit_anchor()
    if path:
        try:
            path.write_text(written({"format": FORMAT, **asdict(taken)}) + "\n", "utf-8")
        except OSError as error:
            raise AuditError(f"the anchor cannot be written to {path}: {error.strerror}; name another file") from error
    return taken


def read_anchor(path: str | Path) -> Anchor:
    """Read an anchor that `anchor` wrote.

    Raises:
        AuditError: there is none; says what to do.
    """
    try:
        whole = read(Path(path).read_text("utf-8"))
    except OSError as error:
        raise AuditError(f"the anchor {path} cannot be read: {error.strerror}; name the file that keeps it") from error
    except ValueError:
        whole = None
    if not isinstance(whole, dict) or whole.pop("format", None) != FORMAT:
        raise AuditError(f"{path} is no anchor; `gp-cin7 audit anchor FILE` makes one")
    try:
        return Anchor(**whole)
    except TypeError:
        raise AuditError(f"{path} is an anchor of another release, or was edited; use a copy of it") from None
