"""What a door answers."""

from __future__ import annotations

from attrs import frozen


@frozen
class Reply:
    """An answer: status, media type and body."""

    status: int
    body: bytes = b""
    media_type: str = "application/json; charset=utf-8"
