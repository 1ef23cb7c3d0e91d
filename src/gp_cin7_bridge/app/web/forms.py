"""What a browser posts: read within limits, and only from a page of ours."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Mapping
from typing import Final
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from gp_cin7_bridge.app.web.body import body_of

MOST_BYTES: Final = 16_384
MOST_FIELDS: Final = 20
LONGEST_TEXT: Final = 1_000

Form = Mapping[str, str]
Endpoint = Callable[[Request], Awaitable[Response]]


def posted(work: Callable[[Request, Form], Response]) -> Endpoint:
    """Make an endpoint of a function, which runs in a thread, so that other requests do not wait for it.

    Answered without it: 413 for a form that is too large, 408 for one that is too slow, 400 for one that cannot be
    read, 403 for one that was not made by a page of this session.
    """

    async def endpoint(request: Request) -> Response:
        form = await _read(request)
        if not secrets.compare_digest(form.get("csrf", "").encode(), request.session.get("csrf", "\0").encode()):
            raise HTTPException(403, "This form is not from this session, or is too old. Go back, load the page again.")
        return await run_in_threadpool(work, request, form)

    return endpoint


def text_of(form: Form, name: str) -> str:
    """Give a text that a person typed, without blanks around it.

    Raises:
        HTTPException: 400 when it is missing or too long.
    """
    text = form.get(name, "").strip()
    if not text:
        raise HTTPException(400, f"The field {name!r} is empty. Go back and fill it in.")
    if len(text) > LONGEST_TEXT:
        raise HTTPException(
            400, f"The field {name!r} is longer than {LONGEST_TEXT} characters. Go back and shorten it."
        )
    return text


async def _read(request: Request) -> Form:
    body = await body_of(request, MOST_BYTES)
    try:
        form = dict(parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except ValueError:
        raise HTTPException(400, "This form cannot be read.") from None
    return checked(form)


def checked(texts: Form) -> Form:
    """Give what came from a browser as it is.

    Raises:
        HTTPException: 400 for the one character that a database does not keep.
    """
    if any("\0" in text for text in texts.values()):
        raise HTTPException(400, "A text has a NUL character in it. Go back and leave it out.")
    return texts
