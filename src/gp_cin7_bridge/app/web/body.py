"""Reads what is posted, no more of it and no longer than allowed."""

from __future__ import annotations

import asyncio
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

# A sender that is slower than this holds a place that others need.
BODY_SECONDS: Final = 10.0


async def body_of(request: Request, most: int) -> bytes:
    """Give the body of a request.

    Raises:
        HTTPException: 413 for more bytes than `most`, 408 for one that does not come whole in time.
    """
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for part in request.stream():
                body += part
                if len(body) > most:
                    raise HTTPException(413, f"This is larger than {most} bytes.")
    except (TimeoutError, ClientDisconnect):
        raise HTTPException(408, "This did not come whole in time. Go back and send it again.") from None
    return bytes(body)
