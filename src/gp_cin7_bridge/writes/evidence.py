"""What goes over the line, kept for the audit: fields that are known to be harmless, and markers for all others."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import Final

from pydantic import BaseModel

from cin7core_client import Product, ProductSupplier, PurchasePayment, Supplier, SupplierAddress, SupplierContact
from dynamicsgp_client import (
    Distribution,
    Journal,
    JournalLine,
    PayablesDocument,
    PayablesTax,
    Receiving,
    ReceivingLine,
    ReceivingMatch,
)
from gp_cin7_bridge.documents import written
from gp_cin7_bridge.state import BodyKind, Connection, Operation
from gp_cin7_bridge.state.audit import HIDDEN, SYSTEM


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Not here: tax ids, bank data, people, notes, attributes whose meaning each company chooses.
SHOWN: Final[Mapping[type[BaseModel], frozenset[str]]] = MappingProxyType(
    {
        PayablesDocument: _names(
            """
            voucher_number document_type vendor_id document_number document_date posting_date tax_date due_date batch_id
            description purchase_order_number currency_id exchange_rate exchange_date rate_type_id payment_terms_id
            tax_schedule_id purchases_amount freight_amount miscellaneous_amount tax_amount trade_discount_amount
            document_amount distributions taxes create_distributions transaction_state voided modified_date
            """
        ),
        Distribution: _names("account_number type debit_amount credit_amount reference"),
        PayablesTax: _names(
            """
            tax_detail_id tax_amount purchases_tax_amount freight_tax_amount miscellaneous_tax_amount taxable_amount
            account_number
            """
        ),
        Journal: _names(
            """
            journal_number transaction_date batch_id reference source_document currency_id exchange_rate lines
            transaction_state
            """
        ),
        JournalLine: _names("account_number debit_amount credit_amount description"),
        Receiving: _names(
            """
            receipt_number receipt_type vendor_document_number receipt_date posting_date batch_id vendor_id reference
            currency_id exchange_rate exchange_date subtotal freight_amount miscellaneous_amount tax_amount lines
            matches transaction_state modified_date
            """
        ),
        ReceivingLine: _names(
            """
            line_number item_number unit quantity_shipped quantity_invoiced unit_cost extended_cost site_id
            non_inventory inventory_account_number
            """
        ),
        ReceivingMatch: _names("line_number receipt_number receipt_line_number quantity_invoiced unit_cost"),
        PurchasePayment: _names(
            "payment_id purchase_id task_id type reference amount date_paid currency_rate date_created"
        ),
        Supplier: _names(
            """
            supplier_id name currency payment_term tax_rule account_payable status discount attribute_set
            last_modified_on addresses contacts
            """
        ),
        SupplierAddress: _names("address_id country type default_for_type"),
        SupplierContact: _names("contact_id default"),
        Product: _names(
            """
            product_id sku name category brand type costing_method default_location uom barcode status sellable
            length width height weight weight_units dimensions_units minimum_before_reorder reorder_quantity
            short_description description attribute_set stock_locator cogs_account revenue_account expense_account
            inventory_account purchase_tax_rule sale_tax_rule last_modified_on created_date suppliers hs_code
            country_of_origin country_of_origin_code
            """
        ),
        ProductSupplier: _names("product_supplier_id supplier_id supplier_name product_id product_sku currency"),
    }
)
# What a client's error says of an answer beside its text, which the ledger has.
ERROR_FACTS: Final = ("status", "code", "retryable", "may_have_happened")


class Evidence:
    """Keeps the bodies of one connection's writes.

    Args:
        state: the connection's memory.
        days: for how long; 0 keeps none.
    """

    def __init__(self, state: Connection, *, days: int) -> None:
        self._bodies = state.bodies
        self._days = days

    def keep(self, operation: Operation, kind: BodyKind, body: object) -> None:
        """Keep a document, or the error that came instead of one."""
        if self._days:
            shown = _error(body) if isinstance(body, Exception) else harmless(body)
            self._bodies.keep(operation, kind, written(shown), days=self._days)


def harmless(value: object) -> object:
    """Give what is set on a document as plain values, a marker for each field that is not known to be harmless."""
    if isinstance(value, BaseModel):
        shown = SHOWN.get(type(value), frozenset())
        return {
            name: harmless(getattr(value, name)) if name in shown or getattr(value, name) in (None, "") else HIDDEN
            for name in sorted(value.model_fields_set)
        }
    if isinstance(value, (list, tuple)):
        return [harmless(each) for each in value]
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, dt.date) else value


def forget_bodies(state: Connection, *, run_id: int | None = None, actor: str = SYSTEM) -> int:
    """Purge the bodies whose time is over, say so in the audit, and give how many there were."""
    with state.transaction():
        count = state.bodies.purge()
        if count:
            state.audit(
                flow="audit",
                action="purge",
                outcome="purged",
                document="bodies",
                detail={"summary": f"{count} bodies whose time was over"},
                run_id=run_id,
                actor=actor,
            )
    return count


def _error(error: Exception) -> dict[str, object]:
    facts = {name: getattr(error, name, None) for name in ERROR_FACTS}
    return {"error": type(error).__name__, **{name: value for name, value in facts.items() if value is not None}}
