"""The simulator's doors: a call goes to REST or SOAP by its path."""

from __future__ import annotations

from dynamicsgp_client.testing.company import FakeGP
from dynamicsgp_client.testing.reply import Reply
from dynamicsgp_client.testing.sba import SbaDoor
from dynamicsgp_client.testing.soap.door import PATH, SoapDoor


class Doors:
    """Both doors of one company; `root` is scheme, host and port."""

    def __init__(self, gp: FakeGP, root: str) -> None:
        self._sba = SbaDoor(gp)
        self._soap = SoapDoor(gp, f"{root}{PATH}")

    @staticmethod
    def name(method: str, target: str, body: bytes) -> str:
        """Name a call, as faults are matched: method and path, and the operation over SOAP, which has one path."""
        operation = SoapDoor.operation(body) if SoapDoor.has(target) else ""
        return f"{method} {target} {operation}".rstrip()

    def answer(self, method: str, target: str, body: bytes) -> Reply:
        """Answer one call; `target` is the path with its query, as it came."""
        if SoapDoor.has(target):
            return self._soap.answer(method, body)
        return self._sba.answer(method, target, body)
