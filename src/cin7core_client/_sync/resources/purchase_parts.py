"""The parts of a purchase, each at its own endpoints: the simple purchases' and all others'."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, TypeVar

from cin7core_client._sync.pages import Pages
from cin7core_client._sync.resources.base import Resource, parsed, rows_of, unreadable, wire_form
from cin7core_client.endpoints import ENDPOINTS
from cin7core_client.errors import ConfigurationError, NotAppliedError
from cin7core_client.models import (
    NEW_TASK,
    Attachment,
    Document,
    ManualJournal,
    PartStatus,
    Purchase,
    PurchaseCreditNote,
    PurchaseInvoice,
    PurchaseOrder,
    PurchasePayment,
    PurchaseReceipt,
    PurchaseSummary,
    PurchaseType,
)
from cin7core_client.read_back import differences
from cin7core_client.request import as_read

P = TypeVar("P", ManualJournal, PurchaseCreditNote, PurchaseInvoice, PurchaseReceipt)

READ_ONLY: Final = frozenset({"invoicing_and_receiving_number", "paid", "payments", "refunds", "prepayments"})


def is_simple(purchase: Purchase | PurchaseSummary) -> bool:
    """Tell which endpoints a purchase has.

    Raises:
        ConfigurationError: its type is not known; an advanced endpoint would convert a simple purchase for good.
    """
    if purchase.type is None or not purchase.purchase_id:
        raise ConfigurationError("the purchase's id or type is not known: read it by `purchases.get` first")
    return purchase.type is PurchaseType.SIMPLE


class PurchasePart(Resource[P]):
    """A part that a simple purchase has once, and an advanced one in each of its groups."""

    _advanced: str
    # Whether a missing task id may open a new task; a receipt would then open a stray invoice with it.
    _opens_task = True
    # Whether writing adds to what is there, and so more may be there than was sent.
    _adds = False

    def list(self, purchase: Purchase | PurchaseSummary) -> Pages[P]:
        """List the parts of a purchase; one that does not exist yet may come with the status NOT AVAILABLE."""

        def fetch(_: int) -> tuple[Sequence[object], int | None]:
            return self._read(purchase), None

        return Pages(fetch, self._parsed, size=None)

    def create(self, purchase: Purchase | PurchaseSummary, part: P) -> P:
        """Write a part and give it as stored; its status is DRAFT or AUTHORISED.

        Raises:
            NotAppliedError: the service said yes and dropped lines, or changed them.
            ValidationError: it refuses; its text names what must come first.
        """
        simple = is_simple(purchase)
        path = self._path if simple else self._advanced
        body = wire_form(part, READ_ONLY) | {"TaskID": purchase.purchase_id if simple else self._task(part)}
        if not simple:
            body["PurchaseID"] = purchase.purchase_id
        answer = self._calls.call("POST", path, body=body)
        return self._stored(answer, f"POST {path}", purchase, part, adds=self._adds)

    def _task(self, part: P) -> str:
        if part.task_id is None and not self._opens_task:
            raise ConfigurationError(
                "give the task id of the authorised invoice; without one Cin7 Core opens a new group with a stray draft"
                " invoice that cannot be removed. Where a new group is wanted, give NEW_TASK"
            )
        return part.task_id or NEW_TASK

    def _read(self, purchase: Purchase | PurchaseSummary) -> Sequence[object]:
        if is_simple(purchase):
            path, params = self._path, {"TaskID": purchase.purchase_id}
        else:
            path, params = self._advanced, {"PurchaseID": purchase.purchase_id}
        return self._rows(self._calls.call("GET", path, params=params), path, purchase)

    def _rows(
        self, answer: object, path: str, purchase: Purchase | PurchaseSummary, *, write: bool = False
    ) -> Sequence[object]:
        if path == self._advanced:
            return rows_of(answer, ENDPOINTS[path].list_key, path, write=write)[0]
        if not isinstance(answer, Mapping):
            raise unreadable(f"{path}: no object", answer, write=write)
        return [{"TaskID": purchase.purchase_id, **answer}]

    def _stored(self, answer: object, call: str, purchase: Purchase | PurchaseSummary, part: P, *, adds: bool) -> P:
        """Find what was written among all tasks that the service shows, a new task stands last; and compare it."""
        rows = self._rows(answer, call.partition(" ")[2], purchase, write=True)
        known = {each.task_id: each for each in (self._parsed(row, write=True) for row in rows)}
        stored = known.get(part.task_id) or next(reversed(known.values()), None)
        missing = differences(part, stored, adds=adds)
        if missing or stored is None:
            raise not_applied(call, purchase.purchase_id, missing, stored, answer)
        return stored

    def _ended(self, task_id: str, params: Mapping[str, object]) -> None:
        answer = self._calls.call("DELETE", self._advanced, params={"TaskID": task_id, **params})
        for row in rows_of(answer, ENDPOINTS[self._advanced].list_key, self._advanced, write=True)[0]:
            part = self._parsed(row, write=True)
            if part.task_id == task_id.lower() and part.status in (PartStatus.AUTHORISED, PartStatus.PAID):
                still = (f"it is still {part.status}",)
                raise not_applied(f"DELETE {self._advanced}", part.purchase_id or task_id, still, part, answer)


class UndoablePart(PurchasePart[P]):
    """A part that can be voided or undone, on advanced purchases only."""

    def void(self, task_id: str) -> None:
        """Void a part by its task; raises NotAppliedError where the service said yes and did nothing."""
        self._ended(task_id, {"Void": True})

    def undo(self, task_id: str) -> None:
        """Make a part a draft again; raises NotAppliedError where the service said yes and did nothing."""
        self._ended(task_id, {"Void": False})


class PurchaseReceipts(UndoablePart[PurchaseReceipt]):
    """Stock receipts. Writing adds lines; `status` AUTHORISED with no lines authorises what is there.

    Advanced purchases take their bins in `put_aways`: the service would lose a location given here, so it is refused.
    """

    _model, _path, _advanced = PurchaseReceipt, "purchase/stock", "advanced-purchase/stock"
    _opens_task, _adds = False, True

    def _task(self, part: PurchaseReceipt) -> str:
        if any(line.location or line.location_id for line in part.lines):
            raise ConfigurationError(
                "the receipt of an advanced purchase keeps no location: give it in `purchases.put_aways`"
            )
        return super()._task(part)

    def replace(self, purchase: Purchase | PurchaseSummary, receipt: PurchaseReceipt) -> PurchaseReceipt:
        """Replace the lines of a receipt; advanced purchases only."""
        if is_simple(purchase):
            raise ConfigurationError("the receipt of a simple purchase takes more lines and no fewer")
        body = wire_form(receipt, READ_ONLY) | {"TaskID": self._task(receipt), "PurchaseID": purchase.purchase_id}
        answer = self._calls.call("PUT", self._advanced, body=body)
        return self._stored(answer, f"PUT {self._advanced}", purchase, receipt, adds=False)


class PurchasePutAways(PurchasePart[PurchaseReceipt]):
    """Put-aways: which bins received stock lies in; advanced purchases only, once the receipt is authorised."""

    _model, _path, _advanced = PurchaseReceipt, "advanced-purchase/put-away", "advanced-purchase/put-away"
    _opens_task, _adds = False, True

    def create(self, purchase: Purchase | PurchaseSummary, part: PurchaseReceipt) -> PurchaseReceipt:
        """Add put-away lines; refused here for simple purchases, which would be converted for good."""
        if is_simple(purchase):
            raise ConfigurationError("a simple purchase has no put-away; Cin7 Core would convert it for good")
        return super().create(purchase, part)


class PurchaseInvoices(UndoablePart[PurchaseInvoice]):
    """Invoices. Writing replaces a draft. A task id says which group; none opens a new one on advanced purchases."""

    _model, _path, _advanced = PurchaseInvoice, "purchase/invoice", "advanced-purchase/invoice"


class PurchaseCreditNotes(PurchasePart[PurchaseCreditNote]):
    """Credit notes. Writing replaces a draft; on advanced purchases none of the task id opens a new one."""

    _model, _path, _advanced = PurchaseCreditNote, "purchase/creditnote", "advanced-purchase/creditnote"

    def void(self, task_id: str) -> None:
        """Void a credit note of an advanced purchase by its task."""
        self._ended(task_id, {})


class PurchaseManualJournals(PurchasePart[ManualJournal]):
    """Manual journals. Writing replaces all lines but the system's own, even on an authorised one."""

    _model, _path, _advanced = ManualJournal, "purchase/manualJournal", "advanced-purchase/manualJournal"
    _opens_task, _adds = False, True


class PurchaseOrders(Resource[PurchaseOrder]):
    """The order of a purchase of any kind."""

    _model, _path = PurchaseOrder, "purchase/order"

    def get(self, purchase_id: str) -> PurchaseOrder:
        """Read the order of a purchase."""
        return self._parsed(self._calls.call("GET", self._path, params={"TaskID": purchase_id}))

    def create(self, purchase_id: str, order: PurchaseOrder) -> PurchaseOrder:
        """Write the order of a purchase, replacing lines and charges of a draft.

        Raises:
            NotAppliedError: the service said yes and dropped lines, or changed them.
        """
        defaults = {"CombineAdditionalCharges": False, "Memo": "", "Status": "DRAFT", "Lines": []}
        body = defaults | wire_form(order, READ_ONLY) | {"TaskID": purchase_id}
        answer = self._calls.call("POST", self._path, body=body)
        stored = self._parsed(answer, write=True)
        if missing := differences(order, stored):
            raise not_applied(f"POST {self._path}", purchase_id, missing, stored, answer)
        return stored


class PurchasePayments(Resource[PurchasePayment]):
    """Payments, prepayments and refunds."""

    _model, _path = PurchasePayment, "purchase/payment"
    _advanced = "advanced-purchase/payment"

    def list(self, purchase: Purchase | PurchaseSummary) -> Pages[PurchasePayment]:
        """List the payments of a purchase."""
        path = self._path if is_simple(purchase) else self._advanced
        params = {"TaskID" if is_simple(purchase) else "PurchaseID": purchase.purchase_id}

        def fetch(_: int) -> tuple[Sequence[object], int | None]:
            return rows_of(self._calls.call("GET", path, params=params), "", path)

        return Pages(fetch, self._parsed, size=None)

    def create(self, purchase: Purchase | PurchaseSummary, payment: PurchasePayment) -> PurchasePayment:
        """Add a payment; its task is the purchase unless `task_id` says another."""
        path = self._path if is_simple(purchase) else self._advanced
        body = {"TaskID": purchase.purchase_id} | wire_form(payment, frozenset({"purchase_id"}))
        return self._parsed(self._calls.call("POST", path, body=body), write=True)

    def update(self, purchase: Purchase | PurchaseSummary, payment: PurchasePayment) -> PurchasePayment:
        """Change a payment; a prepayment cannot be changed."""
        path = self._path if is_simple(purchase) else self._advanced
        body = {"TaskID": purchase.purchase_id} | wire_form(payment, frozenset({"purchase_id", "date_created"}))
        return self._parsed(self._calls.call("PUT", path, body=body), write=True)

    def delete(self, payment_id: str, *, delete_allocation: bool = True) -> None:
        """Delete a payment of a purchase of any kind."""
        self._deleted({"ID": payment_id, "DeleteAllocation": delete_allocation})


class PurchaseAttachments(Resource[Attachment]):
    """Files at a purchase of any kind."""

    _model, _path = Attachment, "purchase/attachment"

    def list(self, purchase_id: str) -> Pages[Attachment]:
        """List the files of a purchase."""
        return self._listed({"TaskID": purchase_id})

    def create(self, purchase_id: str, attachment: Attachment) -> Sequence[Attachment]:
        """Add a file by its `content` (base64) or `file_download_url`, and give the files that are there now."""
        body = {"PurchaseID": purchase_id, **wire_form(attachment)}
        return self._left(self._calls.call("POST", self._path, body=body))

    def delete(self, attachment_id: str) -> Sequence[Attachment]:
        """Delete a file and give the files that are left."""
        return self._left(self._calls.call("DELETE", self._path, params={"ID": attachment_id}))

    def _left(self, answer: object) -> Sequence[Attachment]:
        rows, _ = rows_of(answer, self._endpoint.list_key, self._path, write=True)
        return tuple(parsed(Attachment, row, self._path, write=True) for row in rows)


def not_applied(
    call: str, purchase_id: str, missing: tuple[str, ...], stored: Document | None, answer: object
) -> NotAppliedError:
    """Make the error of a yes that was none."""
    return NotAppliedError(
        f"{call} of purchase {purchase_id} answered 200 but {'; '.join(missing)}. Look at `stored` and at the purchase"
        " before you write again",
        record_id=purchase_id,
        missing=missing,
        stored=stored,
        body=as_read(answer),
    )
