"""How each flow writes: its documents, the other side, and the key under which they will lie there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from attrs import frozen
from pydantic import BaseModel

from cin7core_client import Product, Supplier
from dynamicsgp_client import PayablesDocument
from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.plan import Action
from gp_cin7_bridge.writes.ensure import Remote, Stored
from gp_cin7_bridge.writes.products import ProductRemote
from gp_cin7_bridge.writes.suppliers import SupplierRemote
from gp_cin7_bridge.writes.vouchers import VoucherRemote

M = TypeVar("M", bound=BaseModel)


@frozen
class Writer(Generic[M]):
    """How one flow writes.

    Attributes:
        update: writes a record whole, for flows that update.
        token: the key under which an action's document will lie on the other side.
    """

    entity: str
    model: type[M]
    remote: Remote[M]
    token: Callable[[Action], str]
    update: Callable[[M], Stored[M]] | None = None


def vendor_writer(bridge: Bridge) -> Writer[Supplier]:
    """Write suppliers; they lie under their GP vendor id."""
    remote = SupplierRemote(bridge.cin7, attribute=bridge.settings.vendors.attribute)
    return Writer("vendor", Supplier, remote, lambda action: action.source_id, remote.update)


def item_writer(bridge: Bridge) -> Writer[Product]:
    """Write products; they lie under their SKU."""
    remote = ProductRemote(bridge.cin7)
    return Writer("item", Product, remote, lambda action: action.key, remote.update)


def bill_writer(bridge: Bridge) -> Writer[PayablesDocument]:
    """Write vouchers; they lie under their voucher number and are never updated."""
    return Writer("bill", PayablesDocument, VoucherRemote(bridge.gp), lambda action: action.key)
