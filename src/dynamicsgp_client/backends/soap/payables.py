"""Payables documents over SOAP: invoices and credit memos, and returns where the WSDL in use has them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from dynamicsgp_client.backends.sba_source import read_back
from dynamicsgp_client.backends.soap.source import SoapSource, restrictions
from dynamicsgp_client.backends.soap.values import (
    NO_MOMENT,
    NOTHING,
    Record,
    account_key,
    amount,
    ident,
    key,
    members,
    moment,
    money,
    present,
    sub,
)
from dynamicsgp_client.backends.source import Filter
from dynamicsgp_client.errors import ConfigurationError, NotFoundError, Problem
from dynamicsgp_client.models import Distribution, DocumentType, PayablesDocument, PayablesTax
from dynamicsgp_client.pages import Page

# document type: word of the contract, name in its operations, member of its create
KINDS: Final[Mapping[int, tuple[str, str, str]]] = {
    DocumentType.INVOICE: ("Invoice", "PayablesInvoice", "payablesInvoice"),
    DocumentType.RETURN: ("Return", "PayablesReturn", "payablesReturn"),
    DocumentType.CREDIT_MEMO: ("Credit Memo", "PayablesCreditMemo", "payablesCreditMemo"),
}
TYPES: Final[Mapping[str, int]] = {word: int(type_) for type_, (word, _, _) in KINDS.items()}
AMOUNTS: Final[Mapping[str, str]] = {
    "document_amount": "DocumentAmount",
    "purchases_amount": "PurchasesAmount",
    "freight_amount": "FreightAmount",
    "miscellaneous_amount": "MiscellaneousAmount",
    "tax_amount": "TaxAmount",
    "trade_discount_amount": "TradeDiscountAmount",
}
KEYS: Final[Mapping[str, str]] = {"remit_to_address_id": "RemitToAddressKey", "tax_schedule_id": "TaxScheduleKey"}
DATES: Final[Mapping[str, str]] = {
    "document_date": "Date",
    "posting_date": "GeneralLedgerPostingDate",
    "tax_date": "TaxDate",
    "exchange_date": "ExchangeDate",
}
TEXTS: Final[Mapping[str, str]] = {
    "document_number": "VendorDocumentNumber",
    "description": "Description",
    "purchase_order_number": "PONumber",
}


class SoapPayables(SoapSource[PayablesDocument]):
    """Payables documents. `create_distributions` and `checkbook_id` are the server's policy here, not the caller's."""

    def get(self, *key_: str) -> PayablesDocument:
        """Read one document; a list by key tells its type without a fault in GP's log."""
        (voucher,) = key_
        found = self.soap.records("GetPayablesDocumentList", criteria={"DocumentId": {"EqualValue": voucher}})
        if not found:
            raise NotFoundError(
                f"GetPayablesDocumentList: there is no payables document {voucher}",
                status=200,
                problems=(Problem("", "Business object not found."),),
            )
        return self._read(found[0])

    def list(self, filters: Sequence[Filter]) -> Iterator[Page[PayablesDocument]]:
        """Read documents, each by its key: summaries lack the vendor's number and the distributions."""
        words = [word for word, name, _ in KINDS.values() if self.soap.offers(f"Get{name}ByKey")]
        names = {"vendor_id": "VendorId", "modified_date": "ModifiedDate"}
        criteria = {"Type": {"Items": {"PayablesDocumentType": words}}, **restrictions(filters, names)}
        rows = self._all("GetPayablesDocumentList", criteria, "DocumentId", lambda row: ident(row, "Key"))
        return self._paged(map(self._read, rows), filters)

    def create(self, document: PayablesDocument) -> PayablesDocument:
        """Create an unposted document.

        GP may give it another number when it does not let callers override theirs; it is then found by the vendor's
        document number. An error after that point says that the write happened.
        """
        _, name, member = KINDS.get(document.document_type, ("", "", ""))
        if not self.soap.offers(f"Create{name}"):
            raise ConfigurationError(
                f"not sent: the WSDL in use cannot create a payables document of type {document.document_type.name};"
                " use SBA"
            )
        self.soap.call(f"Create{name}", **{member: self._written(document)})
        try:
            return read_back(self, document)
        except NotFoundError as error:
            return self._renumbered(document, error)

    def _renumbered(self, document: PayablesDocument, error: NotFoundError) -> PayablesDocument:
        filters = [Filter("vendor_id", "eq", document.vendor_id)]
        for page in self.list(filters):
            for each in page.items:
                if (each.document_type, each.document_number) == (document.document_type, document.document_number):
                    return each
        raise error

    def _read(self, summary: Record) -> PayablesDocument:
        word, voucher = str(summary.get("Type")), ident(summary, "Key")
        type_ = TYPES.get(word)
        operation = f"Get{KINDS[type_][1]}ByKey" if type_ else ""
        if type_ is None or not self.soap.offers(operation):
            raise ConfigurationError(
                f'{voucher} is a {word}, which the WSDL in use cannot read; use SBA, or SoapProfile(wsdl="server")'
            )
        record = self.soap.record(operation, key={"Id": voucher})
        values = present(
            voucher_number=ident(record, "Key"),
            document_type=type_,
            vendor_id=ident(record, "VendorKey"),
            batch_id=ident(record, "BatchKey"),
            currency_id=self.currencies.currency_id(record),
            exchange_rate=record.get("ExchangeRate") or None,
            due_date=sub(record, "Terms").get("DueDate"),
            payment_terms_id=ident(record, "PaymentTermsKey"),
            transaction_state=record.get("TransactionState"),
            voided=record.get("IsVoided"),
            modified_date=record.get("ModifiedDate"),
            distributions=tuple(self._distribution(each) for each in members(record, "Distributions")),
            taxes=tuple(self._tax(each) for each in members(record, "Taxes")),
            **{field: amount(record, member) for field, member in AMOUNTS.items()},
            **{field: ident(record, member) for field, member in KEYS.items()},
            **{field: record.get(member) for field, member in {**DATES, **TEXTS}.items()},
        )
        return self._model(PayablesDocument, operation, values)

    @staticmethod
    def _distribution(record: Record) -> dict[str, object]:
        return present(
            account_number=ident(record, "GLAccountKey") or "",
            type=sub(record, "DistributionTypeKey").get("Id"),
            debit_amount=amount(record, "DebitAmount"),
            credit_amount=amount(record, "CreditAmount"),
            reference=record.get("Reference"),
        )

    @staticmethod
    def _tax(record: Record) -> dict[str, object]:
        return present(
            tax_detail_id=ident(record, "Key", "TaxDetailKey"),
            tax_amount=amount(record, "TaxAmount"),
            purchases_tax_amount=amount(record, "PurchasesTaxAmount"),
            freight_tax_amount=amount(record, "FreightTaxAmount"),
            miscellaneous_tax_amount=amount(record, "MiscellaneousTaxAmount"),
            taxable_amount=amount(record, "TaxableAmount"),
            account_number=ident(record, "GLAccountKey"),
        )

    def _written(self, document: PayablesDocument) -> dict[str, object]:
        iso = self.currencies.iso_code(document.currency_id)
        given = document.model_fields_set
        foreign: dict[str, object] = {}
        if document.exchange_rate is not None:
            foreign = {"ExchangeRate": document.exchange_rate}
        record: dict[str, object] = {
            "Key": {"Id": document.voucher_number},
            "VendorKey": {"Id": document.vendor_id},
            "BatchKey": {"Id": document.batch_id, "CreatedDateTime": NO_MOMENT} if document.batch_id else None,
            "CurrencyKey": {"ISOCode": iso} if iso else None,
            **foreign,
            **{member: money(getattr(document, field), iso) for field, member in AMOUNTS.items() if field in given},
            **{member: key(getattr(document, field)) for field, member in KEYS.items()},
            **{member: moment(getattr(document, field)) for field, member in DATES.items()},
            **{member: getattr(document, field) for field, member in TEXTS.items()},
        }
        if document.document_type == DocumentType.INVOICE:
            record["PaymentTermsKey"] = key(document.payment_terms_id)
            if document.due_date:
                record["Terms"] = {"DueDate": moment(document.due_date)}
        if document.distributions:
            lines = [_written_distribution(each, iso) for each in document.distributions]
            record["Distributions"] = {"PayablesDistribution": lines}
        if document.taxes:
            record["Taxes"] = {"PayablesTax": [_written_tax(each, iso) for each in document.taxes]}
        return record


def _written_distribution(line: Distribution, iso: str | None) -> dict[str, object]:
    # The contract declares these amounts with an abstract type, so each must say which one it is.
    return {
        "DistributionTypeKey": {"Id": int(line.type)},
        "Reference": line.reference,
        "GLAccountKey": account_key(line.account_number),
        "DebitAmount": {"xsi:type": "MoneyAmount", **money(line.debit_amount, iso)},
        "CreditAmount": {"xsi:type": "MoneyAmount", **money(line.credit_amount, iso)},
    }


def _written_tax(tax: PayablesTax, iso: str | None) -> dict[str, object]:
    return {
        "Key": {"PayablesDocumentKey": dict(NOTHING), "TaxDetailKey": {"Id": tax.tax_detail_id}},
        "TaxAmount": money(tax.tax_amount, iso),
        "TaxableAmount": money(tax.taxable_amount, iso),
        "PurchasesTaxAmount": money(tax.purchases_tax_amount, iso),
        "FreightTaxAmount": money(tax.freight_tax_amount, iso),
        "MiscellaneousTaxAmount": money(tax.miscellaneous_tax_amount, iso),
        "GLAccountKey": account_key(tax.account_number),
    }
