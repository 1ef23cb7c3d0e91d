"""The voucher number: the idempotency key of a bill, which follows from its identity in Cin7 Core alone."""

from __future__ import annotations

import base64
import hashlib
from typing import Literal

Kind = Literal["invoice", "credit", "reversal", "credit reversal", "shipment", "purchase invoice"]


def voucher_number(cin7_account_id: str, purchase_id: str, kind: Kind, task_id: str, revision: int = 0) -> str:
    """Give the voucher number of one invoice or credit note: 17 characters, A-Z and 2-7.

    No vendor, number, date or amount enters it, so whatever is edited, an invoice keeps its voucher number; and it can
    be computed again when everything that the bridge knew is lost. The case of GUIDs means nothing.

    Args:
        cin7_account_id: the account's GUID.
        purchase_id: the purchase's GUID.
        kind: "invoice" or "credit"; a "reversal" takes an invoice back, a "credit reversal" a credit note. A
            "shipment" and a "purchase invoice" are receivings.
        task_id: the GUID of the invoice's or credit note's task; for a shipment the receipt's task and day.
        revision: from 0; raised only on a person's word, after a voucher was deleted in GP or taken back. A reversal
            has the revision of what comes after it.
    """
    identity = "\n".join([cin7_account_id.lower(), purchase_id.lower(), kind, task_id.lower(), str(revision)])
    digest = hashlib.sha256(identity.encode()).digest()
    return "C7" + base64.b32encode(digest).decode()[:15]
