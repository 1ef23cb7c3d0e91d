"""What people do on the pages; the audit says who did it and why."""

from __future__ import annotations

from starlette.routing import Route

ROUTES: list[Route] = []
