"""Receivings over SOAP: goods receipts, and purchase invoices matched to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from dynamicsgp_client.backends.sba_source import read_back
from dynamicsgp_client.backends.soap.source import SoapSource, restrictions
from dynamicsgp_client.backends.soap.values import (
    NO_MOMENT,
    Record,
    account_key,
    amount,
    ident,
    key,
    members,
    moment,
    money,
    present,
    quantity,
    sub,
)
from dynamicsgp_client.backends.source import Filter
from dynamicsgp_client.errors import ConfigurationError, NotFoundError
from dynamicsgp_client.models import Receiving, ReceivingLine, ReceivingMatch, ReceivingType
from dynamicsgp_client.pages import Page

# receiving type: name in the operations, member of the create, array of lines
KINDS: Final[Mapping[int, tuple[str, str, str]]] = {
    ReceivingType.SHIPMENT: ("PurchaseReceipt", "purchaseReceipt", "PurchaseReceiptLine"),
    ReceivingType.INVOICE: ("PurchaseInvoice", "purchaseInvoice", "PurchaseInvoiceLine"),
}
AMOUNTS: Final[Mapping[str, str]] = {
    "freight_amount": "FreightAmount",
    "miscellaneous_amount": "MiscellaneousAmount",
    "tax_amount": "TaxAmount",
}
TEXTS: Final[Mapping[str, str]] = {
    "vendor_document_number": "VendorDocumentNumber",
    "vendor_name": "VendorName",
    "reference": "Reference",
}
# Of a purchase invoice; a receipt takes 30.
REFERENCE: Final = 17


class SoapReceivings(SoapSource[Receiving]):
    """Receivings of type shipment and invoice; the contract has no others."""

    def get(self, *key_: str) -> Receiving:
        """Read one, a receipt first."""
        try:
            return self._get(ReceivingType.SHIPMENT, key_[0])
        except NotFoundError:
            return self._get(ReceivingType.INVOICE, key_[0])

    def list(self, filters: Sequence[Filter]) -> Iterator[Page[Receiving]]:
        """Read receipts, then invoices, each by its key; a filter on the type leaves one of both out."""
        wanted = {each.value for each in filters if each.field == "receipt_type"}
        kinds = [type_ for type_ in KINDS if not wanted or type_ in wanted]
        criteria = restrictions(filters, {"vendor_id": "VendorId", "modified_date": "ModifiedDate"})
        return self._paged(self._each(kinds, criteria), filters)

    def create(self, document: Receiving) -> Receiving:
        """Create an unposted receipt or purchase invoice."""
        if document.receipt_type not in KINDS:
            raise ConfigurationError(
                f"not sent: SOAP creates shipments and invoices, not {document.receipt_type.name}; use SBA"
            )
        name, member, lines = KINDS[document.receipt_type]
        if document.receipt_type == ReceivingType.INVOICE and len(document.reference or "") > REFERENCE:
            raise ConfigurationError(f"not sent: a purchase invoice's reference has at most {REFERENCE} characters")
        self.soap.call(f"Create{name}", **{member: self._written(document, lines)})
        return read_back(self, document)

    def _each(self, kinds: Sequence[int], criteria: Record) -> Iterator[Receiving]:
        for type_ in kinds:
            name, _, _ = KINDS[type_]
            for row in self._all(f"Get{name}List", criteria, "Id", lambda row: ident(row, "Key")):
                yield self._get(ReceivingType(type_), ident(row, "Key") or "")

    def _get(self, type_: ReceivingType, receipt_number: str) -> Receiving:
        operation = f"Get{KINDS[type_][0]}ByKey"
        record = self.soap.record(operation, key={"Id": receipt_number})
        values = present(
            receipt_number=ident(record, "Key"),
            receipt_type=type_,
            receipt_date=record.get("Date"),
            posting_date=record.get("GeneralLedgerPostingDate"),
            batch_id=ident(record, "BatchKey"),
            vendor_id=ident(record, "VendorKey"),
            currency_id=self.currencies.currency_id(record),
            exchange_rate=record.get("ExchangeRate") or None,
            exchange_date=record.get("ExchangeDate"),
            subtotal=amount(record, "Subtotal"),
            transaction_state=record.get("TransactionState"),
            lines=tuple(map(_line, members(record, "Lines"))),
            matches=tuple(_match(each) for line in members(record, "Lines") for each in members(line, "Receipts")),
            **{field: record.get(member) for field, member in TEXTS.items()},
            **{field: amount(record, member) for field, member in AMOUNTS.items()},
        )
        return self._model(Receiving, operation, values)

    def _written(self, document: Receiving, lines: str) -> dict[str, object]:
        iso = self.currencies.iso_code(document.currency_id)
        billed = document.receipt_type == ReceivingType.INVOICE
        record: dict[str, object] = {
            "Key": {"Id": document.receipt_number},
            "Date": moment(document.receipt_date),
            "GeneralLedgerPostingDate": moment(document.posting_date),
            "BatchKey": {"Id": document.batch_id, "CreatedDateTime": NO_MOMENT} if document.batch_id else None,
            "VendorKey": {"Id": document.vendor_id},
            "CurrencyKey": {"ISOCode": iso} if iso else None,
            "ExchangeRate": document.exchange_rate,
            "ExchangeDate": moment(document.exchange_date),
            "Lines": {lines: [_written_line(document, each, iso, billed=billed) for each in document.lines]},
            **{member: getattr(document, field) for field, member in TEXTS.items()},
        }
        if billed:
            given = document.model_fields_set
            record |= {
                member: money(getattr(document, field), iso) for field, member in AMOUNTS.items() if field in given
            }
        return record


def _line(record: Record) -> dict[str, object]:
    return present(
        line_number=sub(record, "Key").get("LineSequenceNumber"),
        purchase_order_number=ident(record, "PurchaseOrderKey"),
        item_number=ident(record, "ItemKey"),
        item_description=record.get("ItemDescription"),
        vendor_item_number=record.get("VendorItemNumber"),
        unit=record.get("UofM"),
        quantity_shipped=amount(record, "QuantityShipped"),
        quantity_invoiced=amount(record, "QuantityInvoiced"),
        unit_cost=amount(record, "UnitCost"),
        extended_cost=amount(record, "ExtendedCost"),
        site_id=ident(record, "WarehouseKey"),
        non_inventory=record.get("IsNonInventory"),
        inventory_account_number=ident(record, "InventoryGLAccountKey"),
    )


def _match(record: Record) -> dict[str, object]:
    matched = sub(record, "Key")
    return present(
        line_number=matched.get("LineSequenceNumber"),
        receipt_number=ident(matched, "ReceiptKey"),
        receipt_line_number=matched.get("ReceiptLineSequenceNumber"),
        quantity_invoiced=amount(record, "QuantityInvoiced"),
        unit_cost=amount(record, "UnitCost"),
    )


def _written_match(document: Receiving, match: ReceivingMatch, iso: str | None) -> dict[str, object]:
    return {
        "Key": {
            "PurchaseTransactionKey": {"Id": document.receipt_number},
            "ReceiptKey": {"Id": match.receipt_number},
            "ReceiptLineSequenceNumber": match.receipt_line_number,
            "LineSequenceNumber": match.line_number,
        },
        "QuantityInvoiced": quantity(match.quantity_invoiced),
        "UnitCost": money(match.unit_cost, iso),
    }


def _written_line(document: Receiving, line: ReceivingLine, iso: str | None, *, billed: bool) -> dict[str, object]:
    numbered = {"PurchaseTransactionKey": {"Id": document.receipt_number}, "LineSequenceNumber": line.line_number}
    record: dict[str, object] = {
        "Key": numbered if line.line_number else None,
        "PurchaseOrderKey": key(line.purchase_order_number),
        "ItemKey": {"Id": line.item_number},
        "VendorItemNumber": line.vendor_item_number,
        "UofM": line.unit,
        "UnitCost": money(line.unit_cost, iso),
        "ExtendedCost": money(line.extended_cost, iso) if line.extended_cost is not None else None,
        "IsNonInventory": line.non_inventory,
    }
    if billed:
        matches = [each for each in document.matches if each.line_number == line.line_number]
        return record | {
            "QuantityInvoiced": quantity(line.quantity_invoiced),
            "VendorItemDescription": None,
            "Receipts": {"PurchaseInvoiceApplyReceipt": [_written_match(document, each, iso) for each in matches]}
            if matches
            else None,
        }
    return record | {
        "ItemDescription": line.item_description,
        "QuantityShipped": quantity(line.quantity_shipped),
        "WarehouseKey": key(line.site_id),
        "InventoryGLAccountKey": account_key(line.inventory_account_number),
    }
