"""How each flow writes: its documents, the other side, and the key under which they will lie there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from attrs import frozen
from pydantic import BaseModel

from cin7core_client import Product, PurchasePayment, Supplier
from dynamicsgp_client import Journal, PayablesDocument, Receiving
from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.plan import Action
from gp_cin7_bridge.writes.ensure import Remote, Stored
from gp_cin7_bridge.writes.journals import JournalRemote
from gp_cin7_bridge.writes.payments import PaymentRemote
from gp_cin7_bridge.writes.products import ProductRemote
from gp_cin7_bridge.writes.receivings import ReceivingRemote
from gp_cin7_bridge.writes.suppliers import SupplierRemote
from gp_cin7_bridge.writes.vouchers import VoucherRemote

M = TypeVar("M", bound=BaseModel)


@frozen(kw_only=True)
class Writer(Generic[M]):
    """How one flow writes.

    Attributes:
        entity: what its links are called.
        token: the key under which an action's document will lie on the other side.
        into_gp: whether GP is the receiving side.
        prepare: completes a document at the last moment, before it is written down as an intent.
        update: writes a record whole, for flows that update.
        identity: the receiving side's own id of a record that is to be updated.
        mismatch: the reason for which a document is held when the other side has another one under its key.
    """

    entity: str
    model: type[M]
    remote: Remote[M]
    token: Callable[[Action], str] = lambda action: action.key
    into_gp: bool = False
    prepare: Callable[[M], M] = lambda document: document
    update: Callable[[M], Stored[M]] | None = None
    identity: Callable[[M], str] = lambda _: ""
    mismatch: str = "voucher_mismatch"


def vendor_writer(bridge: Bridge) -> Writer[Supplier]:
    """Write suppliers; they lie under their GP vendor id."""
    remote = SupplierRemote(bridge.cin7, attribute=bridge.settings.vendors.attribute)
    return Writer(
        entity="vendor",
        model=Supplier,
        remote=remote,
        token=lambda action: action.source_id,
        update=remote.update,
        identity=lambda supplier: supplier.supplier_id or "",
    )


def item_writer(bridge: Bridge) -> Writer[Product]:
    """Write products; they lie under their SKU."""

    def audited(category: str) -> None:
        bridge.state.audit(flow="items", action="create", outcome="created", document=f"category {category}")

    remote = ProductRemote(bridge.cin7, created_category=audited)
    return Writer(
        entity="item",
        model=Product,
        remote=remote,
        update=remote.update,
        identity=lambda product: product.product_id or "",
    )


def bill_writer(bridge: Bridge) -> Writer[PayablesDocument]:
    """Write vouchers; they lie under their voucher number and are never updated."""
    gp_numbers = bridge.settings.gp.voucher_numbers == "gp"
    remote = VoucherRemote(bridge.gp, gp_numbers=gp_numbers, proven=lambda: bridge.state.ledger.confirmed("voucher"))
    return Writer(
        entity="bill",
        model=PayablesDocument,
        remote=remote,
        into_gp=True,
        identity=lambda document: document.voucher_number,
        prepare=remote.numbered if gp_numbers else lambda document: document,
    )


def receipt_writer(bridge: Bridge) -> Writer[Journal]:
    """Write journals; each lies in a batch of its own and is never updated."""
    return Writer(
        entity="receipt",
        model=Journal,
        remote=JournalRemote(bridge.gp),
        into_gp=True,
        identity=lambda journal: journal.batch_id or "",
        mismatch="journal_mismatch",
    )


def receiving_writer(bridge: Bridge) -> Writer[Receiving]:
    """Write receivings; they lie under their receipt number and are never updated."""
    return Writer(
        entity="receipt",
        model=Receiving,
        remote=ReceivingRemote(bridge.gp),
        into_gp=True,
        identity=lambda receiving: receiving.receipt_number,
        mismatch="receiving_mismatch",
    )


def payment_writer(bridge: Bridge) -> Writer[PurchasePayment]:
    """Record payments; each lies under a reference that names GP's voucher, and is never updated."""
    return Writer(
        entity="payment",
        model=PurchasePayment,
        remote=PaymentRemote(bridge.cin7),
        identity=lambda payment: payment.payment_id or "",
        mismatch="payment_mismatch",
    )
