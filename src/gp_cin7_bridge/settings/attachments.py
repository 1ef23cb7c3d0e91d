"""What bridge.toml may say of files that are attached to purchases."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from gp_cin7_bridge.settings.section import Section


class AttachmentSettings(Section):
    """Whether the files of bills are kept beside the state.

    Attributes:
        on: keep them.
        folder: where, relative to the file; a file lies there under its SHA-256.
        hosts: from where files may be taken.
        most_bytes: the largest file that is kept.
    """

    on: bool = False
    folder: Path = Path("attachments")
    hosts: tuple[str, ...] = ("inventory.dearsystems.com",)
    most_bytes: int = Field(default=25_000_000, ge=1)
