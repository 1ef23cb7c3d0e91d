"""What real accounts do to readers: ids in any case, stamps without a zone, blanks as null, states outside the list."""

from __future__ import annotations

import random
import re
import uuid
from collections.abc import Iterator
from typing import Final

from cin7core_client.testing.records import Record

GUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
STAMP: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z")
KEPT_WHEN_THIN: Final = ("PurchaseOrderNumber", "EventType")
LATEST: Final = 240.0  # seconds by which a delivery may be late, so that a later event overtakes it


class Quiet:
    """Leave everything as it is."""

    def of_answer(self, value: object) -> object:
        """Give an answer as readers find it."""
        return value

    def of_delivery(self, payload: object) -> Iterator[tuple[float, object]]:
        """Give the deliveries of one event, each with the seconds that it comes late."""
        yield 0.0, payload

    @property
    def disturbs(self) -> bool:
        """Whether answers are changed at all."""
        return False


class Noise(Quiet):
    """Disturb about every third thing that may be disturbed; the same seed disturbs the same things.

    Answers: GUIDs in upper case, stamps without Z, "" as null, `PAID`, `RECEIVED` and empty states.
    Deliveries: twice, late (so that events overtake each other), a TaskID that leads nowhere, next to no fields, and
    null suppliers, in whatever combination comes.
    """

    def __init__(self, seed: int = 0) -> None:
        self._random = random.Random(seed)  # noqa: S311 — repeatable, guards nothing

    @property
    def disturbs(self) -> bool:
        """Whether answers are changed at all."""
        return True

    def _now(self) -> bool:
        return self._random.random() < 1 / 3

    def of_answer(self, value: object) -> object:
        """Give an answer as readers find it."""
        if isinstance(value, dict):
            return {name: self._field(name, each, value) for name, each in value.items()}
        return [self.of_answer(each) for each in value] if isinstance(value, list) else value

    def _field(self, name: str, value: object, record: Record) -> object:
        if not isinstance(value, str):
            return self.of_answer(value)
        if not self._now():
            return value
        if GUID.fullmatch(value):
            return value.upper()
        if STAMP.fullmatch(value):
            return value.removesuffix("Z")
        return self._state(name, value, record)

    def _state(self, name: str, value: str, record: Record) -> str | None:
        if name == "OrderStatus" and record.get("CombinedReceivingStatus") == "FULLY RECEIVED":
            return "RECEIVED"
        if name == "InvoiceStatus" and record.get("CombinedPaymentStatus") == "PAID":
            return "PAID"
        if name == "Status" and value == "NOT AVAILABLE":
            return ""
        return value or None

    def of_delivery(self, payload: object) -> Iterator[tuple[float, object]]:
        """Give the deliveries of one event, each with the seconds that it comes late."""
        told = self._told(payload) if isinstance(payload, dict) else payload
        for _ in range(2 if self._now() else 1):
            yield (self._random.uniform(0, LATEST) if self._now() else 0.0), told

    def _told(self, payload: Record) -> Record:
        told = {**payload}
        if "TaskID" in told and self._now():
            told["TaskID"] = str(uuid.UUID(int=self._random.getrandbits(128), version=4)).upper()
        if "SupplierName" in told and self._now():
            told |= dict.fromkeys(("SupplierName", "SupplierContactName", "SupplierContactEmail"))
        if "PurchaseOrderNumber" in told and self._now():
            told = {name: told[name] for name in KEPT_WHEN_THIN if name in told}
        return told
